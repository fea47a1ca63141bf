"""Inline comments: where they hold, what they say, and what is left when a useless one is taken out."""

from __future__ import annotations

import datetime
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecolint.finding import Finding
from ecolint.repository import Repository
from ecolint.scanner import scan
from ecolint.settings.keys import DEFAULTS
from ecolint.settings.policy import CommandLineChoices, policy_for
from ecolint.source import SourceFile
from ecolint.suppressions import read_comments
from tests.adoption.conftest import Tree

LOAD = 'model = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-v0.1", load_in_8bit=True)'
HEAD = "from transformers import AutoModelForCausalLM\n"


def report(text: str | bytes, path: str = "app.py", use_ignores: bool = True) -> tuple[Finding, ...]:
    data = text if isinstance(text, bytes) else text.encode()
    policy = policy_for(DEFAULTS, CommandLineChoices(use_ignores=use_ignores), path)
    return scan(SourceFile(path, data), Repository(None), policy).findings


def cleaned(text: str, path: str = "app.py") -> str:
    """The text with the fixes of all findings about comments applied."""
    data = text.encode()
    found = [item for item in report(text, path) if item.rule == "ECO901" and item.fix is not None]
    for edit in sorted((edit for item in found for edit in item.fix.edits), reverse=True):  # type: ignore[union-attr]
        data = data[: edit.start] + edit.text.encode() + data[edit.end :]
    return data.decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1  # ecolint: ignore[ECO001]\n", "x = 1\n"),
        ("x = 1  # noqa  # ecolint: ignore[ECO001] -- why\n", "x = 1  # noqa\n"),
        ("# ecolint: ignore[ECO001]\nx = 1\n", "x = 1\n"),
        ("a = 1\r\n    # ecolint: ignore-file[ECO001]\r\nx = 1\r\n", "a = 1\r\nx = 1\r\n"),
        ("x = 1  # ecolint: ignore[ECO001]", "x = 1"),
        ("# ecolint: ignore[ECO001] -- ünï\nx = 'é'\n", "x = 'é'\n"),
        (f"{HEAD}{LOAD}  # ecolint: ignore[ECO001, ECO003]\n", f"{HEAD}{LOAD}  # ecolint: ignore[ECO001]\n"),
        (
            f"{HEAD}{LOAD}  # ecolint: ignore[ECO003, ECO001,ECO004] until=2999-01-01 -- why\n",
            f"{HEAD}{LOAD}  # ecolint: ignore[ECO001] until=2999-01-01 -- why\n",
        ),
        ("x = 1  # ecolint: ignore[NOPE]\n", "x = 1  # ecolint: ignore[NOPE]\n"),
        (
            f"{HEAD}{LOAD}  # ecolint: ignore[ECO001, NOPE]\n",
            f"{HEAD}{LOAD}  # ecolint: ignore[ECO001, NOPE]\n",
        ),
    ],
)
def test_taking_out_what_is_useless(before: str, after: str) -> None:
    assert cleaned(before) == after
    assert cleaned(after) == after


def test_html_comments_end_where_they_end() -> None:
    source = SourceFile(
        "a.md", b"<!-- ecolint: ignore[ECO001] -- why --> text\n/* ecolint: ignore[ECO001] */ x\n"
    )
    one, two = read_comments(source).ignores
    assert (one.reason, source.cut(one.span)) == ("why", "<!-- ecolint: ignore[ECO001] -- why -->")
    assert (two.reason, source.cut(two.span)) == ("", "/* ecolint: ignore[ECO001] */")


@pytest.mark.parametrize(
    ("rest", "reason", "until"),
    [
        ("", "", None),
        (" -- a reason", "a reason", None),
        (" a reason", "a reason", None),
        (": a reason", "a reason", None),
        (" until=2027-01-31", "", datetime.date(2027, 1, 31)),
        (" until=2027-01-31 -- why -- really", "why -- really", datetime.date(2027, 1, 31)),
        (" -- why until=2027-01-31", "why", datetime.date(2027, 1, 31)),
    ],
)
def test_reasons_and_dates(rest: str, reason: str, until: datetime.date | None) -> None:
    (found,) = read_comments(SourceFile("a.sh", f"x # ecolint: ignore[ECO001]{rest}\n".encode())).ignores
    assert (found.reason, found.until, found.fault) == (reason, until, "")


