"""Statements made by hand, with the spans that a reader would give them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ecolint.frameworks.registry import understand
from ecolint.inference import InferenceSetup, Known, Located, Place
from ecolint.source import Span
from ecolint.statements import Call, CommandLine, Config

WORD = re.compile(r"'[^']*'|\S+")


@dataclass(frozen=True)
class Read:
    """The one setup that a text makes, and the text to look spans up in."""

    setup: InferenceSetup
    text: str

    def cut(self, field: str) -> str:
        """Text under the span of a field."""
        span = getattr(self.setup, field).span
        assert span is not None
        return self.text[span.start : span.end]

    def cut_value(self, field: str) -> str:
        span = getattr(self.setup, field).value_span
        assert span is not None
        return self.text[span.start : span.end]


def word(text: str, start: int, known: Known = Known.STATED) -> Located[str]:
    bare = text.strip("'")
    inset = 1 if text.startswith("'") else 0
    inner = Span(start + inset, start + inset + len(bare))
    dynamic = known is Known.STATED and "$" in text
    return Located(bare, Known.DYNAMIC if dynamic else known, Span(start, start + len(text)), inner)


def line(
    text: str, image: str = "", environment: Mapping[str, Any] | None = None, **more: Any
) -> CommandLine:
    """A command line as a shell reader gives it: words with `$` depend on run time."""
    return CommandLine(
        tuple(word(match[0], match.start()) for match in WORD.finditer(text)),
        Span(0, len(text)),
        environment={
            name: Located(str(value), Known.STATED, Span(0, 1), place=Place.ENVIRONMENT)
            for name, value in (environment or {}).items()
        },
        image=Located(image, Known.STATED, Span(0, 1)) if image else Located(),
        **more,
    )


def setups(
    text: str, image: str = "", environment: Mapping[str, Any] | None = None, **more: Any
) -> list[InferenceSetup]:
    return list(understand(line(text, image, environment, **more)))


def one(text: str, image: str = "", environment: Mapping[str, Any] | None = None, **more: Any) -> Read:
    """The only setup that a command line makes."""
    found = setups(text, image, environment, **more)
    assert len(found) == 1, found
    return Read(found[0], text)


def located(value: Any) -> Located[Any]:
    if isinstance(value, Mapping):
        value = {key: located(item) for key, item in value.items()}
    elif isinstance(value, (list, tuple)):
        value = tuple(located(item) for item in value)
    return Located(value, Known.STATED, Span(0, 1), place=Place.ARGUMENT)


def call(callee: str, *positional: Any, **keywords: Any) -> InferenceSetup:
    """The only setup that a Python call makes."""
    found = list(understand(made_call(callee, *positional, **keywords)))
    assert len(found) == 1, found
    return found[0]


def made_call(callee: str, *positional: Any, **keywords: Any) -> Call:
    return Call(
        callee,
        Span(0, 10),
        Span(0, 5),
        tuple(located(item) for item in positional),
        {name: located(item) for name, item in keywords.items()},
    )


def config(kind: str, tree: Mapping[str, Any], **more: Any) -> InferenceSetup:
    """The only setup that a mapping makes."""
    found = list(understand(made_config(kind, tree, **more)))
    assert len(found) == 1, found
    return found[0]


def made_config(kind: str, tree: Mapping[str, Any], **more: Any) -> Config:
    return Config(kind, located(tree).value, Span(0, 10), **more)
