"""The report by sections: the first page, statements, the flow diagram, further maps, and tables to be downloaded."""

from __future__ import annotations

import json
import math
import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_folder import add_accounts, add_maps, run_folder, statements

from village_abm.report import (
    accounts,
    books,
    build,
    chapters,
    first,
    flow,
    further_maps,
    palette,
    sections,
    tables,
    words,
)
from village_abm.report.reading import read_run
from village_abm.report.tables import Sheet
from village_abm.report.words import Text


@pytest.fixture
def folder(tmp_path, invented):
    return run_folder(tmp_path, invented)


@pytest.fixture
def full(folder):
    """A folder with statements and further maps."""
    add_accounts(folder)
    add_maps(folder)
    return folder


# Sections -------------------------------------------------------------------------------------------------


def test_the_sections_stand_in_their_order(full):
    page = build.write_report(full).read_text("utf-8")
    order = re.findall(r'<section id="(\w+)"', page)
    assert order == ["short", "land", "people", "money", "schemes", "value", "index", "books", "parameters", "repeat"]
    assert re.findall(r'<a href="#(\w+)">', page.split("</nav>")[0]) == order


def test_every_group_stands_in_one_section():
    held = [group for groups in chapters.CHAPTERS.values() for group in groups]
    assert sorted(held) == sorted({"people", "land", "ecology", "money", "schemes", "value", "equity", "index"})


def test_what_a_folder_does_not_hold_leaves_no_empty_section(folder):
    run = read_run(folder)
    assert not chapters.Chapter([], [])
    assert chapters.chapters(run)["land"]
    run.indicators.attrs["groups"] = dict.fromkeys(run.indicators.attrs["groups"], "land")
    run.manifest["industries"] = []
    page = build.render(run)
    assert 'id="value"' not in page
    assert 'href="#index"' not in page


def test_the_key_numbers_lead_their_group(folder):
    group = chapters.chapters(read_run(folder))["money"].groups[0]
    assert [panel.label.en for panel in group.panels][:2] == ["Income per head, prices of 2020",
                                                              "Share of people who are poor"]  # fmt: skip


# The first page -------------------------------------------------------------------------------------------


def account(name, line, value):
    """A statement of one line, as gross ecosystem product and value realised are drawn up."""
    column = {"name": "value", "en": "value", "zh": "价值", "unit": "CNY/yr"}
    held = {"name": line, "en": line, "zh": line, "values": [value], "unit": "", "total": True}
    return {name: {"group": "value", "en": name, "zh": name, "meaning": "", "columns": [column], "lines": [held],
                   "notes": []}}  # fmt: skip


def test_the_first_page_has_the_quarters_that_the_run_can_fill(folder):
    run = read_run(folder)
    assert [block.name for block in first.blocks(run)] == ["land", "money", "parameters"]
    run.statements.update(account("gep", "gep", 2_000_000.0))
    quarters = first.blocks(run)
    assert [block.name for block in quarters] == ["land", "money", "value", "parameters"]
    assert [figure.value for figure in quarters[2].figures] == ["2,000,000"]
    assert quarters[2].bar == []


def test_what_is_realised_is_drawn_as_a_share_of_what_nature_yields(folder):
    run = read_run(folder)
    run.statements.update(account("gep", "gep", 2_000_000.0) | account("realised", "realised", 150_000.0))
    (block,) = (block for block in first.blocks(run) if block.name == "value")
    assert [figure.value for figure in block.figures] == ["2,000,000", "150,000"]
    assert [piece.share for piece in block.bar] == [0.075, 0.925]
    run.statements["realised"]["lines"][0]["values"] = [3_000_000.0]
    (block,) = (block for block in first.blocks(run) if block.name == "value")
    assert [piece.share for piece in block.bar] == [1, 0]  # more than all is drawn as all; the numbers tell the rest


def test_what_to_distrust_counts_the_unchecked_and_the_open(folder):
    run = read_run(folder)
    said = " ".join(line.en for line in first.blocks(run)[-1].lines)
    assert "Of its 5 parameters, 2 (40%) have no checked source" in said
    assert "The people are generated" in said  # the heights are given
    assert "The books close in every year" in said
    run.books.loc[(run.books["year"] == 1993) & (run.books["entry"] == "washed away"), "amount"] = -2.0
    assert "Books that do not close: soil." in " ".join(line.en for line in first.blocks(run)[-1].lines)


