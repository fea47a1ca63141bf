"""What surrounds a call: loops, request handlers, caches."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ecolint.context import TEST_PLACE
from ecolint.parsers.pythonic.batching.loops import words_of_loop
from ecolint.parsers.pythonic.evaluation.callers import callers
from ecolint.parsers.pythonic.evaluation.missing import asks_for_missing
from ecolint.parsers.pythonic.evaluation.worlds import brief
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Guard, Scope, Site, dotted_path
from ecolint.parsers.pythonic.syntax.called import called_name

ROUTES = frozenset(("get", "post", "put", "delete", "patch", "route", "websocket", "api_route"))
HANDLERS = frozenset(("handler", "lambda_handler", "predict_fn", "handle_request"))
TESTS = frozenset(("self_test", "selftest", "smoke_test"))
CALLBACKS = frozenset(("click", "submit", "change", "Interface", "ChatInterface", "then", "upload"))
CACHES = frozenset(
    [
        "lru_cache",
        "cache",
        "cached",
        "cached_property",
        "cache_resource",
        "cache_data",
        "experimental_singleton",
        "singleton",
        "memoize",
        "on_event",
        "asynccontextmanager",
        "contextmanager",
        "enter",
        "build",
        "fixture",
    ]
)


def inside(call: ast.Call, module: Module, depth: int = 0) -> tuple[str, ...]:
    """Loops, handlers, caches and context managers around a call, the outermost first.

    Entries read `test NAME` (a class or function of a test), `for x in y`, `while x`, `route /path`, `handler name`,
    `callback name`, `cached …`, `with …`. A function that is only called from
    handlers counts as standing in the first of them.
    """
    site = module.site_of(call)
    found: list[str] = []
    scope: Scope | None = site.scope
    here: Site | None = site
    while scope is not None and here is not None:
        found = [*_local(here), *found]
        if scope.is_function:
            found = [*_function(scope, module), *found]
        elif _is_test_case(scope):
            found = [f"{TEST_PLACE}{scope.name}", *found]
        here = scope.site
        scope = scope.parent
    function = site.scope.function
    if (
        depth < 2
        and function.is_function
        and not any(item.startswith(("route", "handler", "cached")) for item in found)
    ):
        outer = [inside(item, module, depth + 1) for item in callers(function, module)]
        if outer and all(
            any(word.startswith(("route", "handler", "callback")) for word in item) for item in outer
        ):
            found = [*outer[0], *found]
    return tuple(dict.fromkeys(found))


def _is_test_case(scope: Scope) -> bool:
    """Whether a scope is a class whose methods a test runner calls."""
    bases = scope.node.bases if isinstance(scope.node, ast.ClassDef) else ()
    return any(dotted_path(base).endswith("TestCase") for base in bases)


def _local(site: Site) -> Iterator[str]:
    for expression in site.contexts:
        yield f"with {brief(expression)}"
    for loop in site.loops:
        yield words_of_loop(loop)
    for guard in site.guards:
        if _is_cache(guard):
            yield f"cached by {brief(guard.test)}" if guard.test is not None else "cached"
    if site.scope.function.foreign:
        yield f"cached in {', '.join(sorted(site.scope.function.foreign))}"


def _is_cache(guard: Guard) -> bool:
    return asks_for_missing(guard)


def _function(scope: Scope, module: Module) -> Iterator[str]:
    node = scope.node
    if scope.name in TESTS:
        yield f"{TEST_PLACE}{scope.name}"
    for decorator in getattr(node, "decorator_list", ()):
        inner = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = dotted_path(inner).rpartition(".")[2]
        if name in CACHES:
            yield f"cached by {name}"
        elif name in ROUTES and isinstance(decorator, ast.Call) and "." in dotted_path(inner):
            path = decorator.args[0] if decorator.args else None
            yield f"route {path.value!s}" if isinstance(path, ast.Constant) else f"route {brief(inner)}"
    if scope.name in HANDLERS and scope.parent is module.scope:
        yield f"handler {scope.name}"
    elif scope.name and _is_callback(scope, module):
        yield f"callback {scope.name}"


def _is_callback(scope: Scope, module: Module) -> bool:
    """Whether a function is given to a user interface as what to run for each event."""
    for read in module.index.reads(scope.name):
        parent = module.index.parents.get(read)
        if isinstance(parent, ast.keyword):
            parent = module.index.parents.get(parent) if parent.arg == "fn" else None
        if isinstance(parent, ast.Call) and parent.func is not read:
            name = called_name(parent)
            if name in CALLBACKS:
                return True
    return False
