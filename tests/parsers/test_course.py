"""An evaluation that goes on after a choice, and knows what others found out, gives what one does that starts again
each time and finds everything out by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecolint.parsers.pythonic.evaluation.evaluator import Evaluator
from ecolint.parsers.pythonic.evaluation.lookups import LookedUp
from ecolint.repository import Repository
from ecolint.scanner import scan
from ecolint.settings.keys import DEFAULTS
from ecolint.settings.policy import CommandLineChoices, policy_for
from ecolint.source import SourceFile
from tests.expectations import FIXTURES, _root

MODULES = sorted(FIXTURES.rglob("*.py"))


def said(source: SourceFile, root: Path) -> object:
    policy = policy_for(DEFAULTS, CommandLineChoices(), source.path)
    report = scan(source, Repository(str(root)), policy)
    return report.findings, report.undecided, report.setups


def said_from_the_start(source: SourceFile, root: Path) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LookedUp, "holds", lambda self, key, count: True)
        patch.setattr(Evaluator, "for_call", lambda module, course: Evaluator(course))
        return said(source, root)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_fixtures_say_the_same_either_way(path: Path) -> None:
    root = _root(path)
    source = SourceFile(path.relative_to(root).as_posix(), path.read_bytes())
    assert said(source, root) == said_from_the_start(source, root)


HEAD = """from transformers import AutoModelForCausalLM, BitsAndBytesConfig
import os
class Wish:
    def __init__(self, bits, debug=False):
        self.bits = bits
        self.small = bits == 8 if debug else False
    def options(self):
        if self.bits == 8:
            return {'load_in_8bit': True}
        return {'load_in_4bit': self.small}
    @property
    def is_eight(self):
        return self.bits == 8
def is_eight(bits, debug=False):
    if debug:
        return True
    return bits == 8
def load(name, bits, debug=False, kind=None):
    options = {}
    eight = False
"""
CONDITIONS = (
    "bits == 8", "bits == 4", "bits in (4, 8)", "bits != 8", "debug", "not debug", "kind is None", "kind == 'lora'",
    "bits == 8 and debug", "debug or kind is None", "os.environ.get('EIGHT')", "eight", "options.get('x')",
)  # fmt: skip
STATEMENTS = (
    "options['load_in_8bit'] = True",
    "options['load_in_8bit'] = eight",
    "options['load_in_4bit'] = bits == 4",
    "options = {'quantization_config': BitsAndBytesConfig(load_in_8bit=debug)}",
    "eight = bits == 8",
    "eight = not debug",
    "eight = is_eight(bits)",
    "eight = is_eight(bits, debug) or Wish(bits).is_eight",
    "options = Wish(bits, debug).options()",
    "options.update(Wish(8 if debug else bits).options())",
    "bits = 8 if debug else bits",
    "return None",
    "pass",
)
BRANCHES = st.lists(
    st.tuples(st.sampled_from(CONDITIONS), st.sampled_from(STATEMENTS), st.sampled_from((None, *STATEMENTS))),
    min_size=1,
    max_size=6,
)


CALLS = (
    "",
    "load('Qwen/Qwen2-7B', 8)\nload('Qwen/Qwen2-7B', 4, debug=True)\n",
    "def main(small):\n    if small:\n        load('Qwen/Qwen2-7B', 4)\n    load('Qwen/Qwen2-7B', 8, small)\n",
)


@given(BRANCHES, st.sampled_from(CALLS))
@example(
    [
        ("bits == 8", "bits = 8 if debug else bits", None),
        ("bits == 8", "options = {'quantization_config': BitsAndBytesConfig(load_in_8bit=debug)}", None),
    ],
    "",
)
@example(
    [
        ("bits == 8 and debug", "eight = is_eight(bits, debug)", "bits = 8 if debug else bits"),
        ("eight", "pass", "options = {'quantization_config': BitsAndBytesConfig(load_in_8bit=debug)}"),
        ("bits == 8", "eight = is_eight(bits, debug) or Wish(bits).is_eight", None),
    ],
    CALLS[2],
)
@settings(max_examples=250, deadline=None)
def test_modules_say_the_same_either_way(branches: list[tuple[str, str, str | None]], calls: str) -> None:
    lines = [HEAD]
    for condition, then, otherwise in branches:
        lines.append(f"    if {condition}:\n        {then}\n")
        if otherwise:
            lines.append(f"    else:\n        {otherwise}\n")
    lines.append("    return AutoModelForCausalLM.from_pretrained(name, load_in_8bit=eight, **options)\n")
    source = SourceFile("load.py", ("".join(lines) + calls).encode())
    assert said(source, FIXTURES) == said_from_the_start(source, FIXTURES)
