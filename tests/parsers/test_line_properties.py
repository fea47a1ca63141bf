"""Whatever stands in a file: no exception, spans inside the file and in order, in time that grows with the size."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecolint.inference import Located
from ecolint.parsers.registry import formats
from ecolint.repository import Repository
from ecolint.source import SourceFile, Span, Unreadable
from ecolint.statements import CommandLine, Statement
from tests.parsers.lines import NAMES, commands

OURS = (
    "shell", "dockerfile", "makefile", "justfile", "systemd", "supervisor", "procfile", "dotenv", "modelfile", "pbtxt", "markdown",
    "cmdflags", "hcl",
)  # fmt: skip
PIECES = st.sampled_from(
    [
        "vllm", " ", "\n", "\r\n", "\t", "\\\n", "\\", "'", '"', "`", "$", "${", "}", "$(", ")", "(", "{",
        "((", "))", "A=1", "$A", "${A:-b}", "${A[@]}", "A+=(x)", "A=(", "export ", "if ", "; then ", "fi",
        "else", "for i in a b; do ", "done", "case x in ", "a) ", ";;", "esac", "f() { ", "; }", "f", "&&",
        "||", "|", "&", ";", "<<E\n", "\nE\n", "<<<", ">", "2>&1", "bash -c ", "eval ", "docker run ",
        "-e A=b ", "--", "{{ x }}", "{% y %}", "$'\\x41'", "é", "🙂", "FROM i\n", "ENV A=b\n", "RUN ",
        "CMD [", '"a"', ", ", "]", "ARG A\n", "[Service]\n", "Environment=", "ExecStart=", "x:\n\t",
        "A := $(B)\n", "define X\n", "PARAMETER n 1\n", '"""', "a { b: 1 }", "[", ":", "# c\n", "```bash\n",
        "```\n", "read A\n", "while x; do ", "sudo ", "set -- a\n", "shift\n", "cat > a.sh ", "env ",
        "tmux new ", "\x01", "a = ", "a \"b\" {\n", "%{ if x }", "<<-E\n", "jsonencode(", "[for x in y : ", "image = ",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=40).map("".join)


def read(name: str, data: bytes) -> list[Statement]:
    reader = next(item for item in formats() if item.name == name)
    return list(reader.read(SourceFile(NAMES.get(name, name), data), Repository(None)).statements)


def spans(value: Any) -> Iterator[Span]:
    if isinstance(value, Span):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from spans(item)
    elif isinstance(value, dict):
        yield from spans(tuple(value.values()))
    elif is_dataclass(value) and not isinstance(value, type):
        for item in fields(value):
            yield from spans(getattr(value, item.name))


@pytest.mark.parametrize("name", OURS)
@settings(max_examples=150, deadline=None)
@given(text=TEXTS)
def test_spans_are_in_the_file_and_in_order(name: str, text: str) -> None:
    data = text.encode()
    try:
        found = read(name, data)
    except Unreadable:
        return
    for span in spans(tuple(found)):
        assert 0 <= span.start <= span.end <= len(data)


@settings(max_examples=300, deadline=None)
@given(text=TEXTS)
def test_a_stated_word_is_under_its_span(text: str) -> None:
    data = text.encode()
    for item in read("shell", data):
        for word in item.words if isinstance(item, CommandLine) else ():
            if plain(word):
                assert word.span is not None
                under = data[word.span.start : word.span.end].decode()
                assert word.value in under or is_nested_or_escaped(under)


def plain(word: Located[str]) -> bool:
    return word.is_known and bool(word.value) and str(word.value).isalnum() and word.origin == ""


def is_nested_or_escaped(under: str) -> bool:
    """The word is put together from several pieces, or is in a text that a variable holds."""
    return any(sign in under for sign in "\\'\"$")


WORD = st.text("abcXYZ019-_=./", min_size=1, max_size=12).filter(lambda word: "=" not in word)


@settings(max_examples=200, deadline=None)
@given(st.lists(WORD, min_size=1, max_size=6), st.sampled_from([" ", "  ", " \\\n ", "\t"]))
def test_plain_words_are_read_as_they_stand(given_words: list[str], blank: str) -> None:
    text = "program" + blank + blank.join(given_words)
    (line,) = commands("shell", text)
    assert [word.value for word in line.words] == ["program", *given_words]
    assert [text[word.span.start : word.span.end] for word in line.words if word.span] == [
        "program",
        *given_words,
    ]


HARD = {
    "words": "aa ", "parentheses": "(", "braces": "{ ", "substitutions": "$(", "quotes": 'a "$( ',
    "conditions": "if a; then ", "documents": "<<A ", "cases": "case a in ", "templates": "{{ ",
    "arrays": "A=( ", "defaults": "${A:-", "ticks": "`a ", "ands": "a && ", "pipes": "a | ",
    "functions": "f() { ", "calls": "f() { f; f; }; f\n", "growth": 'A="$A$A x"\nb $A\n',
    "lists": "A+=(x)\nb ${A[@]}\n", "exports": "export A=1\nb\n", "stray": "]] ;; ) fi done ",
    "apostrophes": "it's ", "tests": "[[ a =~ ( ", "evals": "eval 'eval ", "fences": "```bash\nb\n",
    "recipes": "A += $(B) x\nt:\n\tb $(A)\n", "messages": "a { ", "stages": "FROM a\nENV A=b\nRUN x $A\n",
    "lines": "\n", "escapes": "\\", "values": 'PARAMETER a """\n',
    "units": "[Service]\nEnvironment=A=b\nExecStart=a \\\n",
}  # fmt: skip


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("case", HARD)
def test_hard_input_takes_linear_time(name: str, case: str) -> None:
    def seconds(size: int) -> float:
        piece = HARD[case]
        started = time.process_time()
        with suppress(Unreadable):
            read(name, (piece * (size // len(piece))).encode())
        return time.process_time() - started

    assert seconds(20_000) < 6


@pytest.mark.slow
@pytest.mark.parametrize("name", OURS)
def test_a_megabyte_on_one_line(name: str) -> None:
    started = time.process_time()
    with suppress(Unreadable):
        read(name, b"vllm serve m --flag 'x y' ${A:-b} ; " * 29_000)
    assert time.process_time() - started < 60


@pytest.mark.parametrize("name", OURS)
def test_nul_characters_are_unreadable(name: str) -> None:
    with pytest.raises(Unreadable):
        read(name, b"vllm\0serve")
