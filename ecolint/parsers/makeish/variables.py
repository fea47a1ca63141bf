"""Variables of a makefile: expanded where they are used, or at once with `:=`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ecolint.parsers.allowance import current
from ecolint.parsers.shellish.expand import LENGTH_LIMIT, Expander
from ecolint.parsers.shellish.scope import Scope, Stored
from ecolint.parsers.shellish.values import Value
from ecolint.source import Fragment
from ecolint.statements import NO_TREE

SIGN = re.compile(r"\$[$({]|[)}]")
CLOSERS = {"$(": ")", "${": "}"}
DEPTH_LIMIT = 30
"""Variables within variables that are followed."""


def as_shell(fragment: Fragment) -> Fragment:
    """`$(NAME)` written as the shell's `${NAME}`, and `$$` as the shell's `$`; every character keeps its place.

    Functions of make (`$(shell …)`) become expansions that no shell knows, and so depend on run time.
    """
    text = fragment.text
    if "$" not in text:
        return fragment
    signs = list(text)
    closers: list[str] = []
    dropped: list[int] = []
    for found in SIGN.finditer(text):
        sign, at = found[0], found.start()
        if sign == "$$":
            dropped.append(at)
        elif sign in CLOSERS:
            closers.append(CLOSERS[sign])
            signs[at + 1] = "{"
        elif closers and sign == closers[-1]:
            closers.pop()
            signs[at] = "}"
    shell = Fragment("".join(signs), fragment.starts, fragment.ends)
    if not dropped:
        return shell
    starts = (0, *(at + 1 for at in dropped))
    return Fragment.join(
        shell.cut(start, end) for start, end in zip(starts, [*dropped, len(text)], strict=True)
    )


@dataclass(slots=True)
class _Definition:
    parts: list[Fragment]
    is_default: bool
    value: Stored = None
    is_settled: bool = False


class Variables(Scope):
    """The scope that recipes and other variables are expanded in."""

    def __init__(self) -> None:
        super().__init__(NO_TREE, NO_TREE)
        self._definitions: dict[str, _Definition] = {}
        self._open: set[str] = set()
        self.has_unseen = False

    def include(self) -> None:
        """Another makefile is read here, which may define anything."""
        self._definitions = {}
        self.has_unseen = True

    def define(self, name: str, operator: str, text: Fragment, *, is_certain: bool) -> None:
        """`name operator text`; an assignment under a condition makes the value depend on run time."""
        before = self._definitions.get(name)
        if operator == "?=" and before is not None:
            return
        is_certain = is_certain and not (self.has_unseen and before is None and operator in ("?=", "+="))
        parts = [as_shell(text)]
        if operator == "+=" and before is not None and not before.is_settled:
            before.parts += parts
            parts = before.parts
        definition = _Definition(parts, operator == "?=")
        if (
            not is_certain
            or operator == "!="
            or (before is not None and before.is_settled and operator == "+=")
        ):
            definition = self._summed(before, parts[-1]) if is_certain and operator == "+=" else _unknown()
        elif operator in (":=", "::=", ":::="):
            definition.value, definition.is_settled = self._expanded(definition), True
        self._definitions[name] = definition

    def _summed(self, before: _Definition | None, added: Fragment) -> _Definition:
        value = self._expanded(_Definition([added], False))
        if before is None or not isinstance(before.value, Value) or not isinstance(value, Value):
            return _unknown()
        fragment = Fragment.join([before.value.fragment, value.fragment], " ")
        size = len(before.value.text) + 1
        holes = (*before.value.holes, *((size + first, size + last) for first, last in value.holes))
        total = Value(fragment, value.span, holes, before.value.origin or value.origin)
        return _Definition([], False, total if len(fragment) <= LENGTH_LIMIT else None, True)

    def holds(self, name: str) -> bool:
        return name in self._definitions or self.has_unseen

    def get(self, name: str) -> Stored:
        definition = self._definitions.get(name)
        if definition is None or name in self._open or len(self._open) >= DEPTH_LIMIT:
            return None
        if not definition.is_settled:
            self._open.add(name)
            value = self._expanded(definition)
            self._open.discard(name)
            if self._open and value is None:
                return None
            origin = f"default of $({name})" if definition.is_default else ""
            definition.value = value.derived(origin) if isinstance(value, Value) and origin else value
            definition.is_settled = True
        return definition.value

    def _expanded(self, definition: _Definition) -> Stored:
        text = Fragment.join(definition.parts, " ")
        if len(text) > LENGTH_LIMIT or current().left <= 0:
            return None
        return Expander(text, self).content(0, len(text))

    def expanded(self, text: Fragment) -> Value | None:
        """What a text says with the variables as they stand now."""
        value = self._expanded(_Definition([as_shell(text)], False))
        return value if isinstance(value, Value) else None

    def values(self) -> dict[str, Value]:
        """All variables as they stand now, but for those of which nothing is known."""
        found = {name: self.get(name) for name in self._definitions}
        return {name: value for name, value in found.items() if isinstance(value, Value)}


def _unknown() -> _Definition:
    return _Definition([], False, None, True)
