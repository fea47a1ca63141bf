"""Charts draw usable rows only, say the same in words and in a table, and let nothing become markup."""

from __future__ import annotations

from itertools import product
from xml.etree import ElementTree

import pytest

from ecolint.charts import Bar, Chart, Mark, bar_chart, crossover_chart, energy_chart, stylesheet
from ecolint.evidence import Measured, crossover, is_known_figure, preferred, resolve_gpu, row, rows, usable
from tests.test_numbers import percentages

KINDS = ("nf4", "int8")
ARCHITECTURES = tuple(preferred("nf4"))
MARKS = (
    Mark("Qwen/Qwen2-1.5B", 1.54, "NF4"),
    Mark("mistralai/Mistral-7B-v0.3", 7.25),
    Mark("meta-llama/Llama-3.3-70B", 70.6),
)
CASES = tuple(product(ARCHITECTURES, KINDS))


def charts() -> list[Chart]:
    drawn = [crossover_chart(architecture, kind, MARKS) for architecture, kind in CASES]
    for gpu, model in product((None, "RTX 4090D", "A800", "T4", "5090"), {one.model for one in rows()}):
        chart = energy_chart(model, resolve_gpu(gpu) if gpu else None, used=[Measured.NF4])
        if chart is not None:
            drawn.append(chart)
    return drawn


def shapes(chart: Chart, kind: str) -> list[ElementTree.Element]:
    tree = ElementTree.fromstring(chart.svg)
    return [one for one in tree.iter() if kind in one.get("class", "").split()]


def words(chart: Chart) -> list[str]:
    cells = [cell for line in chart.table.rows for cell in line[:9]]
    return [chart.title, chart.text_alternative, *chart.notes, *cells]


def test_rows_that_may_not_be_used_are_nowhere() -> None:
    barred = {one.id for one in rows() if not usable(one)}
    assert barred
    for chart in charts():
        drawn = {line[7] for line in chart.table.rows}
        assert not drawn & barred
        assert not any(f"({one}" in chart.svg for one in barred)


def test_rows_that_need_their_note_are_hollow_and_have_it_in_the_table() -> None:
    seen = 0
    for chart in charts():
        doubtful = [row(line[7]) for line in chart.table.rows if row(line[7]).needs_note]
        seen += len(doubtful)
        hollow = " ".join(one.findtext("title") or "" for one in shapes(chart, "doubt"))
        for one in doubtful:
            assert one.id in hollow
            assert any(line[9] == f"{one.quality}: {one.note}" for line in chart.table.rows)
    assert seen > 50


def test_every_percentage_is_a_row_s_or_computed_from_rows() -> None:
    for chart in charts():
        for text in words(chart):
            invented = [one for one in percentages(text) if not is_known_figure(f"{one} %")]
            assert not invented, (chart.title, invented, text)


@pytest.mark.parametrize(("architecture", "kind"), CASES)
def test_one_point_for_each_row_of_the_table(architecture, kind) -> None:
    chart = crossover_chart(architecture, kind)
    points = [one for one in shapes(chart, "point") if one.find("title") is not None]
    assert len(points) == len(chart.table.rows)
    assert len(shapes(chart, "crossover")) == 1
    assert f"{crossover(architecture, kind).value_b:g} B" in chart.text_alternative


def test_without_any_measurement_the_chart_says_so() -> None:
    chart = crossover_chart("turing", "int8")
    assert not chart.table.rows
    assert chart.text_alternative.startswith("No measured row of INT8 on Turing.")
    assert "nothing measured" in chart.svg


def test_a_point_stands_above_fp16_where_the_row_cost_more() -> None:
    chart = crossover_chart("ada", "nf4")
    zero = float(shapes(chart, "zero")[0].get("y1", ""))
    for point in shapes(chart, "point"):
        if point.tag == "circle":
            costs_more = ": +" in (point.findtext("title") or "")
            assert (float(point.get("cy", "")) < zero) is costs_more


def test_setups_are_lettered_by_size_and_told_on_which_side_they_are() -> None:
    chart = crossover_chart("ada", "nf4", reversed(MARKS))
    assert "Qwen/Qwen2-1.5B, 1.54 B, NF4: below the crossover" in chart.text_alternative
    assert chart.text_alternative.endswith("70.6 B: above the crossover.")
    assert [one.text for one in shapes(chart, "setup-letter")] == ["A", "B", "C"]


def test_neighbouring_setups_share_a_flag() -> None:
    marks = [Mark(f"model {number}", 7 + number / 100) for number in range(5)]
    chart = crossover_chart("ada", "nf4", marks)
    assert [one.text for one in shapes(chart, "setup-letter")] == ["A–E"]


def test_the_setting_in_use_is_told_without_colour() -> None:
    chart = energy_chart(
        "mistralai/Mistral-7B-Instruct-v0.3", resolve_gpu("RTX 4090D"), used=[Measured.INT8_DEFAULT]
    )
    assert chart is not None
    assert "INT8 (default threshold), in use here: +30.7%, direct measured" in chart.text_alternative
    assert any("(used)" in (one.text or "") for one in shapes(chart, "strong"))


def test_without_a_card_no_figure_is_expected() -> None:
    chart = energy_chart("Qwen/Qwen2-1.5B")
    assert chart is not None
    assert "★☆☆" in chart.svg
    assert not shapes(chart, "bar")[1:]


@pytest.mark.parametrize("model", ["someone/unheard-of", ""])
def test_a_model_without_a_size_has_no_chart(model) -> None:
    assert energy_chart(model, resolve_gpu("A800")) is None


def test_bars_are_as_long_as_their_values() -> None:
    chart = bar_chart("t", [Bar("a", 2.0, "2"), Bar("b", 8.0, "8")], columns=("x", "y"), axis="n")
    first, second = (float(one.get("width", "")) for one in shapes(chart, "bar"))
    assert second == pytest.approx(4 * first, rel=0.01)
    assert chart.table.rows == (("a", "2"), ("b", "8"))


HOSTILE = "</svg><script>alert(1)</script>\"'&\u202e\x1b[31m\udcff"


def test_words_from_outside_stay_words() -> None:
    marked = crossover_chart("ada", "nf4", [Mark(HOSTILE, 3.0, HOSTILE)])
    bars = bar_chart(HOSTILE, [Bar(HOSTILE, 1.0, HOSTILE)], columns=("a", "b"), axis=HOSTILE)
    for chart in (marked, bars):
        chart.svg.encode()
        tags = {one.tag for one in ElementTree.fromstring(chart.svg).iter()}
        assert tags <= {"svg", "text", "title", "line", "rect", "circle", "polygon"}
        assert "\u202e" not in chart.svg
        assert "\x1b" not in chart.svg


def test_drawings_carry_no_styles_scripts_ids_or_references() -> None:
    for chart in charts():
        for one in ElementTree.fromstring(chart.svg).iter():
            assert not {"style", "id", "href"} & set(one.attrib)
            assert not any(name.startswith("on") for name in one.attrib)


def test_every_class_is_in_the_stylesheet() -> None:
    css = stylesheet()
    for chart in charts():
        for one in ElementTree.fromstring(chart.svg).iter():
            for name in one.get("class", "").split():
                assert name in ("label",) or f".{name}" in css, name


def test_the_same_chart_has_the_same_bytes() -> None:
    assert crossover_chart("ada", "int8", MARKS) == crossover_chart("ada", "int8", tuple(reversed(MARKS)))
