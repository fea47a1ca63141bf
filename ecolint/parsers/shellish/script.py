"""Walks a script in the order in which it would run, and tells every command that it starts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ecolint.parsers import allowance
from ecolint.parsers.shellish import builtins, feeding, ways
from ecolint.parsers.shellish.calling import unnamed
from ecolint.parsers.shellish.chains import STOPS, Ended, defaulted, ended_by, joined, lists
from ecolint.parsers.shellish.conditions import Truth, always, decided, group_end, is_test, phrase
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
from ecolint.parsers.shellish.scope import Scope, Stored
from ecolint.parsers.shellish.tokens import Kind, Part, Word
from ecolint.parsers.shellish.values import Value, Values
from ecolint.parsers.shellish.wrappers import UTILITIES
from ecolint.records import replace
from ecolint.source import Fragment, Span
from ecolint.statements import ANY_OTHER, CommandLine, Statement

CALL_LIMIT = 8
"""Functions within functions that are followed."""
PIPE_LIMIT = 3
"""Commands of a pipeline that a here-document may reach."""
GIVEN = re.compile(r"\$\{?[0-9](?::?-)?\}?")
HOOK = re.compile(
    r"conda|mamba|ssh-agent|direnv|pyenv|rbenv|nodenv|brew|starship|zoxide|dircolors|minikube|docker-machine|opam|modulecmd"
)
"""Programs whose output prepares a shell for them, and sets nothing of the script's own."""
OUTPUT = frozenset((">", ">>", ">|", "&>"))


