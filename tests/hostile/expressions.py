"""Every regular expression of the package, and texts that are hard for it.

The texts come from the expression itself: what stands before each repetition, then the repeated part over and
over, then a sign that cannot follow.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from re import _constants as codes
from re import _parser as parser
from typing import Any

import ecolint

FUNCTIONS = ("compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer")
SEARCHING = ("search", "sub", "subn", "split", "findall", "finditer")
ALWAYS = (
    " ",
    "\t",
    "\n",
    " \n",
    "\\",
    "\\\n",
    "'",
    '"',
    "`",
    "(",
    "[",
    "{",
    "{{",
    "${",
    "$(",
    "-",
    "--",
    "a",
    "0",
    ".",
    "/",
    "#",
    "<",
    "=",
    "a ",
    "a-",
    "a.",
)
SIGNS = "aA0 \t\n_-./:=,;#$%&*+<>?@[]^`{|}~!\"'()\\\xe9\u65e5"


@dataclass(frozen=True)
class Expression:
    """One expression: where it stands, whether text is searched for it, and the compiled pattern."""

    place: str
    pattern: re.Pattern[Any]
    searches: bool


def expressions() -> list[Expression]:
    """All that are written in the package's source or held by its modules, each once."""
    found: dict[tuple[object, int], Expression] = {}
    searched = _searched_names()
    for item in (*_held(searched), *_written()):
        key = (item.pattern.pattern, item.pattern.flags)
        known = found.get(key)
        if known is None or (item.searches and not known.searches):
            found[key] = item
    return sorted(found.values(), key=lambda item: item.place)


def _modules() -> Iterator[str]:
    for module in pkgutil.walk_packages(ecolint.__path__, "ecolint."):
        if not module.name.endswith("__main__"):
            yield module.name


def _held(searched: set[tuple[str, str]]) -> Iterator[Expression]:
    """Patterns in modules' variables, in containers too, and those that the registries make of globs."""
    for name in _modules():
        module = importlib.import_module(name)
        for variable, value in vars(module).items():
            for pattern in _patterns_in(value):
                searches = (name, variable) in searched or not isinstance(value, re.Pattern)
                yield Expression(f"{name}.{variable}", pattern, searches)
    from ecolint.parsers import registry
    from ecolint.parsers.pythonic.glancing import glance
    from ecolint.sieve import vocabulary

    yield Expression("callees that say nothing", glance._other_calls(), False)
    for owner in vocabulary.COMMON_STARTERS:
        yield Expression(f"programs of {owner}", glance._common_starter(owner), True)
    for pattern, _, row in registry._patterns():
        yield Expression(f"names of {row[0]}", pattern, False)


def _patterns_in(value: object, depth: int = 0) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 3 and isinstance(value, dict):
        for item in (*value.keys(), *value.values()):
            yield from _patterns_in(item, depth + 1)
    elif depth < 3 and isinstance(value, (tuple, list, set, frozenset)):
        for item in value:
            yield from _patterns_in(item, depth + 1)


def _trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(Path(ecolint.__path__[0]).rglob("*.py")):
        yield path, ast.parse(path.read_bytes())


