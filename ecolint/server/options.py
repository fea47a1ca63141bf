"""What the editor may set: the options of `ecolint scan` that make sense there, named as in settings files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ecolint.records import dataclass
from ecolint.settings.files import SettingsError, checked
from ecolint.settings.keys import KEYS
from ecolint.settings.policy import CommandLineChoices

SECTION = "ecolint"
NAMES = ("gpu", "select", "extend-select", "ignore", "min-confidence", "exclude", "include-docs")
OF_CLIENTS = ("trace",)
"""Keys that clients keep in the same section for themselves."""
ORIGIN = "ecolint settings of the editor"


@dataclass(frozen=True, slots=True)
class Options:
    """Options of the editor; they win over settings files as the command line does."""

    choices: CommandLineChoices = CommandLineChoices()
    exclude: tuple[str, ...] = ()


def options_of(*layers: Any) -> Options:
    """Options from JSON values, later ones over earlier ones; names in kebab, snake or camel case, null for unset.

    Raises SettingsError.
    """
    merged: dict[str, Any] = {}
    for layer in layers:
        if layer is None:
            continue
        if not isinstance(layer, Mapping):
            raise SettingsError(f"{ORIGIN}: must be an object, not {layer!r}")
        merged.update({_kebab(name): value for name, value in layer.items()})
    given = {name: value for name, value in merged.items() if value is not None and name not in OF_CLIENTS}
    values = checked(given, {name: KEYS[name] for name in NAMES}, ORIGIN)
    exclude = values.pop("exclude", ())
    return Options(CommandLineChoices(**values), exclude)


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z])[A-Z]", lambda match: f"-{match[0]}", name).replace("_", "-").lower()
