"""What an evaluation looked at of the decisions of its world: which values they decide, and whether a choice comes too
late for what was found before it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ecolint.parsers.pythonic.evaluation import facts

if TYPE_CHECKING:
    from ecolint.parsers.pythonic.evaluation.evaluator import Evaluator
    from ecolint.parsers.pythonic.module import Module
    from ecolint.parsers.pythonic.scopes import Scope, Site

    Sides = Mapping[str, int]
    Answer = int | None


class Look:
    """One look at what a world has decided, and the answer. The key of a condition is made when it is asked for."""

    __slots__ = ("_key", "answer")

    compares = False
    """Whether any decision on comparisons of the same thing would have told."""

    def __init__(self, answer: Answer, key: str = "") -> None:
        self.answer = answer
        self._key = key

    @property
    def key(self) -> str:
        return self._key

    def is_told_by(self, key: str) -> bool:
        """Whether the condition with this key tells something of what was looked at."""
        return key == self.key or (self.compares and key.startswith(f"{self.key} "))

    def holds_in(self, ev: Evaluator) -> bool:
        """Whether the answer is the same in the world of an evaluator."""
        return ev.world.sides.get(self._key) == self.answer


class Guess(Look):
    """Whether nothing is split any more, or not by one choice."""

    __slots__ = ("_choice",)

    def __init__(self, answer: bool, choice: str | None) -> None:
        super().__init__(answer)
        self._choice = choice

    def holds_in(self, ev: Evaluator) -> bool:
        return ev.is_guessing(self._choice) == self.answer


class Guessed(Look):
    """A side that was guessed; whether there is guessing is a look of its own."""

    __slots__ = ()

    def holds_in(self, ev: Evaluator) -> bool:
        return True


class ConditionLook(Look):
    """A look at a condition."""

    __slots__ = ("_module", "_node", "_site")

    def __init__(self, node: ast.expr, module: Module, site: Site, answer: Answer) -> None:
        super().__init__(answer)
        self._node = node
        self._module = module
        self._site = site

    @property
    def key(self) -> str:
        if not self._key:
            self._key = key_of(self._node, self._module, self._site)
        return self._key

    def holds_in(self, ev: Evaluator) -> bool:
        sides = ev.world.sides
        return (sides.get(self.key) if sides else None) == self.answer


class ComparisonLook(ConditionLook):
    """A look at what is decided of the thing that a comparison with constants is about; that is what the key means."""

    __slots__ = ("_comparison",)

    compares = True

    def __init__(self, node: ast.Compare, module: Module, site: Site, answer: Answer) -> None:
        super().__init__(node.left, module, site, answer)
        self._comparison = node

    def holds_in(self, ev: Evaluator) -> bool:
        return implied(self._comparison, self._module, self._site, ev.world.sides) == self.answer


class LookedUp:
    """What was looked at, each thing once, in the order of the first looks."""

    __slots__ = ("_looks",)

    def __init__(self) -> None:
        self._looks: dict[Look, None] = {}

    @property
    def count(self) -> int:
        return len(self._looks)

    def note(self, look: Look) -> None:
        self._looks[look] = None

    @property
    def guesses(self) -> dict[str, int]:
        """The sides that were guessed."""
        return {look.key: look.answer or 0 for look in self._looks if isinstance(look, Guessed)}

    def holds(self, key: str, count: int) -> bool:
        """Whether one of the first `count` would have been told by the condition with this key."""
        return any(look.is_told_by(key) for look, _ in zip(self._looks, range(count), strict=False))


def implied(node: ast.Compare, module: Module, site: Site, sides: Sides) -> bool | None:
    """What the decisions of a world say of a comparison with constants."""
    if not sides:
        return None
    constant = module.constants.get(node)
    if constant is None:
        constant = module.constants[node] = _constant(node.comparators[0])
    if not constant:
        return None
    return facts.implied(key_of(node.left, module, site), node.ops[0], constant[0], sides)


def _constant(node: ast.expr) -> tuple[object, ...]:
    """The value of a literal; empty for anything else."""
    try:
        return (ast.literal_eval(node),)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return ()


def key_of(node: ast.expr, module: Module, site: Site) -> str:
    """Identity of a condition: its text, and the scope that owns the name that it starts with."""
    known = module.keys.get((node, site.scope))
    if known is None:
        known = module.keys[node, site.scope] = _key(node, module, site.scope)
    return known


def _key(node: ast.expr, module: Module, scope: Scope) -> str:
    root: ast.AST = node
    while not isinstance(root, ast.Name):
        children = list(ast.iter_child_nodes(root))
        if not children:
            break
        root = children[0]
    owner: Scope | None = None
    if isinstance(root, ast.Name):
        owner = scope.enclosing_class if root.id == "self" else scope.owner(root.id)
    return f"{module.path}:{id(owner)}:{_text_of(node)}"


def _text_of(node: ast.expr) -> str:
    try:
        return ast.unparse(node)
    except (RecursionError, ValueError, AttributeError):
        return str(id(node))
