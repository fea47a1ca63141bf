"""What the variables of a script hold at one point of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ecolint.inference import Known, Located
from ecolint.parsers.shellish.values import Value, Values, appended, spread, value_of
from ecolint.source import Span
from ecolint.statements import ANY_OTHER, Tree


class Budget:
    """What the reading of one file may still spend, shared by the texts in it.

    `spare` is for what is read again for each way that a script may take, where nothing of that is yet.
    """

    __slots__ = ("called", "characters", "entries", "spare")

    def __init__(self, *, is_spare: bool = False) -> None:
        self.spare = None if is_spare else Budget(is_spare=True)
        self.called = 100_000 if is_spare else 200_000
        """Characters of functions that are read again for each call; later calls are not followed."""
        self.characters = 300_000
        """Characters that expansions may amount to; later ones are not followed."""
        self.entries = 400_000
        """Environment entries that may be copied for commands; later exports are not seen."""


COPIED = 16
"""Characters that can be copied at the cost of expanding one."""
Stored = Value | Values | None
"""A scalar, an array, or None for what depends on run time."""
UNKNOWN: Located[str] = Located(None, Known.DYNAMIC)


class Scope:
    """Variables and the exported environment, with a journal for branches.

    A branch may or may not be taken: what it assigns holds inside it, and depends on run time after it.
    `variables` are known from outside; `environment` is known from outside and handed on to every command.
    """

    def __init__(self, variables: Tree, environment: Tree, budget: Budget | None = None) -> None:
        self.budget = budget if budget is not None else Budget()
        self.arguments: Values | None = None
        self._values: dict[str, Stored] = {}
        self._outside = (environment, variables)
        self._environment = environment
        self._environment_outside = environment
        self._changes: dict[str, Located[str] | None] = {}
        self._stale = False
        self._journals: list[dict[str, tuple[bool, Stored, bool, Located[str] | None]]] = []

    def holds(self, name: str) -> bool:
        """Whether anything is said of the variable, if only that its value depends on run time."""
        return any(name in tree or ANY_OTHER in tree for tree in (self._values, *self._outside))

    def get(self, name: str) -> Stored:
        """Value of a variable; None where it depends on run time or was never assigned."""
        if name in self._values:
            return self._values[name]
        for tree in self._outside:
            located = tree.get(name)
            if located is not None:
                return _from_outside(located)
        return None

    def assign(
        self, name: str, value: Stored, *, span_of: Located[str] | None = None, export: bool = False
    ) -> None:
        """`value` is None where it depends on run time; `span_of` is the entry for the environment."""
        self._record(name)
        self._values[name] = value
        if export or self._is_exported(name):
            self._change(name, span_of if span_of is not None else _entry(value))

    def export(self, name: str) -> None:
        """`export NAME`, of a variable that has its value or is given one later."""
        if not self._is_exported(name):
            self._record(name)
            self._change(name, _entry(self._values.get(name)))

    def unset(self, name: str) -> None:
        self._record(name)
        self._values[name] = None
        if self._is_exported(name):
            self._change(name, None)

    def scalars(self) -> Iterator[tuple[str, Value]]:
        """Variables that were assigned here and are no arrays."""
        for name, value in self._values.items():
            if isinstance(value, Value):
                yield name, value

    @property
    def exported(self) -> Tree:
        """The environment that a command started here is given; shared until it changes."""
        if self._stale and self.budget.entries > 0:
            merged = {
                **self._environment_outside,
                **{k: v for k, v in self._changes.items() if v is not None},
            }
            for name in [name for name, entry in self._changes.items() if entry is None]:
                merged.pop(name, None)
            self.budget.entries -= len(merged)
            self._environment = merged
            self._stale = False
        return self._environment

    def exports(self) -> dict[str, Located[str]]:
        """What the script itself exported, as it stands now."""
        return {name: entry for name, entry in self._changes.items() if entry is not None}

    def enter(self) -> None:
        """Begins a branch, a subshell or a function's own variables."""
        self._journals.append({})

    def restore(self) -> frozenset[str]:
        """Ends it as if nothing had happened in it, and tells which variables it assigned."""
        journal = self._journals.pop()
        for name, before in journal.items():
            if self._journals:
                self._journals[-1].setdefault(name, before)
            was_assigned, value, was_changed, entry = before
            if was_assigned:
                self._values[name] = value
            else:
                self._values.pop(name, None)
            if was_changed:
                self._change(name, entry)
            elif name in self._changes:
                del self._changes[name]
                self._stale = True
        return frozenset(journal)

    def leave(self) -> Mapping[str, Stored]:
        """Ends it in the same way, and tells what the variables held that it assigned."""
        held = {name: self._values.get(name) for name in self._journals[-1]}
        self.restore()
        return held

    def settle(self, outcomes: Sequence[Mapping[str, Stored]]) -> None:
        """After ways of which one was taken, or none: what they only added to is known up to there."""
        names = dict.fromkeys(name for outcome in outcomes for name in outcome)
        for name in names:
            before = self.get(name)
            values = [outcome[name] for outcome in outcomes if name in outcome]
            self.budget.characters -= size_of(before) // COPIED * len(values)
            known = before is not None and self.budget.characters > 0
            self.assign(name, common(name, before, values) if known else None)

    def forget(self, names: Iterable[str]) -> None:
        """Variables that from here on depend on run time."""
        for name in names:
            self.assign(name, None)

    def open_up(self) -> None:
        """From here on any variable may have a value that is not seen here, as after a file that is sourced."""
        names = {name for tree in (self._values, *self._outside) for name in tree}
        self.budget.entries -= len(names)
        if self.budget.entries > 0:
            self.forget(names)
        self.assign(ANY_OTHER, None, export=True)

    def _is_exported(self, name: str) -> bool:
        return self._changes.get(name) is not None or (
            name not in self._changes and name in self._environment_outside
        )

    def _change(self, name: str, entry: Located[str] | None) -> None:
        self._changes[name] = entry
        self._stale = True

    def _record(self, name: str) -> None:
        if self._journals and name not in self._journals[-1]:
            self._journals[-1][name] = (
                name in self._values,
                self._values.get(name),
                name in self._changes,
                self._changes.get(name),
            )