def test_a_byte_order_mark_is_no_part_of_the_first_comment() -> None:
    source = SourceFile(
        "a.sh", b"\xef\xbb\xbf# ecolint: ignore[ECO003]\necho \xc3\xbc  # ecolint: ignore[ECO001]\n"
    )
    found = [source.cut(one.span) for one in read_comments(source).ignores]
    assert found == ["# ecolint: ignore[ECO003]", "# ecolint: ignore[ECO001]"]


def test_reasons_in_notebooks_are_read_without_escapes() -> None:
    from ecolint.suppressions import Comments

    line = f'{LOAD}  # ecolint: ignore[ECO001] -- "16 GB" ü'
    cell = {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": [HEAD, line],
    }
    data = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
    found = scan(
        SourceFile("a.ipynb", data), Repository(None), policy_for(DEFAULTS, CommandLineChoices(), "a.ipynb")
    )
    assert [reason for _, reason in found.suppressed] == ['"16 GB" ü']
    assert read_comments(SourceFile("a.ipynb", data)) == Comments()


def test_a_file_that_cannot_be_read_can_be_ignored() -> None:
    broken = "def f(:\n    load_in_8bit=True\n"
    assert [item.rule for item in report(broken)] == ["ECO902"]
    assert report("# ecolint: ignore-file[ECO902] -- a template\n" + broken) == ()


def test_without_ignores_everything_shows_and_no_comment_is_useless() -> None:
    text = f"{HEAD}{LOAD}  # ecolint: ignore[ECO001]\nx = 1  # ecolint: ignore[ECO001]\n"
    assert [item.rule for item in report(text)] == ["ECO901"]
    assert [item.rule for item in report(text, use_ignores=False)] == ["ECO001"]


def test_counts_and_options_on_the_command_line(tree: Tree) -> None:
    tree.write(
        "app.py", f"{HEAD}{LOAD}  # ecolint: ignore[ECO001] -- why\nx = 1  # ecolint: ignore[ECO001]\n"
    )
    found = tree.scan()
    assert (found.status, found.report["summary"]["suppressed"]) == (0, 1)
    assert tree.scan("--no-ignores").places == ["app.py:2 ECO001"]
    assert "1 suppressed" in tree.ecolint("scan").out
    assert tree.scan("--ignore", "ECO901", "--fail-on", "note").status == 0
    assert tree.scan("--select", "ECO003").places == []


WORDS = st.sampled_from(
    ("# ecolint: ", "ignore", "-file", "[", "]", "ECO001", "ECO9", "nope", ",", " -- ", "until=", "2027-01-01", "gpu=",
     "a800", "params=", "7", "context=", "training", '"', "\\", "\\n", "<!-- ", " -->", "```\n", "x = 1", "\n", "\r\n",
     "\ufeff", "é", "\x0c", "'''", "(", "ecolint:")
)  # fmt: skip


@given(
    st.lists(WORDS, max_size=24), st.sampled_from(("a.py", "a.sh", "a.md", "a.yaml", "Modelfile", "a.ipynb"))
)
def test_any_comment_is_read_or_told_of(words: list[str], path: str) -> None:
    text = "".join(words)
    source = SourceFile(path, text.encode())
    found = read_comments(source)
    for one in (*found.ignores, *found.annotations):
        assert "ecolint:" in source.cut(one.span)
        assert 1 <= one.line <= len(source.line_starts)
    report(text, path)


OVER_LINES = """import torch
# ecolint: ignore[ECO001] -- größe
c = Config(
    load_in_8bit=True,
)
d = Config(  # ecolint: ignore[ECO002]
    load_in_4bit=True)
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_lines_of_a_statement_in_any_encoding(encoding: str, ends: str) -> None:
    source = SourceFile("a.py", OVER_LINES.replace("\n", ends).encode(encoding))
    assert [one.lines for one in read_comments(source).ignores] == [{3, 4, 5}, {6, 7}]


def test_a_file_that_is_no_python_has_no_statements() -> None:
    source = SourceFile("a.py", OVER_LINES.replace(")", "").encode())
    assert [one.lines for one in read_comments(source).ignores] == [{2, 3}, {6}]
