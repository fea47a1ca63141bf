"""Prose on a terminal keeps to its width; what is copied and what goes into a pipe is not broken."""

from __future__ import annotations

import pytest

from ecolint.advice.optimize import optimize
from ecolint.advice.recommend import recommend
from ecolint.advice.render_text import render
from ecolint.cli.rule import as_markdown, as_text
from ecolint.reporters.terminal import hanging
from ecolint.rules.registry import rules
from tests.advice.asking import ask


def test_a_line_hangs_below_its_label() -> None:
    assert list(hanging("Note: one two three", 12, 6)) == ["Note: one", "      two", "      three"]
    assert list(hanging("Note: one two three", None, 6)) == ["Note: one two three"]


@pytest.mark.parametrize("width", [60, 100])
@pytest.mark.parametrize("protocol", [optimize, recommend])
def test_advice_keeps_to_the_width_but_for_code(protocol, width: int) -> None:
    answer = protocol(ask("A800", "Mistral-7B", "int8"))
    assert answer.config is not None
    lines = render(answer, width=width).splitlines()
    longer = [line for line in lines if len(line) > width]
    assert all(line.removeprefix("Config:").strip() in answer.config.snippet for line in longer)
    assert f"Config:     {answer.config.snippet.splitlines()[0]}" in lines
    assert " ".join(render(answer).split()) == " ".join(" ".join(lines).split())


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)
def test_rules_keep_to_the_width_but_for_code(rule) -> None:
    lines = as_text(rule, 60).splitlines()
    assert [line for line in lines if len(line) > 60 and not line.startswith("    ") and " " in line] == []
    assert " ".join(as_text(rule).split()) == " ".join(" ".join(lines).split())
    assert as_markdown(rule).count("```") % 2 == 0
