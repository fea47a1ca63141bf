"""A reader of ordinary command lines, for the way to a scan that imports no library.

What it does not understand at once it leaves to click, with click's help and messages.
"""

from __future__ import annotations

import os

from ecolint.cli.checks import CHECKS
from ecolint.cli.scan_options import CHOICE, FILE, FLAG, NUMBER, OPTIONS, TEXTS, Option, defaults

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

BY_FLAG = {flag: option for option in OPTIONS for flag in option.flags}


def read(arguments: list[str]) -> dict[str, Any] | None:
    """Options of `ecolint scan ARGUMENTS` as click would read them; None for all that is not plain."""
    options: dict[str, Any] = defaults()
    paths: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            paths.extend(words)
        elif word == "-" or not word.startswith("-"):
            paths.append(word)
        else:
            flag, equals, value = (
                word.partition("=") if word.startswith("--") else (word[:2], word[2:], word[2:])
            )
            option = BY_FLAG.get(flag)
            if option is None:
                return None
            if option.kind == FLAG:
                if equals:
                    return None
                options[option.name] = True
                continue
            if not equals:
                value = next(words, "-")
            if not value or value.startswith("-") or not _set(options, option, value):
                return None
    options["paths"] = tuple(paths)
    return options if _checked(options) else None


def _set(options: dict[str, Any], option: Option, value: str) -> bool:
    """Take a value, if it is one of those the option may have."""
    meant: object = value
    if option.kind == TEXTS:
        meant = (*options[option.name], value)
    elif option.kind == CHOICE and value not in option.choices:
        return False
    elif option.kind == NUMBER:
        low, high = option.limits
        if not (value.isascii() and value.isdigit() and len(value) < 9 and low <= int(value) <= high):
            return False
        meant = int(value)
    elif option.kind == FILE and not (os.path.isfile(value) and os.access(value, os.R_OK)):
        return False
    options[option.name] = meant
    return True


def _checked(options: dict[str, Any]) -> bool:
    for option in OPTIONS:
        if option.check and options[option.name]:
            try:
                options[option.name] = CHECKS[option.check](options[option.name])
            except ValueError:
                return False
    return True
