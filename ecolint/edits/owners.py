"""Who else uses the object or dictionary in which a setting of Python code is written.

An edit may only change the setting for the loads that are judged. Where other code copies, changes, reads or is handed
what holds the setting, nobody knows what an edit would do there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from enum import Enum
from functools import cache

from ecolint.edits.changes import Change, Kind
from ecolint.edits.outline import Outline
from ecolint.edits.python import container_at
from ecolint.edits.sheet import NotEditable, Sheet, Steps
from ecolint.inference import Place
from ecolint.parsers.pythonic import scopes
from ecolint.parsers.pythonic.scopes import Scope
from ecolint.parsers.pythonic.syntax.called import called_name

ELEMENTS = frozenset((Place.ARGUMENT, Place.DICT_ITEM, Place.POSITIONAL))
CARRIERS = frozenset(
    ("dict", "OrderedDict", "partial", "from_dict", "BitsAndBytesConfig", "copy", "deepcopy")
)
"""Calls that give what they are given to somebody else, besides those of classes of configurations."""
CONFIGURATION = "Config"
"""What names of classes of configurations end with."""
WRITERS = frozenset(("update", "setdefault"))
READERS = frozenset(("get", "pop"))
FLAGS = "load_in_"
"""What names of options begin with that decide which others have an effect."""
WRITES_NAMES = frozenset((Kind.ADD, Kind.REPLACE))
TAKES_AWAY = frozenset((Kind.REMOVE, Kind.REPLACE))
MOST_STEPS = 100_000
"""Places that are looked at for all edits of one file; nothing is known of what holds a setting from there on."""
COLLECTIONS = (ast.List, ast.Tuple, ast.Set)
Path = tuple[str | None, ...]
"""Keys under which mappings hold what is looked for; None for one that is not known."""


class Use(Enum):
    """What code does with an object: loads a model with it, gives it away, or looks into it or changes it."""

    LOADED = "loaded"
    GIVEN_AWAY = "given away"
    TOUCHED = "touched"


@cache
def _loaders() -> frozenset[str]:
    from ecolint.frameworks.registry import wanted_calls

    return (frozenset(name.rpartition(".")[2] for name in wanted_calls()) | {"from_config"}) - CARRIERS


def require_alone(sheet: Sheet, change: Change) -> None:
    """Raise NotEditable where others than the judged loads may use what holds the setting that is changed."""
    if change.at.place not in ELEMENTS or change.at.span is None:
        return
    key = (change.kind, change.at.span, change.name)
    if key not in sheet.refusals:
        sheet.refusals[key] = _refusal(sheet, change, *sheet.bounds(change.at.span))
    if sheet.refusals[key]:
        raise NotEditable(sheet.refusals[key])


def _refusal(sheet: Sheet, change: Change, start: int, end: int) -> str:
    """Why others may be concerned by a change; "" where nobody is."""
    node = container_at(sheet, start, end)
    if node is None:
        return ""
    names = {name for name in (_name_at(sheet, node, start), change.name) if name}
    written = change.name if change.kind in WRITES_NAMES else ""
    search = _Search(sheet.outline, frozenset(names), written, sheet.steps)
    if isinstance(node, ast.Call) and search.may_be_given(node):
        return "it may be given twice"
    if not _carries(node):
        return ""
    if change.kind in TAKES_AWAY and search.is_chosen_by_caller(node):
        return "callers choose what stands beside it"
    uses = list(search.of(node))
    if sheet.steps.taken >= MOST_STEPS:
        return "too much code may use it"
    given_away = uses.count(Use.GIVEN_AWAY)
    if Use.TOUCHED in uses or (given_away and (change.kind in TAKES_AWAY or len(uses) > 1)):
        return "other code uses it"
    return "it is used more than once" if len(uses) > 1 and _is_mapping(node) else ""


def _name_at(sheet: Sheet, node: ast.Call | ast.Dict, start: int) -> str:
    """Name of the keyword or key that stands at a character."""
    pairs: Iterable[tuple[ast.AST | None, str | None]]
    if isinstance(node, ast.Call):
        pairs = ((item, item.arg) for item in node.keywords)
    else:
        pairs = ((key, _text_of(key)) for key in node.keys)
    return next(
        (name for at, name in pairs if at is not None and name and sheet.python.bounds(at)[0] == start), ""
    )


def _key_of(mapping: ast.Dict, value: ast.AST) -> Path:
    """The key under which a dictionary holds a value; none for one that is spread into it."""
    at = next(number for number, item in enumerate(mapping.values) if item is value)
    key = mapping.keys[at]
    return () if key is None else (_text_of(key),)


def _text_of(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _carries(node: ast.AST) -> bool:
    """Whether a node makes an object that is handed on, and loads nothing by itself."""
    if not isinstance(node, ast.Call):
        return True
    name = called_name(node)
    known = CARRIERS | WRITERS
    return name in known or (name.endswith(CONFIGURATION) and name not in _loaders())


def _is_mapping(node: ast.AST) -> bool:
    return not isinstance(node, ast.Call) or not called_name(node).endswith(CONFIGURATION)


class _Search:
    """A walk from what holds a setting to all that is done with it."""

    def __init__(self, outline: Outline, names: frozenset[str], written: str, steps: Steps) -> None:
        self._index = outline.index
        self._outline = outline
        self._names = names
        self._written = written
        self._steps = steps
        self._seen: set[ast.AST] = set()
        self._spread: set[ast.AST] = set()

    def of(self, node: ast.AST, path: Path = ()) -> Iterator[Use]:
        """What is done with the value of an expression, or with what that holds under a path of keys."""
        if node in self._seen or self._steps.taken >= MOST_STEPS:
            return
        self._seen.add(node)
        self._steps.taken += 1
        if isinstance(node, ast.Call) and called_name(node) in WRITERS:
            base = node.func.value  # type: ignore[attr-defined]
            yield from self._variable(base, path) if isinstance(base, ast.Name) else (Use.GIVEN_AWAY,)
            return
        parent = self._index.parents.get(node)
        if isinstance(parent, ast.keyword):
            call = self._index.parents[parent]
            assert isinstance(call, ast.Call)
            yield from self._given(call, parent, path)
        elif isinstance(parent, ast.Call) and parent.func is not node:
            yield from self._given(parent, node, path)
        elif isinstance(parent, ast.Dict):
            yield from self.of(parent, (*_key_of(parent, node), *path))
        elif isinstance(parent, (ast.IfExp, ast.BoolOp)) and getattr(parent, "test", None) is not node:
            yield from self.of(parent, path)
        elif isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            yield from self._assigned(parent, path)
        elif isinstance(parent, (ast.Return, ast.Lambda)):
            yield from self._returned(parent, path)
        elif isinstance(parent, ast.Attribute):
            yield from self._attribute(parent, path)
        elif isinstance(parent, ast.Subscript):
            yield from self._item(parent, path)
        elif isinstance(parent, COLLECTIONS):
            yield Use.TOUCHED
        elif not _only_asks(parent, node):
            yield Use.GIVEN_AWAY

    def _assigned(self, node: ast.Assign | ast.AnnAssign | ast.NamedExpr, path: Path) -> Iterator[Use]:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            if isinstance(target, ast.Name):
                yield from self._variable(target, path)
            elif isinstance(target, ast.Attribute):
                yield from self._attributes(target.attr, path)
            elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                yield from self._variable(target.value, (_text_of(target.slice), *path))
            else:
                yield Use.GIVEN_AWAY
        if isinstance(node, ast.NamedExpr):
            yield from self.of(node, path)

    def _variable(self, name: ast.Name, path: Path) -> Iterator[Use]:
        scope = self._outline.scope_of(name)
        owner = scope.owner(name.id)
        if owner is None:
            yield Use.GIVEN_AWAY
        elif owner.is_class:
            yield from self._attributes(name.id, path)
        else:
            yield from self._reads(name.id, owner, path)

    def _reads(self, name: str, owner: Scope, path: Path) -> Iterator[Use]:
        for read in self._index.reads_of(name, owner):
            if self._steps.taken >= MOST_STEPS:
                return
            yield from self.of(read, path)

    def _attributes(self, name: str, path: Path) -> Iterator[Use]:
        """What is done with an attribute of this name, of whatever object."""
        for node in self._outline.attributes.get(name, ()):
            yield from self.of(node, path)

    def _returned(self, node: ast.AST, path: Path) -> Iterator[Use]:
        """What callers do with what a function returns; given away where none is seen, or the function itself is."""
        scope = self._function_around(node)
        name = scope.name if scope is not None else ""
        calls = self._index.calls_named(name) if name else []
        if not calls or self._outline.reads.get(name) != len(calls):
            yield Use.GIVEN_AWAY
        for call in calls:
            yield from self.of(call, path)

    def _function_around(self, node: ast.AST) -> Scope | None:
        if isinstance(node, ast.Lambda):
            return self._index.scopes.get(node)
        value = getattr(node, "value", None)
        return self._outline.returning.get(value) if value is not None else None

    def _given(self, call: ast.Call, argument: ast.AST, path: Path) -> Iterator[Use]:
        """What a call does with an argument."""
        if (
            isinstance(argument, ast.keyword)
            and argument.arg is None
            and self.may_be_given(call, beside=argument)
        ):
            yield Use.TOUCHED
        elif _carries(call):
            name = argument.arg if isinstance(argument, ast.keyword) else None
            yield from self.of(call, (name, *path) if name and _is_mapping(call) else path)
        elif parameters := self._parameters(call, argument):
            for name, scope in parameters:
                yield from self._reads(name, scope, path)
        elif called_name(call) in _loaders():
            yield Use.LOADED
        else:
            yield Use.GIVEN_AWAY

    def _parameters(self, call: ast.Call, argument: ast.AST) -> list[tuple[str, Scope]]:
        """Parameters of functions of the module that an argument is given as."""
        name = getattr(call.func, "id", "")
        owner = self._outline.scope_of(call).owner(name) if name else None
        bindings = owner.bindings.get(name, ()) if owner is not None else ()
        functions = [
            scope
            for item in bindings
            if item.kind is scopes.Kind.DEFINITION and (scope := self._index.scopes[item.node]).is_function
        ]
        found = [(_parameter(call, argument, scope), scope) for scope in functions]
        return [(given, scope) for given, scope in found if given]

    def _attribute(self, node: ast.Attribute, path: Path) -> Iterator[Use]:
        """What is done with an object by one of its attributes."""
        above = self._index.parents.get(node)
        if isinstance(above, ast.Call) and above.func is node:
            yield from self._method(above, node.attr, path)
        elif path:
            yield Use.GIVEN_AWAY
        elif node.attr in self._names or (isinstance(node.ctx, ast.Store) and node.attr.startswith(FLAGS)):
            yield Use.TOUCHED

    def _method(self, call: ast.Call, name: str, path: Path) -> Iterator[Use]:
        if name == "copy":
            yield from self.of(call, path)
        elif name in READERS or name == "setdefault":
            key = _text_of(call.args[0]) if call.args else None
            if path and key == path[0]:
                yield from self.of(call, path[1:])
            elif key is None or (not path and self._decides(key)):
                yield Use.TOUCHED
        elif name == "update":
            if call.args or any(item.arg is None or self._decides(item.arg) for item in call.keywords):
                yield Use.TOUCHED
        else:
            yield Use.GIVEN_AWAY

    def _item(self, node: ast.Subscript, path: Path) -> Iterator[Use]:
        key = _text_of(node.slice)
        if path and key is not None:
            if key == path[0] and isinstance(node.ctx, ast.Load):
                yield from self.of(node, path[1:])
        elif key is None or key in self._names or (not isinstance(node.ctx, ast.Load) and self._decides(key)):
            yield Use.TOUCHED

    def _decides(self, name: str) -> bool:
        return name in self._names or name.startswith(FLAGS)

    def may_be_given(self, call: ast.Call, *, beside: ast.keyword | None = None) -> bool:
        """Whether a call states the setting that is to be written, or may spread it, beside an argument."""
        return bool(self._written) and any(
            item.arg == self._written or (item.arg is None and self._may_hold(item.value))
            for item in call.keywords
            if item is not beside
        )

    def is_chosen_by_caller(self, node: ast.Call | ast.Dict) -> bool:
        """Whether a mapping is spread beside the setting that callers of a function fill."""
        spread = (
            [item.value for item in node.keywords if item.arg is None]
            if isinstance(node, ast.Call)
            else [value for key, value in zip(node.keys, node.values, strict=True) if key is None]
        )
        return any(
            binding.kind is scopes.Kind.PARAMETER
            for item in spread
            if isinstance(item, ast.Name)
            and (owner := self._outline.scope_of(item).owner(item.id)) is not None
            for binding in owner.bindings[item.id]
        )

    def _may_hold(self, node: ast.expr | None) -> bool:
        """Whether a mapping that is spread may have the setting that is to be written."""
        if isinstance(node, ast.Dict):
            return any(
                self._may_hold(value) if key is None else _text_of(key) in (None, self._written)
                for key, value in zip(node.keys, node.values, strict=True)
            )
        if isinstance(node, ast.Call) and called_name(node) == "dict" and not node.args:
            return self.may_be_given(node)
        if not isinstance(node, ast.Name) or node in self._spread:
            return True
        self._spread.add(node)
        owner = self._outline.scope_of(node).owner(node.id)
        bindings = owner.bindings.get(node.id, ()) if owner is not None else ()
        return not bindings or any(
            _text_of(item.key) in (None, self._written)
            if item.kind is scopes.Kind.ITEM
            else item.kind is not scopes.Kind.ASSIGN or bool(item.path) or self._may_hold(item.value)
            for item in bindings
        )


def _only_asks(parent: ast.AST | None, node: ast.AST) -> bool:
    """Whether nothing comes of an expression but whether it is there, or nothing at all."""
    if isinstance(parent, ast.Compare):
        return all(isinstance(item, (ast.Is, ast.IsNot)) for item in parent.ops)
    return isinstance(parent, (ast.Expr, ast.If, ast.IfExp))


def _parameter(call: ast.Call, argument: ast.AST, scope: Scope) -> str:
    """Name of the parameter that an argument is given as; "" where that is not certain."""
    names = {item.arg for item in (*scope.arguments.args, *scope.arguments.kwonlyargs)}
    if isinstance(argument, ast.keyword):
        return argument.arg if argument.arg in names else ""
    if any(isinstance(item, ast.Starred) for item in call.args):
        return ""
    at = next((number for number, item in enumerate(call.args) if item is argument), -1)
    return scope.positional[at] if 0 <= at < len(scope.positional) else ""
