"""What an evaluation finds out for all others of the same program: values in which no decision of a world has part,
and invocations of functions, so that what is known of one holds for the next."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ecolint.parsers.pythonic.values import Frame, Instance

if TYPE_CHECKING:
    from ecolint.parsers.pythonic.module import Module
    from ecolint.parsers.pythonic.scopes import Scope, Site
    from ecolint.parsers.pythonic.values import Value

    Key = tuple[int, int, int]
    Held = tuple[ast.expr, Site, Frame | None]


class Shared:
    """Values by the identities of expression, site and invocation, which are kept with them lest they come again."""

    __slots__ = ("_frames", "values")

    def __init__(self) -> None:
        self.values: dict[Key, tuple[Value, Held]] = {}
        self._frames: dict[tuple[int, int, int, tuple[int, int]], Frame] = {}

    def frame(
        self,
        scope: Scope,
        call: ast.Call,
        site: Site,
        module: Module,
        caller: Frame | None = None,
        receiver: Value | None = None,
        depth: int = 0,
    ) -> Frame:
        """The invocation of a function by a call, on an object: the same one each time."""
        held = receiver.value if receiver is not None else None
        on = (id(held.scope), id(held.frame)) if isinstance(held, Instance) else (0, id(receiver))
        key = (id(scope), id(call), id(caller), on)
        if key not in self._frames:
            self._frames[key] = Frame(scope, call, site, module, caller, receiver, depth)
        return self._frames[key]

    def clear(self) -> None:
        """Forget everything."""
        self.values.clear()
        self._frames.clear()
