"""What stands in an expression with a prompt and is no part of it: the tokenizer, the device, the model."""

from __future__ import annotations

import ast
import re

from ecolint.parsers.pythonic.scopes import dotted_path

TOKENIZERS = re.compile(r"tokeni[sz]er|processor|\btok\b|\btok_|_tok\b", re.I)
LOADERS = frozenset(("from_pretrained", "from_model_id", "from_file", "from_quantized"))
PLACES = frozenset(("device", "dtype"))


def beside_the_prompt(node: ast.AST) -> tuple[ast.AST, ...]:
    """The name of what is called, of what tokenizes, or of whose device is asked for; nothing for other expressions."""
    if isinstance(node, ast.Call):
        function = node.func
        if isinstance(function, ast.Name):
            return (function,)
        if isinstance(function, ast.Attribute) and TOKENIZERS.search(dotted_path(function.value)):
            return (_root(function.value),)
    if isinstance(node, ast.Attribute) and node.attr in PLACES:
        return (_root(node.value),)
    return ()


def loads(node: ast.expr) -> bool:
    """Whether an expression loads a model or what belongs to it, maybe to place it at once."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in LOADERS:
            return True
        node = node.func.value
    return False


def _root(node: ast.AST) -> ast.AST:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node