def run(fragment: Fragment, frame: Frame, scope: Scope | None = None) -> Iterator[Statement]:
    """What a shell text starts, and what the files say that it writes."""
    if not allowance.current().spend(allowance.TEXT):
        return
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
        self.ended = Ended.NO
        self.starts = False

    def steps(self, steps: Sequence[Step], when: str | None) -> Iterator[Statement]:
        told: list[Statement] = []
        otherwise: list[CommandLine] = []
        at = 0
        for commands in lists(steps):
            if self.ended:
                break
            for statement in self.connected(commands, when):
                told.append(statement)
                yield statement
            at += len(commands)
            choice = ways.choice_of(self, commands)
            if choice is not None and not self.ended:
                otherwise += ways.after(self, choice, steps[at:], when)
        yield from ways.further(otherwise, told)

    def connected(self, commands: Sequence[Step], when: str | None) -> Iterator[Statement]:
        if len(commands) == 1:
            yield from self.node(commands[0].pipeline, when)
        else:
            yield from self.chain(commands, when)

    def chain(self, steps: Sequence[Step], when: str | None) -> Iterator[Statement]:
        """Commands joined by `&&` and `||`. What is assigned under a condition may not have been, after them."""
        first = before = steps[0]
        truth = always(first.pipeline, self.expander)
        yield from self.node(first.pipeline, when)
        if self.ended:
            return
        told = when
        default: str | None = None
        for step in steps[1:]:
            if truth is STOPS[step.connector]:
                continue
            is_certain = truth is not Truth.UNKNOWN
            inner = when if is_certain else self._joined(first, before, step, when, told)
            if told != when and (inner == when or step.connector == "||"):
                self._leave(default)
                told = when
            if told == when and inner != when:
                self.scope.enter()
                default = self._default(defaulted(self._text(before.pipeline), step.connector))
            told = inner
            truth = joined(truth, step.connector, always(step.pipeline, self.expander))
            yield from self.node(step.pipeline, told)
            before = step
            if is_certain and self.ended:
                break
            self.ended = Ended.NO
        if told != when:
            self._leave(default)

    def _joined(
        self, first: Step, before: Step, step: Step, when: str | None, told: str | None
    ) -> str | None:
        """The condition of a command, where that of the one before is `told`."""
        if step.connector == "||":
            return also(when, f"{self._text(before.pipeline)} fails")
        is_choice = before.connector == "||"
        if not self.asks(before.pipeline):
            return when if is_choice else told
        if is_choice:
            return also(when, phrase(self.fragment.text, first.pipeline.start, before.pipeline.end))
        return also(told, self._text(before.pipeline))

    def asks(self, pipeline: Pipeline) -> bool:
        """Whether a pipeline is run to ask something, if only by a function of the script that ends in a test."""
        last = pipeline.commands[-1]
        name = (last.words[0].bare or "") if isinstance(last, Simple) and last.words else ""
        function = self.functions.get(name)
        asked = pipeline if function is None else group_end(function.body) or pipeline
        return is_test(asked, self.fragment.text)

    def _leave(self, default: str | None) -> None:
        """Ends what may not have been run; `default` is the variable that was given one there."""
        value = self.scope.get(default) if default is not None else None
        self.scope.settle([self.scope.leave()])
        if default is not None and isinstance(value, Value):
            self.scope.assign(default, value.derived(f"default of ${default}"))

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
                self.ended = Ended.NO

    def branch(
        self, steps: Sequence[Step], when: str | None, outcomes: list[Mapping[str, Stored]]
    ) -> Iterator[Statement]:
        """One of several ways: what it assigns is added to `outcomes`."""
        self.scope.enter()
        yield from self.steps(steps, when)
        outcomes.append(self.scope.leave())

    def if_(self, node: If, when: str | None) -> Iterator[Statement]:
        outcomes: list[Mapping[str, Stored]] = []
        default = self._default(defaulted(ways.listed(self.fragment.text, node.branches[0].condition), "&&"))
        if len(node.branches) != 1:
            default = None
        earlier: list[str] = []
        ended: list[Ended] = []
        for branch in node.branches:
            truth = Truth.TRUE if not branch.condition else decided(branch.condition, self.expander)
            yield from self.steps(branch.condition, when)
            condition = ways.listed(self.fragment.text, branch.condition)
            if truth is Truth.FALSE:
                continue
            if truth is Truth.TRUE and not earlier:
                yield from self.steps(branch.body, when)
                return
            told = condition if branch.condition and truth is not Truth.TRUE else f"not ({earlier[-1]})"
            yield from self.branch(branch.body, also(when, told), outcomes)
            ended.append(self.ended)
            self.ended = Ended.NO
            if truth is Truth.TRUE:
                self.ended = min(ended)
                break
            earlier.append(condition)
        value = outcomes[0].get(default) if default is not None and outcomes else None
        self.scope.settle(outcomes)
        if default is not None and isinstance(value, Value):
            self.scope.assign(default, value.derived(f"default of ${default}"))

    def _default(self, name: str | None) -> str | None:
        """A variable that is given a default where it has no value, unless the script computes it."""
        if name is None:
            return None
        stored = self.scope.get(name)
        given = isinstance(stored, Value) and GIVEN.fullmatch(stored.text) is not None
        return name if given or not self.scope.holds(name) else None

    def case(self, node: Case, when: str | None) -> Iterator[Statement]:
        outcomes: list[Mapping[str, Stored]] = []
        for item in node.items:
            yield from self.branch(
                item.body, also(when, ways.condition(self.fragment.text, node, item)), outcomes
            )
            self.ended = Ended.NO
        self.scope.settle(outcomes)

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
        self.ended = Ended.NO
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
        self.ended = ended_by(node, self.fragment.text)

    def started(
        self, words: list[Value], frame: Frame, node: Simple, following: Sequence[Node]
    ) -> Iterator[Statement]:
        if words and words[0].text == "eval":
            text = Fragment.join([word.fragment for word in words[1:]], " ") if len(words) > 1 else None
            if any(word.is_dynamic for word in words[1:]) and not HOOK.search(text.text if text else ""):
                self.scope.open_up()
            if text is not None and frame.depth < CALL_LIMIT:
                yield from run(text, replace(frame, depth=frame.depth + 1), self.scope)
            return
        if words and words[0].text in feeding.PRODUCERS:
            frame = replace(frame, stdin=feeding.produced(words))
        if frame.stdin is not None and (not words or words[0].text in feeding.PASSING):
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
                self.starts = True
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
        self.starts = True
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
        if self.ended <= Ended.FUNCTION:
            self.ended = Ended.NO
        self.scope.arguments = outer
        self.call_depth -= 1

    def uncalled(self) -> Iterator[Statement]:
        """Functions that the text itself does not call, such as those of a library or behind `"$@"`."""
        left = [name for name in self.functions if name not in self.called]
        dead: frozenset[str] = frozenset()
        if left and self.starts:
            dead = unnamed((self.functions[name] for name in left), self.fragment.text)
        for name in left:
            if name not in self.called:
                self.called.add(name)
                self.ended = Ended.NO
                when = also(self.frame.when, f"{name} is called") if name in dead else self.frame.when
                self.scope.enter()
                yield from self.body(self.functions[name], None, when)
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
