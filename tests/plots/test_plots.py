"""Bars in the terminal: what they show, at every width, with and without colours."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from contextlib import redirect_stdout

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ecolint import evidence
from ecolint.cli.app import run
from ecolint.cli.bars import ASCII, BLOCKS, NARROWEST, Bar, Group, draw, glyphs_for, scale_of
from tests.expectations import FIXTURES
from tests.plots import COMMANDS, WIDTHS, path_of, printed
from tests.test_start_up import modules_of

NAMES = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=90)
VALUES = st.floats(-1e6, 1e6, allow_subnormal=False)
BARS = st.builds(Bar, NAMES, st.none() | VALUES, NAMES, NAMES)
GROUPS = st.lists(
    st.builds(Group, NAMES, st.lists(BARS, max_size=5).map(tuple), st.lists(NAMES, max_size=2).map(tuple)),
    max_size=4,
)
GLYPHS = st.sampled_from((ASCII, BLOCKS))
ESCAPE = re.compile(r"\x1b\[[\d;]*m")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", COMMANDS)
def test_output_at_this_width(name, width, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    text = printed(COMMANDS[name])
    assert text == path_of(name, width).read_text(encoding="utf-8"), "run python -m tests.plots and look"
    chart = text.partition("\n\n")[2].partition("\n\n12 rows")[0]
    assert all(cell_len(line) <= width for line in chart.splitlines() if not line.startswith("Evidence:"))


@given(GROUPS, st.integers(NARROWEST, 220), st.booleans())
def test_no_line_is_wider_than_the_terminal(groups, width, shared) -> None:
    for line in draw(groups, width=width, shared=shared).splitlines():
        assert cell_len(line) <= width


@given(st.lists(VALUES, min_size=1, max_size=8), st.integers(16, 200), GLYPHS)
def test_longer_bars_are_larger_values_on_their_side(values, cells, glyphs) -> None:
    scale = scale_of(values, cells)
    drawn = sorted((value, scale.cells(value, glyphs)) for value in values)
    lengths = [_length(right, glyphs.right) - _length(left, glyphs.left) for _, (left, right) in drawn]
    assert lengths == sorted(lengths)
    for value, (left, right) in drawn:
        assert len(left) + 1 + len(right) == cells
        assert bool(left.strip()) == (value < 0)
        assert bool(right.strip()) == (value > 0)


def _length(half: str, steps: str) -> int:
    """Steps of a half bar; glyphs that look alike count as the smaller."""
    return sum(steps.index(glyph) + 1 if glyph != steps[-1] else len(steps) for glyph in half.strip())


@pytest.mark.parametrize(
    ("encoding", "glyphs"),
    [("utf-8", BLOCKS), ("ascii", ASCII), ("cp1252", ASCII), ("cp437", ASCII), (None, ASCII), ("?", ASCII)],
)
def test_blocks_only_where_the_encoding_has_them(encoding, glyphs) -> None:
    assert glyphs_for(encoding) == glyphs


def test_ascii_bars_are_ascii() -> None:
    groups = [Group("Cards", (Bar("a", -3.5, "-3.5%"), Bar("b", 120.0, "+120%"), Bar("c", None, "-")))]
    assert draw(groups, width=60, encoding="ascii").splitlines() == [
        "Cards",
        "  a   #|" + " " * 47 + "-3.5%",
        "  b    |" + "#" * 45 + "  +120%",
        "  c" + " " * 56 + "-",
    ]


def plotted(*arguments: str, **environment: str) -> str:
    """What a piped `ecolint` prints."""
    done = subprocess.run(
        (sys.executable, "-m", "ecolint", *arguments),
        capture_output=True,
        env={
            **{name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")},
            "PYTHONPATH": str(FIXTURES.parent.parent),
            "PYTHONIOENCODING": "utf-8",
            **environment,
        },
        check=True,
    )
    return done.stdout.decode("utf-8")


EVIDENCE = ("evidence", "--plot", "--gpu", "A800", "--precision", "nf4")
COMPARE = ("compare", "--gpu", "A800", "--model", "Mistral-7B")


def test_colours_in_a_pipe_only_when_asked_for() -> None:
    plain = plotted(*EVIDENCE)
    assert "│█" in plain
    assert "\x1b" not in plain
    for coloured in (plotted(*EVIDENCE, "--color", "always"), plotted(*EVIDENCE, FORCE_COLOR="1")):
        assert "\x1b[36m" in coloured
        assert ESCAPE.sub("", coloured) == plain, "colours repeat what is there without them"
    assert plotted(*EVIDENCE, "--color", "always", NO_COLOR="1") != plain
    assert plotted(*EVIDENCE, FORCE_COLOR="1", NO_COLOR="1") == plain
    assert "#" in plotted(*EVIDENCE, PYTHONIOENCODING="ascii")


def test_a_piped_comparison_is_the_table_and_loads_no_rich() -> None:
    piped = plotted(*COMPARE)
    assert piped == plotted(*COMPARE, "--no-plot") == plotted(*COMPARE, FORCE_COLOR="1")
    assert "| Dimension" in piped
    bars = plotted(*COMPARE, "--plot")
    assert "| Dimension" not in bars
    assert bars.partition("Cells:")[2] == piped.partition("Cells:")[2]
    assert "rich" not in modules_of(*COMPARE)
    assert "rich" not in modules_of("evidence")
    assert "rich" in modules_of(*EVIDENCE)


def test_a_comparison_on_a_terminal_has_bars(monkeypatch) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    out.isatty = lambda: True
    with redirect_stdout(out):
        assert run([*COMPARE, "--color", "never"]) == 0
        assert run([*COMPARE, "--format", "markdown"]) == 0
    out.seek(0)
    text = out.read()
    assert "Energy against FP16, each of its own session\n" in text
    assert text.count("| Dimension") == 1


def test_every_cell_of_the_table_stands_in_the_plot() -> None:
    table = plotted(*COMPARE, "--precision", "fp16,nf4,int8").splitlines()
    cells = [
        cell.strip() for line in table if line.startswith("| ") for cell in line.strip("| ").split(" | ")
    ]
    bars = plotted(*COMPARE, "--precision", "fp16,nf4,int8", "--plot")
    for cell in cells:
        assert (
            cell in bars or cell.startswith(("Dimension", "Winner", "✓")) or cell in ("Energy", "Memory")
        ), cell


def test_implausible_rows_are_never_drawn_and_doubtful_ones_have_their_note(capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "100000")
    assert run(["evidence", "--plot", "--all"]) == 0
    text = capsys.readouterr().out
    for row in evidence.rows():
        drawn = row.delta_energy_pct is not None and row.quality != "implausible"
        assert (re.search(rf"  row {re.escape(row.id)}( \(|$)", text, re.M) is not None) == drawn, row.id
        if drawn and row.needs_note:
            assert f"{row.quality}, row {row.id}: {row.note}" in text
    assert "Not drawn: 23 rows of quality implausible: never used." in text


@pytest.mark.parametrize(
    "extra", [("--format", "json"), ("--sources",), ("--gpus",), ("--row", "seed-4090d-qwen2-7b-nf4")]
)
def test_plot_does_not_go_with_everything(extra, capsys) -> None:
    assert run(["evidence", "--plot", *extra]) == 2
    assert "--plot" in capsys.readouterr().err


def test_plot_of_a_comparison_is_text(capsys) -> None:
    assert run(["compare", "--plot", "--format", "json"]) == 2
    assert "--plot" in capsys.readouterr().err


def test_speeds_of_different_sessions_get_no_bars(capsys) -> None:
    assert (
        run(["compare", "--plot", "--gpu", "RTX 4090D,A800", "--model", "Mistral-7B", "--precision", "nf4"])
        == 0
    )
    text = capsys.readouterr().out
    energy, _, rest = text.partition("Throughput\n")
    assert "Energy against FP16, each of its own session\n" in energy
    assert "│" in energy
    assert "│" not in rest.partition("\n\n")[0]


def test_doubtful_rows_of_a_comparison_are_marked(capsys) -> None:
    assert (
        run(["compare", "--plot", "--gpu", "RTX 4090D", "--model", "Qwen2-7B", "--precision", "fp16,nf4"])
        == 0
    )
    assert re.search(r"NF4 .*\(-34%\) .*caution$", capsys.readouterr().out, re.M)


def test_batch_sizes_of_one_session_are_compared_in_joules(capsys) -> None:
    assert (
        run(
            [
                "compare",
                "--plot",
                "--gpu",
                "A800",
                "--model",
                "Mistral-7B",
                "--precision",
                "fp16",
                "--batch-size",
                "1,8",
            ]
        )
        == 0
    )
    assert "Energy in J/1k tokens\n" in capsys.readouterr().out
