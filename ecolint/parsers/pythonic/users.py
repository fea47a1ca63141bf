"""Whether a function that returns a model is there for training: told by itself, or by the modules that call it."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator
from itertools import islice

from ecolint.context import trains_by_name
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Scope
from ecolint.repository import upward
from ecolint.source import SourceFile

MOST_FILES = 30
"""Modules of a folder up to which all of them are looked at."""
NAME_LIMIT = 100
TEXT_LIMIT = 2000
"""Characters of a description that are read."""
FOR_TRAINING = re.compile(r"\b(?:train(?:ing)?|fine-?tun(?:e|ing)|pre-?training|qlora)\b", re.I)
FOR_OTHERS = re.compile(r"infer|serv|generat|eval|predict|chat|test|pre-?trained", re.I)
TRAINS = re.compile(
    rb"\b(prepare_model_for_kbit_training|get_peft_model|\w{0,30}Trainer(?=\s*\()|TrainingArguments|(?:SFT|DPO|GRPO)Config)\b"
)
RUNS = re.compile(
    rb"\.(?:generate|chat|invoke)\s*\(|\bpipeline\s*\(|\b(?:fastapi|flask|gradio|streamlit|PeftModel)\b"
)


def training_told_of(call: ast.Call, module: Module) -> str:
    """What tells that the function around a call gives its model to training alone; empty where nothing does."""
    function = module.site_of(call).scope.function
    if not function.is_function or not function.name:
        return ""
    if _speaks_of_training(function):
        return f"{function.name}(), which speaks of it"
    signs = dict(_signs(function.name, module))
    if not signs or not all(signs.values()):
        return ""
    path, sign = next(iter(signs.items()))
    return f"{sign} in {path}, which calls {function.name}()"


def _speaks_of_training(function: Scope) -> bool:
    """Whether the name or description of a function says what its model is for."""
    name = function.name[-NAME_LIMIT:]
    if FOR_OTHERS.search(name) is None and trains_by_name(name):
        return True
    if not isinstance(function.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    text = (ast.get_docstring(function.node, clean=False) or "")[:TEXT_LIMIT]
    return FOR_TRAINING.search(text) is not None and FOR_OTHERS.search(text) is None


def _signs(name: str, module: Module) -> Iterator[tuple[str, str]]:
    """Modules beside and above this one that call a function of it, and the sign of training in each."""
    folder, _, own = module.path.rpartition("/")
    stem = own.removesuffix(".py")
    called = re.compile(rf"\b{re.escape(name)}\b".encode())
    from_it = re.compile(
        rf"\b{re.escape(folder.rpartition('/')[2] if stem == '__init__' else stem)}\b".encode()
    )
    for source in _around(folder, module):
        if source.path != module.path and called.search(source.data) and from_it.search(source.data):
            sign = TRAINS.search(source.data)
            runs = RUNS.search(source.data) is not None
            yield source.path, "" if sign is None or runs else sign[1].decode("ascii", "replace")


def _around(folder: str, module: Module) -> Iterator[SourceFile]:
    """The modules of a folder and of the one above; none where there are too many to look at all."""
    repository = module.program.repository
    paths = [
        posixpath.join(where, name)
        for where in islice(upward(folder), 2)
        for name in repository.list(where)
        if name.endswith(".py")
    ]
    if len(paths) <= MOST_FILES:
        for path in paths:
            source = repository.read(path)
            if source is not None:
                yield source
