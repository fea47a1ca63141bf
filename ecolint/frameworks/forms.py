"""Remedies in the form of the file at hand: a Python call, keys of YAML or JSON, environment variables."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from ecolint.frameworks.base import Form, Snippet
from ecolint.inference import Place

Value = bool | int | float | str
FORMS: Mapping[Place, Form] = {
    Place.ARGUMENT: Form.CALL,
    Place.DICT_ITEM: Form.CALL,
    Place.ITEM_ASSIGNMENT: Form.CALL,
    Place.POSITIONAL: Form.CALL,
    Place.YAML_ITEM: Form.YAML,
    Place.JSON_ITEM: Form.JSON,
    Place.FLAG: Form.COMMAND,
    Place.ENVIRONMENT: Form.VARIABLE,
}
"""The form of a text by the place of the setting that is judged."""
SPELLING = "Spelled as the file spells its keys."


def keyed(name: str, value: Value, note: str = "") -> Iterator[Snippet]:
    """A setting as a key of YAML and of JSON."""
    yield Snippet(f"{name}: {json.dumps(value).strip(chr(34))}", f"{note} {SPELLING}".strip(), form=Form.YAML)
    yield Snippet(f"{json.dumps(name)}: {json.dumps(value)}", f"{note} {SPELLING}".strip(), form=Form.JSON)


def engine(call: str, name: str, value: Value, note: str = "") -> Iterator[Snippet]:
    """A setting of an engine: in a call with `{}` where it goes, and as a key."""
    keyword = f"{name}={value!r}".replace("'", '"')
    yield Snippet(call.replace("{}", keyword), note, keyword, form=Form.CALL)
    yield from keyed(name, value, note)


def command(line: str, python: str, note: str = "") -> Iterator[Snippet]:
    """A command line; together with the same in Python where the form of the file is none of these."""
    yield Snippet(line, note, form=Form.COMMAND)
    yield Snippet(f"{line}    # Python: {python}", note)


def variable(name: str, value: Value, note: str = "") -> Iterator[Snippet]:
    """An environment variable: as such, in a mapping of YAML, and in one of Python, where all are texts."""
    text = json.dumps(str(value))
    yield Snippet(f"{name}={value}", note, form=Form.VARIABLE)
    yield Snippet(f"{name}: {text}", note, form=Form.YAML)
    yield Snippet(f'"{name}": {text}', note, form=Form.JSON)
    yield Snippet(f'"{name}": {text}', note, form=Form.CALL)
