"""What a run folder may hold beside what every run has: made-up statements and maps, and a browser to look with."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager

import numpy as np
import pytest

from village_abm.experiments import provenance, record, tables

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]

needs_browser = pytest.mark.skipif(not (CHROMIUM or os.environ.get("CI")), reason="chromium is not installed")


@contextmanager
def browser():
    """A Chromium without a screen."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as tool:
        found = tool.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


def run_folder(folder, model):
    """The folder of a finished model, all but the report."""
    panel = tables.HouseholdPanel(folder / "households.parquet")
    for year in model.map_years:
        panel.add(year, model.households)
    panel.close()
    about = {
        "inputs": {"landscape": "/data/heights.tif"},
        "notes": ["The terrain was generated."],
        "command": "village-abm run --set 'a=<b>'",
        "code": provenance.code(),
        "machine": provenance.machine(),
        "packages": {"numpy": "2"},
        "cost": provenance.Stopwatch().cost(),
    }
    record.write_all(folder, model, about)
    return folder


def _line(name, en, zh, *values, unit="", total=False):
    return {"name": name, "en": en, "zh": zh, "values": list(values), "unit": unit, "total": total}


def _column(name, en, zh, unit=""):
    return {"name": name, "en": en, "zh": zh, "unit": unit}


def _account(group, en, zh, columns, lines, notes=()):
    return {"group": group, "en": en, "zh": zh, "meaning": f"{en}.", "columns": columns, "lines": lines,
            "notes": [list(note) for note in notes]}  # fmt: skip


def statements():
    """A balance sheet in mixed units, a cascade in yuan, and what flows in it."""
    stock = [_column("opening", "opening", "期初"), _column("change", "change", "变动"),
             _column("closing", "closing", "期末")]  # fmt: skip
    yuan = [_column("value", "worth of the year", "当年价值", "CNY/yr"), _column("share", "share", "占比", "1")]
    return {
        "balance": _account(
            "value", "Balance sheet of natural resources", "自然资源资产负债表", stock,
            [_line("soil", "soil on the land", "土壤", 65_000.0, -1234.5, 63_765.5, unit="t"),
             _line("forest", "forest", "森林", 40.0, 12.5, 52.5, unit="ha"),
             _line("debt", "owed to households", "欠付农户", 0.0, None, None, unit="CNY"),
             _line("worth", "net worth, \"all\" of it", "净资产", 1.5e6, -2e5, 1.3e6, unit="CNY", total=True)],
            [("What is owed is in the money of the year.", "欠款按当年价。")],
        ),
        "cascade": _account(
            "value", "From nature to revitalisation", "从自然到振兴", yuan,
            [_line("service", "ecosystem services", "生态系统服务", 1_200_000.0, 1.0),
             _line("product", "products sold", "已售产品", 90_000.0, 0.075),
             _line("sum", "realised", "已实现", 110_000.0, 0.0917, total=True)],
        ),
        "cascade_flows": _account(
            "value", "What flows in the cascade", "级联流量", yuan[:1],
            [_line("service>product", "ecosystem services > products", "生态系统服务 > 产品", 110_000.0),
             _line("service>unpaid", "ecosystem services > paid by nobody", "生态系统服务 > 无人支付", 1_090_000.0),
             _line("product>household", "products > households", "产品 > 农户", 90_000.0),
             _line("product>fund", "products > village fund", "产品 > 村集体", 20_000.0),
             _line("product>firm", "products > firms", "产品 > 企业", 0.0)],
        ),
    }  # fmt: skip


def add_accounts(folder):
    """Put made-up statements into a run folder."""
    (folder / "statements.json").write_text(json.dumps(statements(), ensure_ascii=False), "utf-8")


def add_maps(folder):
    """Put made-up maps of worth and of functions into the maps of a run folder."""
    import xarray as xr

    with xr.open_dataset(folder / "patches.nc", engine="h5netcdf") as file:
        maps = file.load()
    shape = maps["use"].shape
    worth = np.linspace(-500, 24_000, np.prod(shape)).reshape(shape).astype(np.float32)
    maps["gep"] = (("year", "y", "x"), worth, {"units": "CNY/ha/yr", "long_name": "gross ecosystem product"})
    kinds = (np.indices(shape[1:]).sum(axis=0) // 9 % 3).astype(np.int8)
    about = {"units": "1", "flag_values": np.arange(3, dtype=np.int8), "flag_meanings": "production living ecological"}
    maps["function"] = (("y", "x"), kinds, about)
    maps.to_netcdf(folder / "patches.nc", engine="h5netcdf")
