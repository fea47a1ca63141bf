"""Whether a load may be given a judged setting, told from the tree alone, before anything is evaluated.

Says yes wherever evaluation might find one; no only where names, keywords and the bindings of what is spread show
that none can arrive.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache

from ecolint.parsers.pythonic.evaluation import passing
from ecolint.parsers.pythonic.evaluation.callers import callers
from ecolint.parsers.pythonic.evaluation.expressions import READERS
from ecolint.parsers.pythonic.evaluation.mappings import mapping_in
from ecolint.parsers.pythonic.glancing.glance import TELLING_CALLEES
from ecolint.parsers.pythonic.glancing.mentions import text_at
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Binding, Kind, dotted_path
from ecolint.parsers.pythonic.syntax.called import called_name
from ecolint.sieve.search import places
from ecolint.sieve.vocabulary import KEYWORDS_OF, NAMES_OF, VALUES

HARMLESS = frozenset(("pop", "get", "clear", "remove"))
"""Methods of a mapping that put nothing into it."""
COPIES = frozenset(("copy", "deepcopy", "dict"))
LOADS = frozenset(("from_pretrained", "from_config", "from_model_id"))
"""Methods that give a model or a configuration, and no mapping."""
BINDINGS_LIMIT = 100
"""Bindings that are looked at for one call."""
HANDED_ON = "quantization_config"
"""The setting that is an object, which code hands on without a look at it."""
LOADING = "transformers"
"""The vocabulary whose loads are looked at."""


def tells_by_value(text: str) -> bool:
    """Whether a module names a class that sets something by itself, or a checkpoint that is quantised already."""
    data = text.encode("utf-8", "replace")
    return any(word in data for word, owners in NAMES_OF.items() if LOADING in owners) or any(
        text_at(data, start) for word in VALUES[LOADING] for start in places(data, word)
    )


def configures(node: ast.Call) -> bool:
    """Whether a call makes an object that only serves to set what is judged."""
    path = dotted_path(node.func)
    return any(name.decode() in path for name in TELLING_CALLEES)


def may_carry(node: ast.Call, module: Module) -> bool:
    """Whether a keyword of the call is judged, or a mapping that is spread into it may hold one that is."""
    return _Search(module).call(node)


@cache
def is_judged(keyword: str) -> bool:
    return any(word in keyword for word in _keywords())


@cache
def _keywords() -> tuple[str, ...]:
    return tuple(word.decode() for word in KEYWORDS_OF)


class _Search:
    """A walk from a call to what its mappings are made of. What is on the way already adds nothing new."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._seen: set[tuple[int, str]] = set()

    def call(self, node: ast.Call) -> bool:
        """Whether the keywords of a call may set something that is judged."""
        return any(
            is_judged(keyword.arg) and self._sets(keyword.arg, keyword.value)
            if keyword.arg
            else self._holds(keyword.value)
            for keyword in node.keywords
        )

    def _holds(self, node: ast.expr) -> bool:
        """Whether an expression may be a mapping with a judged key."""
        if isinstance(node, ast.Dict):
            return any(
                self._holds(value) if key is None else self._puts(key, value)
                for key, value in zip(node.keys, node.values, strict=True)
            )
        if isinstance(node, ast.Name):
            bindings = self._bindings(node, "")
            return bindings is None or any(map(self._gives, bindings))
        if isinstance(node, ast.Call):
            return self._returns(node)
        if isinstance(node, ast.DictComp):
            source = mapping_in(node)
            return source is not None and self._holds(source)
        return type(node) in READERS

    def _bindings(self, node: ast.Name, purpose: str) -> Iterable[Binding] | None:
        """What gives a name its value, as far as it was not asked before; None where nothing in the module does, or
        too much was asked already."""
        owner = self._module.site_of(node).scope.owner(node.id)
        if owner is None or len(self._seen) > BINDINGS_LIMIT:
            return None
        bindings = owner.bindings.get(node.id, ())
        new = [item for item in bindings if (id(item), purpose) not in self._seen]
        self._seen.update((id(item), purpose) for item in new)
        return new

    def _returns(self, call: ast.Call) -> bool:
        """Whether a call may give a mapping with a judged key."""
        name = called_name(call)
        if name not in COPIES:
            return name not in LOADS
        owner = [call.func.value] if isinstance(call.func, ast.Attribute) and not call.args else []
        return self.call(call) or any(map(self._holds, (*call.args, *owner)))

    def _puts(self, key: ast.expr, value: ast.expr | None) -> bool:
        """Whether a key and a value of a mapping may set something that is judged."""
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            return True
        return is_judged(key.value) and (value is None or self._sets(key.value, value))

    def _sets(self, name: str, value: ast.expr) -> bool:
        """Whether a value that a judged setting is given may say something: a configuration that is only handed on,
        from where none is seen, says nothing."""
        if name != HANDED_ON:
            return True
        if isinstance(value, ast.Constant):
            return value.value is not None
        if isinstance(value, ast.Subscript):
            return self._holds(value.value)
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
            return value.func.attr not in ("get", "pop") or self._holds(value.func.value)
        if isinstance(value, ast.Name):
            bindings = self._bindings(value, name)
            return bindings is None or any(self._sets_by(binding, name) for binding in bindings)
        return True

    def _sets_by(self, binding: Binding, name: str) -> bool:
        if binding.kind is Kind.PARAMETER:
            return any(
                item is None or self._sets(name, item) for item in passing.every(binding, self._module)
            )
        return (
            binding.kind is not Kind.ASSIGN
            or bool(binding.path)
            or binding.value is None
            or self._sets(name, binding.value)
        )

    def _gives(self, binding: Binding) -> bool:
        """Whether a binding may give its name a mapping with a judged key, or put one into it."""
        value = binding.value
        if binding.kind is Kind.PARAMETER:
            return self._is_passed(binding)
        if binding.kind is Kind.ITEM:
            return binding.key is None or self._puts(binding.key, value)
        if binding.kind is Kind.MUTATION:
            method = getattr(getattr(value, "func", None), "attr", "")
            if isinstance(value, ast.Call) and method == "setdefault" and value.args:
                return self._puts(value.args[0], value.args[1] if len(value.args) > 1 else None)
            if isinstance(value, ast.Call) and method == "update":
                return self.call(value) or any(map(self._holds, value.args))
            return method not in HARMLESS
        if binding.kind is Kind.ASSIGN:
            return value is not None and self._holds(value)
        return True

    def _is_passed(self, parameter: Binding) -> bool:
        """Whether a call in the module, or the default, may give a parameter a mapping with a judged key."""
        scope = parameter.site.scope
        if scope.arguments.kwarg is parameter.node:
            return any(map(self.call, callers(scope, self._module)))
        return any(item is None or self._holds(item) for item in passing.every(parameter, self._module))
