"""Walks a script in the order in which it would run, and tells every command that it starts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ecolint.parsers.shellish import builtins, feeding
from ecolint.parsers.shellish.conditions import Truth, always, decided, is_test, phrase
from ecolint.parsers.shellish.expand import Expander
from ecolint.parsers.shellish.frame import Frame, also
from ecolint.parsers.shellish.grammar import parse
from ecolint.parsers.shellish.launch import launch
from ecolint.parsers.shellish.nodes import (
    Case,
    Function,
    Group,
    If,
    Loop,
    Node,
    Pipeline,
    Redirect,
    Simple,
    Step,
    Test,
)
from ecolint.parsers.shellish.options import base_name
from ecolint.parsers.shellish.scope import Scope
from ecolint.parsers.shellish.tokens import Kind, Part, Word
from ecolint.parsers.shellish.values import Value, Values, join, spread
from ecolint.parsers.shellish.wrappers import UTILITIES
from ecolint.records import replace
from ecolint.source import Fragment, Span
from ecolint.statements import ANY_OTHER, CommandLine, Statement

CALL_LIMIT = 8
"""Functions within functions that are followed."""
PIPE_LIMIT = 3
"""Commands of a pipeline that a here-document may reach."""
EMPTY = re.compile(r"\[\[? -z \"?\$\{?([A-Za-z_]\w*)(?::?-)?\}?\"? \]\]?")
GIVEN = re.compile(r"\$\{?[0-9](?::?-)?\}?")
HOOK = re.compile(
    r"conda|mamba|ssh-agent|direnv|pyenv|rbenv|nodenv|brew|starship|zoxide|dircolors|minikube|docker-machine|opam|modulecmd"
)
"""Programs whose output prepares a shell for them, and sets nothing of the script's own."""
OUTPUT = frozenset((">", ">>", ">|", "&>"))
PRODUCERS = frozenset(("echo", "printf"))
ECHO_OPTION = re.compile(r"-[neE]{1,3}|--")


def run(fragment: Fragment, frame: Frame, scope: Scope | None = None) -> Iterator[Statement]:
    """What a shell text starts, and what the files say that it writes."""
    own = scope is None
    scope = scope if scope is not None else Scope(frame.variables, frame.environment, frame.budget)
    walker = Walker(fragment, frame, scope)
    yield from walker.steps(parse(fragment.text), frame.when)
    yield from walker.uncalled()
    if own and (line := walker.environment_left()) is not None:
        yield line


