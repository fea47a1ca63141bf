"""All vocabularies, found in the modules of this package, and the way from a statement to its meaning."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from fnmatch import translate
from functools import cache, lru_cache

import ecolint.frameworks
from ecolint.cloud_functions import card_of
from ecolint.frameworks import programs, reading, serverless
from ecolint.frameworks.base import Framework, Survey
from ecolint.inference import InferenceSetup
from ecolint.model_kinds import is_encoder
from ecolint.records import replace
from ecolint.repository import Repository
from ecolint.source import SourceFile
from ecolint.statements import Call, CommandLine, Config, Statement

CLIENTS = re.compile(
    r"open-webui(?!.*:ollama)|litellm|anything-?llm|/n8n|flowise|langflow|dify|lobe-?chat|librechat|chatbot-ui|nextchat"
)
"""Images of programs that ask a server, and are given its variables by mistake."""


@cache
def frameworks() -> tuple[Framework, ...]:
    """Every vocabulary, by name."""
    found: dict[str, Framework] = {}
    for module in pkgutil.iter_modules(ecolint.frameworks.__path__):
        loaded = importlib.import_module(f"ecolint.frameworks.{module.name}")
        own = getattr(loaded, "FRAMEWORK", None)
        several = getattr(loaded, "FRAMEWORKS", ())
        found.update((item.name, item) for item in (own, *several) if isinstance(item, Framework))
    return tuple(found[name] for name in sorted(found))


def framework(name: str) -> Framework:
    """The vocabulary of this name. Raises KeyError."""
    return _by_name()[name]


@cache
def _by_name() -> dict[str, Framework]:
    return {item.name: item for item in frameworks()}


@cache
def anchors() -> tuple[bytes, ...]:
    """Byte strings of which one stands in every file that any vocabulary can read something from, sorted.

    An anchor that contains another one says nothing more and is left out.
    """
    every = {anchor for item in frameworks() for anchor in item.anchors}
    return tuple(sorted(one for one in every if not any(other != one and other in one for other in every)))


@cache
def wanted_calls() -> tuple[str, ...]:
    """Patterns of the callees that any vocabulary reads, sorted."""
    return tuple(sorted({pattern for item in frameworks() for pattern in item.calls}))


@cache
def wanted_variables() -> frozenset[str]:
    """Environment variables that any vocabulary reads."""
    settings = (setting for item in frameworks() for setting in item.settings)
    return frozenset(name for setting in settings for name in setting.variables)


def surveyed(
    statements: tuple[Statement, ...], source: SourceFile, repository: Repository
) -> tuple[Statement, ...]:
    """The statements of a file without what, taken together, they show to mean nothing."""
    if statements:
        for survey in _surveys():
            statements = survey(statements, source, repository)
    return statements


@cache
def _surveys() -> tuple[Survey, ...]:
    return tuple(item.survey for item in frameworks() if item.survey is not None)


def understand(statement: Statement) -> Iterator[InferenceSetup]:
    """The inference configurations that a statement makes, by the vocabularies that it belongs to.

    Those of models that only embed or classify are none.
    """
    if isinstance(statement, Call):
        found: Iterable[Framework] = _of_call(statement.callee)
    elif isinstance(statement, Config):
        found = _by_kind().get(statement.kind, ())
    else:
        found = _of_command(statement)
    for item in found:
        read = item.read(statement) if item.read is not None else reading.read(item, statement)
        for setup in read:
            if isinstance(statement, Call) and not setup.gpu.is_set:
                setup = replace(setup, gpu=card_of(statement.nearby))
            refined = item.refine(setup, statement) if item.refine is not None else setup
            if refined is not None and not (refined.model.is_known and is_encoder(refined.model.value or "")):
                yield refined
                if isinstance(statement, CommandLine):
                    yield from serverless.limited(refined, statement)


@cache
def _callees() -> tuple[tuple[re.Pattern[str], Framework], ...]:
    return tuple(
        (re.compile("|".join(translate(pattern) for pattern in item.calls)), item)
        for item in frameworks()
        if item.calls
    )


def _of_call(callee: str) -> Iterator[Framework]:
    for pattern, item in _callees():
        if pattern.match(callee):
            yield item


@cache
def _by_kind() -> dict[str, tuple[Framework, ...]]:
    kinds: dict[str, list[Framework]] = {}
    for item in frameworks():
        for kind in item.configs:
            kinds.setdefault(kind, []).append(item)
    return {kind: tuple(items) for kind, items in kinds.items()}


def named_by(line: CommandLine) -> tuple[Framework, ...]:
    """Whose program or image a line starts."""
    found = programs.program_end(line.words, reading.heads_of(frameworks()))
    if found is not None:
        return _by_program()[" ".join(found[0])]
    return _by_image(line.image.value) if isinstance(line.image.value, str) else ()


def _of_command(line: CommandLine) -> tuple[Framework, ...]:
    """Whose line it is: the program's; else the image's; else those that own one of the variables."""
    named = named_by(line)
    if named:
        return named
    owners = {item.name for name in line.environment for item in _by_variable(name)}
    if isinstance(line.image.value, str) and CLIENTS.search(line.image.value):
        return ()
    return tuple(item for item in frameworks() if item.name in owners) if owners else ()


@cache
def _by_program() -> dict[str, tuple[Framework, ...]]:
    every = {program for item in frameworks() for program in item.programs}
    return {program: tuple(item for item in frameworks() if program in item.programs) for program in every}


@lru_cache(maxsize=4096)
def _by_image(image: str) -> tuple[Framework, ...]:
    return tuple(item for item in frameworks() if item.images and programs.is_image(image, item.images))


@lru_cache(maxsize=4096)
def _by_variable(name: str) -> tuple[Framework, ...]:
    return tuple(item for item in frameworks() if reading.owns(item, name))
