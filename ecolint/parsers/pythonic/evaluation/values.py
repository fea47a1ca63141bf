"""Values of the abstract evaluation, beyond those that statements may hold."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ecolint.inference import DEFAULT_OF, Known, Located, Place
from ecolint.records import dataclass, replace
from ecolint.source import Span
from ecolint.statements import Call, Symbol

if TYPE_CHECKING:
    from ecolint.parsers.pythonic.module import Module
    from ecolint.parsers.pythonic.scopes import Scope, Site

Value = Located[Any]
DYNAMIC: Value = Located(known=Known.DYNAMIC)


class Dict(dict[str, Value]):
    """A mapping with string keys. `complete` is false where it may hold more than is seen."""

    complete: bool = True

    def copied(self) -> Dict:
        other = Dict(self)
        other.complete = self.complete
        return other


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One invocation of a function of the repository: the call, and where that stands."""

    scope: Scope
    call: ast.Call
    site: Site
    module: Module
    caller: Frame | None = None
    receiver: Value | None = None
    depth: int = 0

    def holds(self, scope: Scope) -> bool:
        """Whether the function is already being evaluated."""
        frame: Frame | None = self
        while frame is not None:
            if frame.scope is scope:
                return True
            frame = frame.caller
        return False


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """An object of a class of the repository; `frame` is its construction where that is seen."""

    scope: Scope
    module: Module
    frame: Frame | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """A function or class of the repository."""

    scope: Scope
    module: Module
    receiver: Value | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ModuleValue:
    """A module of the repository, as an imported object."""

    module: Module


@dataclass(frozen=True, slots=True)
class Namespace:
    """What a command line parser returns: attributes are the options' defaults."""

    module: Module


@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """A function with arguments that each of its calls is given first."""

    function: Symbol | Partial
    positional: tuple[Value, ...]
    keywords: Dict

    @property
    def name(self) -> str:
        return self.function.name

    def completed(self, positional: tuple[Value, ...], keywords: Dict) -> tuple[tuple[Value, ...], Dict]:
        """All arguments of a call that is given these."""
        given = Dict({**self.keywords, **keywords})
        given.complete = self.keywords.complete and keywords.complete
        whole = (*self.positional, *positional), given
        return self.function.completed(*whole) if isinstance(self.function, Partial) else whole


class _Given:
    """What takes the place of a default of None: whatever counts as true. A flag is on."""

    __slots__ = ()


GIVEN = _Given()
UNKNOWN_PART = "${not_known}"
"""What a shell is told in the place of a part that is not known: a variable that nobody sets."""


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text of which some parts are not known. Whoever has one has a dynamic value; only commands ask for more."""

    text: str


def formatted(text: str) -> Value:
    return Located(Formatted(text.replace(f"'{UNKNOWN_PART}'", f'"{UNKNOWN_PART}"')), Known.DYNAMIC)


ENVIRON = "os.environ"


def opened(value: Value) -> Value:
    """A value that may be the program's environment, as a mapping of which nothing is known."""
    if value.value != Symbol(ENVIRON):
        return value
    tree = Dict()
    tree.complete = False
    return replace(value, value=tree)


def stated(value: Any, span: Span | None = None) -> Value:
    return Located(value, Known.STATED, span, span)


def derived(value: Any, origin: str = "") -> Value:
    return Located(value, Known.DERIVED, origin=origin)


def soft(value: Any, what: str) -> Value:
    """A default that whoever runs the program may replace."""
    return Located(value, Known.DERIVED, origin=DEFAULT_OF + what)


def is_soft(value: Value) -> bool:
    return value.known is Known.DERIVED and value.origin.startswith(DEFAULT_OF)


def softened(value: Value, *sources: Value) -> Value:
    """A value computed from others: derived, and soft where one of them is."""
    for source in sources:
        if is_soft(source):
            return replace(value, known=Known.DERIVED, origin=source.origin)
    for source in sources:
        if source.known is Known.DERIVED:
            return replace(value, known=Known.DERIVED, origin=value.origin or source.origin)
    return value


