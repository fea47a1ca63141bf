"""Functions and methods of the language that are computed on known values."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Any

from ecolint.inference import Known
from ecolint.parsers.pythonic.evaluation import arithmetic, attributes, defaults, files, mappings, texts
from ecolint.parsers.pythonic.evaluation.values import (
    DYNAMIC,
    ENVIRON,
    Dict,
    Formatted,
    Instance,
    Partial,
    Value,
    opened,
    softened,
    stated,
)
from ecolint.parsers.pythonic.scopes import Site
from ecolint.parsers.pythonic.syntax import literals
from ecolint.records import replace
from ecolint.statements import Symbol

if TYPE_CHECKING:
    from ecolint.parsers.pythonic.evaluation.evaluator import Evaluator
    from ecolint.parsers.pythonic.evaluation.values import Frame
    from ecolint.parsers.pythonic.module import Module

WORD = re.compile(r"\S+")
Arguments = tuple[tuple[Value, ...], Dict]
ENVIRONMENT = frozenset(("os.environ.get", "os.getenv", "os.environ.setdefault", "environ.get", "getenv"))
COPIES = frozenset(
    """copy.copy copy.deepcopy dict OrderedDict collections.OrderedDict types.MappingProxyType
    omegaconf.OmegaConf.create easydict.EasyDict munch.Munch""".split()
)
DEDENTING = frozenset(("textwrap.dedent", "inspect.cleandoc"))
SAME = frozenset(
    ("str", "pathlib.Path", "os.path.expanduser", "os.path.abspath", "tuple", "list", "typing.cast")
)


def function(
    ev: Evaluator, name: str, node: ast.Call, module: Module, site: Site, frame: Frame | None
) -> Value | None:
    """Result of a known function; None where the call must stay a call."""
    if name in ENVIRONMENT:
        positional, keywords = _raw(ev, node, module, site, frame)
        return defaults.of_environment(positional, keywords.get("default"), module)
    if name in ("dict", "collections.OrderedDict"):
        return dictionary(ev, node, module, site, frame)
    if name in mappings.OBJECTS and len(node.args) == 1 and not node.keywords:
        return mappings.of_object(ev, node.args[0], module, site, frame)
    if name in files.LOADERS and node.args:
        return files.loaded(ev, name, node, module, site, frame)
    if name == mappings.CHAINS:
        return mappings.chained(ev, node, module, site, frame)
    if name == "functools.partial" and node.args:
        return _partial(ev, node, module, site, frame)
    if name == "getattr" and len(node.args) >= 2:
        return _getattr(ev, node, module, site, frame)
    if name == "importlib.import_module" and node.args:
        value = ev.value(node.args[0], module, site, frame).value
        return stated(Symbol(value)) if isinstance(value, str) else DYNAMIC
    if name in CONVERSIONS and len(node.args) == 1 and not node.keywords:
        return _converted(CONVERSIONS[name], ev.value(node.args[0], module, site, frame))
    if name in SAME and node.args:
        value = ev.value(node.args[-1] if name == "typing.cast" else node.args[0], module, site, frame)
        return value if value.is_known else DYNAMIC
    if name in DEDENTING and len(node.args) == 1:
        return texts.dedented(ev.value(node.args[0], module, site, frame))
    if name == "map" and len(node.args) == 2:
        each = ev.value(node.args[0], module, site, frame).value
        return ev.value(node.args[1], module, site, frame) if each == Symbol("str") else None
    if name in COPIES and node.args:
        return opened(ev.value(node.args[0], module, site, frame))
    if name == f"{ENVIRON}.copy":
        return opened(stated(Symbol(ENVIRON)))
    if name == "os.path.join":
        return _path(ev, node, module, site, frame)
    if name in ("argparse.Namespace", "types.SimpleNamespace"):
        _, keywords = ev.arguments(node, module, site, frame)
        return stated(keywords)
    if name == "platform.system":
        return stated("Linux")
    return None


def _raw(ev: Evaluator, node: ast.Call, module: Module, site: Site, frame: Frame | None) -> Arguments:
    return ev.arguments(node, module, site, frame)


def dictionary(ev: Evaluator, node: ast.Call, module: Module, site: Site, frame: Frame | None) -> Value:
    """`dict(…)`."""
    _, keywords = ev.arguments(node, module, site, frame)
    tree = Dict()
    tree.complete = keywords.complete
    for item in node.args:
        value = ev.value(item, module, site, frame).value
        if isinstance(value, Dict):
            tree.update(value)
            tree.complete = tree.complete and value.complete
        else:
            tree.complete = False
    tree.update(keywords)
    return stated(tree)


def _partial(ev: Evaluator, node: ast.Call, module: Module, site: Site, frame: Frame | None) -> Value | None:
    """`functools.partial(function, …)` of a function that is not the repository's own."""
    function = ev.value(node.args[0], module, site, frame).value
    if not isinstance(function, (Symbol, Partial)):
        return None
    given = ast.copy_location(ast.Call(node.func, node.args[1:], node.keywords), node)
    return stated(Partial(function, *ev.arguments(given, module, site, frame)))


