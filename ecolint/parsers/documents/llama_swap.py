"""llama-swap: models with the command that serves each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.documents.launch import Launch, environment_of, run_words
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar
from ecolint.parsers.trees.passages import Hole, Passage, words_of
from ecolint.statements import Statement

MACRO = re.compile(r"\$\{(?P<name>[\w-]+)\}")
COMMENT = re.compile(r"(?m)^[ \t]*#.*$")


def recognise(document: AnyNode, scene: Scene) -> bool:
    if not isinstance(document, Mapping):
        return False
    models = document.mapping("models")
    found = [entry.value for entry in models.entries.values()] if models is not None else []
    return any(isinstance(model, Mapping) and "cmd" in model.entries for model in found)


def read(document: AnyNode, scene: Scene) -> Iterator[Statement]:
    """The command of each model, its macros filled in."""
    assert isinstance(document, Mapping)
    macros = document.mapping("macros")
    models = document.mapping("models")
    for name, entry in models.entries.items() if models is not None else ():
        model = entry.value
        command = model.scalar("cmd") if isinstance(model, Mapping) else None
        if isinstance(model, Mapping) and command is not None:
            environment = environment_of(model.get("env"))
            launch = Launch(model.span, environment=environment, when=model.when, note=f"model {name}")
            yield from run_words(launch, words_of(_filled(command, macros, name)))


def _filled(command: Scalar, macros: Mapping | None, model: str) -> Passage:
    passage = Passage.of(command)
    text = passage.fragment.text

    def holes() -> Iterator[Hole]:
        marks = [(match.start(), match.end(), "") for match in COMMENT.finditer(text)]
        comments = list(marks)
        for match in MACRO.finditer(text):
            if any(start <= match.start() < end for start, end, _ in comments):
                continue
            value = macros.scalar(match["name"]) if macros is not None else None
            known = model if match["name"] == "MODEL_ID" else value.text if value is not None else None
            marks.append((match.start(), match.end(), known if known is not None else "\0"))
        for start, end, known in sorted(marks):
            yield Hole(start, end, None if known == "\0" else known, "macro" if known else "comment")

    return passage.filled(holes())


KIND = DocumentKind("llama-swap", recognise, read, priority=27)