def _searched_names() -> set[tuple[str, str]]:
    """Modules and names on which a searching method is called, or whose methods are handed on."""
    found = set()
    for path, tree in _trees():
        module = _module_of(path)
        origins = {
            alias.asname or alias.name: (node.module or "", alias.name)
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                if node.attr in SEARCHING or (id(node) not in called and node.attr in FUNCTIONS):
                    found.add(origins.get(node.value.id, (module, node.value.id)))
    return found


def _module_of(path: Path) -> str:
    parts = ("ecolint", *path.relative_to(ecolint.__path__[0]).with_suffix("").parts)
    return ".".join(parts).removesuffix(".__init__")


def _written() -> Iterator[Expression]:
    """Literal patterns in calls of `re`."""
    for path, tree in _trees():
        methods = {id(node.value): node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        for node in ast.walk(tree):
            if not (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in FUNCTIONS
            ):
                continue
            if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "re" and node.args):
                continue
            try:
                text = ast.literal_eval(node.args[0])
                pattern = re.compile(text, _flags(node))
            except (ValueError, TypeError, re.error):
                continue
            method = methods.get(id(node), "") if node.func.attr == "compile" else node.func.attr
            if node.func.attr != "compile" or method in FUNCTIONS:
                yield Expression(f"{path.name}:{node.lineno}", pattern, method in SEARCHING)


def _flags(call: ast.Call) -> int:
    last = [
        item
        for item in (*call.args[1:], *(keyword.value for keyword in call.keywords))
        if "re." in ast.unparse(item)
    ]
    return int(eval(ast.unparse(last[-1]), {"re": re})) if last else 0


def hard_texts(pattern: re.Pattern[Any], size: int) -> Iterator[Any]:
    """Texts of about `size` signs, as texts or bytes like the pattern."""
    is_bytes = isinstance(pattern.pattern, bytes)
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE if not is_bytes else pattern.flags)
    seen = set()
    pumps = [("", unit, end) for unit in ALWAYS for end in ("", "\0")]
    for before, unit in _pumps(tree):
        pumps += [(before, unit, end) for end in ("\0", "", "\n!")]
        pumps += [("", before + unit, "\0")]
    for before, unit, end in pumps:
        if unit and (before, unit, end) not in seen:
            seen.add((before, unit, end))
            text = before + unit * (size // len(unit)) + end
            yield text.encode("utf-8") if is_bytes else text


def _pumps(tree: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """What stands before each repetition, and what is repeated."""
    for operation, argument in tree:
        if operation in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            body = argument[2]
            for sample in _samples(body):
                yield before, sample
            yield from _pumps(body, before)
        elif operation is codes.SUBPATTERN:
            yield from _pumps(argument[3], before)
        elif operation is codes.ATOMIC_GROUP:
            yield from _pumps(argument, before)
        elif operation is codes.BRANCH:
            for branch in argument[1]:
                yield from _pumps(branch, before)
        elif operation in (codes.ASSERT, codes.ASSERT_NOT):
            yield from _pumps(argument[1], before)
        before += next(iter(_samples([(operation, argument)])), "")
        if operation is codes.LITERAL and len(before) > 1:
            yield "", before


def _samples(tree: Any) -> list[str]:
    """A few short texts that a part matches."""
    found = [""]
    for operation, argument in tree:
        options = _options(operation, argument)
        found = [text + option for text in found[:3] for option in options[:4]] if options else found
    return list(dict.fromkeys(found))[:6]


def _options(operation: Any, argument: Any) -> list[str]:
    if operation is codes.LITERAL:
        return [chr(argument)]
    if operation is codes.NOT_LITERAL:
        return [sign for sign in "a \n" if sign != chr(argument)]
    if operation is codes.ANY:
        return ["a", " "]
    if operation is codes.IN:
        return _members(argument)
    if operation in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        return _samples(argument[2])
    if operation is codes.SUBPATTERN:
        return _samples(argument[3])
    if operation is codes.ATOMIC_GROUP:
        return _samples(argument)
    if operation is codes.BRANCH:
        return [sample for branch in argument[1] for sample in _samples(branch)[:1]][:6]
    return []


def _members(items: Any) -> list[str]:
    """Signs of a class, of each kind that it has one of."""
    one = re.compile("[" + "".join(_class(items)) + "]")
    found = [sign for sign in SIGNS if one.match(sign)]
    first = next((chr(item) for kind, item in items if kind is codes.LITERAL), None)
    return list(dict.fromkeys([*([first] if first else []), *found[:1], *found[-1:], *found[1:3]]))


def _class(items: Any) -> Iterator[str]:
    names = {
        codes.CATEGORY_DIGIT: r"\d", codes.CATEGORY_NOT_DIGIT: r"\D", codes.CATEGORY_SPACE: r"\s",
        codes.CATEGORY_NOT_SPACE: r"\S", codes.CATEGORY_WORD: r"\w", codes.CATEGORY_NOT_WORD: r"\W",
    }  # fmt: skip
    for kind, item in items:
        if kind is codes.NEGATE:
            yield "^"
        elif kind is codes.LITERAL:
            yield re.escape(chr(item))
        elif kind is codes.RANGE:
            yield f"{re.escape(chr(item[0]))}-{re.escape(chr(item[1]))}"
        elif kind is codes.CATEGORY:
            yield names[item]
