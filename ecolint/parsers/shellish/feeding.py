"""Text that a script hands to a program or writes to a file, and how it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecolint.parsers.embedded import file_statements, format_statements
from ecolint.parsers.shellish.frame import Frame
from ecolint.parsers.shellish.options import base_name
from ecolint.parsers.shellish.values import Value, spread
from ecolint.parsers.shellish.wrappers import SHELLS
from ecolint.records import replace
from ecolint.source import Fragment
from ecolint.statements import Statement

PYTHON = re.compile(r"python[0-9.]*|pypy[0-9.]*")
STDIN = frozenset(("-", "/dev/stdin"))
PRODUCERS = frozenset(("echo", "printf"))
PASSING = PRODUCERS | {"cat"}
"""Programs that hand a text on to what follows them."""
ECHO_OPTION = re.compile(r"-[neE]{1,3}|--")
FED: dict[str, tuple[frozenset[str], str]] = {
    "ollama": (frozenset(("create",)), "modelfile"),
    "kubectl": (frozenset(("apply", "create", "replace")), "yaml"),
    "oc": (frozenset(("apply", "create", "replace")), "yaml"),
    "docker": (frozenset(("compose", "stack")), "yaml"),
    "docker-compose": (frozenset(("up", "-f", "run")), "yaml"),
}
"""Programs that read a file from their input: with which subcommand, and of which format."""


def fed(words: list[Value], frame: Frame) -> Iterator[Statement]:
    """What the text on a program's input says."""
    assert frame.stdin is not None
    if not words:
        return
    name = base_name(words[0].text)
    texts = [word.text for word in words[1:]]
    if name in SHELLS:
        if all(text.startswith("-") for text in texts) or "-s" in texts:
            yield from frame.nested(frame.stdin)
    elif PYTHON.fullmatch(name):
        if not texts or texts[0] in STDIN:
            yield from _read("python", frame.stdin, "stdin.py", frame)
    elif name == "tee":
        for text in texts:
            if not text.startswith("-"):
                yield from written(text, frame)
    elif name in ("docker", "podman") and "build" in texts:
        if "-" in texts:
            yield from _read("dockerfile", frame.stdin, "Dockerfile", frame)
    elif name in FED:
        subcommands, format_name = FED[name]
        if STDIN & set(texts) and subcommands & set(texts):
            yield from _read(format_name, frame.stdin, f"stdin.{format_name}", frame)


def inline(words: list[Value], frame: Frame) -> Iterator[Statement]:
    """What a program's text says that stands among its words, as in `python -c TEXT`."""
    for number, word in enumerate(words[1:-1], 1):
        if word.text == "-c":
            text = words[number + 1].fragment
            yield from _read("python", text, "stdin.py", frame)
            return
        if not word.text.startswith("-"):
            return


def _read(format_name: str, text: Fragment, path: str, frame: Frame) -> Iterator[Statement]:
    yield from _under(frame, format_statements(format_name, text, path, frame.repository))


def written(path: str, frame: Frame) -> Iterator[Statement]:
    """What the text on the input says as a file of this name."""
    if frame.stdin is not None and path != "/dev/null":
        yield from _under(frame, file_statements(path, frame.stdin, frame.repository))


def _under(frame: Frame, statements: Iterator[Statement]) -> Iterator[Statement]:
    """Statements under the condition of the command that they were handed to."""
    for statement in statements:
        if frame.when:
            condition = f"{frame.when} and {statement.when}" if statement.when else frame.when
            statement = replace(statement, when=condition)
        yield statement


def produced(words: list[Value]) -> Fragment | None:
    """The text that `echo` or `printf` writes."""
    texts = [word.fragment for word in words[1:] if not ECHO_OPTION.fullmatch(word.text)]
    if not texts:
        return None
    text = Fragment.join(texts, " ")
    return _with_newlines(text) if "\\n" in text.text else text


def _with_newlines(text: Fragment) -> Fragment:
    """`\\n` as `echo -e` and `printf` read it."""
    parts: list[Fragment] = []
    at = 0
    while (found := text.text.find("\\n", at)) >= 0:
        parts += (text.cut(at, found), spread("\n", text.span(found, found + 2)))
        at = found + 2
    return Fragment.join([*parts, text.cut(at)])
