"""Pipelines of transformers: how many prompts they answer at a time. They take the items of a collection one by one
unless they are told a batch size, when they are made or called; so does a model that was loaded for one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeGuard

from ecolint.inference import Known, Located
from ecolint.records import replace
from ecolint.repository import Repository
from ecolint.source import SourceFile, Span
from ecolint.statements import Answering, Call, Statement

TEXT_TASKS = frozenset(
    (
        "text-generation",
        "text2text-generation",
        "summarization",
        "conversational",
        "image-text-to-text",
        "translation",
    )
)
SIZE = "batch_size"
PIPELINE = re.compile(r"transformers\.(?:[\w.]+\.)?pipeline")
"""Others of that name answer the prompts of a list together."""


def task_of(call: Call) -> Located[Any]:
    return call.keywords.get("task") or (call.positional[0] if call.positional else Located())


def model_of(call: Call) -> Located[Any]:
    return call.keywords.get("model") or (call.positional[1] if len(call.positional) > 1 else Located())


def together(call: Call) -> Located[int]:
    """How many prompts are answered at a time at most; nothing where that is one."""
    sizes = [call.keywords.get(SIZE, Located()), *(item.batch_size for item in call.answering)]
    known = [size for size in sizes if size.is_known and type(size.value) is int and size.value > 1]
    open_ones = (replace(size, value=None, known=Known.DYNAMIC) for size in sizes if _is_open(size))
    return next(open_ones, None) or max(known, key=lambda size: size.value or 0, default=Located())


def _is_open(size: Located[Any]) -> bool:
    is_number = isinstance(size.value, int) or (size.value is None and not size.is_blank)
    return size.is_set and (size.is_dynamic or not is_number)


def surveyed(
    statements: tuple[Statement, ...], source: SourceFile, repository: Repository
) -> tuple[Statement, ...]:
    """The statements, in which what a pipeline does is done by the model that it is given."""
    whole = [_with_streams(item) if _is_pipeline(item) else item for item in statements]
    given: dict[Span, list[Call]] = {}
    for item in whole:
        if _is_pipeline(item) and task_of(item).value in TEXT_TASKS:
            for load in _loads(model_of(item).value):
                given.setdefault(load, []).append(item)
    return tuple(
        _answering(item, given[item.span]) if isinstance(item, Call) and item.span in given else item
        for item in whole
    )


def _loads(model: Any) -> Iterator[Span]:
    """Where a model is loaded, and the one that it is made from, as an adapter is put on it."""
    while isinstance(model, Call):
        yield model.span
        model = model.positional[0].value if model.positional else None


def _is_pipeline(statement: Statement) -> TypeGuard[Call]:
    return isinstance(statement, Call) and PIPELINE.fullmatch(statement.callee) is not None


def _with_streams(call: Call) -> Call:
    """The pipeline with the collections among the loops that it takes one by one."""
    size = call.keywords.get(SIZE, Located())
    if not call.complete or (size.is_set and not size.is_(1)):
        return call
    streams = (item.stream for item in call.answering if not item.batch_size.is_set or item.batch_size.is_(1))
    return _with_loops(call, [replace(item, when=size.when) for item in streams if item.is_(True)])


def _with_loops(call: Call, loops: list[Located[bool]]) -> Call:
    found = [loop for loop in (call.request_loop, *call.further_loops, *loops) if loop.is_set]
    return replace(call, request_loop=found[0], further_loops=tuple(found[1:])) if found else call


def _answering(load: Call, pipelines: list[Call]) -> Call:
    """The load of a model with what the pipelines do that are given it."""
    loops = [loop for item in pipelines for loop in (item.request_loop, *item.further_loops)]
    sizes = (Answering(together(item)) for item in pipelines)
    return replace(_with_loops(load, loops), answering=(*load.answering, *sizes))
