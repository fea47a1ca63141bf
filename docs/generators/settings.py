"""The reference of settings, from their table."""

from __future__ import annotations

from collections.abc import Mapping

from ecolint.settings.keys import COST_KEYS, KEYS, Key
from ecolint.settings.starter import explained


def reference() -> str:
    """A section for each setting, and those of `cost`."""
    return "\n".join(f"\n{_section(name, key)}" for name, key in KEYS.items()) + "\n"


def _section(name: str, key: Key) -> str:
    example = f"[[overrides]]\n{key.example}" if key.kind == "overrides" else f"{name} = {key.example}"
    lines = [f"### `{name}`", "", explained(name, key), "", "```toml", example, "```"]
    if key.per_path:
        lines.insert(3, "\nMay stand in an override.")
    if key.of_run:
        lines.insert(3, "\nA setting of a run.")
    if key.kind == "cost":
        lines += ["", _table(COST_KEYS)]
    return "\n".join(lines)


def _table(keys: Mapping[str, Key]) -> str:
    rows = [f"| `{name}` | {key.doc} | `{key.example}` |" for name, key in keys.items()]
    return "\n".join(["| key | meaning | example |", "|---|---|---|", *rows])
