"""Frozen dataclasses that are made in a quarter of the time: the scan of a single file makes a hundred of them.

`dataclass` stands for that of the standard library, and to type checkers is that one. Only `__init__` is compiled for
each class; comparing, hashing and showing are the same few functions for all.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter, ge, gt, le, lt
from typing import TYPE_CHECKING, cast

__all__ = ("dataclass", "replace")

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from dataclasses import dataclass, replace
    from typing import Any

    Key = Callable[[Any], tuple[Any, ...]]
else:

    def dataclass(*, frozen: bool, slots: bool = False, order: bool = False, eq: bool = True):
        """A decorator that makes a frozen dataclass; one that is not frozen is the standard library's affair."""
        if not frozen:
            raise TypeError("only for frozen dataclasses")
        return lambda cls: _frozen(cls, slots=slots, order=order, eq=eq)

    def replace(item, /, **changes):
        """A copy of any dataclass with other values in some fields. Raises TypeError for names that are no fields."""
        change = getattr(item, "__replace__", None)
        return dataclasses.replace(item, **changes) if change is None else change(**changes)


def _frozen(cls: type, *, slots: bool, order: bool, eq: bool) -> type:
    cls.__doc__ = cls.__doc__ or cls.__name__
    make: Callable[[type], Any] = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)
    made = make(cls)
    fields = dataclasses.fields(made)
    compared = _key(item.name for item in fields if item.compare)
    hashed = _key(item.name for item in fields if (item.compare if item.hash is None else item.hash))
    listed = tuple(item.name for item in fields)
    everything = _key(listed)

    def equals(self: Any, other: object) -> Any:
        return compared(self) == compared(other) if other.__class__ is self.__class__ else NotImplemented

    def hash_of(self: Any) -> int:
        return hash(hashed(self))

    def reduced(self: Any) -> tuple[type, tuple[Any, ...]]:
        return self.__class__, everything(self)

    names = frozenset(listed)
    filled = not slots and not hasattr(made, "__post_init__")

    def replaced(self: Any, /, **changes: Any) -> Any:
        if not names.issuperset(changes):
            raise TypeError(f"no fields of {made.__name__}: {sorted(changes.keys() - names)}")
        if filled:
            copy = object.__new__(made)
            copy.__dict__.update(self.__dict__)
            copy.__dict__.update(changes)
            return copy
        return self.__class__(**dict(zip(listed, everything(self), strict=True)) | changes)

    methods: dict[str, Callable[..., Any]] = {"__repr__": _repr, "__reduce__": reduced}
    if eq:
        methods |= {"__eq__": equals, "__hash__": hash_of}
    if order:
        methods |= {f"__{sign.__name__}__": _ordered(sign, compared) for sign in (lt, le, gt, ge)}
    for name, method in methods.items():
        if vars(made).get(name) is None:
            setattr(made, name, method)
    made.__replace__ = replaced
    made.__init__ = _first_init(made, fields, slots=slots)
    made.__setattr__ = _refuse_to_set
    made.__delattr__ = _refuse_to_delete
    return cast("type", made)


def _key(names: Iterable[str]) -> Key:
    """The values of attributes as a tuple."""
    listed = tuple(names)
    if len(listed) > 1:
        return attrgetter(*listed)
    return lambda item: tuple(getattr(item, name) for name in listed)


def _first_init(made: Any, fields: tuple[dataclasses.Field[Any], ...], *, slots: bool) -> Any:
    """`__init__` that gives way to a compiled one when it is first called: many classes never make an object."""

    def init(self: Any, /, *values: Any, **named: Any) -> None:
        made.__init__ = _init(made, fields, slots=slots)
        made.__init__(self, *values, **named)

    return init


def _init(made: type, fields: tuple[dataclasses.Field[Any], ...], *, slots: bool) -> Any:
    """`__init__` that fills the slots, or the dictionary, since the attributes cannot be set."""
    names: dict[str, Any] = {"MISSING": dataclasses.MISSING}
    parameters, lines = ["self"], []
    for item in fields:
        name = value = item.name
        if slots:
            names[f"set_{name}"] = getattr(made, name).__set__
        parameter = name
        if item.default is not dataclasses.MISSING:
            names[f"default_{name}"] = item.default
            parameter = f"{name}=default_{name}"
        elif item.default_factory is not dataclasses.MISSING:
            names[f"make_{name}"] = item.default_factory
            parameter = f"{name}=MISSING"
            value = f"make_{name}() if {name} is MISSING else {name}"
        parameters.append(parameter)
        lines.append(f" set_{name}(self, {value})\n" if slots else f" self.__dict__[{name!r}] = {value}\n")
    if hasattr(made, "__post_init__"):
        lines.append(" self.__post_init__()\n")
    exec(f"def __init__({', '.join(parameters)}):\n{''.join(lines) or ' pass'}", names)
    init = names["__init__"]
    init.__qualname__ = f"{made.__qualname__}.__init__"
    init.__annotations__ = {item.name: item.type for item in fields} | {"return": None}
    return init


def _ordered(compare: Callable[[Any, Any], Any], key: Key) -> Callable[[Any, object], Any]:
    def method(self: Any, other: object) -> Any:
        return compare(key(self), key(other)) if other.__class__ is self.__class__ else NotImplemented

    return method


def _repr(self: Any) -> str:
    shown = (f"{item.name}={getattr(self, item.name)!r}" for item in dataclasses.fields(self) if item.repr)
    return f"{self.__class__.__qualname__}({', '.join(shown)})"


def _refuse_to_set(self: Any, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: Any, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
