"""Whether each round of a loop answers one prompt, and all of them could be answered together."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from ecolint.parsers.pythonic.batching.batches import is_batched, makers
from ecolint.parsers.pythonic.batching.loaders import gives_items
from ecolint.parsers.pythonic.batching.prompts import BATCHY, PROMPT_KEYWORDS, SETTINGS, names_several
from ecolint.parsers.pythonic.evaluation.bound import is_given_in_loop, own_name
from ecolint.parsers.pythonic.evaluation.worlds import brief
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Binding, Kind, Loop, Site, dotted_path
from ecolint.parsers.pythonic.syntax.called import called_name

NAME_LIMIT = 100
WRAPPERS = frozenset(
    (
        "enumerate",
        "tqdm",
        "trange",
        "reversed",
        "sorted",
        "list",
        "iter",
        "zip",
        "track",
        "islice",
        "progress",
    )
)
PAIRING = frozenset(("enumerate", "zip"))
"""Those that give several things in each round."""
LIVE = re.compile(
    r"(?:web)?sockets?|consum(?:e|ers?|ing)|stdin|listen(?:ers?|ing)?|updates|subscri\w*|poll(?:er|ing)?"
    r"|stream(?:s|er|ed|ing)?|receiv(?:e|er|ing)|recv|watch(?:er|ing)?|readline|live|incoming",
    re.I,
)
"""Words in the names of what gives requests as they come, one at a time."""
WORDS = re.compile(r"[A-Z]*[a-z0-9]+|[A-Z]+")
LIVE_NAMES = frozenset(("input", "request_iter", "request_iterator"))
BY_ITEM = frozenset(("apply", "filter", "map", "sort_values", "sorted"))
"""Functions and methods that call a function for each item."""
FIRST = {"islice": 2, "head": 1, "take": 1, "sample": 2, "nlargest": 2}
"""Functions and methods that give as many items as their last argument says, and how many arguments they have then."""
SIZES = re.compile(
    r"(?:^|_)(?:(?:len|length|size|seqlen|ctx|seed|trial|reps?|repeats?)|(?:n|num|max|new|prompt|input|output)_tokens)$",
    re.I,
)
"""Ends of names that hold a number."""
PROMPT_KEYS = PROMPT_KEYWORDS | frozenset(("q", "input", "instruction", "content", "user", "problem", "task"))


def has_one_prompt(binding: Binding, loop: Loop, expressions: Sequence[ast.expr], module: Module) -> bool:
    """Whether each round of a loop gives a variable one prompt; `expressions` are those that the prompt is made of."""
    if isinstance(loop, ast.AsyncFor) or _may_end(loop, module):
        return False
    return gives_one_prompt(binding, expressions, module)


def gives_one_prompt(binding: Binding, expressions: Sequence[ast.expr], module: Module) -> bool:
    """The same of what a variable is given item by item."""
    iterated = binding.value
    if iterated is None or BATCHY.search(binding.name) or names_several(binding.name):
        return False
    is_size = SIZES.search(binding.name) is not None and not _indexed_by(binding.name, expressions)
    if is_size or _repeats(binding.name, expressions):
        return False
    if _is_one_item(iterated):
        return False
    text = brief(iterated)
    source, is_number = _unwrapped(binding, iterated, module)
    if (
        BATCHY.search(text)
        or _is_live(source, binding.site, module)
        or is_batched(source, binding.site, module)
    ):
        return False
    if _has_no_prompts(source, binding.site, module):
        return False
    if isinstance(source, ast.Call) and dotted_path(source.func).rpartition(".")[2] == "range":
        return len(source.args) < 3 and _indexed_by(binding.name, expressions)
    if is_number:
        return _indexed_by(binding.name, expressions)
    return not _sliced_by(binding.name, expressions)


def has_one_item(binding: Binding, loop: Loop, module: Module) -> bool:
    """Whether each round of a loop gives a variable what a loader gives of one item."""
    if binding.value is None or isinstance(loop, ast.AsyncFor) or _may_end(loop, module):
        return False
    source, is_number = _unwrapped(binding, binding.value, module)
    return not is_number and gives_items(source, binding.site, module)


def _unwrapped(binding: Binding, node: ast.expr, module: Module) -> tuple[ast.expr, bool]:
    """What a variable goes over inside `tqdm(enumerate(zip(…)))`, and whether it is the number of `enumerate`."""
    path, is_number = binding.path, False
    while isinstance(node, ast.Call) and node.args:
        name = own_name(dotted_path(node.func), binding.site, module)
        if name not in WRAPPERS:
            break
        part = path[0] if path else 0
        if name == "enumerate":
            is_number = path[:1] == (0,)
        if name in PAIRING:
            path = path[1:]
        node = node.args[part if name == "zip" and 0 <= part < len(node.args) else 0]
    return node, is_number


def _may_end(loop: Loop, module: Module) -> bool:
    """Whether a loop is left in its first round, or as soon as an answer will do."""
    if not isinstance(loop, (ast.For, ast.While)):
        return False
    return any(_ends(item, frozenset(_targets(loop)), module) for item in loop.body)


def _targets(loop: ast.For | ast.While) -> Iterator[str]:
    target = loop.target if isinstance(loop, ast.For) else loop.test
    for item in ast.walk(target):
        if isinstance(item, ast.Name):
            yield item.id


def _ends(node: ast.stmt, targets: frozenset[str], module: Module) -> bool:
    """Whether a statement leaves the loop around it, by what was made in the same round."""
    if isinstance(node, (ast.Break, ast.Return)):
        return True
    if not isinstance(node, ast.If) or not any(
        isinstance(item, (ast.Break, ast.Return)) for item in node.body
    ):
        return False
    asked = {item.id for item in module.traced_nodes(node.test) if isinstance(item, ast.Name)}
    site = module.site_of(node.test)
    return any(is_given_in_loop(name, site, besides=Kind.LOOP) for name in asked - targets)


def _is_live(node: ast.expr, site: Site, module: Module) -> bool:
    """Whether what a loop goes over comes bit by bit, told by its names and by how it was made."""
    return any(
        _may_wait(inner, module) or _names_live(inner)
        for value in makers(node, site, module)
        for inner in module.traced_nodes(value)
    )


def _may_wait(node: ast.AST, module: Module) -> bool:
    """Whether a function is made that is not called for items which are there already."""
    around = module.index.parents.get(node)
    around = module.index.parents.get(around) if isinstance(around, ast.keyword) else around
    return isinstance(node, ast.Lambda) and not (
        isinstance(around, ast.Call) and called_name(around) in BY_ITEM
    )


def _names_live(node: ast.AST) -> bool:
    """Whether a name or attribute says so; what texts and keywords say does not count."""
    if isinstance(node, ast.Name) and node.id in LIVE_NAMES:
        return True
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return any(LIVE.fullmatch(word) for word in WORDS.findall(name[-NAME_LIMIT:]))


def _has_no_prompts(node: ast.expr, site: Site, module: Module) -> bool:
    """Whether what a loop goes over is seen to be a single item, or sizes and settings."""
    return any(
        _is_one_item(value)
        or (
            isinstance(value, (ast.List, ast.Tuple, ast.Set))
            and bool(value.elts)
            and all(_is_no_prompt(item) for item in value.elts)
        )
        for value in makers(node, site, module)
    )


def _is_one_item(node: ast.expr) -> bool:
    """Whether an expression is seen to hold a single item: a list of one, or the first of many."""
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return len(node.elts) == 1 and not isinstance(node.elts[0], ast.Starred)
    if isinstance(node, ast.Subscript):
        part = node.slice
        return isinstance(part, ast.Slice) and _is_number(part.upper, 1) and part.step is None
    if isinstance(node, ast.Call) and node.args:
        name = called_name(node)
        if name == "select":
            return _is_first(node.args[0])
        return name in FIRST and len(node.args) == FIRST[name] and _is_number(node.args[-1], 1)
    return False


def _is_first(node: ast.expr) -> bool:
    """Whether indices are of one item."""
    return _is_one_item(node) or (
        isinstance(node, ast.Call)
        and dotted_path(node.func) == "range"
        and len(node.args) == 1
        and _is_number(node.args[0], 1)
    )


def _is_number(node: ast.expr | None, number: int) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value == number


def _is_no_prompt(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return SETTINGS.search(dotted_path(node.func)) is not None or dotted_path(node.func) == "dict"
    if isinstance(node, ast.Dict):
        return not any(isinstance(key, ast.Constant) and key.value in PROMPT_KEYS for key in node.keys)
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float))


def _indexed_by(name: str, expressions: Sequence[ast.expr]) -> bool:
    """Whether the prompt is `something[name]`, one item."""
    found = False
    for node in expressions:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Subscript):
                speaks = any(isinstance(leaf, ast.Name) and leaf.id == name for leaf in ast.walk(inner.slice))
                if speaks and isinstance(inner.slice, ast.Slice):
                    return False
                found = found or speaks
    return found


def _repeats(name: str, expressions: Sequence[ast.expr]) -> bool:
    """Whether a variable says how often a text is repeated."""
    return any(
        isinstance(inner, ast.BinOp)
        and isinstance(inner.op, ast.Mult)
        and any(
            isinstance(side, ast.Name) and side.id == name and not _is_factor(other)
            for side, other in ((inner.left, inner.right), (inner.right, inner.left))
        )
        for node in expressions
        for inner in ast.walk(node)
    )


def _is_factor(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int)


def _sliced_by(name: str, expressions: Sequence[ast.expr]) -> bool:
    return any(
        isinstance(inner, ast.Slice)
        and any(isinstance(leaf, ast.Name) and leaf.id == name for leaf in ast.walk(inner))
        for node in expressions
        for inner in ast.walk(node)
    )
