"""All rules, found in the modules of this package."""

from __future__ import annotations

import importlib
import pkgutil
import re
from functools import cache

import ecolint.rules
from ecolint.records import replace
from ecolint.rules.base import Rule, split_documentation

NUMBER = re.compile(r"(?:e\w{0,2}?)?0*(\d{1,3})", re.ASCII)
"""The number of a code that is written almost right, such as `ECO01`, `EC0001` or `1`."""
MOST_NEAR = 3


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, by code."""
    found = []
    for module in pkgutil.iter_modules(ecolint.rules.__path__):
        loaded = importlib.import_module(f"ecolint.rules.{module.name}")
        rule = getattr(loaded, "RULE", None)
        if isinstance(rule, Rule):
            summary, sections = split_documentation(loaded.__doc__ or "")
            check = getattr(loaded, "check", rule.check)
            found.append(replace(rule, summary=summary, sections=sections, check=check))
    return tuple(sorted(found, key=lambda rule: rule.code))


@cache
def _by_word() -> dict[str, Rule]:
    return {word.lower(): rule for rule in rules() for word in (rule.code, rule.name)}


def find(word: str) -> Rule | None:
    """The rule with this code or name, whatever the case."""
    return _by_word().get(word.strip().lower())


def matching(selector: str) -> frozenset[str]:
    """Codes that a selector means: a code, a prefix of codes (`ECO0`), a name, or `ALL`.

    Raises ValueError, naming the nearest words, where it means none.
    """
    codes = meant(selector)
    if not codes:
        raise ValueError(unknown_rule(selector))
    return codes


def meant(selector: str) -> frozenset[str]:
    """The same; none where the selector means none."""
    word = selector.strip()
    if word.upper() == "ALL":
        return frozenset(rule.code for rule in rules())
    exact = find(word)
    if exact is not None:
        return frozenset((exact.code,))
    upper = word.upper()
    return frozenset(rule.code for rule in rules() if upper.startswith("ECO") and rule.code.startswith(upper))


def unknown_rule(selector: str) -> str:
    """That a selector means no rule, with what it may have meant."""
    return f"unknown rule {selector!r}{nearest(selector)}"


def nearest(word: str) -> str:
    """Words `; did you mean …?` naming the rules that a word may have meant, or where all are listed."""
    text = word.strip().lower()
    number = NUMBER.fullmatch(text)
    if number is not None:
        near = [rule for rule in rules() if int(rule.code.removeprefix("ECO")) == int(number[1])]
    else:
        near = [rule for rule in rules() if text in rule.name.split("-")] or _alike(text)
    if not near:
        return "; `ecolint rule` lists all"
    return f"; did you mean {' or '.join(f'{rule.code} ({rule.name})' for rule in near[:MOST_NEAR])}?"


def _alike(text: str) -> list[Rule]:
    import difflib

    return [_by_word()[close] for close in difflib.get_close_matches(text, _by_word(), n=1)]
