"""Calls that some vocabulary wants, told by their names: their own, imported ones, or those of variables."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import translate
from functools import cache

from ecolint.parsers.pythonic.index import Index
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Binding, Kind, dotted_path
from ecolint.parsers.pythonic.syntax.called import is_partial

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


def other_names(wanted: Wanted, index: Index) -> frozenset[str]:
    """Variables and imports that stand for a wanted callee under another name."""
    index.calls_near(wanted.tails)
    found: set[str] = set()
    for _ in range(ALIAS_DEPTH):
        known = wanted.tails | found
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


def may_be_wanted(node: ast.Call, wanted: Wanted, module: Module) -> bool:
    """Whether a call may be one of those that are wanted, before anything is evaluated."""
    function = node.func
    if isinstance(function, ast.Attribute):
        if function.attr not in wanted.tails:
            return False
        path = dotted_path(function)
        if path and wanted.other.match(path):
            return False
        if function.attr in wanted.free:
            return True
        if function.attr in wanted.owned:
            return _means(function.value, wanted.owned[function.attr], module)
        return bool(path) and _is_imported(path.partition(".")[0], function, module)
    return isinstance(function, ast.Name) and _means(function, wanted.tails, module)


def _is_imported(name: str, node: ast.AST, module: Module) -> bool:
    owner = module.site_of(node).scope.owner(name)
    bindings = owner.bindings.get(name, ()) if owner is not None else ()
    return not bindings or any(item.kind in (Kind.IMPORT, Kind.ASSIGN) for item in bindings)


def _means(node: ast.expr, names: frozenset[str], module: Module, depth: int = 0) -> bool:
    """Whether an expression may stand for one of the names: by itself, imported, or through a variable."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute) and inner.attr in names:
            return True
        if not isinstance(inner, ast.Name):
            continue
        if inner.id in names:
            return True
        owner = module.site_of(inner).scope.owner(inner.id)
        for binding in owner.bindings.get(inner.id, ()) if owner is not None else ():
            if binding.kind is Kind.IMPORT and binding.dotted.rpartition(".")[2] in names:
                return True
            value = binding.value
            if (
                depth < ALIAS_DEPTH
                and binding.kind is Kind.ASSIGN
                and value is not None
                and (is_partial(value) or not isinstance(value, (ast.Call, ast.Lambda, ast.Constant)))
                and _means(value, names, module, depth + 1)
            ):
                return True
    return False


def _renames(binding: Binding, names: frozenset[str] | set[str], index: Index) -> bool:
    """Whether a binding may give one of the names another one."""
    if binding.kind is Kind.IMPORT:
        return binding.dotted.rpartition(".")[2] in names
    value = binding.value
    if binding.kind is not Kind.ASSIGN or not (isinstance(value, RENAMING) or is_partial(value)):
        return False
    return any(index.holds(value.lineno, value.end_lineno or value.lineno, name) for name in names)
