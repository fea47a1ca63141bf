"""Dictionaries that are made of objects or of other dictionaries: `vars(args)`, `asdict(options)`, `ChainMap(a, b)`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ecolint.parsers.pythonic.evaluation import attributes, defaults
from ecolint.parsers.pythonic.evaluation.values import (
    DYNAMIC,
    Definition,
    Dict,
    Instance,
    Namespace,
    Value,
    stated,
)
from ecolint.parsers.pythonic.scopes import Kind, Site, dotted_path
from ecolint.records import replace

if TYPE_CHECKING:
    from ecolint.parsers.pythonic.evaluation.evaluator import Evaluator
    from ecolint.parsers.pythonic.evaluation.values import Frame
    from ecolint.parsers.pythonic.module import Module

OBJECTS = frozenset(("vars", "dataclasses.asdict", "attr.asdict", "attrs.asdict"))
"""Functions that make a dictionary of an object."""
METHODS = frozenset(("model_dump", "dict", "_asdict"))
"""The same of methods."""
WITHOUT_NONE = "exclude_none"
CHAINS = "collections.ChainMap"
BASE_LIMIT = 5
WITHOUT_FIELDS = frozenset(("BaseModel", "BaseSettings", "NamedTuple", "Struct"))
"""Classes of libraries that have no fields of their own."""


def of_object(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    """The attributes of an object of which the class or the options are seen. Those that are set after it was made
    are not known, nor are options that the module writes in another spelling."""
    value = ev.value(node, module, site, frame)
    tree = _attributes(ev, value, module)
    if tree is None:
        return DYNAMIC
    path = dotted_path(node)
    owner = site.scope.owner(path.partition(".")[0]) if path else None
    for name in owner.attributes_of(path) if owner is not None else ():
        tree[name.rpartition(".")[2]] = DYNAMIC
    return stated(tree)


def _attributes(ev: Evaluator, value: Value, module: Module) -> Dict | None:
    held = value.value
    if isinstance(held, Dict):
        return held.copied()
    tree = Dict()
    if isinstance(held, Namespace):
        tree.complete = False
        for name in defaults.options(held.module):
            if not ev.step():
                return None
            if name in held.module.text.fragment.text:
                tree[name] = defaults.of_option(ev, name, held.module)
        return tree
    if not isinstance(held, Instance) or not defaults.is_dataclass(held.scope):
        return None
    for name in _fields(ev, held, tree):
        tree[name] = attributes.of_instance(ev, held, name, value)
    return tree


def _fields(ev: Evaluator, instance: Instance, tree: Dict, depth: int = 0) -> Iterator[str]:
    """Fields of a class and of those that it is made from; the tree is not complete where those are not seen."""
    scope, module = instance.scope, instance.module
    for base in getattr(scope.node, "bases", ()):
        parent = ev.value(base, module, scope.site or Site(scope, 0), None).value
        if isinstance(parent, Definition) and parent.scope.is_class and depth < BASE_LIMIT:
            yield from _fields(ev, Instance(parent.scope, parent.module), tree, depth + 1)
        elif dotted_path(base).rpartition(".")[2] not in WITHOUT_FIELDS:
            tree.complete = False
    for name, bindings in scope.bindings.items():
        if any(item.kind is Kind.ASSIGN and isinstance(item.node, ast.AnnAssign) for item in bindings):
            yield name


def dumped(ev: Evaluator, node: ast.Call, module: Module, site: Site, frame: Frame | None) -> Value:
    """`options.model_dump()`, maybe without what is None; with other choices nothing is known."""
    assert isinstance(node.func, ast.Attribute)
    chosen = [(item.arg, getattr(item.value, "value", None)) for item in node.keywords]
    if node.args or chosen not in ([], [(WITHOUT_NONE, True)]):
        return DYNAMIC
    found = of_object(ev, node.func.value, module, site, frame)
    return _kept(found, _is_not_none) if chosen and isinstance(found.value, Dict) else found


def chained(ev: Evaluator, node: ast.Call, module: Module, site: Site, frame: Frame | None) -> Value:
    """`ChainMap(first, second)`: of equal keys the first one's."""
    tree = Dict()
    for item in reversed(node.args):
        value = ev.value(item, module, site, frame).value
        if not isinstance(value, Dict):
            return DYNAMIC
        tree.update(value)
        tree.complete = tree.complete and value.complete
    return stated(tree)


def comprehended(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    """`{k: v for k, v in mapping.items() if v is not None}`: the mapping without what the condition leaves out."""
    assert isinstance(node, ast.DictComp)
    source = mapping_in(node)
    keeps = _keeps(node.generators[0].ifs, node.value) if source is not None else None
    if source is None or keeps is None:
        return DYNAMIC
    whole = ev.value(source, module, site, frame)
    if not isinstance(whole.value, Dict) or not ev.afford(len(whole.value)):
        return DYNAMIC
    return _kept(whole, keeps)


def mapping_in(node: ast.DictComp) -> ast.expr | None:
    """The mapping whose keys and values a comprehension takes over as they are."""
    loop = node.generators[0]
    pair, items = loop.target, loop.iter
    is_taken_over = (
        len(node.generators) == 1
        and isinstance(pair, ast.Tuple)
        and [dotted_path(item) for item in pair.elts] == [dotted_path(node.key), dotted_path(node.value)]
    )
    if is_taken_over and isinstance(items, ast.Call) and isinstance(items.func, ast.Attribute):
        return items.func.value if items.func.attr == "items" else None
    return None


def _kept(value: Value, keeps: Callable[[object], bool]) -> Value:
    """A mapping without the values that are known not to be kept."""
    held = value.value
    assert isinstance(held, Dict)
    tree = Dict({key: item for key, item in held.items() if not item.is_known or keeps(item.value)})
    tree.complete = held.complete
    return replace(value, value=tree)


def _keeps(conditions: list[ast.expr], value: ast.expr) -> Callable[[object], bool] | None:
    """Which values the conditions of a comprehension keep; None where they ask for something else."""
    told = [ast.unparse(item) for item in conditions]
    name = ast.unparse(value)
    if told == [f"{name} is not None"]:
        return _is_not_none
    if told == [name]:
        return bool
    return None if told else _always


def _is_not_none(held: object) -> bool:
    return held is not None


def _always(held: object) -> bool:
    return True
