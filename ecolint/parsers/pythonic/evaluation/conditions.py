"""Which side of a condition holds: known, by default, or a choice that splits the world."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ecolint.conditions import EXCEPTION
from ecolint.inference import Known
from ecolint.parsers.pythonic.evaluation.lookups import key_of
from ecolint.parsers.pythonic.evaluation.missing import asks_for_missing, asks_for_variable
from ecolint.parsers.pythonic.evaluation.values import (
    DYNAMIC,
    GIVEN,
    Definition,
    Instance,
    Value,
    derived,
    is_plain,
    is_soft,
    soft,
    softened,
    stated,
)
from ecolint.parsers.pythonic.evaluation.worlds import Choice, words_of
from ecolint.parsers.pythonic.scopes import Guard, Site
from ecolint.records import replace
from ecolint.statements import Call, Symbol

if TYPE_CHECKING:
    from ecolint.parsers.pythonic.evaluation.evaluator import Evaluator, Mark
    from ecolint.parsers.pythonic.evaluation.values import Frame
    from ecolint.parsers.pythonic.module import Module

ABSENT_DEVICES = ("mps", "xpu", "npu", "hpu", "mlu", "tpu", "ipu", "musa", "xla", "hip", "rocm", "neuron")
"""Accelerators that a program for NVIDIA GPUs is taken to run without."""

FIRST_PROCESS = frozenset(
    (
        "is_main_process",
        "is_local_main_process",
        "is_world_process_zero",
        "is_local_process_zero",
        "is_global_zero",
    )
)
"""Attributes and methods that say whether a process is the first one; each run has such a process."""
RANKS = frozenset(("get_rank", "get_local_rank"))
"""Functions that tell the number of a process."""
STARTED = "torch.distributed.is_initialized"
OF_PROCESSES = "the first of the processes"


def truth_of_call(callee: str) -> bool | None:
    """What a query of the machine answers on a computer with an NVIDIA GPU and everything installed."""
    head, _, tail = callee.rpartition(".")
    if tail in ("is_available", "is_built"):
        if head == "torch.cuda":
            return True
        return False if head.rpartition(".")[2] in ABSENT_DEVICES else None
    if tail.startswith(("is_", "_is_")) and tail.endswith("_available"):
        return not any(device in tail for device in ABSENT_DEVICES)
    return None


def truth_of(value: Value) -> bool | None:
    """Truth of a known value; None where it is not known."""
    if value.known is Known.DYNAMIC:
        return None
    held = value.value
    if isinstance(held, Call):
        known = truth_of_call(held.callee)
        if known is not None:
            return known
        return True if held.callee[:1].isupper() or held.callee.rpartition(".")[2][:1].isupper() else None
    if is_plain(held) or isinstance(held, (tuple, dict)):
        return bool(held)
    return True if held is GIVEN or isinstance(held, (Instance, Definition)) else None


def three_valued(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    """Truth of a condition as a value: known, soft or dynamic; never splits on the condition itself."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = three_valued(ev, node.operand, module, site, frame)
        return inner if inner.known is Known.DYNAMIC else replace(inner, value=not inner.value)
    if isinstance(node, ast.Compare):
        return _compared(ev, node, module, site, frame)
    value = ev.value(node, module, site, frame)
    if _asks_for_first_process(node, value):
        return soft(True, OF_PROCESSES)
    if isinstance(value.value, Call) and value.value.callee == STARTED:
        return soft(False, OF_PROCESSES)
    truth = truth_of(value)
    return DYNAMIC if truth is None else replace(value, value=truth)


def _asks_for_first_process(node: ast.expr, value: Value) -> bool:
    asked = node.func if isinstance(node, ast.Call) else node
    is_open = value.known is Known.DYNAMIC or isinstance(value.value, Call)
    return is_open and isinstance(asked, ast.Attribute) and asked.attr in FIRST_PROCESS


def _of_first_process(value: Value) -> Value:
    """The number of a process, where a value is that."""
    is_rank = isinstance(value.value, Call) and value.value.callee.rpartition(".")[2] in RANKS
    return soft(0, OF_PROCESSES) if is_rank else value


def short_circuit(ev: Evaluator, node: ast.BoolOp, module: Module, site: Site, frame: Frame | None) -> Value:
    """Value of `a or b`, `a and b`."""
    wanted = isinstance(node.op, ast.Or)
    seen: list[Value] = []
    for number, part in enumerate(node.values):
        value = ev.value(part, module, site, frame)
        seen.append(value)
        if number == len(node.values) - 1:
            return softened(value, *seen)
        truth = truth_of(value)
        if truth is None:
            return DYNAMIC
        if truth is wanted:
            return softened(value, *seen)
    return DYNAMIC


