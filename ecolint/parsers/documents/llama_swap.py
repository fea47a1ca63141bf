"""llama-swap: the command of each model, with macros."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecolint.inference import Known, Located
from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.documents.launch import Launch, environment_of, run_words
from ecolint.parsers.trees.nodes import AnyNode, Entry, Mapping, Scalar
from ecolint.parsers.trees.passages import Hole, Passage, words_of
from ecolint.source import Fragment
from ecolint.statements import CommandLine

MACRO = re.compile(r"\$\{([\w.-]+)\}")
COMMENT = re.compile(r"^[ \t]*#[^\n]*\n?", re.MULTILINE)
JOINT = re.compile(r"\\[ \t]*\n")
NESTING = 5


def recognise(document: AnyNode, scene: Scene) -> bool:
    models = document.mapping("models") if isinstance(document, Mapping) else None
    return models is not None and any(
        isinstance(entry.value, Mapping) and isinstance(entry.value.get("cmd"), Scalar)
        for entry in models.entries.values()
    )


def read(document: AnyNode, scene: Scene) -> Iterator[CommandLine]:
    """One command line for each model."""
    assert isinstance(document, Mapping)
    models = document.mapping("models")
    assert models is not None
    for name, entry in models.entries.items():
        command = entry.value.scalar("cmd") if isinstance(entry.value, Mapping) else None
        if command is not None and isinstance(entry.value, Mapping):
            yield from _model(name, entry, command, document)


def _model(name: str, entry: Entry, command: Scalar, document: Mapping) -> Iterator[CommandLine]:
    model = entry.value
    assert isinstance(model, Mapping)
    known = {"MODEL_ID": name}
    for macros in (document.mapping("macros"), model.mapping("macros")):
        for key, item in macros.entries.items() if macros is not None else ():
            if isinstance(item.value, Scalar):
                known[key] = without_comments(Passage.of(item.value)).fragment.text
    passage = without_comments(Passage.of(command))
    for _ in range(NESTING):
        passage = passage.filled(_macros(passage.fragment, known))
    launch = Launch(
        entry.span,
        environment=environment_of(model.get("env")),
        model=_model_name(model.scalar("useModelName")),
        when=model.when,
        note=f"model {name}",
    )
    yield from run_words(launch, words_of(passage))


def _macros(fragment: Fragment, known: dict[str, str]) -> Iterator[Hole]:
    for match in MACRO.finditer(fragment.text):
        if match[1] in known:
            yield Hole(*match.span(), known[match[1]], f"macro {match[1]}")


def without_comments(passage: Passage) -> Passage:
    """The text without comment lines, and with its continued lines joined."""
    text = passage.fragment.text
    holes = [Hole(*match.span(), "", "") for match in COMMENT.finditer(text)]
    passage = passage.filled(holes)
    return passage.filled(Hole(*match.span(), " ", "") for match in JOINT.finditer(passage.fragment.text))


def _model_name(scalar: Scalar | None) -> Located[str]:
    if scalar is None or "/" not in scalar.text:
        return Located()
    return Located(scalar.text, Known.STATED, scalar.span, scalar.span)


KIND = DocumentKind("llama-swap", recognise, read, priority=30)