def through(value: Value, origin: str) -> Value:
    """A value read through a name: known, but not stated in this place."""
    if value.known is Known.STATED:
        return replace(value, known=Known.DERIVED, origin=origin)
    return value


def is_plain(value: Any) -> bool:
    """Whether statements may hold the value as a scalar."""
    return value is None or isinstance(value, (str, int, float, bool))


def exported(value: Value) -> Value:
    """The value with what only this package understands replaced by dynamic values."""
    held = value.value
    if isinstance(held, Formatted):
        return DYNAMIC
    if held is GIVEN:
        return replace(value, value=True)
    if value.known is Known.DYNAMIC or is_plain(held) or isinstance(held, (Symbol, Call)):
        return value
    if isinstance(held, tuple):
        return replace(value, value=tuple(exported(item) for item in held))
    if isinstance(held, Dict):
        tree = Dict({key: exported(item) for key, item in held.items()})
        tree.complete = held.complete
        return replace(value, value=tree)
    return replace(value, value=None, known=Known.DYNAMIC)


def without_defaults(call: Call, overturned: frozenset[str]) -> Call:
    """The call where some defaults do not hold: what was made from them is not known, but for flags."""
    return replace(
        call,
        positional=tuple(_without_default(item, overturned) for item in call.positional),
        keywords=_without_defaults(call.keywords, overturned),
    )


def _without_defaults(tree: Mapping[str, Value], overturned: frozenset[str]) -> Dict:
    found = Dict({key: _without_default(item, overturned) for key, item in tree.items()})
    found.complete = getattr(tree, "complete", True)
    return found


def _without_default(value: Value, overturned: frozenset[str]) -> Value:
    held = value.value
    if isinstance(held, (str, int, float)) and not isinstance(held, bool):
        return replace(value, value=None, known=Known.DYNAMIC) if value.origin in overturned else value
    if isinstance(held, Call):
        return replace(value, value=without_defaults(held, overturned))
    if isinstance(held, Dict):
        return replace(value, value=_without_defaults(held, overturned))
    if isinstance(held, tuple):
        return replace(value, value=tuple(_without_default(item, overturned) for item in held))
    return value


def relocated(value: Value, span: Span, origin: str) -> Value:
    """A value of another file: everything in it is told as standing at `span` of this one."""
    held = value.value
    if isinstance(held, tuple):
        held = tuple(relocated(item, span, origin) for item in held)
    elif isinstance(held, Dict):
        tree = Dict({key: relocated(item, span, origin) for key, item in held.items()})
        tree.complete = held.complete
        held = tree
    elif isinstance(held, Call):
        held = replace(
            held,
            span=span,
            callee_span=span,
            positional=tuple(relocated(item, span, origin) for item in held.positional),
            keywords={key: relocated(item, span, origin) for key, item in held.keywords.items()},
        )
    known = Known.DERIVED if value.known is Known.STATED else value.known
    return replace(
        value,
        value=held,
        span=span,
        value_span=span,
        known=known,
        origin=value.origin or origin,
        place=Place.NAME,
    )


def fingerprint(value: Value) -> Any:
    """What a value says, without where: equal for values that mean the same."""
    held = value.value
    if value.known is Known.DYNAMIC:
        return "dynamic"
    if isinstance(held, tuple):
        return tuple(fingerprint(item) for item in held)
    if isinstance(held, Call):
        return (held.callee, *given_to(held))
    if isinstance(held, Mapping):
        return keys_of(held)
    return (type(held).__name__, held)


def given_to(call: Call) -> tuple[Any, Any]:
    """What a call's function is given, without where: equal for what means the same."""
    return tuple(fingerprint(item) for item in call.positional), keys_of(call.keywords)


def keys_of(tree: Mapping[str, Value]) -> Any:
    return tuple(sorted((key, repr(fingerprint(item))) for key, item in tree.items()))
