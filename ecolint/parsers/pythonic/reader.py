"""The statements of one module: calls that some vocabulary wants, with their arguments, uses and conditions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import translate
from functools import cache, cached_property
from typing import Any

from ecolint.cloud_functions import ANY_CARD, CARD_KEYWORDS, card_of
from ecolint.context import ARGUMENT, TOLD, TRAINING_METHODS, may_be_trained_elsewhere
from ecolint.inference import Known, Located, Place
from ecolint.parsers.pythonic import carrying, commands, conditions, flow, invocation, loops, surroundings
from ecolint.parsers.pythonic.alternatives import settled
from ecolint.parsers.pythonic.evaluator import Evaluator
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Binding, Index, Kind, Scope, Site, dotted_path
from ecolint.parsers.pythonic.users import training_told_of
from ecolint.parsers.pythonic.values import without_defaults
from ecolint.parsers.pythonic.worlds import Course, Impossible, outcomes
from ecolint.records import replace
from ecolint.source import Span
from ecolint.statements import Call, CommandLine, Statement

GENERATORS = (".generate", ".chat", ".invoke", ".predict", ".complete", ".stream")
GENERATING = frozenset(name[1:] for name in GENERATORS)
CALLS = ("()", ".__call__")
"""Calling a pipeline generates; calling a model is one forward pass."""
PIPED = tuple(f".pipeline(){call}" for call in CALLS)
"""Ends of the uses of a model that call the pipeline it was given to."""
TEXT_TASK = re.compile(r"generation|summar|translat|conversation|text-to-text")
NO_MODEL = re.compile(
    r"template|jinja|environment|builder|report|schema|uuid|faker|image|audio|speech|tts|diffus|video|embed|token",
    re.I,
)
"""Names of objects that generate something else."""
LITERAL_LIMIT = 40
PLACING = frozenset(("to", "device"))
"""Methods and functions that are given a device by its name."""
RENAMING = (ast.Name, ast.Attribute, ast.IfExp, ast.BoolOp, ast.Subscript, ast.Dict, ast.List, ast.Tuple)
ALIAS_DEPTH = 3
"""Variables through which a name is followed to what it stands for."""


@dataclass(frozen=True)
class Wanted:
    """Patterns of callees, compiled, and their last names.

    Of `free` names any object may be the owner, of `owned` ones it must be the class named; the others are read from
    modules that are imported.
    """

    pattern: re.Pattern[str]
    other: re.Pattern[str]
    tails: frozenset[str]
    free: frozenset[str]
    owned: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, patterns: tuple[str, ...], other: tuple[str, ...] = ()) -> Wanted:
        parts = [item.split(".") for item in patterns]
        owned: dict[str, set[str]] = {}
        for part in parts:
            if part[0] == "*" and len(part) > 2:
                owned.setdefault(part[-1], set()).add(part[-2])
        return cls(
            re.compile("|".join(map(translate, patterns)) or r"(?!)"),
            re.compile("|".join(map(translate, other)) or r"(?!)"),
            frozenset(part[-1] for part in parts),
            frozenset(part[-1] for part in parts if part[0] in ("*", "?") and len(part) == 2),
            {name: frozenset(classes) for name, classes in owned.items()},
        )


@cache
def wanted_by_frameworks() -> Wanted:
    from ecolint.frameworks.registry import frameworks, wanted_calls

    return Wanted.of(
        wanted_calls(), tuple(item for framework in frameworks() for item in framework.other_calls)
    )


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
        """Programs that the module starts, on the card that it asks for."""
        for line in commands.command_lines(self.module):
            asks = not line.gpu.is_set and "modal" in self.module.text.fragment.text
            yield replace(line, gpu=card_of(self.nearby)) if asks else line

    def calls(self) -> list[Call]:
        """Wanted calls in the order of the text; those that serve as arguments of others say so in `uses`."""
        module = self.module
        names = self.wanted.tails | self._other_names()
        candidates = [node for node in module.index.calls_near(names) if self._may_be_wanted(node)]
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
                found += [
                    replace(
                        item,
                        uses=texts,
                        nearby=self.nearby,
                        inside=around,
                        request_loop=looping[0] if looping else Located(),
                        further_loops=looping[1:],
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

    def _other_names(self) -> frozenset[str]:
        """Variables and imports that stand for a wanted callee under another name."""
        index = self.module.index
        index.calls_near(self.wanted.tails)
        found: set[str] = set()
        for _ in range(ALIAS_DEPTH):
            known = self.wanted.tails | found
            more = {
                name
                for scope in tuple(index.scopes.values())
                if scope.walk is None
                for name, bindings in scope.bindings.items()
                if name not in known and any(_renames(item, known, index) for item in bindings)
            }
            if not more:
                break
            found |= more
            index.calls_near(more)
        return frozenset(found)

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
        ) or any("pipeline" in ast.unparse(node.func).lower() for node in self.module.wanted)

    def _may_be_wanted(self, node: ast.Call) -> bool:
        function = node.func
        wanted = self.wanted
        if isinstance(function, ast.Attribute):
            if function.attr not in wanted.tails:
                return False
            path = dotted_path(function)
            if path and wanted.other.match(path):
                return False
            if function.attr in wanted.free:
                return True
            if function.attr in wanted.owned:
                return self._means(function.value, wanted.owned[function.attr])
            return bool(path) and self._is_imported(path.partition(".")[0], function)
        return isinstance(function, ast.Name) and self._means(function, wanted.tails)

    def _is_imported(self, name: str, node: ast.AST) -> bool:
        owner = self.module.site_of(node).scope.owner(name)
        bindings = owner.bindings.get(name, ()) if owner is not None else ()
        return not bindings or any(item.kind in (Kind.IMPORT, Kind.ASSIGN) for item in bindings)

    def _means(self, node: ast.expr, names: frozenset[str], depth: int = 0) -> bool:
        """Whether an expression may stand for one of the names: by itself, imported, or through a variable."""
        for inner in ast.walk(node):
            if isinstance(inner, ast.Attribute) and inner.attr in names:
                return True
            if not isinstance(inner, ast.Name):
                continue
            if inner.id in names:
                return True
            owner = self.module.site_of(inner).scope.owner(inner.id)
            for binding in owner.bindings.get(inner.id, ()) if owner is not None else ():
                if binding.kind is Kind.IMPORT and binding.dotted.rpartition(".")[2] in names:
                    return True
                value = binding.value
                if (
                    depth < ALIAS_DEPTH
                    and binding.kind is Kind.ASSIGN
                    and value is not None
                    and not isinstance(value, (ast.Call, ast.Lambda, ast.Constant))
                    and self._means(value, names, depth + 1)
                ):
                    return True
        return False

    def _alternatives(self, node: ast.Call) -> list[Call]:
        module = self.module
        site = module.index.sites[node]
        guards = conditions.guards_around(site)

        def evaluate(course: Course) -> Call:
            ev = Evaluator.for_call(module, course)
            try:
                call = evaluated(ev)
                overturned = course.world.overturned
                return without_defaults(call, overturned) if overturned else call
            finally:
                module.steps += ev.steps

        def evaluated(ev: Evaluator) -> Call:
            callee = invocation.callee_of(ev, node, module, site, None)[0]
            if not self.wanted.pattern.match(callee):
                raise Impossible
            if not conditions.may_be_reached(ev, guards, module):
                raise Impossible
            return ev.call(node, callee, module, site, None)

        calls = settled(outcomes(evaluate))
        otherwise = conditions.exceptional(guards)
        return [replace(item, when=item.when or otherwise) for item in calls] if otherwise else calls

    def _request_loops(
        self, node: ast.Call, uses: list[flow.Use]
    ) -> tuple[tuple[Located[bool], ...], list[ast.Call]]:
        """The loops in which the object generates for single prompts, one call for each, and all calls that may."""
        is_pipeline = "pipeline" in ast.unparse(node.func).lower()
        endings = (*GENERATORS, *(CALLS if is_pipeline else PIPED if _makes_text(uses) else ()))
        generating = [use for use in uses if use.text.endswith(endings) and "Async" not in use.text]
        method = self.wanted.tails & {getattr(node.func, "attr", "")} & {"generate", "chat"}
        places = [node] if method else [use.node for use in generating if use.node is not None]
        located: dict[ast.AST, Located[bool]] = {}
        for place in dict.fromkeys(places):
            found = loops.request_loop(place, self.module, gives_at_once=not method)
            if found is not None and found.loop not in located:
                span = self.module.text.span(place.func)
                located[found.loop] = Located(True, Known.STATED, span, span, found.words, None, Place.CALL)
        return tuple(located.values()), [item for item in places if item is not node]

    @cached_property
    def nearby(self) -> frozenset[str]:
        """Dotted names of all callees, decorators and functions with arguments filled in, names of methods that
        training calls, and settings by short literal words such as `cache_implementation=static`, and devices."""
        index = self.module.index
        found: set[str] = set()
        for node in index.calls:
            path = dotted_path(node.func)
            scope = index.sites[node].scope
            if path:
                found.add(self._imported(path, scope))
                if (
                    path.rpartition(".")[2] == "partial"
                    and node.args
                    and (inner := dotted_path(node.args[0]))
                ):
                    found.add(self._imported(inner, scope))
            elif isinstance(node.func, ast.Attribute):
                found.add(f"?.{node.func.attr}")
            place = (
                node.args[0] if len(node.args) == 1 and getattr(node.func, "attr", "") in PLACING else None
            )
            if isinstance(place, ast.Constant) and isinstance(place.value, str):
                found.add(f"device={place.value[:LITERAL_LIMIT]}")
            for keyword in node.keywords:
                value = keyword.value
                if keyword.arg in CARD_KEYWORDS:
                    found.update(f"{keyword.arg}={card}" for card in self._cards(value, index.sites[node]))
                elif keyword.arg and isinstance(value, ast.Constant) and isinstance(value.value, (str, bool)):
                    text = str(value.value)
                    if len(text) <= LITERAL_LIMIT:
                        found.add(f"{keyword.arg}={text}")
        for scope in index.scopes.values():
            if scope.name in TRAINING_METHODS:
                found.add(scope.name)
            for decorator in getattr(scope.node, "decorator_list", ()):
                if path := dotted_path(decorator):
                    found.add(self._imported(path, scope))
            for name, bindings in scope.bindings.items():
                if "." in name:
                    for binding in bindings:
                        if isinstance(binding.value, ast.Constant) and isinstance(
                            binding.value.value, (str, bool)
                        ):
                            found.add(f"{name.rpartition('.')[2]}={binding.value.value}"[: LITERAL_LIMIT * 2])
        return frozenset(found)

    def _cards(self, node: ast.expr, site: Site) -> Iterator[str]:
        """The card that an expression names by its text; `ANY_CARD` where it may name one that is not known."""
        card = Evaluator().value(node, self.module, site)
        if isinstance(card.value, str):
            yield card.value[:LITERAL_LIMIT]
        elif card.is_dynamic or isinstance(card.value, tuple):
            yield ANY_CARD

    def _imported(self, path: str, scope: Scope) -> str:
        root, dot, rest = path.partition(".")
        owner = scope.owner(root)
        if owner is None:
            return path
        binding = owner.bindings[root][0]
        if binding.kind is Kind.IMPORT:
            return f"{binding.dotted}{dot}{rest}"
        return f"?.{rest}" if rest else path


def _renames(binding: Binding, names: frozenset[str] | set[str], index: Index) -> bool:
    """Whether a binding may give one of the names another one."""
    if binding.kind is Kind.IMPORT:
        return binding.dotted.rpartition(".")[2] in names
    value = binding.value
    if binding.kind is not Kind.ASSIGN or not isinstance(value, RENAMING):
        return False
    return any(index.holds(value.lineno, value.end_lineno or value.lineno, name) for name in names)


def _only_generates(node: ast.Call) -> bool:
    """Whether a call is wanted for the loop that it may stand in, and for nothing else."""
    return isinstance(node.func, ast.Attribute) and node.func.attr == "generate"


def _is_no_model(node: ast.Call) -> bool:
    """Whether what generates is called by the name of something that makes no text by a language model."""
    owner = node.func.value if isinstance(node.func, ast.Attribute) else node.func
    return NO_MODEL.search(dotted_path(owner)) is not None


def _makes_text(uses: list[flow.Use]) -> bool:
    """Whether no pipeline that an object is given to states a task of another kind."""
    makers = [use.node for use in uses if use.node is not None and use.text.endswith(".pipeline")]
    stated = [
        *(maker.args[0] for maker in makers if maker.args),
        *(keyword.value for maker in makers for keyword in maker.keywords if keyword.arg == "task"),
    ]
    tasks = (item.value for item in stated if isinstance(item, ast.Constant))
    return all(TEXT_TASK.search(str(task)) for task in tasks)


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
