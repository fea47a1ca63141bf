"""Lines and columns: every encoding of the protocol, every line end, byte order marks, characters beyond the BMP."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types
from pygls.workspace import PositionCodec

from ecolint.server.buffers import Buffer
from ecolint.server.changes import text_edits
from ecolint.server.documents import Part, TextFile, lines_of
from ecolint.server.notebooks import Notebook
from tests.conftest import INT8
from tests.server.editor import CODECS, UNIT, applied, index_of

TEXT = st.text(
    st.sampled_from('ab \t\r\n\f\x0b\x85\u2028\u2029"\\/é‿ß\ufeff😀𝔸') | st.characters(codec="utf-8"),
    max_size=40,
)
ENCODINGS = st.sampled_from(sorted(CODECS))


def units_of(encoding: str):
    return PositionCodec(types.PositionEncodingKind(encoding)).client_num_units


def text_file(text: str) -> TextFile:
    return TextFile("file:///a.py", "/a.py", (Part("file:///a.py", 1, text),))


def notebook(*texts: str) -> Notebook:
    parts = tuple(Part(f"cell:{number}", 1, text) for number, text in enumerate(texts))
    return Notebook("file:///a.ipynb", "/a.ipynb", parts)


@given(TEXT, ENCODINGS)
def test_every_character_of_a_file_keeps_its_place(text: str, encoding: str) -> None:
    document, units = text_file(text), units_of(encoding)
    offset = 0
    for index, character in enumerate(text):
        spot = document.spot(offset)
        within_line_end = text[index - 1 : index + 1] == "\r\n"
        if not within_line_end:
            assert index_of(text, types.Position(spot.line, units(spot.before)), encoding) == index
        offset += len(character.encode())
    assert offset == len(document.data)


@given(TEXT, TEXT, ENCODINGS)
def test_edits_make_one_text_the_other(before: str, after: str, encoding: str) -> None:
    edits = list(text_edits(before, after, units_of(encoding)))
    assert applied(before, edits, encoding) == after


@given(TEXT, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), TEXT), max_size=4), ENCODINGS)
def test_changes_are_understood_as_the_editor_means_them(text, changes, encoding) -> None:
    buffer = Buffer(
        "file:///a.py", text, 1, position_codec=PositionCodec(types.PositionEncodingKind(encoding))
    )
    for first, second, new in changes:
        start, end = sorted((min(first, len(text)), min(second, len(text))))
        if text[start - 1 : start + 1] == "\r\n" or text[end - 1 : end + 1] == "\r\n":
            continue
        place = types.Range(_position(text, start, encoding), _position(text, end, encoding))
        buffer.apply_change(types.TextDocumentContentChangePartial(place, new))
        text = text[:start] + new + text[end:]
        assert buffer.source == text


def _position(text: str, index: int, encoding: str) -> types.Position:
    before = text[:index]
    lines = lines_of(before)
    if not lines or lines[-1].endswith(("\r", "\n")):
        return types.Position(len(lines), 0)
    return types.Position(len(lines) - 1, len(lines[-1].encode(CODECS[encoding])) // UNIT[encoding])


@given(st.lists(TEXT, min_size=1, max_size=3))
def test_a_notebook_is_valid_and_every_character_keeps_its_place(texts: list[str]) -> None:
    document = notebook(*texts)
    assert list(document.texts(document.data)) == texts
    assert json.loads(document.data)["nbformat"] == 4
    for part, text in enumerate(texts):
        marked = [*texts]
        for index in range(len(text) + 1):
            if text[index - 1 : index + 1] == "\r\n":
                continue
            marked[part] = f"{text[:index]}\x7fMARK{text[index:]}"
            other = notebook(*marked)
            spot = other.spot(other.data.index(b"\x7fMARK"))
            assert spot.part == part
            assert index_of(text, types.Position(spot.line, len(spot.before)), "utf-32") == index


ASTRAL = 'names = {"😀𝔸": 1}; config = BitsAndBytesConfig(load_in_8bit=True)\n'
BEFORE = 'names = {"😀𝔸": 1}; config = BitsAndBytesConfig('


@pytest.mark.parametrize("encoding", sorted(CODECS))
def test_findings_behind_astral_characters(editor, encoding) -> None:
    ed = editor(encoding=encoding)
    assert ed.server.capabilities.position_encoding == encoding
    column = len(BEFORE.encode(CODECS[encoding])) // UNIT[encoding]
    for name, newline in (("unix.py", "\n"), ("windows.py", "\r\n")):
        text = INT8.replace("config = BitsAndBytesConfig(load_in_8bit=True)\n", ASTRAL).replace("\n", newline)
        (finding,) = ed.open(name, text)
        assert finding.range == types.Range(types.Position(3, column), types.Position(3, column + 17))
        fix = ed.actions(name, finding.range, "quickfix")[0]
        fixed = ed.after(name, fix)
        assert fixed == text.replace("load_in_8bit=True", "load_in_8bit=True, llm_int8_threshold=0.0")
        assert ed.replace(name, fixed) == []


def test_marks_tabs_and_strange_line_ends_before_a_finding(editor) -> None:
    ed = editor()
    heads = ("\ufeffx = 1\n", "if 1:\n\tx = '\u2028\x0c'\n", "x = 1\r", "\n")
    for number, text in enumerate(head + INT8 for head in heads):
        (finding,) = ed.open(f"app{number}.py", text)
        assert text[index_of(text, finding.range.start, "utf-16") :].startswith("load_in_8bit=True")
    text = "\ufeffvllm serve Qwen/Qwen2.5-7B-Instruct --max-num-seqs 1\n"
    (finding,) = ed.open("start.sh", text, "shellscript")
    start, end = (index_of(text, at, "utf-16") for at in (finding.range.start, finding.range.end))
    assert text[start:end] == "--max-num-seqs 1", "on the line of the mark itself"
