"""Whether what a generating call is given is, or may be, more than one prompt."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

from ecolint.parsers.pythonic.batching.prompts import BATCHY, NUMBER_OF_ANSWERS, SEVERAL, names_several
from ecolint.parsers.pythonic.evaluation.bound import bindings_of, functions_of
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Kind, Scope, Site, dotted_path

SAME = frozenset(
    ("to", "cuda", "cpu", "half", "copy", "clone", "contiguous", "long", "int", "squeeze", "unsqueeze")
)
"""Methods whose result is the same prompt."""
LISTING = frozenset(
    """tolist to_list splitlines readlines values keys repeat expand repeat_interleave tile
    load_dataset load_from_disk read_csv read_json read_jsonl read_parquet read_table findall listdir""".split()
)
"""Functions and methods that give many items, or a prompt several times."""
JOINING = frozenset(("cat", "stack", "concat", "concatenate"))
"""Functions that make one of what a list holds."""
LOADING = frozenset(
    ("json.load", "yaml.safe_load", "yaml.load", "pickle.load", "torch.load", "list", "sorted", "map")
)
FROM_FILES = frozenset(
    ("load", "read_file", "load_file", "load_data", "read_data", "get_data", "load_jsonl", "load_json")
)
"""Functions of which nobody knows how many items they give."""
LOADS = re.compile(r"^(?:load|read|fetch)_(?!prompt|text|image|template|model|question|query|document)")
SHAPES = frozenset(("randint", "ones", "zeros", "rand", "randn", "full"))
"""Functions that make input of a shape, for whatever it is measured with."""
SHAPED_AS = frozenset(("ones_like", "zeros_like", "full_like"))
"""Functions that make something, such as a mask, of the shape of what they are given."""
TOKENIZES = re.compile(r"token|processor|\btok\b|encode|template|\btok_|_tok\b", re.I)
TEXTS = ("text", "conversation", "messages", "prompt")
DEPTH_LIMIT = 60
"""Expressions within expressions that are followed."""
IDS = re.compile(r"ids$|^(?:input_features|pixel_values|inputs_embeds)$")
"""Parts of what was tokenized: of an item that a loop gives, nobody knows for how many prompts."""


def has_several_results(call: ast.Call, module: Module) -> bool:
    """Whether more than one answer to a prompt is generated at a time, or nobody knows how many."""
    return any(_is_several_answers(item, call, module, 0) for item in (*call.args[1:], *call.keywords))


def _is_several_answers(node: ast.AST, call: ast.Call, module: Module, depth: int) -> bool:
    """Whether an argument, or the settings that it stands for, ask for several answers."""
    if isinstance(node, ast.keyword):
        if node.arg in NUMBER_OF_ANSWERS:
            return not _is_one(node.value)
        is_setting = node.arg is None or "params" in node.arg or "config" in node.arg
        return is_setting and _is_several_answers(node.value, call, module, depth)
    if isinstance(node, ast.Call):
        return any(_is_several_answers(item, call, module, depth) for item in node.keywords)
    if isinstance(node, ast.Dict):
        return any(
            isinstance(key, ast.Constant) and key.value in NUMBER_OF_ANSWERS and not _is_one(value)
            for key, value in zip(node.keys, node.values, strict=True)
        )
    name = dotted_path(node)
    if not name or depth > 1:
        return False
    return any(
        binding.value is not None and _is_several_answers(binding.value, call, module, depth + 1)
        for binding in bindings_of(name, module.site_of(call), module)
    )


def _is_one(number: ast.expr) -> bool:
    return isinstance(number, ast.Constant) and number.value in (None, 1)


def is_several(node: ast.expr, site: Site, module: Module) -> bool:
    """Whether the prompt that an expression stands for is a collection of prompts, or may be one."""
    return _Prompt(module).is_several(node, site)


def is_item(node: ast.expr, site: Site, module: Module) -> bool:
    """Whether an expression is what a loop gives, and nothing made of it."""
    bindings = bindings_of(dotted_path(node), site, module)
    return any(binding.kind is Kind.LOOP for binding in bindings)


@dataclass(eq=False)
class _Prompt:
    """The way from a prompt back to what it was made from, each variable once."""

    module: Module
    followed: set[tuple[Scope, str]] = field(default_factory=set)
    depth: int = 0

    def is_several(self, node: ast.AST, site: Site) -> bool:
        """Whether an expression is; too much to look at counts as such."""
        if self.depth > DEPTH_LIMIT or not self.module.may_trace():
            return True
        self.depth += 1
        found = self._is_made_so(node, site)
        self.depth -= 1
        return found

    def _is_made_so(self, node: ast.AST, site: Site) -> bool:
        if isinstance(node, ast.Attribute):
            if _is_self(node):
                return self._variable_is(node, site)
            if IDS.search(node.attr) and is_item(node.value, site, self.module):
                return True
            return self.is_several(node.value, site)
        if isinstance(node, (ast.Starred, ast.NamedExpr, ast.Await)):
            return self.is_several(node.value, site)
        if isinstance(node, ast.Name):
            return self._variable_is(node, site)
        if isinstance(node, ast.Subscript):
            return self._item_is(node, site)
        if isinstance(node, ast.IfExp):
            return self.is_several(node.body, site) or self.is_several(node.orelse, site)
        if isinstance(node, (ast.List, ast.Tuple)):
            return self._list_is(node.elts, site)
        if isinstance(node, ast.BinOp):
            return isinstance(node.op, ast.Mult) and any(
                isinstance(side, (ast.List, ast.Tuple)) for side in (node.left, node.right)
            )
        if isinstance(node, ast.Call):
            return self._result_is(node, site)
        if isinstance(node, ast.DictComp):
            return self.is_several(node.value, site)
        return isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)) and not isinstance(
            node.elt, ast.Dict
        )

    def _list_is(self, items: list[ast.expr], site: Site) -> bool:
        """A list of texts is several prompts; one of messages or parts is one."""
        if any(self._is_message(item, site) for item in items):
            return False
        if len(items) == 1:
            return isinstance(items[0], ast.Starred) or self.is_several(items[0], site)
        texts = (ast.Constant, ast.JoinedStr, ast.Name, ast.BinOp)
        return any(isinstance(item, ast.Starred) for item in items) or (
            bool(items) and all(isinstance(item, texts) for item in items)
        )

    def _is_message(self, node: ast.expr, site: Site) -> bool:
        """Whether an item of a list is a message of a chat."""
        if isinstance(node, ast.Dict):
            return True
        bindings = bindings_of(dotted_path(node), site, self.module)
        return any(isinstance(binding.value, ast.Dict) for binding in bindings)

    def _item_is(self, node: ast.Subscript, site: Site) -> bool:
        """One item of something is one; a part by its name is what the whole is, if that was made here."""
        if isinstance(node.slice, ast.Slice):
            return self.is_several(node.value, site)
        if not (isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)):
            return False
        if node.slice.value in SEVERAL or BATCHY.search(node.slice.value):
            return True
        if IDS.search(node.slice.value) and is_item(node.value, site, self.module):
            return True
        return self.is_several(node.value, site)

    def _variable_is(self, node: ast.AST, site: Site) -> bool:
        name = dotted_path(node)
        owner = site.scope.owner(name.partition(".")[0]) if name else None
        if owner is None or (owner, name) in self.followed:
            return False
        self.followed.add((owner, name))
        last = name.rpartition(".")[2]
        bindings = bindings_of(name, site, self.module)
        if any(binding.kind is Kind.LOOP for binding in bindings):
            return False
        if names_several(last):
            return not any(is_text(binding.value) for binding in bindings)
        return any(
            binding.value is not None
            and binding.kind in (Kind.ASSIGN, Kind.OTHER)
            and self.is_several(binding.value, binding.site)
            for binding in bindings
        )

    def _result_is(self, node: ast.Call, site: Site) -> bool:
        function = node.func
        name = dotted_path(function)
        last = function.attr if isinstance(function, ast.Attribute) else name
        if last in LISTING or last in SHAPES or name in LOADING:
            return True
        if last in SHAPED_AS:
            return any(self.is_several(item, site) for item in node.args[:1])
        if last in JOINING and any(isinstance(item, ast.BinOp) for item in node.args):
            return True
        if isinstance(function, ast.Attribute) and last in SAME:
            return is_item(function.value, site, self.module) or self.is_several(function.value, site)
        if last == "format":
            return False
        if "template" in last:
            return any(not _is_chat(item) and self.is_several(item, site) for item in node.args[:1])
        if TOKENIZES.search(name or last):
            given = [*node.args[:1], *(item.value for item in node.keywords if item.arg in TEXTS)]
            return any(self.is_several(item, site) for item in given)
        functions = functions_of(name, site, self.module)
        if not functions and (
            last in FROM_FILES or LOADS.search(last) or ("_" in last and names_several(last))
        ):
            return True
        return any(
            value is not None and (self.is_several(value, inner) or _is_grown(value, inner))
            for scope in functions
            for value, inner in scope.returns
        )


def _is_self(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and dotted_path(node).startswith("self.")


def _is_chat(node: ast.AST) -> bool:
    """Whether a list is written out: in a chat template it holds the messages of one chat."""
    return isinstance(node, (ast.List, ast.Tuple))


def is_text(node: ast.expr | None) -> bool:
    """Whether a value is seen to be a single text."""
    if isinstance(node, ast.BinOp):
        return is_text(node.left) or is_text(node.right)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr in (
            "format",
            "join",
            "strip",
            "replace",
        )
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _is_grown(node: ast.expr, site: Site) -> bool:
    """Whether a variable begins as an empty list and is appended to."""
    bindings = site.scope.bindings.get(node.id, ()) if isinstance(node, ast.Name) else ()
    return any(isinstance(item.value, ast.List) and not item.value.elts for item in bindings) and any(
        item.kind is Kind.MUTATION for item in bindings
    )