# Statements -----------------------------------------------------------------------------------------------


def test_a_statement_is_set_with_the_unit_of_its_lines_or_columns(full):
    balance, cascade = accounts.tables(read_run(full), "value")[::-1]
    assert (balance.name, balance.units, cascade.units) == ("balance", True, False)
    assert [line.unit.zh for line in balance.lines] == ["吨", "公顷", "元", "元"]
    assert balance.lines[0].cells == ["65,000", "-1,234", "63,766"]
    assert balance.lines[2].cells == ["0", "–", "–"]
    assert [line.total for line in balance.lines] == [False, False, False, True]
    assert cascade.heads[1] == (Text("Share", "占比"), Text("%", "%"))
    assert cascade.lines[1].cells == ["90,000", "7.5"]


def test_a_long_statement_shows_its_sums_first():
    def table(lines, sums):
        made = [accounts.Line(Text("a", "甲"), Text("", ""), ["1"], k < sums) for k in range(lines)]
        return accounts.Table("a", Text("a", "甲"), [], made, [], None)

    assert len(table(41, 5).sums) == 5
    assert table(40, 5).sums == []
    assert table(41, 1).sums == []  # one sum tells nothing of what it sums


def test_flows_are_drawn_beside_the_statement_they_are_named_after(full):
    shown = accounts.tables(read_run(full), "value")
    assert [table.name for table in shown] == ["cascade", "balance"]
    assert shown[0].drawn is not None
    assert shown[1].drawn is None
    page = build.write_report(full).read_text("utf-8")
    assert page.count('<svg class="sankey"') == 1
    assert "nan" not in re.search(r'<svg class="sankey".*?</svg>', page, flags=re.S)[0]


# The flow diagram -----------------------------------------------------------------------------------------


def told(*flows):
    lines = [{"name": f"{a}>{b}", "en": f"{a} → {b}", "zh": f"{a} → {b}", "values": [v], "unit": "", "total": False}
             for a, b, v in flows]  # fmt: skip
    return {"columns": [{"name": "value", "en": "value", "zh": "价值", "unit": "CNY/yr"}], "lines": lines}


def test_a_flow_by_hand():
    drawn = flow.drawn(told(("nature", "goods", 30.0), ("nature", "nobody", 70.0), ("goods", "homes", 30.0)))
    nature, goods, nobody, homes = drawn.nodes
    assert [node.words["en"] for node in drawn.nodes] == [["Nature"], ["Goods"], ["Nobody"], ["Homes"]]
    assert [node.amount for node in drawn.nodes] == ["100", "30", "70", "30"]
    assert nature.tall == pytest.approx(flow.ROOM)
    assert (goods.tall, nobody.tall, homes.tall) == pytest.approx((0.3 * flow.ROOM, 0.7 * flow.ROOM, 0.3 * flow.ROOM))
    assert nature.x == 0
    assert goods.x == nobody.x == pytest.approx(homes.x / 2)
    assert len(drawn.bands) == 3


def test_the_words_of_a_bar_come_from_its_flows_in_both_languages():
    drawn = flow.drawn(statements()["cascade_flows"])
    assert {row for node in drawn.nodes for row in node.words["zh"]} == {
        "生态系统服务",
        "产品",
        "无人支付",
        "农户",
        "村集体",
    }
    assert "firms" not in str(drawn)  # nothing flows there


def test_what_runs_in_a_circle_is_refused():
    with pytest.raises(ValueError, match="runs in a circle: a>b, b>a"):
        flow.drawn(told(("a", "b", 1.0), ("b", "a", 1.0)))


@pytest.mark.parametrize("value", [0.0, -3.0, None])
def test_nothing_is_not_drawn(value):
    assert flow.drawn(told(("a", "b", value))) is None


