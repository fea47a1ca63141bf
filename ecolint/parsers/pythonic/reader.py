"""The statements of one module: calls that some vocabulary wants, with their arguments, uses and conditions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from ecolint.cloud_functions import card_of
from ecolint.context import ARGUMENT, TOLD, may_be_trained_elsewhere
from ecolint.inference import Known, Located, Place
from ecolint.parsers.pythonic import carrying, commands, containers, flow, surroundings
from ecolint.parsers.pythonic.batching import loops, reaching, streams
from ecolint.parsers.pythonic.evaluation import conditions, invocation
from ecolint.parsers.pythonic.evaluation.alternatives import condition, settled
from ecolint.parsers.pythonic.evaluation.evaluator import Evaluator, in_every_world
from ecolint.parsers.pythonic.evaluation.values import without_defaults
from ecolint.parsers.pythonic.evaluation.worlds import Impossible, brief
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.nearby import nearby_of
from ecolint.parsers.pythonic.scopes import dotted_path
from ecolint.parsers.pythonic.users import training_told_of
from ecolint.parsers.pythonic.wanted import Wanted, may_be_wanted, other_names
from ecolint.records import replace
from ecolint.source import Span
from ecolint.statements import Answering, Call, CommandLine, Statement

GENERATORS = (".generate", ".chat", ".invoke", ".predict", ".complete", ".stream")
GENERATING = frozenset(name[1:] for name in GENERATORS)
CALLS = ("()", ".__call__")
"""Calling a pipeline generates; calling a model is one forward pass."""
NO_MODEL = re.compile(
    r"template|jinja|environment|builder|report|schema|uuid|faker|image|audio|speech|tts|diffus|video|embed|token",
    re.I,
)
"""Names of objects that generate something else."""
CLOUDS = ("modal", "aiplatform")
"""Words without which a module asks for no card for what it starts."""


class Reached(NamedTuple):
    """How a place is reached: under which condition, or in any case."""

    when: str | None


@dataclass(eq=False)
class ModuleReader:
    """Reads the calls of one module."""

    module: Module
    wanted: Wanted
    thorough: bool = True

    def statements(self) -> list[Statement]:
        """Wanted calls, and the programs that the module starts, in the order of the text."""
        found: list[Statement] = [*self.calls(), *self.command_lines()]
        return sorted(found, key=lambda item: item.span)

    def command_lines(self) -> Iterator[CommandLine]:
        """Programs and containers that the module starts, on the card that it asks for."""
        lines = [*commands.command_lines(self.module), *containers.command_lines(self.module)]
        asks = bool(lines) and any(word in self.module.text.fragment.text for word in CLOUDS)
        for line in lines:
            yield replace(line, gpu=card_of(self.nearby)) if asks and not line.gpu.is_set else line

    def calls(self) -> list[Call]:
        """Wanted calls in the order of the text; those that serve as arguments of others say so in `uses`."""
        module = self.module
        names = self.wanted.tails | other_names(self.wanted, module.index)
        candidates = [
            node for node in module.index.calls_near(names) if may_be_wanted(node, self.wanted, module)
        ]
        module.wanted = frozenset(candidates)
        found: list[Call] = []
        looped: set[ast.Call] = set()
        for node in candidates:
            if _only_generates(node) and (_is_no_model(node) or loops.request_loop(node, module) is None):
                continue
            if not self.thorough and self._says_nothing(node):
                continue
            alternatives = self._alternatives(node)
            if alternatives:
                used = flow.uses_of(node, module)
                looping, calls = self._request_loops(node, used)
                looped.update(calls)
                texts = tuple(dict.fromkeys(use.text for use in used))
                if may_be_trained_elsewhere(texts) and (told := training_told_of(node, module)):
                    texts = (*texts, TOLD + told)
                around = surroundings.inside(node, module)
                answering = self._answering(node, used)
                found += [
                    replace(
                        item,
                        uses=texts,
                        nearby=self.nearby,
                        inside=around,
                        request_loop=looping[0] if looping else Located(),
                        further_loops=looping[1:],
                        answering=answering,
                    )
                    for item in alternatives
                ]
        looped_spans = {module.text.span(node) for node in looped}
        inner = {span for item in found for span in _inner_spans(item)}
        return [
            replace(item, uses=(*item.uses, ARGUMENT)) if item.span in inner else item
            for item in found
            if item.span not in looped_spans
        ]

    def _says_nothing(self, node: ast.Call) -> bool:
        """Whether a load cannot be judged: it is given no setting, and nothing that it loads runs in a loop."""
        return (
            isinstance(node.func, ast.Attribute)
            and node.func.attr in self.wanted.free
            and not carrying.may_carry(node, self.module)
            and not self._tells_by_value
            and not self._configures
            and not self._generates_in_loop
        )

    @cached_property
    def _configures(self) -> bool:
        """Whether a configuration is made, which a load may be given by any keyword."""
        return any(carrying.configures(node) for node in self.module.wanted)

    @cached_property
    def _tells_by_value(self) -> bool:
        return carrying.tells_by_value(self.module.text.fragment.text)

    @cached_property
    def _generates_in_loop(self) -> bool:
        """Whether a call that may generate stands in a loop over prompts."""
        return any(
            isinstance(node.func, ast.Attribute)
            and node.func.attr in GENERATING
            and loops.request_loop(node, self.module, gives_at_once=True) is not None
            for node in self.module.index.calls_near(GENERATING)
        ) or any(map(_makes_pipeline, self.module.wanted))

    def _alternatives(self, node: ast.Call) -> list[Call]:
        module = self.module
        site = module.index.sites[node]
        guards = conditions.guards_around(site)

        def evaluated(ev: Evaluator) -> Call:
            callee, function, _ = invocation.callee_of(ev, node, module, site, None)
            if not self.wanted.pattern.match(callee):
                raise Impossible
            ev.turn_to(callee)
            if not conditions.may_be_reached(ev, guards, module):
                raise Impossible
            call = ev.call(node, callee, module, site, None, function)
            overturned = ev.world.overturned
            return without_defaults(call, overturned) if overturned else call

        calls = settled(in_every_world(module, evaluated))
        otherwise = conditions.exceptional(guards)
        return [replace(item, when=item.when or otherwise) for item in calls] if otherwise else calls

    def _request_loops(
        self, node: ast.Call, uses: list[flow.Use]
    ) -> tuple[tuple[Located[bool], ...], list[ast.Call]]:
        """The loops in which the object generates for single prompts, one call for each, and all calls that may."""
        endings = (*GENERATORS, *CALLS) if _makes_pipeline(node) else GENERATORS
        generating = [use for use in uses if use.text.endswith(endings) and "Async" not in use.text]
        method = self.wanted.tails & {getattr(node.func, "attr", "")} & {"generate", "chat"}
        places = [node] if method else [use.node for use in generating if use.node is not None]
        running: dict[ast.AST, list[loops.RequestLoop]] = {}
        for place in dict.fromkeys(places):
            found = loops.request_loop(place, self.module, gives_at_once=not method)
            if found is not None:
                running.setdefault(found.loop, []).append(found)
        located = []
        for held in running.values():
            ways = [reaching.way_through(item, self.module) for item in held]
            reached = self._reached(*ways)
            if reached is not None:
                first = next((at for at, way in enumerate(ways) if self._reached(way)), 0) if held[1:] else 0
                located.append(self._answered(held[first].calls[0], held[first].words, reached))
        return tuple(located), [item for item in places if item is not node]

    def _answered(self, place: ast.Call, words: str, reached: Reached) -> Located[bool]:
        span = self.module.text.span(place.func)
        return Located(True, Known.STATED, span, span, words, reached.when, Place.CALL)

    def _reached(self, *ways: reaching.Way) -> Reached | None:
        """How one of several places is reached, given the ways to each; None where none ever is."""
        module = self.module

        def evaluated(ev: Evaluator) -> None:
            if not any(way.is_open(ev, module) for way in ways):
                raise Impossible

        outcomes = in_every_world(module, evaluated)
        if not outcomes:
            return None
        exceptional = [conditions.exceptional(way.guards) for way in ways]
        return Reached(condition(outcomes) or (exceptional[0] if all(exceptional) else None))

    def _answering(self, node: ast.Call, uses: list[flow.Use]) -> tuple[Answering, ...]:
        """Calls of the pipeline that a call makes."""
        if not _makes_pipeline(node):
            return ()
        places = dict.fromkeys(use.node for use in uses if use.text in CALLS and use.node is not None)
        found = (Answering(*self._answer(place)) for place in places)
        return tuple(item for item in found if item.batch_size.is_set or item.stream.is_set)

    def _answer(self, place: ast.Call) -> tuple[Located[int], Located[bool]]:
        """The number of prompts that a call is told to answer at a time, and the collection that it is given."""
        module = self.module
        told = ast.Call(place.func, [], [item for item in place.keywords if item.arg in (None, "batch_size")])
        evaluator = Evaluator(shared=module.program.shared)
        keywords = evaluator.arguments(told, module, module.site_of(place), None)[1]
        size = keywords.get("batch_size", Located())
        given = streams.stream_of(place, module) if keywords.complete else None
        if given is None:
            return size, Located()
        reached = self._reached(reaching.way_to(place, given, module))
        if reached is None:
            return size, Located()
        words = f"the pipeline's own, over {brief(given)}, with a batch_size of 1"
        return size, self._answered(place, words, reached)

    @cached_property
    def nearby(self) -> frozenset[str]:
        return nearby_of(self.module)


def _makes_pipeline(node: ast.Call) -> bool:
    return "pipeline" in ast.unparse(node.func).lower()


def _only_generates(node: ast.Call) -> bool:
    """Whether a call is wanted for the loop that it may stand in, and for nothing else."""
    return isinstance(node.func, ast.Attribute) and node.func.attr == "generate"


def _is_no_model(node: ast.Call) -> bool:
    """Whether what generates is called by the name of something that makes no text by a language model."""
    owner = node.func.value if isinstance(node.func, ast.Attribute) else node.func
    return NO_MODEL.search(dotted_path(owner)) is not None


def _inner_spans(call: Call) -> Iterator[Span]:
    for value in (*call.positional, *call.keywords.values()):
        yield from _spans_in(value.value, 0)


def _spans_in(held: Any, depth: int) -> Iterator[Span]:
    if depth > 20:
        return
    if isinstance(held, Call):
        yield held.span
        for value in (*held.positional, *held.keywords.values()):
            yield from _spans_in(value.value, depth + 1)
    elif isinstance(held, Mapping):
        for value in held.values():
            yield from _spans_in(value.value, depth + 1)
    elif isinstance(held, tuple):
        for value in held:
            yield from _spans_in(value.value, depth + 1)
