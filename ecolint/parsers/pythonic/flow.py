"""Where an object goes after a call has made it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import NamedTuple

from ecolint.context import KEPT, RETURNED, STORED
from ecolint.parsers.pythonic.evaluation.attributes import is_property
from ecolint.parsers.pythonic.evaluation.callers import callers
from ecolint.parsers.pythonic.evaluation.evaluator import Evaluator
from ecolint.parsers.pythonic.evaluation.invocation import callee_of
from ecolint.parsers.pythonic.evaluation.values import Definition
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.reads import Reads
from ecolint.parsers.pythonic.scopes import COMPREHENSIONS, Binding, Kind, Scope, dotted_path

USE_LIMIT = 200
SAME_OBJECT = frozenset(
    [
        "to",
        "cuda",
        "cpu",
        "half",
        "float",
        "bfloat16",
        "eval",
        "train",
        "requires_grad_",
        "merge_and_unload",
        "dequantize",
        "unload",
        "compile",
        "prepare_model_for_kbit_training",
        "prepare_model_for_int8_training",
        "get_peft_model",
        "from_pretrained",
        "prepare",
        "DataParallel",
        "dispatch_model",
        "for_inference",
        "for_training",
        "optimize",
        "deploy",
        "bettertransformer",
        "to_bettertransformer",
        "deepcopy",
    ]
)
"""Functions and methods whose result is the object itself, or the same model in another wrapping."""
INDIFFERENT = frozenset(
    ("print", "len", "type", "id", "isinstance", "hasattr", "getattr", "str", "repr", "del")
)
CONTAINERS = frozenset(("dict", "list", "tuple", "set", "types.SimpleNamespace", "collections.OrderedDict"))
"""Functions that keep what they are given."""
HOLDERS = (ast.Dict, ast.List, ast.Tuple, ast.Set)
CLIMBING = (ast.Await, ast.IfExp, ast.BoolOp, ast.NamedExpr, ast.Starred, ast.FormattedValue)


class Use(NamedTuple):
    """One use, in the order of the text: see `Call.uses`. `node` is the call that makes it."""

    order: int
    text: str
    node: ast.Call | None = None


@dataclass(eq=False)
class Flow:
    """Follows one object through a module."""

    module: Module
    uses: list[Use] = field(default_factory=list)
    seen: set[tuple[int, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.evaluator = Evaluator(shared=self.module.program.shared)

    def note(self, node: ast.AST, text: str, call: ast.Call | None = None) -> None:
        if len(self.uses) < USE_LIMIT:
            self.uses.append(Use(self.module.site_of(node).order, text, call))

    def follow(self, node: ast.AST, prefix: str = "", path: tuple[int, ...] = (), depth: int = 0) -> None:
        """Follow the value of an expression; `path` are indices by which the object is taken out of it."""
        key = (id(node), f"{prefix}{path}")
        if depth > 24 or key in self.seen or len(self.uses) >= USE_LIMIT:
            return
        self.seen.add(key)
        parent = self.module.index.parents.get(node)
        if isinstance(parent, ast.keyword):
            node, parent = parent, self.module.index.parents.get(parent)
        if isinstance(parent, ast.Attribute):
            self._attribute(parent, prefix, depth)
        elif isinstance(parent, ast.Call):
            self._call(node, parent, prefix, depth)
        elif isinstance(parent, CLIMBING):
            self.follow(parent, prefix, path, depth + 1)
            if isinstance(parent, ast.NamedExpr):
                self._bound(parent.target.id, parent, prefix, depth)
        elif isinstance(parent, (ast.Assign, ast.AnnAssign)):
            self._assigned(parent, prefix, path, depth)
        elif isinstance(parent, ast.Tuple):
            self.follow(parent, prefix, (parent.elts.index(node), *path), depth + 1)  # type: ignore[arg-type]
        elif isinstance(parent, ast.Return) or (isinstance(parent, ast.Lambda) and parent.body is node):
            self._returned(parent, prefix, path, depth)
        elif isinstance(parent, (ast.Yield, ast.YieldFrom)):
            self.note(parent, "yield")
        elif isinstance(parent, (ast.List, ast.Dict, ast.Set, *COMPREHENSIONS)):
            self.note(parent, KEPT)
        elif isinstance(parent, ast.Subscript) and parent.value is node:
            index = parent.slice.value if isinstance(parent.slice, ast.Constant) else None
            if path and index == path[0]:
                self.follow(parent, prefix, path[1:], depth + 1)
            elif not path:
                self.note(parent, f"{prefix}[]")
        elif isinstance(parent, (ast.With, ast.AsyncWith)):
            for item in parent.items:
                if item.context_expr is node and isinstance(item.optional_vars, ast.Name):
                    self._bound(item.optional_vars.id, parent, prefix, depth)

    def _attribute(self, node: ast.Attribute, prefix: str, depth: int) -> None:
        parent = self.module.index.parents.get(node)
        if isinstance(parent, ast.Call) and parent.func is node:
            self.note(parent, f"{prefix}.{node.attr}", parent)
            if node.attr in SAME_OBJECT:
                self.follow(parent, prefix, (), depth + 1)
            return
        if isinstance(parent, ast.keyword):
            parent = self.module.index.parents.get(parent)
        if isinstance(parent, ast.Call):
            self.note(parent, self._callee(parent), parent)
        elif isinstance(parent, ast.Attribute):
            whole = self.module.index.parents.get(parent)
            if isinstance(whole, ast.Call) and whole.func is parent:
                self.note(whole, f"{prefix}.{node.attr}.{parent.attr}", whole)

    def _call(self, node: ast.AST, call: ast.Call, prefix: str, depth: int) -> None:
        if node is call.func:
            self.note(call, f"{prefix}()", call)
            return
        callee = self._callee(call)
        tail = callee.rpartition(".")[2]
        if callee in INDIFFERENT:
            return
        if callee in CONTAINERS:
            self.note(call, KEPT)
            return
        definition = self._definition(call)
        if definition is None:
            self.note(call, callee, call)
            kept = prefix if tail in SAME_OBJECT or not tail else f"{callee}()"
            self.follow(call, kept, (), depth + 1)
            return
        for name, scope in self._parameters(node, call, definition):
            self.variable(name, scope, None, prefix, depth + 1)
        if definition.scope.is_class:
            self.note(call, callee, call)

    def _callee(self, call: ast.Call) -> str:
        site = self.module.site_of(call)
        return callee_of(self.evaluator, call, self.module, site, None)[0]

    def _definition(self, call: ast.Call) -> Definition | None:
        value = callee_of(self.evaluator, call, self.module, self.module.site_of(call), None)[1].value
        if isinstance(value, Definition) and value.module is self.module:
            return value
        return None

    def _parameters(self, node: ast.AST, call: ast.Call, definition: Definition) -> list[tuple[str, Scope]]:
        scope = definition.scope
        if scope.is_class:
            inner = [item for item in scope.bindings.get("__init__", ()) if item.kind is Kind.DEFINITION]
            if not inner:
                return []
            scope = self.module.index.scopes[inner[-1].node]
        arguments = scope.arguments
        positional = [item.arg for item in arguments.posonlyargs + arguments.args]
        if scope.parent is not None and scope.parent.is_class:
            positional = positional[1:]
        if isinstance(node, ast.keyword):
            return [(node.arg, scope)] if node.arg else []
        number = next((at for at, item in enumerate(call.args) if item is node), None)
        return [(positional[number], scope)] if number is not None and number < len(positional) else []

    def _assigned(
        self, statement: ast.Assign | ast.AnnAssign, prefix: str, path: tuple[int, ...], depth: int
    ) -> None:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in targets:
            rest = path
            while isinstance(target, (ast.Tuple, ast.List)) and rest and rest[0] < len(target.elts):
                target, rest = target.elts[rest[0]], rest[1:]
            if isinstance(target, ast.Subscript):
                self.note(target.value, STORED)
                continue
            name = dotted_path(target)
            if not name:
                continue
            if isinstance(target, ast.Attribute) and not name.startswith(("self.", "cls.")):
                self.note(statement.value or statement, STORED)
            self._bound(name, statement, prefix, depth, rest)

    def _bound(
        self, name: str, statement: ast.AST, prefix: str, depth: int, path: tuple[int, ...] = ()
    ) -> None:
        value = getattr(statement, "value", statement)
        scope = self.module.site_of(value).scope
        owner = scope.owner(name.partition(".")[0]) or self.module.scope
        binding = next(
            (item for item in owner.bindings.get(name, ()) if item.node is statement),
            None,
        )
        if name.startswith("self.") and owner.parent is not None and owner.parent.is_class:
            self._member(name, owner.parent, prefix, depth)
            return
        if owner.is_class:
            self._member(f"self.{name}", owner, prefix, depth)
        self.variable(name, owner, binding, prefix, depth + 1, path)

    def _member(self, name: str, holder: Scope, prefix: str, depth: int) -> None:
        """`self.model` wherever methods of the class read it."""
        for read in self.module.index.reads(name):
            if self.module.site_of(read).scope.enclosing_class is holder:
                self.follow(read, prefix, (), depth + 1)

    def variable(
        self,
        name: str,
        owner: Scope,
        binding: Binding | None,
        prefix: str,
        depth: int,
        path: tuple[int, ...] = (),
    ) -> None:
        """Follow a variable wherever it is read with the value that the binding gave it."""
        known = self.module.reads
        if (name, owner) not in known:
            known[name, owner] = Reads(name, owner, self.module)
        for read in known[name, owner].of(binding):
            self.follow(read, prefix, path, depth + 1)
        if not self.module.may_follow():
            self.note(owner.node, STORED)

    def _returned(self, node: ast.AST, prefix: str, path: tuple[int, ...], depth: int) -> None:
        site = self.module.site_of(getattr(node, "value", None) or node)
        scope = site.scope.function if not isinstance(node, ast.Lambda) else self.module.index.scopes[node]
        text = KEPT if self._is_kept(scope) else RETURNED
        self.note(node if isinstance(node, ast.Lambda) else getattr(node, "value", node), text)
        for call in callers(scope, self.module):
            self.follow(call, prefix, path, depth + 1)
        if is_property(scope) and scope.parent is not None:
            self._member(f"self.{scope.name}", scope.parent, prefix, depth)

    def _is_kept(self, function: Scope) -> bool:
        """Whether a function is only named where it is kept, to be called if it is chosen."""
        index = self.module.index
        if isinstance(function.node, ast.Lambda):
            return isinstance(index.parents.get(function.node), HOLDERS)
        if not function.name or function.parent is None or function.parent.is_class:
            return False
        reads = index.reads_of(function.name, function.parent)
        return bool(reads) and all(isinstance(index.parents.get(read), HOLDERS) for read in reads)


def uses_of(node: ast.Call, module: Module) -> list[Use]:
    """What is done with the object that a call makes, in the order of the text.

    Of a call that stands as a statement of its own: what is done with its first argument afterwards.
    """
    flow = Flow(module)
    if isinstance(module.index.parents.get(node), ast.Expr) and node.args:
        first = node.args[0]
        name = dotted_path(first)
        owner = module.site_of(first).scope.owner(name.partition(".")[0]) if name else None
        if owner is not None:
            flow.variable(name, owner, None, "", 0)
    else:
        flow.follow(node)
    return sorted(dict.fromkeys(flow.uses), key=lambda use: use.order)