@given(
    st.lists(
        st.tuples(st.integers(0, 8), st.integers(0, 8), st.floats(0.01, 1e9)).filter(lambda k: k[0] < k[1]),
        min_size=1, max_size=25, unique_by=lambda k: k[:2],
    )
)  # fmt: skip
def test_bars_of_a_column_never_meet_and_bands_run_to_the_right(flows):
    drawn = flow.drawn(told(*((f"n{a}", f"n{b}", value) for a, b, value in flows)))
    assert math.isfinite(drawn.height)
    columns = {}
    for node in drawn.nodes:
        assert 0 <= node.x <= flow.WIDTH - flow.LABEL
        assert node.y >= 0
        assert node.y + node.tall <= drawn.height
        columns.setdefault(node.x, []).append(node)
    for nodes in columns.values():
        ends = sorted((node.y, node.y + node.tall) for node in nodes)
        assert all(a[1] <= b[0] for a, b in pairwise(ends))
    for band in drawn.bands:
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", band.path)]
        assert all(map(math.isfinite, numbers))
        assert numbers[0] < numbers[6]


def test_long_words_are_broken_to_fit():
    assert flow._wrapped("enjoyed and not paid for", 90) == ["enjoyed and", "not paid for"]
    assert flow._wrapped("无偿享用（生态宜居）", 80) == ["无偿享用（生", "态宜居）"]
    assert flow._wrapped("one", 1) == ["one"]


# Further maps ---------------------------------------------------------------------------------------------


def test_maps_of_worth_have_a_ramp_with_units_and_those_of_classes_a_legend(full):
    run = read_run(full)
    (worth,) = further_maps.layers(run, "value")
    assert len(worth.frames) == 3
    unit = words.unit("CNY/ha/yr").en
    assert [end.en for end in worth.ends] == [f"−500 {unit} or less", f"50,000 {unit} or more"]
    (kinds,) = further_maps.layers(run, "land")
    assert len(kinds.frames) == 1  # one picture serves all years
    assert [key.words.zh for key in kinds.keys] == ["生产", "生活", "生态"]
    assert sum(key.last for key in kinds.keys) == pytest.approx(run.elevation.size * run.patch_size**2 / 1e4)
    assert kinds.ramp == ""


def test_a_folder_without_them_just_lacks_the_maps(folder):
    assert [further_maps.layers(read_run(folder), name) for name in ("land", "value")] == [[], []]


def test_ramps_of_worth_are_told_apart_by_lightness():
    light = [np.dot((0.2126, 0.7152, 0.0722), palette.rgb(colour)) for colour in palette.VALUE]
    assert all(a - b > 5 for a, b in pairwise(light))


# Tables to be downloaded ----------------------------------------------------------------------------------


def test_tables_are_kept_whole_and_in_both_languages():
    held = tables.kept([Sheet("a", ["name", Text("worth", "价值(元)")], [["x", 1 / 3], ["y", math.nan], ["z", None]])])
    assert held == {"a": [["name", ["worth", "价值（元）"]], ["x", 0.3333333333], ["y", None], ["z", None]]}


def test_every_table_of_the_page_is_kept_and_every_button_has_one(full):
    page = build.write_report(full).read_text("utf-8")
    held = json.loads(re.search(r'id="tables">(.*?)</script>', page, flags=re.S)[1])
    asked = set(re.findall(r'data-csv="([\w-]+)"', page))
    assert asked == set(held)
    assert {"balance", "cascade", "cascade_flows", "books", "industries", "parameters", "people-by-year"} <= asked
    assert all(len(row) == len(rows[0]) for rows in held.values() for row in rows)


def test_the_table_of_the_books_has_every_line_in_every_year(folder):
    run = read_run(folder)
    sheet = books.sheet(run)
    assert [str(cell) for cell in sheet.head[4:]] == [str(year) for year in run.years]
    closing = next(row for row in sheet.rows if row[2] == Text("closing", "期末"))
    assert closing[3:] == ["t", 99.0, 98.0, 97.0, 96.0, 95.0, 94.0]


def test_the_table_of_the_parameters_has_all_of_them(folder):
    run = read_run(folder)
    industries, parameters = sections.sheets(run)
    assert len(parameters.rows) == len(run.parameters) == 5
    assert [row[0] for row in industries.rows] == ["maize"]