def _compared(ev: Evaluator, node: ast.Compare, module: Module, site: Site, frame: Frame | None) -> Value:
    if len(node.ops) != 1:
        return DYNAMIC
    operator, right_node = node.ops[0], node.comparators[0]
    left = _of_first_process(ev.value(node.left, module, site, frame))
    right = ev.value(right_node, module, site, frame)
    if left.known is Known.DYNAMIC or right.known is Known.DYNAMIC or is_soft(left):
        told = _told(ev, node, module, site)
        if told is not None:
            return derived(told, "the condition around it")
    if (
        left.known is Known.DYNAMIC
        or right.known is Known.DYNAMIC
        or _is_overturned(ev, node, left, module, site)
    ):
        return DYNAMIC
    result = _relation(operator, left.value, right.value)
    return DYNAMIC if result is None else softened(stated(result), left, right)


def _is_overturned(ev: Evaluator, node: ast.Compare, left: Value, module: Module, site: Site) -> bool:
    """Whether this world has decided that the left side of a comparison, which has a default, is something else."""
    right = node.comparators[0]
    is_no_flag = isinstance(right, ast.Constant) and not isinstance(right.value, bool)
    if left.value is GIVEN:
        return is_no_flag
    if not (is_soft(left) and is_plain(left.value)):
        return False
    if left.value is True:
        return is_no_flag and ev.side_of(node.left, module, site) == 1
    key = node, repr(left.value)
    by_default = module.defaults.get(key)
    if by_default is None:
        by_default = module.defaults[key] = ast.copy_location(
            ast.Compare(node.left, [ast.Eq()], [ast.Constant(left.value)]), node
        )
    return ev.implied(by_default, module, site) is False


