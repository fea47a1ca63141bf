"""Findings as plain data, and back.

A record is a list of its class's number and its fields, without the last ones if they have their defaults.
"""

from __future__ import annotations

import importlib
from collections.abc import Hashable, Mapping
from dataclasses import MISSING, fields
from enum import Enum
from functools import cache
from typing import Any, cast

CLASSES = (
    "finding.FileReport",
    "finding.Finding",
    "finding.Undecided",
    "finding.FoundSetup",
    "finding.Region",
    "finding.Overhead",
    "finding.Fix",
    "finding.Edit",
    "finding.Level",
    "finding.Applicability",
    "source.Span",
    "inference.InferenceSetup",
    "inference.Located",
    "inference.Known",
    "inference.Place",
    "inference.Precision",
    "inference.Use",
    "inference.Context",
    "inference.Pinned",
    "inference.Option",
    "statements.Symbol",
    "statements.Call",
    "edits.changes.Change",
    "edits.changes.Kind",
    "evidence.measurements.Row",
    "evidence.measurements.Measured",
    "evidence.confidence.Confidence",
)
PLAIN = (str, int, float, bool, bytes, type(None))


class NotStorable(Exception):
    """A value of a class that is not in the table."""


@cache
def _classes() -> tuple[type[Any], ...]:
    found = []
    for name in CLASSES:
        module, _, cls = name.rpartition(".")
        found.append(getattr(importlib.import_module(f"ecolint.{module}"), cls))
    return tuple(found)


@cache
def _numbers() -> dict[type[Any], int]:
    return {cls: number for number, cls in enumerate(_classes())}


@cache
def _fields(cls: Hashable) -> tuple[str, ...]:
    return tuple(item.name for item in fields(cast("Any", cls)))


@cache
def _defaults(cls: Hashable) -> tuple[Any, ...]:
    return tuple(
        item.default if item.default_factory is MISSING else item.default_factory()
        for item in fields(cast("Any", cls))
    )


def pack(value: Any) -> Any:
    """Plain data for a value. Raises NotStorable."""
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is tuple:
        return tuple(map(pack, value))
    if kind is frozenset:
        return frozenset(map(pack, value))
    number = _numbers().get(kind)
    if number is not None:
        if isinstance(value, Enum):
            return [number, value.value]
        found = [getattr(value, name) for name in _fields(cast("Hashable", kind))]
        for default in reversed(_defaults(cast("Hashable", kind))):
            if default is MISSING or found[-1] != default:
                break
            found.pop()
        return [number, *map(pack, found)]
    if isinstance(value, Mapping):
        return {pack(key): pack(item) for key, item in value.items()}
    raise NotStorable(kind.__name__)


def unpack(data: Any) -> Any:
    """The value that was packed. May raise any exception for data that `pack` did not make."""
    kind = type(data)
    if kind in PLAIN:
        return data
    if kind is tuple:
        return tuple(map(unpack, data))
    if kind is list:
        return _classes()[data[0]](*map(unpack, data[1:]))
    if kind is dict:
        return {unpack(key): unpack(item) for key, item in data.items()}
    return frozenset(map(unpack, data))
