(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const speak = (language) => {
    root.classList.remove("en", "zh");
    root.classList.add(language);
    root.lang = language;
    document.querySelectorAll(".switch button").forEach((b) => b.setAttribute("aria-pressed", String(b.value === language)));
  };
  document.querySelectorAll(".switch button").forEach((b) => b.addEventListener("click", () => speak(b.value)));
  speak((navigator.language || "en").startsWith("zh") ? "zh" : "en");

  const frames = JSON.parse(document.getElementById("frames").textContent);
  const slider = document.getElementById("year"), play = document.getElementById("play");
  if (slider) {
    let timer = null;
    const show = (place) => {
      slider.value = place;
      document.getElementById("year-shown").textContent = frames.years[place];
      document.querySelectorAll("[data-moving]").forEach((img) => { img.src = frames.pictures[img.dataset.moving][place]; });
      document.querySelectorAll(".moving-year").forEach((words) => { words.textContent = frames.years[place]; });
    };
    const stop = () => { clearInterval(timer); timer = null; play.classList.remove("on"); };
    slider.addEventListener("input", () => { stop(); show(Number(slider.value)); });
    play.addEventListener("click", () => {
      if (timer) { stop(); return; }
      play.classList.add("on");
      if (Number(slider.value) === frames.years.length - 1) show(0);
      timer = setInterval(() => {
        const next = Number(slider.value) + 1;
        if (next >= frames.years.length) stop(); else show(next);
      }, 350);
    });
    // Printing shows the middle year, whatever was looked at last.
    addEventListener("beforeprint", () => { stop(); show(Number(slider.defaultValue)); });
  }

  // Tables as CSV, in the language shown; the mark at the start tells spreadsheets that it is UTF-8.
  const held = document.getElementById("tables");
  const tables = held ? JSON.parse(held.textContent) : {};
  const quoted = (cell) => {
    const words = cell === null ? "" : String(Array.isArray(cell) ? cell[root.lang === "zh" ? 1 : 0] : cell);
    return /[",\r\n]/.test(words) ? `"${words.replaceAll('"', '""')}"` : words;
  };
  document.querySelectorAll("button[data-csv]").forEach((button) => button.addEventListener("click", () => {
    const lines = tables[button.dataset.csv].map((row) => row.map(quoted).join(","));
    const file = URL.createObjectURL(new Blob(["\ufeff", lines.join("\r\n"), "\r\n"], { type: "text/csv;charset=utf-8" }));
    const link = Object.assign(document.createElement("a"), { href: file, download: `${button.dataset.csv}.csv` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(file), 1000);
  }));

  // On paper nothing can be opened: what is folded is printed open.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    folded.forEach((part) => { part.open = true; });
  });
  addEventListener("afterprint", () => folded.forEach((part) => { part.open = false; }));

  const charts = [...document.querySelectorAll("svg[data-chart]")].map((svg) => ({
    svg, data: JSON.parse(svg.dataset.chart), cross: svg.querySelector(".cross"),
    dots: [...svg.querySelectorAll(".dot")], output: svg.parentElement.querySelector("output"),
    parts: [...svg.parentElement.querySelectorAll(".parts b")],
  }));
  const wording = (value) => {
    if (value === null) return "–";
    const size = Math.abs(value);
    const digits = size >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 };
    return value.toLocaleString("en-GB", digits);
  };
  for (const chart of charts) {
    chart.rest = chart.output.innerHTML;
    chart.partsRest = chart.parts.map((part) => part.textContent);
  }
  const point = (place) => {
    for (const { data, cross, dots, output, rest, parts, partsRest } of charts) {
      const k = place === null ? data.x.length - 1 : place;
      cross.style.visibility = place === null ? "hidden" : "visible";
      cross.setAttribute("x1", data.x[k]); cross.setAttribute("x2", data.x[k]);
      dots.forEach((dot, line) => {
        const y = data.y[line][k];
        dot.style.visibility = y === null ? "hidden" : "visible";
        if (y !== null) { dot.setAttribute("cx", data.x[k]); dot.setAttribute("cy", y); }
      });
      output.innerHTML = place === null ? rest : `${wording(data.v[0][k])}<small>${data.years[k]}</small>`;
      parts.forEach((part, line) => { part.textContent = place === null ? partsRest[line] : wording(data.v[line + 1][k]); });
    }
  };
  for (const { svg, data } of charts) {
    svg.addEventListener("pointermove", (event) => {
      const box = svg.getBoundingClientRect();
      const x = (event.clientX - box.left) / box.width * svg.viewBox.baseVal.width;
      let best = 0;
      data.x.forEach((place, k) => { if (Math.abs(place - x) < Math.abs(data.x[best] - x)) best = k; });
      point(best);
    });
    svg.addEventListener("pointerleave", () => point(null));
  }
})();
