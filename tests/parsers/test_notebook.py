"""Notebooks: positions in the file and in the cell, and broken JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecolint.parsers.notebook import read
from ecolint.parsers.trees.json_tree import read_json
from ecolint.parsers.trees.nodes import Mapping
from ecolint.repository import Repository
from ecolint.source import Fragment, SourceFile, Unreadable
from ecolint.statements import Call

NOWHERE = Repository(None)
CODE = "import transformers\ntransformers.AutoModelForCausalLM.from_pretrained('gpt2', load_in_8bit=True)"


def notebook(*cells: str, indent: int | None = 1, ascii_only: bool = True) -> bytes:
    body = [{"cell_type": "code", "source": text.splitlines(keepends=True), "outputs": []} for text in cells]
    return json.dumps({"cells": body, "nbformat": 4}, indent=indent, ensure_ascii=ascii_only).encode()


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_span_is_of_the_file(indent: int | None, ascii_only: bool) -> None:
    data = notebook("x = 'é😀\\n'", f"y = '😀'\n{CODE}", indent=indent, ascii_only=ascii_only)
    reading = read(SourceFile("a.ipynb", data), NOWHERE)
    (call,) = (item for item in reading.statements if isinstance(item, Call))
    span = call.keywords["load_in_8bit"].span
    assert span is not None
    assert data[span.start : span.end] == b"load_in_8bit=True"
    cell = reading.cells[1]
    assert cell.index == 1
    assert cell.span.contains(span)
    assert sum(offset <= span.start for offset in cell.line_starts) == 3


@given(st.text(max_size=40))
@settings(max_examples=100, deadline=None)
def test_decoded_text_is_that_of_json(text: str) -> None:
    for raw in (json.dumps({"k": text}), json.dumps({"k": text}, ensure_ascii=False)):
        encodable = raw.encode("utf-8", "ignore").decode()
        if json.loads(encodable) != {"k": text}:
            continue
        root = read_json(Fragment.of(encodable))
        assert isinstance(root, Mapping)
        scalar = root.scalar("k")
        assert scalar is not None
        found = scalar.content
        assert found.text == text
        assert len(found.starts) == len(found.ends) == len(text)
        assert all(start < end for start, end in zip(found.starts, found.ends, strict=True))


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"cells": [', b'{"cells": [}]', b"[" * 500])
def test_no_notebook(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read(SourceFile("a.ipynb", data), NOWHERE)


def test_a_bad_cell_hides_no_other() -> None:
    reading = read(SourceFile("a.ipynb", notebook("load_in_8bit = (", CODE)), NOWHERE)
    assert len(reading.statements) == 1
    assert [problem.reason.partition(":")[0] for problem in reading.problems] == [
        "cell 1 is not valid Python"
    ]


@pytest.mark.parametrize(
    "printed", ["[]", '[{"text": ["\\u0001 }] \\" é", {"a": [1, -2.5e3, null]}]}]', "[1, 2,]", "nan"]
)
def test_what_was_printed_is_passed_over(printed: str) -> None:
    cell = '{"outputs" : %s, "cell_type": "code", "metadata": {"a": "\\"}"}, "source": "x = 1"}'
    data = ('{"metadata": {"outputs": {}}, "cells": [%s]}' % (cell % printed)).encode()
    assert [
        data[item.span.start : item.span.end] for item in read(SourceFile("a.ipynb", data), NOWHERE).cells
    ] == [b'"x = 1"']


@pytest.mark.parametrize("printed", ["[}", '["a'])
def test_what_was_printed_must_be_json(printed: str) -> None:
    data = b'{"cells": [{"outputs": %s, "cell_type": "code", "source": "x = 1"}]}' % printed.encode()
    with pytest.raises(Unreadable):
        read(SourceFile("a.ipynb", data), NOWHERE)
