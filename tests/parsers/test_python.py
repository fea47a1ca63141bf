"""Python files: exact spans whatever the bytes are, and input that cannot be read."""

from __future__ import annotations

import ast
import gc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecolint.parsers.python import read
from ecolint.parsers.pythonic.evaluation.facts import implied
from ecolint.parsers.pythonic.evaluation.worlds import LAST_WORLD, Choice, World, words
from ecolint.repository import Repository
from ecolint.source import SourceFile, Unreadable
from ecolint.statements import Call, CommandLine

NOWHERE = Repository(None)
CALL = "AutoModelForCausalLM.from_pretrained('gpt2', load_in_8bit=True)"
IMPORT = "from transformers import AutoModelForCausalLM\n"


def statements(data: bytes) -> list[Call | CommandLine]:
    return list(read(SourceFile("a.py", data), NOWHERE).statements)  # type: ignore[arg-type]


def flag_text(data: bytes) -> str:
    """Bytes under the span of the only call's flag."""
    (call,) = (item for item in statements(data) if isinstance(item, Call))
    span = call.keywords["load_in_8bit"].span
    assert span is not None
    return data[span.start : span.end].decode("latin-1")


@pytest.mark.parametrize(
    "data",
    [
        f"{IMPORT}m = {CALL}\n".encode(),
        f"{IMPORT}m = {CALL}\n".replace("\n", "\r\n").encode(),
        f"{IMPORT}m = {CALL}\n".replace("\n", "\r").encode(),
        b"\xef\xbb\xbf" + f"{IMPORT}m = {CALL}\n".encode(),
        f"{IMPORT}\x0c\nif True:\n\tm = {CALL}\n".encode(),
        f"{IMPORT}'é😀'; m = {CALL}\n".encode(),
        f"# -*- coding: latin-1 -*-\n{IMPORT}s = 'é'; m = {CALL}\n".encode("latin-1"),
        f"{IMPORT}x = '''\n😀\n'''; m = {CALL}".encode(),
    ],
    ids=["lf", "crlf", "cr", "bom", "form feed and tab", "not ascii", "latin-1", "after a long string"],
)
def test_span_is_exact(data: bytes) -> None:
    assert flag_text(data) == "load_in_8bit=True"


@given(st.text(st.characters(exclude_characters="\0\\'\n\r\f", exclude_categories=["Cs"]), max_size=30))
@settings(max_examples=60, deadline=None)
def test_span_is_exact_after_any_text(text: str) -> None:
    assert flag_text(f"{IMPORT}s = '{text}'; m = {CALL}  # {text}".encode()) == "load_in_8bit=True"


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"import transformers\ndef (:\n", 2),
        (b"# coding: no-such-codec\nload_in_8bit=True\n", 1),
        (b"x = 1\n\xff\n", 2),
        (b"(" * 5000, 1),
    ],
)
def test_unreadable(data: bytes, line: int) -> None:
    with pytest.raises(Unreadable) as error:
        statements(data)
    assert error.value.line == line


def test_deep_expression_does_not_overflow() -> None:
    text = f"{IMPORT}name = {' + '.join(['a'] * 400)}\nm = {CALL.replace(repr('gpt2'), 'name')}\n"
    assert flag_text(text.encode()) == "load_in_8bit=True"


def test_recursion_between_definitions_ends() -> None:
    text = (
        f"{IMPORT}def f(x):\n    return g(x)\ndef g(x):\n    return f(x)\na = b\nb = a\n"
        "m = AutoModelForCausalLM.from_pretrained(f(1), load_in_8bit=True, revision=a)\n"
    )
    (call,) = (item for item in statements(text.encode()) if isinstance(item, Call))
    assert call.keywords["load_in_8bit"].is_(True)


def test_many_conditions_do_not_explode() -> None:
    lines = [f"    if c{number}:\n        kwargs['a{number}'] = 1" for number in range(40)]
    text = "\n".join([f"{IMPORT}def load(name, **options):\n    kwargs = {{'load_in_8bit': True}}", *lines])
    text += "\n    return AutoModelForCausalLM.from_pretrained(name, **kwargs)\n"
    found = statements(text.encode())
    assert 1 <= len(found) <= LAST_WORLD + 1


def test_long_elif_chain() -> None:
    chain = "\n".join(f"elif x == {number}:\n    y = {number}" for number in range(1500))
    text = f"{IMPORT}if x == 'a':\n    y = 0\n{chain}\nm = {CALL}\n"
    try:
        ast.parse(text)
    except (RecursionError, MemoryError):
        with pytest.raises(Unreadable):
            statements(text.encode())
    else:
        assert flag_text(text.encode()) == "load_in_8bit=True"


def test_words_tell_what_decides() -> None:
    quant, fast = Choice("q", "q is set", "q is not set"), Choice("f", "f is set", "f is not set")
    worlds = [World().with_(quant, a).with_(fast, b) for a in (0, 1) for b in (0, 1)]
    assert words(worlds[2:], worlds) == "only when q is set"
    assert words(worlds[3:], worlds) == "only when q is set and f is set"
    assert words(worlds[1:], worlds) == "only when f is set or q is set"


def test_words_of_the_default_world() -> None:
    flag = Choice("q", "q is set", "q is not set", likely=False)
    worlds = [World().with_(flag, side) for side in (0, 1)]
    assert words(worlds[:1], worlds) is None
    assert words(worlds[1:], worlds) == "only when q is set"


@pytest.mark.parametrize(
    ("sides", "asked", "truth"),
    [
        ({"q == 'a'": 1}, "a", True),
        ({"q == 'a'": 1}, "b", False),
        ({"q == 'a'": 0}, "a", False),
        ({"q == 'a'": 0}, "b", None),
        ({"q in ('a', 'b')": 1, "q == 'a'": 0}, "b", True),
        ({"q in ('a', 'b')": 1}, "c", False),
        ({"q": 0}, "a", False),
        ({"q is None": 1}, "a", False),
        ({"other == 'a'": 1}, "b", None),
    ],
)
def test_implied(sides: dict[str, int], asked: str, truth: bool | None) -> None:
    assert implied("q", ast.Eq(), asked, sides) is truth


def test_a_tree_is_let_go_of_without_looking_for_garbage() -> None:
    functions = "".join(f"def f{n}(x):\n    y = x\n    return [y for _ in x]\n\n\n" for n in range(400))
    use = "c = BitsAndBytesConfig(load_in_8bit=f1(True))\n"
    text = f"from transformers import BitsAndBytesConfig\n{functions}{use}".encode()
    statements(text)
    gc.collect()
    gc.disable()
    try:
        statements(text)
        assert gc.collect() < 200
    finally:
        gc.enable()
