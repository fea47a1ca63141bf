"""From words to what they stand for: quotes removed, variables followed, flags in variables split."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ecolint.parsers.shellish.lexer import Lexer
from ecolint.parsers.shellish.scope import Scope, Stored
from ecolint.parsers.shellish.tokens import Kind, Part, Word
from ecolint.parsers.shellish.values import NOWHERE, Builder, Value, Values, spread
from ecolint.source import Fragment, Span

FIELD = re.compile(r"\S+")
LENGTH_LIMIT = 65_536
"""Characters of a variable's value; longer ones are not followed."""
ARRAY_LIMIT = 1024


class Expander:
    """Evaluates the words of one text in one scope."""

    def __init__(self, fragment: Fragment, scope: Scope) -> None:
        self.fragment = fragment
        self.scope = scope

    def fields(self, words: Sequence[Word]) -> list[Value]:
        """The arguments that words amount to, after field splitting."""
        found: list[Value] = []
        for word in words:
            found += self._fields(word)
        return found

    def value(self, word: Word, start: int | None = None) -> Value:
        """What a word stands for as a whole, e.g. on the right of an assignment (from character `start`)."""
        return self.whole(word.parts, word.start if start is None else start, word.end)

    def whole(self, parts: Sequence[Part], start: int, end: int) -> Value:
        sink = _Sink(splits=False)
        self._parts(parts, sink)
        return sink.builder.finish(self.fragment.span(start, end))

    def content(self, start: int, end: int) -> Value:
        """What a text with variables but without quotes stands for, such as a here-document."""
        parts = Lexer(self.fragment.text, start, end).content(quoted=False).parts
        sink = _Sink(splits=False)
        self._parts(parts, sink)
        return sink.builder.finish()

    def array(self, items: Sequence[Word]) -> Values | None:
        values = self.fields(items)
        return tuple(values) if len(values) <= ARRAY_LIMIT else None

    def _fields(self, word: Word) -> list[Value]:
        sink = _Sink(splits=True)
        self._parts(word.parts, sink)
        return sink.finish(self.fragment, word)

    def _parts(self, parts: Sequence[Part], sink: _Sink) -> None:
        for part in parts:
            if part.kind is Kind.LITERAL:
                sink.builder.literal(self._literal(part))
            elif part.kind is Kind.VARIABLE:
                self._variable(part, sink)
            elif part.kind is Kind.ARRAY:
                for item in part.items:
                    self._parts(item.parts, sink)
            else:
                sink.builder.unknown(self.fragment.cut(part.start, part.end))

    def _literal(self, part: Part) -> Fragment:
        if len(part.text) == part.end - part.start:
            return self.fragment.cut(part.start, part.end)
        return spread(part.text, self.fragment.span(part.start, part.end))

    def _variable(self, part: Part, sink: _Sink) -> None:
        budget = self.scope.budget
        stored = self.resolve(part) if budget.characters > 0 else None
        written = self.fragment.span(part.start, part.end)
        values = (stored,) if isinstance(stored, Value) else stored
        size = sum(len(value.text) + 16 for value in values) if values is not None else 0
        budget.characters -= size
        if values is None or budget.characters < 0:
            sink.builder.unknown(self.fragment.cut(part.start, part.end))
            return
        separate = isinstance(stored, tuple) and (part.text == "@" or part.index == "@" or not part.quoted)
        for number, value in enumerate(values):
            if number and separate:
                sink.break_field()
            elif number:
                sink.builder.literal(spread(" ", written))
            if sink.splits and not part.quoted:
                sink.split(value, written)
            else:
                sink.builder.expansion(value, written)

    def resolve(self, part: Part) -> Stored:
        """What a variable with its operator stands for; None where that depends on run time."""
        name, operator = part.text, part.operator.lstrip(":")
        stored, is_set = self._stored(part)
        origin = f"variable {name}"
        if operator == "+":
            if not is_set or stored is None:
                return None
            return self._operand(part) if _is_filled(stored) else ()
        if operator in ("-", "=") and (not is_set or _is_empty(stored, part.operator)):
            default = self._operand(part).derived(f"default of ${name}")
            if operator == "=":
                self.scope.assign(name, default)
            return default
        return _derived(stored, origin)

    def _stored(self, part: Part) -> tuple[Stored, bool]:
        """Value, and whether there is anything to say of the variable."""
        name, arguments = part.text, self.scope.arguments
        if name in ("@", "*"):
            return arguments, arguments is not None
        if name.isdigit():
            place = int(name) - 1 if len(name) < 5 else -1
            if arguments is None or not 0 <= place < len(arguments):
                return None, False
            return arguments[place], True
        if name in ("#", "?", "$", "!", "-"):
            return None, True
        stored = self.scope.get(name)
        if isinstance(stored, tuple):
            stored = _element(stored, part.index)
        return stored, self.scope.holds(name)

    def _operand(self, part: Part) -> Value:
        operand = part.operand
        if operand is None:
            return self._empty(part)
        sink = _Sink(splits=False)
        self._parts(operand.parts, sink)
        value = sink.builder.finish()
        return value if value.text else self._empty(part)

    def _empty(self, part: Part) -> Value:
        return Value(NOWHERE, self.fragment.span(part.start, part.end))


class _Sink:
    """Collects the fields of one word."""

    def __init__(self, splits: bool) -> None:
        self.splits = splits
        self.builder = Builder()
        self.done: list[Value] = []

    def break_field(self) -> None:
        if self.builder.started:
            self.done.append(self.builder.finish())
            self.builder = Builder()

    def split(self, value: Value, written: Span) -> None:
        """Adds an unquoted expansion, which ends a field wherever it has blanks."""
        text = value.masked()
        if text[:1].isspace():
            self.break_field()
        for number, found in enumerate(FIELD.finditer(text)):
            if number:
                self.break_field()
            self.builder.expansion(value.cut(found.start(), found.end()), written)
        if not text and value.holes:
            self.builder.expansion(value, written)
        if text[-1:].isspace():
            self.break_field()

    def finish(self, fragment: Fragment, word: Word) -> list[Value]:
        if self.builder.started:
            written = None if self.done else fragment.span(word.start, word.end)
            self.done.append(self.builder.finish(written))
        return self.done


def _is_filled(stored: Value | Values) -> bool:
    return bool(stored.text if isinstance(stored, Value) else stored)


def _is_empty(stored: Stored, operator: str) -> bool:
    """Whether `${name:-default}` takes its default although the variable is set."""
    return operator[0] == ":" and stored is not None and not _is_filled(stored)


def _element(values: Values, index: str) -> Stored:
    if index in ("@", "*"):
        return values
    if not index:
        return values[0] if values else None
    if index.isdigit() and len(index) < 5 and int(index) < len(values):
        return values[int(index)]
    return None


def _derived(stored: Stored, origin: str) -> Stored:
    if isinstance(stored, tuple):
        return tuple(value.derived(origin) for value in stored)
    return stored.derived(origin) if stored is not None else None