class Walker:
    """One pass over one text. Conditions are handed down as `when`."""

    def __init__(self, fragment: Fragment, frame: Frame, scope: Scope) -> None:
        self.fragment = fragment
        self.frame = replace(frame, stdin=None)
        self.scope = scope
        self.expander = Expander(fragment, scope)
        self.functions: dict[str, Function] = {}
        self.called: set[str] = set()
        self.call_depth = 0
        self.handed: set[str] = set()

    def steps(self, steps: Sequence[Step], when: str | None) -> Iterator[Statement]:
        chain = when
        truth = Truth.UNKNOWN
        before: Step | None = None
        for step in steps:
            if step.connector and before is not None:
                if (step.connector == "&&" and truth is Truth.FALSE) or (
                    step.connector == "||" and truth is Truth.TRUE
                ):
                    continue
                if step.connector == "||":
                    chain = also(when, f"{self._text(before.pipeline)} fails")
                elif before.connector == "||":
                    chain = when
                elif truth is Truth.UNKNOWN and is_test(before.pipeline, self.fragment.text):
                    chain = also(chain, self._text(before.pipeline))
            else:
                chain = when
            truth = always(step.pipeline, self.expander)
            yield from self.node(step.pipeline, chain)
            before = step

    def _text(self, node: Node) -> str:
        return phrase(self.fragment.text, node.start, node.end)

    def node(self, node: Node, when: str | None, following: Sequence[Node] = ()) -> Iterator[Statement]:
        if isinstance(node, Simple):
            yield from self.simple(node, when, following)
        elif isinstance(node, Pipeline):
            for number, command in enumerate(node.commands, 1):
                yield from self.node(command, when, node.commands[number : number + PIPE_LIMIT])
        elif isinstance(node, If):
            yield from self.if_(node, when)
        elif isinstance(node, Case):
            yield from self.case(node, when)
        elif isinstance(node, Loop):
            yield from self.loop(node, when)
        elif isinstance(node, Test):
            self.scope.forget(builtins.changed_by_test(node, self.fragment.text))
        elif isinstance(node, Function):
            self.functions[node.name] = node
        elif isinstance(node, Group):
            if node.subshell:
                self.scope.enter()
            yield from self.steps(node.body, when)
            if node.subshell:
                self.scope.restore()

    def branch(self, steps: Sequence[Step], when: str | None, changed: set[str]) -> Iterator[Statement]:
        self.scope.enter()
        yield from self.steps(steps, when)
        changed |= self.scope.restore()

    def if_(self, node: If, when: str | None) -> Iterator[Statement]:
        changed: set[str] = set()
        defaults: dict[str, Value] = {}
        default = self._default(node)
        earlier: list[str] = []
        for branch in node.branches:
            truth = Truth.TRUE if not branch.condition else decided(branch.condition, self.expander)
            yield from self.steps(branch.condition, when)
            condition = self._condition(branch.condition)
            if truth is Truth.FALSE:
                continue
            if truth is Truth.TRUE and not earlier:
                yield from self.steps(branch.body, when)
                break
            told = condition if branch.condition and truth is not Truth.TRUE else f"not ({earlier[-1]})"
            self.scope.enter()
            yield from self.steps(branch.body, also(when, told))
            if default is not None and isinstance(value := self.scope.get(default), Value):
                defaults[default] = value
            changed |= self.scope.restore()
            if truth is Truth.TRUE:
                break
            earlier.append(condition)
        self.scope.forget(changed - defaults.keys())
        for name, value in defaults.items():
            self.scope.assign(name, value.derived(f"default of ${name}"))

    def _default(self, node: If) -> str | None:
        """Variable that `if [ -z "$NAME" ]; then NAME=…; fi` gives a default, unless the script computes it."""
        found = EMPTY.fullmatch(self._condition(node.branches[0].condition))
        if found is None or len(node.branches) != 1:
            return None
        stored = self.scope.get(found[1])
        given = isinstance(stored, Value) and GIVEN.fullmatch(stored.text) is not None
        return found[1] if given or not self.scope.holds(found[1]) else None

    def _condition(self, steps: Sequence[Step]) -> str:
        if not steps:
            return ""
        return phrase(self.fragment.text, steps[0].pipeline.start, steps[-1].pipeline.end)

    def case(self, node: Case, when: str | None) -> Iterator[Statement]:
        changed: set[str] = set()
        text = self.fragment.text
        subject = text[node.subject.start : node.subject.end] if node.subject else ""
        for item in node.items:
            pattern = phrase(text, *item.pattern)
            yield from self.branch(item.body, also(when, f"{subject} is {pattern}"), changed)
        self.scope.forget(changed)

    def loop(self, node: Loop, when: str | None) -> Iterator[Statement]:
        is_skipped = bool(node.condition) and decided(node.condition, self.expander) is Truth.FALSE
        if not is_skipped:
            changed = builtins.assigned(node.body, self.fragment.text)
            if ANY_OTHER in changed:
                self.scope.open_up()
            self.scope.forget(changed)
        yield from self.steps(node.condition, when)
        yield from self.substitutions(node.values, when)
        if is_skipped:
            return
        values = self.expander.fields(node.values)
        self.scope.enter()
        if node.variable:
            single = len(values) == 1 and not values[0].is_dynamic
            self.scope.assign(node.variable, values[0] if single else None)
        yield from self.steps(node.body, when)
        self.scope.forget(self.scope.restore())

    def simple(self, node: Simple, when: str | None, following: Sequence[Node]) -> Iterator[Statement]:
        yield from self.substitutions(node.words, when)
        for word in node.words:
            self.scope.forget(builtins.changed_by_expansion(word, self.fragment.text))
        yield from self.substitutions([r.target for r in node.redirects if r.target is not None], when)
        count = builtins.leading_assignments(node.words, self.fragment.text)
        prefix = node.words[:count]
        if count == len(node.words) and not node.redirects:
            for word in prefix:
                builtins.assign(word, self.expander)
            return
        words = self.expander.fields(node.words[count:])
        if words and builtins.run(words, node.words[count:], self.expander):
            return
        if words and words[0].text in self.functions:
            yield from self.call(words, when)
            return
        frame = replace(
            self.frame,
            span=self.fragment.span(node.start, node.end),
            environment=builtins.environment(prefix, self.expander),
            when=when,
            stdin=self.stdin(node.redirects),
        )
        yield from self.started(words, frame, node, following)

    def started(
        self, words: list[Value], frame: Frame, node: Simple, following: Sequence[Node]
    ) -> Iterator[Statement]:
        if words and words[0].text == "eval":
            text = join([word.fragment for word in words[1:]], " ") if len(words) > 1 else None
            if any(word.is_dynamic for word in words[1:]) and not HOOK.search(text.text if text else ""):
                self.scope.open_up()
            if text is not None and frame.depth < CALL_LIMIT:
                yield from run(text, replace(frame, depth=frame.depth + 1), self.scope)
            return
        if words and words[0].text in PRODUCERS:
            frame = replace(frame, stdin=_produced(words))
        if frame.stdin is not None and (not words or words[0].text in PRODUCERS | {"cat"}):
            for redirect in node.redirects:
                if redirect.operator.text in OUTPUT and redirect.target is not None:
                    yield from feeding.written(self.expander.value(redirect.target).text, frame)
            for command in following:
                if isinstance(command, Simple):
                    yield from self.piped(command, frame)
            frame = replace(frame, stdin=None)
        if words:
            if base_name(words[0].text) not in UTILITIES:
                self.handed |= frame.environment.keys()
            yield from launch(words, frame)

    def piped(self, node: Simple, frame: Frame) -> Iterator[Statement]:
        """What a command does with the text that it is handed, beside what it is seen to start anyway."""
        words = self.expander.fields(node.words)
        for statement in launch(words, replace(frame, span=self.fragment.span(node.start, node.end))):
            if words and statement.span != self.fragment.span(node.start, node.end):
                yield statement

    def stdin(self, redirects: Sequence[Redirect]) -> Fragment | None:
        """The text of the last here-document or here-string."""
        for redirect in reversed(redirects):
            heredoc = redirect.operator.heredoc
            if heredoc is not None:
                if heredoc.verbatim:
                    return self.fragment.cut(heredoc.start, heredoc.end)
                return self.expander.content(heredoc.start, heredoc.end).fragment
            if redirect.operator.text == "<<<" and redirect.target is not None:
                return self.expander.value(redirect.target).fragment
        return None

    def call(self, words: list[Value], when: str | None) -> Iterator[Statement]:
        name = words[0].text
        if self.scope.budget.called <= 0 or self.call_depth >= CALL_LIMIT:
            return
        self.called.add(name)
        yield from self.body(self.functions[name], tuple(words[1:]), when)

    def body(self, function: Function, arguments: Values | None, when: str | None) -> Iterator[Statement]:
        if arguments is not None:
            self.scope.budget.called -= function.end - function.start
        self.call_depth += 1
        outer, self.scope.arguments = self.scope.arguments, arguments
        yield from self.steps(function.body, when)
        self.scope.arguments = outer
        self.call_depth -= 1

    def uncalled(self) -> Iterator[Statement]:
        """Functions that the text itself does not call, such as those of a library or behind `"$@"`."""
        for name in list(self.functions):
            if name not in self.called:
                self.called.add(name)
                self.scope.enter()
                yield from self.body(self.functions[name], None, self.frame.when)
                self.scope.restore()

    def substitutions(self, words: Sequence[Word], when: str | None) -> Iterator[Statement]:
        """Commands in `$(…)` and backticks among the words."""
        for word in words:
            for part in word.parts:
                yield from self._substitution(part, when)

    def _substitution(self, part: Part, when: str | None) -> Iterator[Statement]:
        if part.kind is Kind.SUBSTITUTION:
            frame = replace(self.frame, when=when, depth=self.frame.depth + 1)
            if frame.depth <= CALL_LIMIT:
                self.scope.enter()
                yield from run(self.fragment.cut(*part.inner), frame, self.scope)
                self.scope.restore()
        elif part.operand is not None:
            yield from self.substitutions((part.operand,), when)
        for item in part.items:
            yield from self.substitutions((item,), when)

    def environment_left(self) -> CommandLine | None:
        """What the text exports to no command of its own, as in a file that is sourced."""
        entries = {
            k: v for k, v in self.scope.exports().items() if k not in self.handed and v.span is not None
        }
        spans = [entry.span for entry in entries.values() if entry.span is not None]
        if not spans:
            return None
        frame = replace(self.frame, span=Span(min(spans).start, max(span.end for span in spans)))
        return replace(frame, environment=entries).command([])


def _produced(words: list[Value]) -> Fragment | None:
    """The text that `echo` or `printf` writes."""
    texts = [word.fragment for word in words[1:] if not ECHO_OPTION.fullmatch(word.text)]
    if not texts:
        return None
    text = join(texts, " ")
    return _with_newlines(text) if "\\n" in text.text else text


def _with_newlines(text: Fragment) -> Fragment:
    """`\\n` as `echo -e` and `printf` read it."""
    parts: list[Fragment] = []
    at = 0
    while (found := text.text.find("\\n", at)) >= 0:
        parts += (text.cut(at, found), spread("\n", text.span(found, found + 2)))
        at = found + 2
    return join([*parts, text.cut(at)])
