"""Settings files: where they are, and from their text to `Settings`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from math import isfinite
from typing import Any

from ecolint.digests import hexadecimal
from ecolint.discovery.reading import read_file
from ecolint.faults import Fault
from ecolint.settings.keys import COST_KEYS, DEFAULTS, KEYS, OVERRIDE_KEYS, Cost, Key, Override, Settings

EXTEND_DEPTH = 8
SIZE_LIMIT = 2_000_000
"""Bytes; a larger settings file is refused."""


class SettingsError(Fault):
    """Settings that cannot be used; the text names file and line."""


def _table_of(path: str) -> tuple[dict[str, Any], str] | None:
    """The settings table of a file and the file's text; None for a pyproject.toml without one."""
    import tomli

    own_table = os.path.basename(path) == "pyproject.toml"
    try:
        raw = read_file(path, limit=SIZE_LIMIT)
        if raw is None:
            raise SettingsError(f"{path}: not a regular file")
        if own_table and b"ecolint" not in raw:
            return None
        text = raw.decode("utf-8-sig")
        data = tomli.loads(text)
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: not valid UTF-8 at byte {error.start}") from None
    except RecursionError:
        raise SettingsError(f"{path}: nested too deeply") from None
    except tomli.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        number = line[1] if line else text.count("\n") + 1
        raise SettingsError(f"{path}:{number}: not valid TOML: {error}") from None
    if not own_table:
        tool = data.get("tool")
        if isinstance(tool, dict) and set(data) == {"tool"} and isinstance(tool.get("ecolint"), dict):
            return tool["ecolint"], _from(text, "[tool.ecolint", 0)
        return data, text
    tool = data.get("tool")
    if not isinstance(tool, dict) or "ecolint" not in tool:
        return None
    if not isinstance(tool["ecolint"], dict):
        raise SettingsError(f"{path}: tool.ecolint must be a table")
    return tool["ecolint"], _from(text, "tool.ecolint", 0)


def has_table(path: str) -> bool:
    """Whether a settings file holds settings of ours. Raises SettingsError."""
    return _table_of(path) is not None


def has_settings(path: str) -> bool:
    """Whether a file of one of these names stands there, and in pyproject.toml a table of ours."""
    if not os.path.lexists(path):
        return False
    try:
        return _table_of(path) is not None
    except SettingsError:
        return True


@lru_cache(maxsize=256)
def load(path: str, depth: int = 0) -> Settings:
    """Settings of a file, with those it extends. Raises SettingsError."""
    found = _table_of(path)
    if found is None:
        raise SettingsError(f"{path}: there is no [tool.ecolint] table in it")
    table, text = found
    checked = _checked(table, KEYS, path, text)
    base = DEFAULTS
    if "extend" in checked:
        if depth >= EXTEND_DEPTH:
            place = _place(path, text, "extend")
            raise SettingsError(f"{place}: extend: settings files extend one another in a circle")
        base = load(_extended(path, text, str(checked["extend"])), depth + 1)
    sources = {**base.sources, **dict.fromkeys(checked, path)}
    root = os.path.dirname(os.path.abspath(path))
    if "baseline" in checked:
        checked["baseline"] = _below(root, str(checked["baseline"]), _place(path, text, "baseline"))
    if "overrides" in checked:
        checked["overrides"] = base.overrides + tuple(checked["overrides"])
    return replace(base, **checked, root=root, sources=sources)


def checked(table: Mapping[str, Any], keys: Mapping[str, Key], origin: str) -> dict[str, Any]:
    """Values of a table that comes from no file, by field name. Raises SettingsError, naming `origin`."""
    return _checked(table, keys, origin, "")


def chain(path: str) -> dict[str, str]:
    """A settings file and those that it extends, each with a digest of its content. Raises SettingsError."""
    found: dict[str, str] = {}
    at: str | None = path
    while at is not None and at not in found:
        table = _table_of(at)
        if table is None:
            break
        with open(at, "rb") as handle:
            found[at] = hexadecimal("blake2b", handle.read())
        extended = table[0].get("extend")
        at = _extended(at, table[1], extended) if isinstance(extended, str) else None
    return found


def _extended(path: str, text: str, written: str) -> str:
    """The settings file that another one extends. Raises SettingsError where there is none."""
    target = os.path.normpath(os.path.join(os.path.dirname(path), written))
    if not os.path.exists(target):
        raise SettingsError(f"{_place(path, text, 'extend')}: extend: there is no file {target}")
    return target


def _below(root: str, written: str, place: str) -> str:
    """A path relative to the settings' folder. Raises SettingsError where it leads out, for it may be written."""
    found = os.path.join(root, written)
    try:
        folder, top = os.path.realpath(os.path.dirname(found)), os.path.realpath(root)
    except ValueError:
        folder, top = "", root
    if folder != top and not folder.startswith(top.rstrip(os.sep) + os.sep):
        raise SettingsError(f"{place}: baseline: must stand in the folder of the settings file or below it")
    return found