def _entry(value: Stored) -> Located[str]:
    return value.entry(value.span) if isinstance(value, Value) else UNKNOWN


def _from_outside(located: Located[Any]) -> Value | None:
    """A reader of ours may hand over a `Value`, which knows the place of each character."""
    if isinstance(located.value, Value):
        return located.value
    is_known = located.value is not None and (bool(located.value) or not located.is_dynamic)
    return value_of(located) if is_known else None


def size_of(value: Stored) -> int:
    """Characters of a scalar, items of an array."""
    if isinstance(value, Value):
        return len(value.text)
    return len(value) if value is not None else 0


def common(name: str, before: Stored, values: Sequence[Stored]) -> Stored:
    """What a variable holds that has a value or one of others, where each of those begins with it.

    What is added depends on run time; None where it may give an option anew that is there already.
    """
    rests = [_rest(before, value) for value in values]
    if before is None or not rests or any(rest is None for rest in rests):
        return None
    options = _options(before)
    if any(options & _options(rest) for rest in rests if rest is not None):
        return None
    added = [rest for rest in rests if size_of(rest)]
    if not added:
        return before
    if isinstance(before, tuple):
        last = added[0]
        assert isinstance(last, tuple)
        return (*before, _unseen(name, last[0].span, ""))
    last = added[0]
    assert isinstance(last, Value)
    return appended(before, _unseen(name, last.span, " " if last.text[:1].isspace() else ""))


def _rest(before: Stored, value: Stored) -> Stored:
    if isinstance(before, tuple) and isinstance(value, tuple):
        same = len(before) <= len(value) and all(
            one is other or one.text == other.text for one, other in zip(before, value, strict=False)
        )
        return value[len(before) :] if same else None
    if isinstance(before, Value) and isinstance(value, Value) and before.text:
        return value.cut(len(before.text)) if value.text.startswith(before.text) else None
    return None


def _options(value: Stored) -> set[str]:
    words = value.text.split() if isinstance(value, Value) else [item.text for item in value or ()]
    return {word.partition("=")[0] for word in words if word.startswith("-")}


def _unseen(name: str, span: Span, blank: str) -> Value:
    text = f"{blank}${name}"
    return Value(spread(text, span), span, ((len(blank), len(text)),))
