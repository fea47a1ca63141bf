"""The reader of plain command lines against click's: what it takes, it takes as click does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecolint.cli import quick
from ecolint.cli.clean import clean_report
from ecolint.cli.scan import command
from ecolint.cli.scan_options import FLAG, FORMATS, OPTIONS
from ecolint.finding import Report
from ecolint.reporters.base import RenderContext
from ecolint.reporters.registry import reporter, reporters


def by_click(arguments: list[str]) -> dict[str, Any] | None:
    """The options as click reads them; None where it refuses."""
    try:
        return command.make_context("scan", list(arguments)).params
    except (click.ClickException, click.exceptions.Exit):
        return None


VALUES = (
    "json", "text", "nonsense", "ECO001", "ECO0,nf4-double-quant", "1", "3", "4", "0", "07", "256", "257", "-1", "-", "--",
    "", " ", "error", "never", "ERROR", "A800", "a card", "always", "file.toml", "nowhere.toml", "sarif=x", "a=b", "*.py",
    "--quiet", "²", "１", "1_0", "+1",
)  # fmt: skip
FLAGS = [flag for option in OPTIONS for flag in option.flags]
WORDS = st.one_of(
    st.sampled_from(FLAGS),
    st.sampled_from([option.flags[0] for option in OPTIONS if option.kind != FLAG]),
    st.sampled_from(VALUES),
    st.builds("{}={}".format, st.sampled_from(FLAGS), st.sampled_from(VALUES)),
    st.builds(
        "{}{}".format, st.sampled_from([flag for flag in FLAGS if len(flag) == 2]), st.sampled_from(VALUES)
    ),
    st.builds(lambda flag, size: flag[:size], st.sampled_from(FLAGS), st.integers(2, 12)),
    st.sampled_from(("--help", "-h", "-x", "--unknown", "src", "a.py", "--", "-", "-qq", "-jq")),
    st.text(alphabet="-=ajqo.", max_size=4),
)


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORDS, max_size=6))
def test_what_it_takes_it_takes_as_click_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file.toml").touch()
    taken = quick.read(arguments)
    if taken is not None:
        assert taken == by_click(arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["."],
        ["src", "--format", "json", "-q", "--jobs=2"],
        ["-j4", "--select", "ECO0", "--select=ECO1,ECO2", "a.py", "b.py"],
        ["--exit-zero", "--", "-strange", "--name"],
        ["-", "--stdin-filename", "a.py"],
        ["-o", "sarif=out.sarif", "--gpu", "A800", "--min-confidence", "2", "--color", "never"],
        ["--fix", "--unsafe-fixes", "--diff-base", "main", "--include-docs"],
    ],
)
def test_ordinary_lines_are_taken(arguments: list[str]) -> None:
    taken = quick.read(arguments)
    assert taken is not None
    assert taken == by_click(arguments)


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.flags[-1])
def test_every_option_is_taken(option: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    value = {"format": "json", "rules": "ECO001", "gpu": "A800"}.get(option.check, "file")
    value = option.choices[0] if option.choices else str(option.limits[0]) if option.limits[1] else value
    for flag in option.flags:
        arguments = [flag] if option.kind == FLAG else [flag, value]
        taken = quick.read(arguments)
        assert taken is not None
        assert taken == by_click(arguments)


def test_formats_are_those_of_the_reporters() -> None:
    assert set(FORMATS) == set(reporters())


@pytest.mark.parametrize("format", ["text", "concise"])
@pytest.mark.parametrize("color", ["always", "never"])
@pytest.mark.parametrize("quiet", [False, True])
@pytest.mark.parametrize(("scanned", "seconds"), [(0, 0.0), (1, 0.006), (80_000, 12.345)])
def test_the_report_of_nothing(format: str, color: str, quiet: bool, scanned: int, seconds: float) -> None:
    from ecolint import evidence

    report = Report((), (), (), (), scanned, 0, 0, seconds)
    footer = "" if quiet else evidence.FOOTER
    context = RenderContext(color=color == "always", quiet=quiet, footer=footer)
    assert clean_report(scanned, seconds, {"quiet": quiet, "color": color}) == reporter(format).text(
        report, context
    )