def truth(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    """Truth of a condition that serves as a value. A comparison of which this world says that its default does not hold
    is decided. Raises Again."""
    value = three_valued(ev, node, module, site, frame)
    if value.known is Known.DYNAMIC and isinstance(node, ast.Compare) and len(node.ops) == 1:
        left = ev.value(node.left, module, site, frame)
        if _is_overturned(ev, node, left, module, site) and not ev.must_guess():
            return derived(decide(ev, node, module, site, frame), "the condition around it")
    return value


def _told(ev: Evaluator, node: ast.Compare, module: Module, site: Site) -> bool | None:
    """Truth of a comparison that this world has decided already."""
    side = ev.side_of(node, module, site)
    return bool(side) if side is not None else _implied(ev, node, module, site)


def _relation(operator: ast.cmpop, left: object, right: object) -> bool | None:
    if isinstance(operator, (ast.Is, ast.IsNot, ast.Eq, ast.NotEq)):
        if isinstance(left, (tuple, dict)) or isinstance(right, (tuple, dict)):
            same: bool | None = False if left is None or right is None else None
        elif is_plain(left) and is_plain(right):
            same = left == right
        elif left is None or right is None:
            other = right if left is None else left
            opaque = isinstance(other, Call) and not other.callee.rpartition(".")[2][:1].isupper()
            same = None if opaque and not other.callee.endswith("from_pretrained") else False  # type: ignore[attr-defined]
        else:
            same = left == right if isinstance(left, Symbol) and isinstance(right, Symbol) else None
        positive = isinstance(operator, (ast.Is, ast.Eq))
        return None if same is None else same is positive
    if isinstance(operator, (ast.In, ast.NotIn)):
        found: bool | None = None
        if isinstance(right, str) and isinstance(left, str):
            found = left in right
        elif (
            isinstance(right, tuple)
            and is_plain(left)
            and all(is_plain(getattr(item, "value", item)) for item in right)
        ):
            if all(item.known is not Known.DYNAMIC for item in right):
                found = any(item.value == left for item in right)
        elif isinstance(right, dict) and isinstance(left, str) and getattr(right, "complete", False):
            found = left in right
        return None if found is None else found is isinstance(operator, ast.In)
    numbers = isinstance(left, (int, float)) and isinstance(right, (int, float))
    if numbers:
        if isinstance(operator, ast.Lt):
            return bool(left < right)  # type: ignore[operator]
        if isinstance(operator, ast.LtE):
            return bool(left <= right)  # type: ignore[operator]
        if isinstance(operator, ast.Gt):
            return bool(left > right)  # type: ignore[operator]
        if isinstance(operator, ast.GtE):
            return bool(left >= right)  # type: ignore[operator]
    return None


# Deciding


def decide(
    ev: Evaluator,
    node: ast.expr,
    module: Module,
    site: Site,
    frame: Frame | None,
    before: Mark | None = None,
) -> bool:
    """The side that holds in this world; where it does not say, one is chosen. Raises Again.

    `before` is what was known before the condition was looked at, where it has been already.
    """
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return not decide(ev, node.operand, module, site, frame, before)
    if isinstance(node, ast.BoolOp):
        wanted = isinstance(node.op, ast.Or)
        return _decide_parts(ev, node, wanted, module, site, frame)
    if (
        isinstance(node, ast.Compare)
        and len(node.ops) == 1
        and isinstance(node.ops[0], (ast.NotEq, ast.IsNot, ast.NotIn))
    ):
        opposite = {ast.NotEq: ast.Eq, ast.IsNot: ast.Is, ast.NotIn: ast.In}[type(node.ops[0])]
        same = module.opposites.get(node)
        if same is None:
            same = ast.copy_location(ast.Compare(node.left, [opposite()], node.comparators), node)
            module.opposites[node] = same
        return not decide(ev, same, module, site, frame, before)
    before = before or ev.mark()
    side = ev.side_of(node, module, site)
    if side is not None:
        return bool(side)
    value = three_valued(ev, node, module, site, frame)
    if value.known is not Known.DYNAMIC and not is_soft(value):
        return bool(value.value)
    likely = bool(value.value) if value.known is not Known.DYNAMIC else None
    implied = _implied(ev, node, module, site)
    if implied is not None:
        return implied
    key = key_of(node, module, site)
    if ev.must_guess(key):
        return ev.guess(key, bool(likely))
    positive, negative = words_of(node)
    return bool(ev.choose(Choice(key, positive, negative, likely, default=value.origin), before))


def _decide_parts(
    ev: Evaluator, node: ast.BoolOp, wanted: bool, module: Module, site: Site, frame: Frame | None
) -> bool:
    """Known parts first: they may settle the matter without a choice."""
    before = ev.mark()
    open_parts = []
    for part in node.values:
        value = three_valued(ev, part, module, site, frame)
        if value.known is not Known.DYNAMIC and not is_soft(value):
            if bool(value.value) is wanted:
                return wanted
            continue
        open_parts.append(part)
    return any(decide(ev, part, module, site, frame, before) is wanted for part in open_parts) is wanted


def _implied(ev: Evaluator, node: ast.expr, module: Module, site: Site) -> bool | None:
    """What the world's other decisions say of a comparison with constants."""
    if not isinstance(node, ast.Compare) or len(node.ops) != 1:
        return None
    return ev.implied(node, module, site)


def assumed(ev: Evaluator, node: ast.expr, value: Value, module: Module, site: Site) -> Value:
    """A flag's value, where the world assumes that it is not what it is by default."""
    if not (is_soft(value) and (value.value is None or isinstance(value.value, bool))):
        return value
    side = ev.side_of(node, module, site)
    if side is None or bool(side) is bool(value.value):
        return value
    if not side:
        return replace(value, value=False)
    return replace(value, value=GIVEN if value.value is None else True)


def reached(
    ev: Evaluator,
    guards: tuple[Guard, ...],
    shared: tuple[Guard, ...],
    module: Module,
    site: Site,
    frame: Frame | None,
) -> bool | None:
    """Whether a place under `guards` is passed on the way to one under `shared`.

    None where the two exclude each other. Raises Again.
    """
    for guard in guards:
        for other in shared:
            if (
                other.node is guard.node
                and other.truth is not guard.truth
                and not (other.early or guard.early)
            ):
                return None
    common = set(shared)
    for guard in guards:
        if guard in common:
            continue
        if not holds(ev, guard, module, site, frame):
            return False
    return True


def holds(ev: Evaluator, guard: Guard, module: Module, site: Site, frame: Frame | None) -> bool:
    """Whether a guard of a site lets through, in this world. The condition is read where it stands, since what it asks
    about may be given another value on the way to the site."""
    if guard.test is None:
        return False
    place = module.index.tests.get(guard.test, site)
    if guard.final:
        truth = three_valued(ev, guard.test, module, place, frame)
        is_open = truth.known is Known.DYNAMIC or is_soft(truth)
        return is_open or bool(truth.value) is guard.truth or _asks_for_blank(ev, guard.test, module, place)
    if asks_for_missing(guard) and not (
        asks_for_variable(guard, place) and three_valued(ev, guard.test, module, place, frame).is_known
    ):
        return True
    if guard.early:
        if not module.wanted.intersection(module.index.branches.get(guard.node, ())):
            return True
    return decide(ev, guard.test, module, place, frame) is guard.truth


def _asks_for_blank(ev: Evaluator, test: ast.expr, module: Module, site: Site) -> bool:
    """Whether a condition asks for a constant that is empty, so that whoever runs the program is to fill it in."""
    while isinstance(test, ast.UnaryOp):
        test = test.operand
    held = ev.value(test, module, site, None).value
    return not held and not isinstance(held, (bool, int, float))


def guards_around(site: Site) -> list[tuple[Guard, Site]]:
    """Every condition around a place, also those of the definitions around it, outermost first."""
    found: list[tuple[Guard, Site]] = []
    here: Site | None = site
    while here is not None:
        found = [*((guard, here) for guard in (*here.guards, *here.exits)), *found]
        here = here.scope.site
    return found


def may_be_reached(ev: Evaluator, guards: list[tuple[Guard, Site]], module: Module) -> bool:
    """Whether all conditions around a place let through, in this world; exceptions may be raised."""
    return all(guard.test is None or holds(ev, guard, module, place, None) for guard, place in guards)


def exceptional(guards: list[tuple[Guard, Site]]) -> str | None:
    """The condition under which a place in the handler of an exception is reached; None for any other."""
    return EXCEPTION if any(guard.test is None for guard, _ in guards) else None
