"""JSON Schema of settings files, from the table of settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ecolint import HOMEPAGE
from ecolint.settings.keys import COST_KEYS, KEYS, OVERRIDE_KEYS, Key

Json = dict[str, Any]


def schema() -> Json:
    """Schema (draft 7, which editors know) of `ecolint.toml` and of `tool.ecolint` in pyproject.toml."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": f"{HOMEPAGE}/raw/main/ecolint/schemas/settings.schema.json",
        "title": "Settings of ecolint",
        **_table(KEYS),
    }


def _table(keys: Mapping[str, Key]) -> Json:
    properties = {name: {"description": key.doc, **_SHAPES[key.kind](key)} for name, key in keys.items()}
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _one_or_more(item: Json) -> Json:
    return {"anyOf": [item, {"type": "array", "items": item}]}


def _rules(key: Key) -> Json:
    from ecolint.rules.registry import rules

    names = [word for rule in rules() for word in (rule.code, rule.name)]
    return _one_or_more(
        {"anyOf": [{"enum": ["ALL", *names]}, {"type": "string", "pattern": r"^ECO\d{0,2}$"}]}
    )


def _number(key: Key) -> Json:
    found: Json = {"type": "integer" if key.kind == "integer" else "number"}
    limits = {"minimum": key.minimum, "maximum": key.maximum}
    return found | {name: value for name, value in limits.items() if value is not None}


def _overrides(key: Key) -> Json:
    item = _table(OVERRIDE_KEYS) | {"required": ["files"]}
    item["properties"]["files"] = item["properties"]["files"] | {"minItems": 1, "minLength": 1}
    return {"type": "array", "items": item}


_SHAPES: Mapping[str, Callable[[Key], Json]] = {
    "string": lambda key: {"type": "string"},
    "gpu": lambda key: {"type": "string"},
    "choice": lambda key: {"enum": list(key.choices)},
    "strings": lambda key: _one_or_more({"type": "string"}),
    "rules": _rules,
    "boolean": lambda key: {"type": "boolean"},
    "integer": _number,
    "number": _number,
    "globs-to-rules": lambda key: {"type": "object", "additionalProperties": _rules(key)},
    "names-to-numbers": lambda key: {"type": "object", "additionalProperties": _number(key)},
    "cost": lambda key: _table(COST_KEYS),
    "overrides": _overrides,
}
