"""Two villages under the same luck, in a real browser: the same until a scheme begins, and apart from then on."""

from __future__ import annotations

import pytest
from view_page import Tab, browser, check, needs_browser, server

from village_abm import load_params

pytestmark = needs_browser
SCHEMES = load_params("village").scenario.schemes
FIRST = min(load_params("village").schemes[name].years[0] for name in SCHEMES)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with server(tmp_path_factory.mktemp("page") / "server.log") as found:
        yield found


@pytest.fixture
def chromium():
    with browser() as found:
        yield found


def compared(tab: Tab, how: str) -> None:
    """Set the maps against something, and wait until they are."""
    tab.page.select_option("#compared", how)
    tab.page.wait_for_function(
        f"document.querySelectorAll('.km-map canvas').length === {1 if how == 'to_other' else 2}"
    )


def legend(tab: Tab) -> list[str]:
    """The classes that are named below the maps."""
    return tab.page.eval_on_selector_all(".km-legend > span:not(.km-note)", "all => all.map((one) => one.innerText)")


def all_the_same(tab: Tab) -> bool:
    """Whether the map of differences is of one colour, and its legend says so."""
    found = legend(tab)
    return len(found) == 1 and found[0].startswith("the same")


def layers(tab: Tab) -> dict[str, str]:
    """Layers of the picker: names and labels."""
    return dict(tab.page.eval_on_selector_all("#layer option", "all => all.map((one) => [one.value, one.text])"))


def lay(tab: Tab, layer: str) -> None:
    """Show a layer on every map."""
    tab.page.select_option("#layer", layer)
    tab.all_show(layers(tab)[layer])


@pytest.mark.slow
def test_a_village_beside_one_without_schemes_is_the_same_until_they_begin(served, chromium, tmp_path):
    tab = Tab(chromium, served).founded()
    page = tab.page
    page.click("#guided")
    page.click("#pair")
    page.wait_for_function("document.querySelectorAll('.km-map canvas').length === 2")
    tab.founded()
    assert page.inner_text(".km-side >> nth=1") == "right: no scheme"
    tab.play_to(FIRST + 3)
    left, right = tab.drawn()
    assert left != right
    now = page.eval_on_selector_all(".km-now", "all => all.map((one) => one.dataset.value)")
    assert len(now) == 6
    assert now[0] != now[1]
    assert page.locator(".km-mark").count() == 3 * len(SCHEMES)
    compared(tab, "to_other")
    assert not all_the_same(tab)
    page.screenshot(path=tmp_path / "parted.png", full_page=True)
    tab.go(FIRST - 1)
    assert all_the_same(tab)
    compared(tab, "as_is")
    tab.all_show(f", {FIRST - 1}")
    left, right = tab.drawn()
    assert left == right
    page.screenshot(path=tmp_path / "still-the-same.png", full_page=True)
    page.click("#pair")
    page.wait_for_function("document.querySelectorAll('.km-map canvas').length === 1")
    check(tab)


def same_in_every_layer(tab: Tab, years: tuple[int, ...]) -> None:
    """Both maps are the same dot by dot in every layer and year."""
    for year in years:
        tab.go(year)
        for layer in layers(tab):
            lay(tab, layer)
            left, right = tab.drawn()
            assert left == right, (layer, year)


@pytest.mark.slow
def test_two_villages_with_equal_parameters_are_drawn_the_same(served, chromium, tmp_path):
    tab = Tab(chromium, served, f"?beside={','.join(SCHEMES)}").founded()
    page = tab.page
    tab.play_to(FIRST + 10)
    same_in_every_layer(tab, (1990, FIRST + 1, FIRST + 10))
    compared(tab, "to_other")
    for layer in ("use", "owner", "enrolment"):
        lay(tab, layer)
        assert all_the_same(tab), layer
    page.screenshot(path=tmp_path / "twins.png", full_page=True)
    pairs = page.eval_on_selector_all(".km-now", "all => all.map((one) => one.dataset.value)")
    assert pairs[0::2] == pairs[1::2]
    check(tab)


@pytest.mark.slow
def test_a_scheme_on_the_left_chosen_in_the_settings_parts_them_from_its_first_year(served, chromium, tmp_path):
    tab = Tab(chromium, served).founded()
    page = tab.page
    page.click("nav button:nth-child(3)")
    page.click("#left summary")
    page.uncheck("#left label:has-text('as the scenario has them') input")
    for name in SCHEMES[1:]:
        page.uncheck(f"#left input[value={name}]")
    page.check("#beside")
    page.wait_for_selector("#right")
    page.click("#begin")
    page.wait_for_selector(".km-idle")
    page.click("nav button:nth-child(1)")
    page.wait_for_function("document.querySelectorAll('.km-map canvas').length === 2")
    first = load_params("village").schemes[SCHEMES[0]].years[0]
    tab.play_to(first + 8)
    same_in_every_layer(tab, (1990, first - 1))
    for layer in ("enrolment", "use", "cover"):
        lay(tab, layer)
        for year in (first + 4, first + 8):
            tab.go(year)
            left, right = tab.drawn()
            assert left != right, (layer, year)
    page.screenshot(path=tmp_path / "maps.png", full_page=True)
    compared(tab, "to_other")
    lay(tab, "use")
    assert not all_the_same(tab)
    page.screenshot(path=tmp_path / "difference.png", full_page=True)
    check(tab)
