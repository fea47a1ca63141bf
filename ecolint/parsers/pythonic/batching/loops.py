"""Loops that generate for one prompt after the other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeGuard

from ecolint.parsers.pythonic.batching import several
from ecolint.parsers.pythonic.batching.asynchronous import is_asynchronous
from ecolint.parsers.pythonic.batching.batches import is_batched
from ecolint.parsers.pythonic.batching.beside import beside_the_prompt, loads
from ecolint.parsers.pythonic.batching.mapping import mapped
from ecolint.parsers.pythonic.batching.measuring import measures
from ecolint.parsers.pythonic.batching.prompts import (
    BATCHY,
    PROMPT_KEYWORDS,
    QUEUE_TAKERS,
    QUEUES,
    SETTINGS,
    SEVERAL,
    TAKERS,
    names_several,
)
from ecolint.parsers.pythonic.batching.remembering import remembers
from ecolint.parsers.pythonic.batching.rounds import gives_one_prompt, has_one_item, has_one_prompt
from ecolint.parsers.pythonic.evaluation import passing
from ecolint.parsers.pythonic.evaluation.bound import callers_of_objects, is_given_in_loop
from ecolint.parsers.pythonic.evaluation.callers import callers
from ecolint.parsers.pythonic.evaluation.worlds import brief
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import COMPREHENSIONS, Binding, Kind, Loop, Scope, Site, dotted_path
from ecolint.parsers.pythonic.syntax.called import called_name

ALONE = frozenset(("streamer", "stream", "past_key_values", "assistant_model", "prompt_lookup_num_tokens"))
"""Keywords of calls that are made for one prompt alone."""
OF_ALL = frozenset(
    """bad_words_ids constraints force_words_ids history logits_processor prefix_allowed_tokens_fn stopping_criteria
    temperature top_k top_p""".split()
)
"""Keywords that hold for all prompts of a call, so that prompts of which each has its own are not joined."""
MULTIPLYING = frozenset("cat concat concatenate expand product repeat repeat_interleave stack tile".split())
"""Functions and methods that may make more of what they are given."""
READING = frozenset("format loads lower lstrip replace rstrip str strip".split())
"""Functions and methods that give one text, or one record of a file of them."""
CALLER_DEPTH = 2
"""Calls of functions that are followed outwards."""
DEPTH_LIMIT = 14
BINDING_LIMIT = 400
"""Bindings of one name from which on it is not followed."""


@dataclass(eq=False)
class _Trail:
    """What the value of a prompt, or the model that answers it, is made from."""

    of_model: bool = False
    loops: list[tuple[Binding, Loop]] = field(default_factory=list)
    parameters: list[Binding] = field(default_factory=list)
    objects: set[tuple[str, str]] = field(default_factory=set)
    taken: list[ast.expr] = field(default_factory=list)
    expressions: list[ast.expr] = field(default_factory=list)
    accumulates: bool = False
    seen: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class RequestLoop:
    """A call that is made for one prompt at a time, and the loop that does so, in words. `calls` lead from that call to
    the loop, each to the function that the one before stands in. `loads` says that a loader gives the items, whatever
    they are called."""

    calls: tuple[ast.Call, ...]
    words: str
    loop: Loop | ast.Call
    loads: bool = False


def request_loop(call: ast.Call, module: Module, *, gives_at_once: bool = False) -> RequestLoop | None:
    """The loop over single prompts that a generating call runs in; None where there is none for sure.

    `gives_at_once` says that the object that generates is known to be no asynchronous one.
    """
    key = (call, gives_at_once)
    if key not in module.request_loops:
        found = _loop_of(call, list(_prompts(call)), [call.func], module, ())
        if found is not None and (
            cannot_join(call)
            or _has_its_own(call, found.loop, module)
            or several.has_several_results(call, module)
            or (not found.loads and _is_more(call, module))
            or is_asynchronous(call, module, gives_at_once=gives_at_once)
            or not module.may_trace()
        ):
            found = None
        module.request_loops[key] = found
    return module.request_loops[key]


def cannot_join(call: ast.Call) -> bool:
    """Whether a call does what is only done for one prompt, or states how many it answers at a time."""
    return any(
        keyword.arg in ALONE
        or (
            keyword.arg == "batch_size"
            and not (isinstance(keyword.value, ast.Constant) and keyword.value.value == 1)
        )
        for keyword in call.keywords
    )


def _has_its_own(call: ast.Call, loop: Loop | ast.Call, module: Module) -> bool:
    """Whether what holds for all prompts of a call comes from the item of a loop, or from the answer before."""
    trail = _Trail()
    for keyword in call.keywords:
        if keyword.arg in OF_ALL:
            _trace(keyword.value, module, module.site_of(call), trail, 0)
    return trail.accumulates or any(item is loop for _, item in trail.loops)


def _is_more(call: ast.Call, module: Module) -> bool:
    """Whether a call is given several prompts."""
    site = module.site_of(call)
    return any(several.is_several(prompt, site, module) for prompt in _prompts(call)) or any(
        several.is_item(keyword.value, site, module) for keyword in call.keywords if keyword.arg is None
    )


def _loop_of(
    call: ast.Call,
    prompts: list[ast.expr],
    models: list[ast.expr],
    module: Module,
    inner: tuple[ast.Call, ...],
) -> RequestLoop | None:
    """The loop around a call, or around one of its function; `inner` are the calls that it leads to, `models` what it
    is told of the model that generates."""
    trail = _Trail()
    site = module.site_of(call)
    for prompt in prompts:
        _trace(prompt, module, site, trail, 0)
    of_items = [
        loop
        for binding, loop in trail.loops
        if loop in site.loops
        and has_one_item(binding, loop, module)
        and not any(_multiplies(item, binding.name) for item in trail.expressions)
    ]
    if trail.accumulates or (not of_items and any(_is_batch(item) for item in trail.expressions)):
        return None
    receiver = _Trail(of_model=True)
    for model in models:
        _trace(model, module, site, receiver, 0)
    moving = {id(loop) for _, loop in receiver.loops}
    around = [
        (site.loops.index(loop), binding)
        for binding, loop in trail.loops
        if loop in site.loops and id(loop) not in moving
    ]
    for number, binding in sorted(around, key=lambda item: -item[0]):
        loop = site.loops[number]
        if loop in of_items or has_one_prompt(binding, loop, trail.expressions, module):
            if remembers(trail.objects, loop, call, module) or measures(loop, (call, *inner), module):
                return None
            return RequestLoop((*inner, call), words_of_loop(loop), loop, loop in of_items)
    queue = next((loop for loop in site.loops if isinstance(loop, ast.While)), None)
    if queue is not None and any(_takes_one(item, queue) for item in trail.taken):
        return RequestLoop((*inner, call), words_of_loop(queue), queue)
    if len(inner) < CALLER_DEPTH:
        return _through_callers((*inner, call), trail, receiver.parameters, module)
    return None


def _prompts(call: ast.Call) -> Iterator[ast.expr]:
    yield from call.args[:1]
    for item in call.args[1:]:
        if not SETTINGS.search(dotted_path(item.func if isinstance(item, ast.Call) else item)):
            yield item
    for keyword in call.keywords:
        if keyword.arg is None or keyword.arg in PROMPT_KEYWORDS:
            yield keyword.value


def _trace(node: ast.expr, module: Module, site: Site, trail: _Trail, depth: int) -> None:
    """Follow the names in an expression back to loops, parameters and queues."""
    if depth > DEPTH_LIMIT or id(node) in trail.seen:
        return
    trail.seen.add(id(node))
    trail.expressions.append(node)
    names: set[tuple[str, int]] = set()
    aside: set[ast.AST] = set()
    indexed: set[ast.expr] = set()
    for inner in ast.walk(node):
        if not module.may_trace():
            trail.accumulates = True
            return
        if isinstance(inner, ast.Call):
            trail.taken.append(inner)
        if isinstance(inner, ast.Subscript) and not isinstance(inner.slice, ast.Slice):
            indexed.add(inner.value)
        if not trail.of_model:
            aside.update(beside_the_prompt(inner))
        if isinstance(inner, ast.Attribute):
            owner_path = dotted_path(inner.value)
            trail.accumulates = trail.accumulates or is_given_in_loop(dotted_path(inner), site)
            if owner_path:
                trail.objects.add((owner_path, inner.attr))
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load) and inner not in aside:
            here = module.index.sites.get(inner, site)
            if (inner.id, id(here)) in names:
                continue
            names.add((inner.id, id(here)))
            owner = here.scope.owner(inner.id)
            if (owner is not None and owner is not module.scope) or (
                owner is module.scope and here.scope.function is owner
            ):
                is_list = inner in indexed and not is_batched(inner, here, module)
                _trace_name(inner.id, owner, module, here, trail, depth, is_list)


def _trace_name(
    name: str, owner: Scope, module: Module, site: Site, trail: _Trail, depth: int, is_list: bool
) -> None:
    """Follow a name; of a list that holds single prompts what it is made of is no part of the one that is taken."""
    bindings = owner.bindings.get(name, [])
    if len(bindings) > BINDING_LIMIT:
        trail.accumulates = True
        return
    bases = [item for item in bindings if not item.kind.changes]
    if owner.function is site.scope.function:
        before = [item for item in bases if _is_before(item, site)]
        around = set(site.loops)
        grown = [item for item in bindings if item.kind.changes or isinstance(item.node, ast.AugAssign)]
        last = before[-1] if before else None
        if last is not None and any(around & set(item.site.loops) - set(last.site.loops) for item in grown):
            trail.accumulates = True
        carried = [item for item in bases if not _is_before(item, site) and around & set(item.site.loops)]
        if (
            last is not None
            and last.kind is not Kind.LOOP
            and any(set(item.site.loops) & around - set(last.site.loops) for item in carried)
        ):
            trail.accumulates = True
        bases = before[-1:]
        if last is not None:
            for item in grown:
                if last.site.order < item.site.order <= site.order and item.value is not None:
                    _trace(item.value, module, item.site, trail, depth + 1)
    for binding in bases:
        if binding.kind is Kind.LOOP:
            trail.loops.append((binding, binding.node))  # type: ignore[arg-type]
        elif binding.kind is Kind.PARAMETER:
            trail.parameters.append(binding)
        elif binding.value is not None and binding.kind in (Kind.ASSIGN, Kind.OTHER):
            if trail.of_model or not (loads(binding.value) or (is_list and _is_collected(binding.value))):
                _trace(binding.value, module, binding.site, trail, depth + 1)


def _is_collected(node: ast.expr) -> bool:
    """Whether a list is made of single texts, or of records that are read."""
    if not isinstance(node, ast.ListComp):
        return False
    item = node.elt
    is_text = isinstance(item, ast.Call) and called_name(item) in READING
    return (
        is_text or isinstance(item, ast.JoinedStr) or (_part(item) != "" and not names_several(_part(item)))
    )


def _is_before(binding: Binding, site: Site) -> bool:
    """Whether a binding comes before a place; an assignment does not come before what stands in it."""
    if binding.site.order == site.order:
        return not isinstance(binding.node, (ast.Assign, ast.AnnAssign))
    return binding.site.order < site.order


def _is_batch(node: ast.expr) -> bool:
    """Whether an expression on the way to the prompt makes or names several prompts."""
    items = {inner.value for inner in ast.walk(node) if isinstance(inner, ast.Subscript)}
    joined = {part for inner in ast.walk(node) if _joins(inner) for part in inner.args}
    return any(
        (isinstance(inner, (ast.ListComp, ast.GeneratorExp)) and inner not in joined and not _is_chat(inner))
        or (isinstance(inner, ast.Name) and BATCHY.search(inner.id) is not None)
        or (inner not in items and _part(inner) in SEVERAL)
        for inner in ast.walk(node)
    )


def _multiplies(node: ast.expr, item: str) -> bool:
    """Whether an expression on the way to the prompt may make several prompts of one item, which has a name."""
    return any(
        (isinstance(inner, ast.Call) and called_name(inner) in MULTIPLYING)
        or (isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Mult))
        or (
            isinstance(inner, (ast.ListComp, ast.SetComp, ast.GeneratorExp))
            and not all(isinstance(part.iter, ast.Name) and part.iter.id == item for part in inner.generators)
        )
        for inner in ast.walk(node)
    )


def _joins(node: ast.AST) -> TypeGuard[ast.Call]:
    """Whether one text is made of several."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join"