def _getattr(ev: Evaluator, node: ast.Call, module: Module, site: Site, frame: Frame | None) -> Value:
    base = ev.value(node.args[0], module, site, frame)
    name = ev.value(node.args[1], module, site, frame)
    if not isinstance(name.value, str):
        return DYNAMIC
    value = attributes.of(ev, base, name.value)
    if value.known is Known.DYNAMIC and len(node.args) > 2:
        return DYNAMIC
    return softened(value, name)


def _converted(convert: Callable[[Any], Any], value: Value) -> Value:
    if not value.is_known or isinstance(value.value, (dict, tuple)) or value.value is None:
        return DYNAMIC
    if not isinstance(value.value, (str, int, float, bool)):
        return DYNAMIC
    try:
        return replace(value, value=convert(value.value))
    except (ValueError, OverflowError):
        return DYNAMIC


CONVERSIONS: dict[str, Callable[[Any], Any]] = {"int": int, "float": float, "bool": bool}


def _path(ev: Evaluator, node: ast.Call, module: Module, site: Site, frame: Frame | None) -> Value:
    parts = [ev.value(item, module, site, frame) for item in node.args]
    texts = [part.value for part in parts if part.is_known and isinstance(part.value, str)]
    if not parts or len(texts) != len(parts):
        return DYNAMIC
    return softened(stated(posixpath.join(*texts)), *parts)


def method(
    ev: Evaluator, base: Value, node: ast.Call, callee: str, module: Module, site: Site, frame: Frame | None
) -> Value:
    """Methods of known values; other methods stay calls on something unknown."""
    name = node.func.attr  # type: ignore[attr-defined]
    held = base.value
    if isinstance(held, str) and base.is_known:
        if name == "format":
            return texts.filled_in(held, base, *ev.arguments(node, module, site, frame))
        positional = [ev.value(item, module, site, frame) for item in node.args]
        if name == "join" and len(positional) == 1:
            return texts.between(base, positional[0])
        if name == "split" and not positional:
            return _words(held, base, node, module, site)
        return _of_text(held, name, positional, base)
    if isinstance(held, Formatted) and name in ("split", "strip") and not node.args:
        return base
    if isinstance(held, Instance) and name in mappings.METHODS:
        return mappings.dumped(ev, node, module, site, frame)
    if isinstance(held, Dict):
        if name == "copy":
            return replace(base, value=held.copied())
        if name in ("get", "pop", "setdefault") and node.args:
            key = ev.value(node.args[0], module, site, frame)
            if isinstance(key.value, str) and key.value in held:
                return softened(held[key.value], key)
            if isinstance(key.value, str) and held.complete and key.is_known:
                return ev.value(node.args[1], module, site, frame) if len(node.args) > 1 else stated(None)
        return DYNAMIC
    if name in ("parse_args", "parse_known_args") and defaults.options(module):
        from ecolint.parsers.pythonic.evaluation.values import Namespace

        space = stated(Namespace(module))
        return stated((space, DYNAMIC)) if name == "parse_known_args" else space
    return stated(ev.call(node, callee, module, site, frame))


def _words(text: str, base: Value, node: ast.Call, module: Module, site: Site) -> Value:
    """`"…".split()`: each word where it is written, or at the call."""
    at: ast.expr = node.func.value  # type: ignore[attr-defined]
    written = literals.written(at, text, module, site)
    whole = module.text.span(node)
    spans = (written.span(*match.span()) if written is not None else whole for match in WORD.finditer(text))
    parts = (
        softened(stated(match[0], span), base) for match, span in zip(WORD.finditer(text), spans, strict=True)
    )
    return softened(stated(tuple(islice(parts, 100))), base)


def _of_text(text: str, name: str, arguments: list[Value], base: Value) -> Value:
    if name in TEXT_METHODS and not arguments:
        return replace(base, value=TEXT_METHODS[name](text))
    known = [item.value for item in arguments if item.is_known and isinstance(item.value, str)]
    if len(known) != len(arguments):
        return DYNAMIC
    result: Any = None
    if name in ("startswith", "endswith") and len(known) == 1:
        result = getattr(text, name)(known[0])
    elif name == "replace" and len(known) == 2 and known[0]:
        result = text.replace(known[0], known[1])
    elif name == "split" and len(known) == 1 and known[0]:
        return softened(stated(tuple(stated(part) for part in text.split(known[0])[:100])), base)
    if result is None or (isinstance(result, str) and len(result) > arithmetic.TEXT_LIMIT):
        return DYNAMIC
    return softened(stated(result), base, *arguments)


TEXT_METHODS: dict[str, Callable[[str], str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "strip": str.strip,
    "title": str.title,
    "casefold": str.casefold,
}
