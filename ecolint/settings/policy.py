"""What holds for one file: the settings, the command line and the overrides, brought together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import lru_cache

from ecolint.records import dataclass
from ecolint.settings.keys import Settings

ALWAYS_ON = frozenset(("ECO902",))
"""Rules that a selection does not switch off, only an ignore does: an unread file is never passed over."""


@dataclass(frozen=True, slots=True)
class CommandLineChoices:
    """What the command line says over any settings file; None and empty where it is silent."""

    gpu: str | None = None
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    min_confidence: int | None = None
    use_ignores: bool = True
    include_docs: bool | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds for one file. `gpu` is from the command line and beats the file, `default_gpu` from the
    settings and does not."""

    codes: frozenset[str]
    gpu: str | None = None
    default_gpu: str | None = None
    context: str | None = None
    params: Mapping[str, float] = field(default_factory=dict, hash=False)
    min_stars: int = 1
    use_ignores: bool = True
    require_reason: bool = False
    include_docs: bool = False


def _codes(selectors: Iterable[str]) -> frozenset[str]:
    from ecolint.rules.registry import matching

    return frozenset().union(*(matching(word) for word in selectors))


@lru_cache(maxsize=256)
def _of_settings(select: tuple[str, ...], added: tuple[str, ...], ignored: tuple[str, ...]) -> frozenset[str]:
    """Codes that the settings select."""
    from ecolint.rules.registry import rules

    codes = _codes(select) if select else frozenset(rule.code for rule in rules() if rule.default)
    return (codes | _codes(added) | ALWAYS_ON) - _codes(ignored)


@lru_cache(maxsize=256)
def _chosen(
    found: frozenset[str], choices: CommandLineChoices, ignored_here: tuple[str, ...]
) -> frozenset[str]:
    """Codes that are left of those of the settings, or put in their place, by the command line."""
    if choices.select:
        found = _codes(choices.select) | (found & ALWAYS_ON)
    return (found | _codes(choices.extend_select)) - _codes((*choices.ignore, *ignored_here))


def selected_codes(settings: Settings, choices: CommandLineChoices, relative: str) -> frozenset[str]:
    """Codes of the rules to use for a path relative to the settings' root.

    What the command line selects is used whatever the settings select and ignore, but for `per-file-ignores`.
    """
    found = _of_settings(tuple(settings.select), tuple(settings.extend_select), tuple(settings.ignore))
    return _chosen(found, choices, settings.ignored_in(relative))


def policy_for(settings: Settings, choices: CommandLineChoices, relative: str) -> Policy:
    """The policy for a file at a path relative to the settings' root."""
    own = settings.for_path(relative)
    return Policy(
        codes=selected_codes(own, choices, relative),
        gpu=choices.gpu,
        default_gpu=own.gpu,
        context=own.context,
        params=own.params,
        min_stars=choices.min_confidence or own.min_confidence,
        use_ignores=choices.use_ignores,
        require_reason=own.require_reason,
        include_docs=own.include_docs if choices.include_docs is None else choices.include_docs,
    )
