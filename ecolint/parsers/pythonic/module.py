"""A parsed module, and the other modules of its repository."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from ecolint.parsers.pythonic.evaluation.sharing import Shared
from ecolint.parsers.pythonic.index import Index
from ecolint.parsers.pythonic.indexer import index_of
from ecolint.parsers.pythonic.scopes import Binding, Scope, Site
from ecolint.parsers.pythonic.syntax.text import Text
from ecolint.repository import Repository
from ecolint.source import SourceFile, Unreadable

if TYPE_CHECKING:
    from ecolint.parsers.pythonic.batching.loops import RequestLoop
    from ecolint.parsers.pythonic.reads import Reads

EXTERNAL = frozenset(
    [
        "transformers",
        "torch",
        "torchao",
        "vllm",
        "sglang",
        "llama_cpp",
        "bitsandbytes",
        "peft",
        "trl",
        "accelerate",
        "diffusers",
        "unsloth",
        "langchain",
        "langchain_core",
        "langchain_community",
        "langchain_huggingface",
        "langchain_openai",
        "llama_index",
        "sentence_transformers",
        "datasets",
        "numpy",
        "pandas",
        "os",
        "sys",
        "json",
        "re",
        "typing",
        "argparse",
        "dataclasses",
        "functools",
        "pathlib",
        "collections",
        "itertools",
        "logging",
        "time",
        "math",
        "random",
        "tqdm",
        "fastapi",
        "flask",
        "gradio",
        "streamlit",
        "click",
        "typer",
        "pydantic",
        "pydantic_settings",
        "subprocess",
        "asyncio",
        "huggingface_hub",
        "ray",
        "modal",
        "optimum",
        "auto_gptq",
        "awq",
        "tensorrt_llm",
        "lmdeploy",
        "openai",
        "requests",
        "warnings",
        "importlib",
        "contextlib",
        "abc",
        "enum",
        "copy",
        "shutil",
        "tempfile",
    ]
)
OWN = frozenset(("self", "cls"))
SETTING = re.compile(r"^[ \t]+(?P<object>\w+)\.(?P<name>\w+)[ \t]*=(?!=)", re.MULTILINE)
"""An attribute that is set, in the body of something."""
HEAD = re.compile(r"\bdef\s+\w+\s*\((?P<parameters>.{0,2000}?)\)\s*(?:->|:)", re.DOTALL)
"""The head of a function."""
NAME = re.compile(r"\w+")
INNER_LIMIT = 50
"""Nodes in an expression among which one is looked for whose site is known."""
PARSED_BYTES = 2_000_000
"""Bytes of imported modules whose trees are kept for the next file that imports them."""
NODES_LIMIT = 200_000
"""Nodes that are looked at for the loops of one module; of what is left after that, no loop is known."""
FOLLOWED_LIMIT = 400_000
"""Reads of variables that are looked at for the objects of one module; of what is left, nobody knows what is done."""
MODULE_LIMIT = 200
"""Paths that are tried for the sake of one file."""


@dataclass(eq=False)
class Module:
    """One module: its path in the repository, text, tree and index. `steps` are those spent on its calls so far,
    `traced` the nodes looked at for loops, `followed` the reads for where objects go."""

    path: str
    text: Text
    tree: ast.Module
    program: Program
    wanted: frozenset[ast.Call] = frozenset()
    options: dict[str, ast.Call] | None = None
    callers: dict[Scope, list[ast.Call]] = field(default_factory=dict)
    callers_of_objects: dict[Scope, list[ast.Call]] = field(default_factory=dict)
    methods: dict[Scope, list[Scope]] = field(default_factory=dict)
    assignments: dict[tuple[Scope, str], list[tuple[Scope, Binding]]] = field(default_factory=dict)
    keys: dict[tuple[ast.expr, Scope], str] = field(default_factory=dict)
    constants: dict[ast.Compare, tuple[object, ...]] = field(default_factory=dict)
    opposites: dict[ast.Compare, ast.Compare] = field(default_factory=dict)
    defaults: dict[tuple[ast.Compare, str], ast.Compare] = field(default_factory=dict)
    request_loops: dict[tuple[ast.Call, bool], RequestLoop | None] = field(default_factory=dict)
    inner_sites: dict[ast.AST, Site] = field(default_factory=dict)
    steps: int = 0
    traced: int = 0
    followed: int = 0
    reads: dict[tuple[str, Scope], Reads] = field(default_factory=dict)
    known_index: Index | None = None

    @cached_property
    def index(self) -> Index:
        return self.known_index or index_of(self.tree, self.text.fragment.text, self.text.starts)

    @property
    def scope(self) -> Scope:
        return self.index.module

    @cached_property
    def overridden(self) -> frozenset[tuple[str, str]]:
        """Names of classes and of attributes that some other class gives anew which is made from them."""
        return frozenset(
            (getattr(base, "id", ""), name)
            for scope in self.index.scopes.values()
            if scope.is_class
            for base in getattr(scope.node, "bases", ())
            for name in scope.bindings
        )

    @cached_property
    def handed_over(self) -> frozenset[str]:
        """Names of attributes that functions set on objects that they are given, as far as the text tells: where the
        function that is defined last before has such a parameter."""
        text = self.text.fragment.text
        heads = [(found.end(), frozenset(NAME.findall(found["parameters"]))) for found in HEAD.finditer(text)]
        ends = [end for end, _ in heads]
        found = set()
        for setting in SETTING.finditer(text):
            at = bisect_right(ends, setting.start())
            if at and setting["object"] in heads[at - 1][1] - OWN:
                found.add(setting["name"])
        return frozenset(found)

    def release(self) -> None:
        """Let go of the tree and of the modules that were read for its sake."""
        self.index.release()
        self.program.modules.clear()
        self.program.found.clear()
        self.program.shared.clear()
        self.reads.clear()

    def site_of(self, node: ast.AST) -> Site:
        """Site of a node that the index knows, or of the nearest one around it, or else in it."""
        current: ast.AST | None = node
        while current is not None:
            site = self.index.sites.get(current)
            if site is not None:
                return site
            current = self.index.parents.get(current)
        if node not in self.inner_sites:
            inside = (self.index.sites.get(inner) for inner in islice(ast.walk(node), INNER_LIMIT))
            first = next((site for site in inside if site is not None), None)
            self.inner_sites[node] = first or Site(self.scope, 1 << 60)
        return self.inner_sites[node]

    def may_trace(self) -> bool:
        """Whether one more node may be looked at for loops."""
        self.traced += 1
        return self.traced <= NODES_LIMIT

    def may_follow(self, count: int = 1) -> bool:
        """Whether more reads of variables may be looked at."""
        self.followed += count
        return self.followed <= FOLLOWED_LIMIT

    def traced_nodes(self, node: ast.AST) -> Iterator[ast.AST]:
        """A node and all below it, as long as they may be looked at for loops."""
        return takewhile(lambda _: self.may_trace(), ast.walk(node))

    def line_of(self, node: ast.AST) -> int:
        """Line in the file, from 1."""
        return getattr(node, "lineno", 1)


class _Parsed:
    """Modules that others import, the last ones that were asked for."""

    def __init__(self) -> None:
        self._known: dict[SourceFile, tuple[Text, ast.Module, Index]] = {}
        self._size = 0

    def get(self, source: SourceFile) -> tuple[Text, ast.Module, Index]:
        """Text, tree and index of a module. Raises Unreadable."""
        found = self._known.pop(source, None)
        if found is None:
            found = self._read(source)
            self._size += len(source.data)
        self._known[source] = found
        while self._size > PARSED_BYTES and len(self._known) > 1:
            oldest = next(iter(self._known))
            del self._known[oldest]
            self._size -= len(oldest.data)
        return found

    def _read(self, source: SourceFile) -> tuple[Text, ast.Module, Index]:
        from ecolint.parsers.pythonic.syntax.grammar import decoded, parse

        fragment = decoded(source)
        tree = parse(fragment.text).tree
        text = Text(fragment)
        return text, tree, index_of(tree, fragment.text, text.starts)


_PARSED = _Parsed()


@dataclass(eq=False)
class Program:
    """The modules read so far, by path."""

    repository: Repository
    modules: dict[str, Module | None] = field(default_factory=dict)
    found: dict[tuple[str, str], tuple[Module, list[str]] | None] = field(default_factory=dict)
    shared: Shared = field(default_factory=Shared)

    def find(self, dotted: str, importer: str) -> tuple[Module, list[str]] | None:
        """The module that an import means, with the names left to look up in it."""
        key = (dotted, importer)
        if key not in self.found:
            self.found[key] = self._find(dotted, importer)
        return self.found[key]

    def _find(self, dotted: str, importer: str) -> tuple[Module, list[str]] | None:
        level = len(dotted) - len(dotted.lstrip("."))
        parts = [part for part in dotted[level:].split(".") if part]
        if not level and (not parts or parts[0] in EXTERNAL):
            return None
        for folder in _folders(importer, level):
            for count in range(len(parts), 0, -1):
                stem = "/".join(filter(None, (folder, *parts[:count])))
                for path in (f"{stem}.py", f"{stem}/__init__.py"):
                    if path == importer:
                        continue
                    module = self.load(path)
                    if module is not None:
                        return module, parts[count:]
        return None

    def load(self, path: str) -> Module | None:
        if path in self.modules:
            return self.modules[path]
        module: Module | None = None
        source = self.repository.read(path) if len(self.modules) < MODULE_LIMIT else None
        if source is not None:
            try:
                text, tree, index = _PARSED.get(source)
                module = Module(path, text, tree, self, known_index=index)
            except Unreadable:
                module = None
        self.modules[path] = module
        return module


def _folders(importer: str, level: int) -> Iterator[str]:
    folders = importer.split("/")[:-1]
    if level:
        keep = len(folders) - (level - 1)
        if keep >= 0:
            yield "/".join(folders[:keep])
        return
    for count in range(len(folders), -1, -1):
        yield "/".join(folders[:count])
    yield "src"