def _checked(table: Mapping[str, Any], keys: Mapping[str, Key], path: str, text: str) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for written, value in table.items():
        name = written.replace("_", "-")
        if name not in keys:
            place = _place(path, text, written)
            if name in KEYS:
                raise SettingsError(f"{place}: {written!r} can only be set at the top of the settings")
            raise SettingsError(f"{place}: unknown setting {written!r}{_nearest(name, keys)}")
        try:
            result[name.replace("-", "_")] = _value(keys[name], value, path, text)
        except ValueError as error:
            raise SettingsError(f"{_place(path, text, written)}: {written}: {error}") from None
    return result


def _from(text: str, mark: str, number: int) -> str:
    """The text with only its line ends before the mark's occurrence of that number, counted from 0."""
    at = 0
    for _ in range(number + 1):
        at = text.find(mark, at) + 1
        if not at:
            return text
    return "\n" * text.count("\n", 0, at - 1) + text[at - 1 :]


def _nearest(word: str, known: Iterable[str]) -> str:
    """Words `; did you mean …?` naming what was perhaps meant, or nothing."""
    import difflib

    close = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _place(path: str, text: str, key: str) -> str:
    """File and line of a key, which stands at the start of its line or in an inline table."""
    written = rf"(?:[\w.-]*\.)?[\"']?{re.escape(key)}[\"']?\s*[=\].]"
    match = re.search(rf"(?m)^\s*\[?\[?{written}", text) or re.search(rf"[{{,]\s*{written}", text)
    return f"{path}:{text.count(chr(10), 0, match.end()) + 1}" if match else path


def _value(key: Key, value: Any, path: str, text: str) -> Any:
    return _CHECKS[key.kind](key, value, path, text)


def _string(key: Key, value: Any, path: str, text: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be a string, not {value!r}")
    if key.choices and value not in key.choices:
        hint = _nearest(value, key.choices)
        raise ValueError(f"must be one of {', '.join(key.choices)}, not {value!r}{hint}")
    return value


def _strings(key: Key, value: Any, path: str, text: str) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"must be a list of strings, not {value!r}")
    return tuple(value)


def _gpu(key: Key, value: Any, path: str, text: str) -> str:
    from ecolint import evidence

    if fault := evidence.gpu_fault(_string(key, value, path, text)):
        raise ValueError(fault)
    return str(value)


def _rules(key: Key, value: Any, path: str, text: str) -> tuple[str, ...]:
    from ecolint.rules.registry import matching

    for selector in (words := _strings(key, value, path, text)):
        matching(selector)
    return words


def _boolean(key: Key, value: Any, path: str, text: str) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {value!r}")
    return value


def _number(key: Key, value: Any, path: str, text: str) -> float:
    whole = key.kind == "integer"
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        raise ValueError(f"must be a {'whole ' if whole else ''}number, not {value!r}")
    if not isfinite(value):
        raise ValueError(f"must be a finite number, not {value!r}")
    if (key.minimum is not None and value < key.minimum) or (key.maximum is not None and value > key.maximum):
        limits = [f"at least {key.minimum:g}"] if key.minimum is not None else []
        limits += [f"at most {key.maximum:g}"] if key.maximum is not None else []
        raise ValueError(f"must be {' and '.join(limits)}, not {value!r}")
    return value


def _table(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"must be a table, not {value!r}")
    return value


def _globs_to_rules(key: Key, value: Any, path: str, text: str) -> dict[str, tuple[str, ...]]:
    return {glob: _rules(key, words, path, text) for glob, words in _table(value).items()}


def _names_to_numbers(key: Key, value: Any, path: str, text: str) -> dict[str, float]:
    return {name: _number(key, number, path, text) for name, number in _table(value).items()}


def _cost(key: Key, value: Any, path: str, text: str) -> Cost:
    return Cost(**_checked(_table(value), COST_KEYS, path, text))


def _overrides(key: Key, value: Any, path: str, text: str) -> tuple[Override, ...]:
    if not isinstance(value, list):
        raise ValueError("must be written as [[tool.ecolint.overrides]] tables")
    found = []
    for number, item in enumerate(value):
        own = _from(text, "overrides]]", number)
        checked = _checked(_table(item), OVERRIDE_KEYS, path, own)
        if not checked.get("files"):
            raise ValueError("an override needs `files`")
        found.append(Override(checked.pop("files"), checked, path))
    return tuple(found)


_CHECKS = {
    "string": _string,
    "choice": _string,
    "gpu": _gpu,
    "strings": _strings,
    "rules": _rules,
    "boolean": _boolean,
    "integer": _number,
    "number": _number,
    "globs-to-rules": _globs_to_rules,
    "names-to-numbers": _names_to_numbers,
    "cost": _cost,
    "overrides": _overrides,
}
