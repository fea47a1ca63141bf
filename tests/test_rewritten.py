"""Modules that say the same in other words have the same findings; those that are never run have none."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from ecolint.pipeline import scan
from ecolint.repository import Repository
from ecolint.settings.keys import DEFAULTS
from ecolint.settings.policy import CommandLineChoices, policy_for
from ecolint.source import SourceFile
from tests.expectations import FIXTURES, fixtures, read

BY_COMMENT = re.compile(rb"ecolint: ?(?:ignore|gpu|model|params)|# settings:")
"""Fixtures whose comments or settings have a say, and comments do not outlive a rewriting."""
OWN_SCOPE = re.compile(rb"\bglobals\(|\blocals\(|\bglobal |\bnonlocal |__all__|import \*")
"""What means something else in a function than at the top of a module."""

Rewrite = Callable[[ast.Module], "ast.Module | str"]
Found = Counter[tuple[str, str]]


def _around(frame: str) -> Rewrite:
    """Puts all but the imports at the top in the place of `BODY`, and the imports before it."""

    def rewrite(tree: ast.Module) -> ast.Module:
        at = next((n for n, item in enumerate(tree.body) if not _stays(item)), len(tree.body))
        made = _Filled(tree.body[at:]).visit(ast.parse(frame))
        tree.body[at:] = made.body
        return tree

    return rewrite


def _stays(statement: ast.stmt) -> bool:
    is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return is_text or isinstance(statement, (ast.Import, ast.ImportFrom))


class _Filled(ast.NodeTransformer):
    def __init__(self, body: list[ast.stmt]) -> None:
        self._body = body

    def visit_Expr(self, node: ast.Expr) -> ast.stmt | list[ast.stmt]:
        return self._body if getattr(node.value, "id", "") == "BODY" else node


class _Annotated(ast.NodeTransformer):
    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        if len(node.targets) != 1 or not isinstance(node.targets[0], ast.Name):
            return node
        return ast.AnnAssign(node.targets[0], ast.Name("object", ast.Load()), node.value, 1)


class _Reversed(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        if all(keyword.arg for keyword in node.keywords):
            node.keywords.reverse()
        return node


def _commented(tree: ast.Module) -> str:
    return "".join(f"# {line}\n" for line in ast.unparse(tree).splitlines())


def _quoted(tree: ast.Module) -> str:
    return f"TEXT = {ast.unparse(tree)!r}\nprint(TEXT)\n"


SAME: dict[str, Rewrite] = {
    "formatted anew": lambda tree: tree,
    "with other line ends": lambda tree: ast.unparse(tree).replace("\n", "\r\n"),
    "annotated": _Annotated().visit,
    "keywords reversed": _Reversed().visit,
    "run as a program": _around('if __name__ == "__main__":\n    BODY'),
    "after a branch never taken": _around("if False:\n    print()\nelse:\n    BODY"),
    "in a context": _around("import contextlib\nwith contextlib.suppress(OSError):\n    BODY"),
    "tried": _around("try:\n    BODY\nfinally:\n    print()"),
    "in a function": _around("def run_everything():\n    BODY\nrun_everything()"),
    "in a function of a function": _around("def outer():\n    def run():\n        BODY\n    run()\nouter()"),
    "in a decorated function": _around(
        "import torch\n@torch.inference_mode()\ndef run_everything():\n    BODY\nrun_everything()"
    ),
    "in a method": _around("class App:\n    def run(self):\n        BODY\nApp().run()"),
    "in a coroutine": _around("import asyncio\nasync def run():\n    BODY\nasyncio.run(run())"),
}
NEVER_RUN: dict[str, Rewrite] = {
    "commented": _commented,
    "quoted": _quoted,
    "in a branch never taken": _around("if False:\n    BODY"),
    "after the exit": _around("import sys\nsys.exit(0)\nBODY"),
    "after a fault": _around("raise SystemExit(0)\nBODY"),
    "after the return": _around("def run_everything():\n    return\n    BODY\nrun_everything()"),
}


@cache
def _modules() -> tuple[tuple[Path, Path], ...]:
    """Path and root of each fixture that can be rewritten."""
    return tuple((path, read(path).root) for path in fixtures() if path.suffix == ".py" and _is_plain(path))


def _is_plain(path: Path) -> bool:
    text = path.read_bytes()
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return not BY_COMMENT.search(text) and not OWN_SCOPE.search(text)


def _found(path: Path, root: Path, text: str) -> Found:
    relative = path.relative_to(root).as_posix()
    policy = policy_for(DEFAULTS, CommandLineChoices(), relative)
    report = scan(SourceFile(relative, text.encode()), Repository(str(root)), policy)
    return Counter((item.rule, item.level.value) for item in report.findings)


@cache
def _usual(path: Path, root: Path) -> Found:
    return _found(path, root, ast.unparse(ast.parse(path.read_bytes())))


def _rewritten(rewrite: Rewrite) -> Iterator[tuple[Path, Path, str]]:
    for path, root in _modules():
        made = rewrite(ast.parse(path.read_bytes()))
        yield path, root, made if isinstance(made, str) else ast.unparse(ast.fix_missing_locations(made))


def test_many_can_be_rewritten() -> None:
    assert len(_modules()) > 200


@pytest.mark.parametrize("name", SAME)
def test_said_in_other_words(name: str) -> None:
    differing = {
        path.relative_to(FIXTURES).as_posix(): (_usual(path, root), found)
        for path, root, text in _rewritten(SAME[name])
        if (found := _found(path, root, text)) != _usual(path, root)
    }
    assert not differing


@pytest.mark.parametrize("name", NEVER_RUN)
def test_never_run(name: str) -> None:
    found = {
        path.relative_to(FIXTURES).as_posix(): found
        for path, root, text in _rewritten(NEVER_RUN[name])
        if (found := _found(path, root, text))
    }
    assert not found