def _is_chat(node: ast.ListComp | ast.GeneratorExp) -> bool:
    return isinstance(node.elt, ast.Dict)


def _part(node: ast.AST) -> str:
    """The key or attribute by which an expression takes a part of something."""
    if isinstance(node, ast.Attribute):
        return node.attr
    key = node.slice if isinstance(node, ast.Subscript) else None
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""


def _takes_one(node: ast.expr, loop: ast.While) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = called_name(node)
    if name in TAKERS:
        return True
    owner = dotted_path(node.func).rpartition(".")[0]
    return (
        name in QUEUE_TAKERS
        and any(word in owner.lower() for word in QUEUES)
        and any(dotted_path(item) == owner for item in ast.walk(loop.test))
    )


def _through_callers(
    inner: tuple[ast.Call, ...], trail: _Trail, models: list[Binding], module: Module
) -> RequestLoop | None:
    """The same question for the calls of the function whose parameter is the prompt; `models` are parameters that tell
    of the model."""
    for parameter in trail.parameters:
        scope = parameter.site.scope
        for outer in (*callers(scope, module), *callers_of_objects(scope, module)):
            passed = passing.passed(outer, parameter, scope) if outer not in inner else None
            if passed is None:
                continue
            given = (passing.passed(outer, item, scope) for item in models if item.site.scope is scope)
            found = _loop_of(outer, [passed], [item for item in given if item is not None], module, inner)
            if found is None or is_asynchronous(outer, module, scope.node):
                continue
            if found.loads or not several.is_several(passed, module.site_of(outer), module):
                return found
        through = _mapping(parameter, inner, trail, module)
        if through is not None:
            return through
    return None


def _mapping(
    parameter: Binding, inner: tuple[ast.Call, ...], trail: _Trail, module: Module
) -> RequestLoop | None:
    """The same question where the function is handed to what calls it for each item."""
    scope, function = parameter.site.scope, parameter.site.scope.node
    if module.site_of(inner[-1]).scope.function is not scope or isinstance(function, ast.AsyncFunctionDef):
        return None
    if remembers(trail.objects, function, inner[-1], module):
        return None
    for item in mapped(parameter, module):
        binding = replace(parameter, kind=Kind.LOOP, site=module.site_of(item.call), value=item.iterated)
        if gives_one_prompt(binding, trail.expressions, module) and not measures(
            item.call, (item.call, *inner), module
        ):
            return RequestLoop(inner, item.words, item.call)
    return None


def words_of_loop(loop: Loop) -> str:
    """`for prompt in prompts`, `while queue`."""
    if isinstance(loop, (ast.For, ast.AsyncFor)):
        return f"for {brief(loop.target)} in {brief(loop.iter)}"
    if isinstance(loop, ast.While):
        return f"while {brief(loop.test)}"
    assert isinstance(loop, COMPREHENSIONS)
    first = loop.generators[0]
    return f"for {brief(first.target)} in {brief(first.iter)}"
