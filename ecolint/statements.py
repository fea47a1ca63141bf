"""What a file format's reader hands to the vocabularies: calls, command lines and mappings.

A reader knows where these stand and resolves what can be resolved without running anything; it does not know
what they mean. Every value is `Located`; a value's Python type is that of a plain scalar, `Tree`, `Items`,
`Symbol` or `Call`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any

from ecolint.inference import Located
from ecolint.records import dataclass
from ecolint.source import SourceFile, Span

Tree = Mapping[str, "Located[Any]"]
"""A mapping (Python dict, YAML or JSON object). Each entry's `span` covers key and value, `value_span` the
value alone."""
Items = tuple["Located[Any]", ...]

NO_TREE: Tree = {}
ANY_OTHER = "*"
"""Name of an entry in an environment of which not all is known: variables that it does not list may be set as well."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A dotted name as imported, such as `torch.float16`; what it holds is not looked into."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A Python call, with its arguments evaluated as far as the text allows.

    `callee` is the dotted name with import aliases resolved (`transformers.BitsAndBytesConfig`); a method
    of a class that is not known reads `?.from_pretrained`, and a method of a value made by a known call
    reads `vllm.LLM().generate`. `complete` is false where `*args` or `**kwargs` of unknown content are
    passed, so that an absent keyword may still be given.
    `uses` names what is later done with the object that the call makes, as far as it can be followed in
    the file: methods called on it (`.generate`, `.to`), callees that it is handed to
    (`peft.get_peft_model`, `torch.compile`), `()` where it is called itself, `return`, `yield` and `attribute`
    where it leaves the sight of the reader, in the order of the text; `argument` at the end where the call is
    an argument of another call that is read. `nearby` holds the dotted names of
    all callees in the same file.
    `inside` tells the enclosing loops and handlers, outermost first, e.g. `for prompt in prompts`,
    `route /generate`, `while True`; `when` is the condition under which the call is reached (see `Located`).
    `request_loop` is known and true where what the call makes generates for one prompt at a time in a loop
    over a collection: its span is the generating call, its `origin` the loop in words. `further_loops` are others.
    `answering` are the calls of a pipeline that the call makes.
    """

    callee: str
    span: Span
    callee_span: Span
    positional: Items = ()
    keywords: Tree = field(default_factory=dict, hash=False)
    complete: bool = True
    uses: tuple[str, ...] = ()
    nearby: frozenset[str] = field(default=frozenset(), hash=False)
    inside: tuple[str, ...] = ()
    when: str | None = None
    request_loop: Located[bool] = Located()
    further_loops: tuple[Located[bool], ...] = ()
    answering: tuple[Answering, ...] = ()


@dataclass(frozen=True, slots=True)
class Answering:
    """A call that answers prompts: how many it is told to answer at a time. `stream` is known and true where it is
    given a collection of single prompts, of which it takes as many at a time; its span and `origin` are as of a loop.
    """

    batch_size: Located[int] = Located()
    stream: Located[bool] = Located()


CONCURRENCY_KEYS = (
    "containerConcurrency",
    "container_concurrency",
    "maxInstanceRequestConcurrency",
    "max_instance_request_concurrency",
    "max_concurrent_requests_per_instance",
)
"""Keys by which Knative, Cloud Run and Azure ML are told how many requests to hand over at once."""


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A program that is started: its words, and the environment and machine it is given.

    `words[0]` is the program; wrappers (`exec`, `sudo`, `nohup`, `docker run IMAGE`) are already removed,
    `words` is empty where only environment is given. `image` is the container image it runs in. A word that
    depends on run time is `dynamic` (its text is kept as far as known). `span` of a word covers the word
    alone. `note` says where the line stands, e.g. `service web`. `concurrency` is the number of requests that the
    platform hands to the program at once, and its `origin` the key that says so.
    """

    words: tuple[Located[str], ...]
    span: Span
    environment: Tree = field(default_factory=dict, hash=False)
    image: Located[str] = Located()
    gpu: Located[str] = Located()
    gpu_count: Located[int] = Located()
    model: Located[str] = Located()
    when: str | None = None
    note: str = ""
    concurrency: Located[int] = Located()


@dataclass(frozen=True, slots=True)
class Config:
    """A configuration mapping of a known kind, e.g. `vllm-config`, `hf-config`, `axolotl`.

    `kind` is the name that the reader recognised it by; the vocabulary that lists this kind reads it. `path` is that of
    the file that the mapping is all of, as far as its kind is given to programs by name.
    """

    kind: str
    tree: Tree
    span: Span
    gpu: Located[str] = Located()
    gpu_count: Located[int] = Located()
    model: Located[str] = Located()
    when: str | None = None
    note: str = ""
    path: str = ""


Statement = Call | CommandLine | Config


@dataclass(frozen=True, slots=True)
class Problem:
    """Part of a file that could not be read; `line` counts from 1."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in one file.

    `cells` gives for notebooks the byte span of each code cell's source and its index in `cells`, so that a
    position can be told as cell and line.
    """

    statements: tuple[Statement, ...] = ()
    problems: tuple[Problem, ...] = ()
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A notebook code cell: index in `cells` from 0, span of its source, byte offset of each of its lines."""

    index: int
    span: Span
    line_starts: tuple[int, ...]


def line_counter(source: SourceFile, cells: Sequence[Cell]) -> Callable[[int], int]:
    """Numbers of lines by byte offset; in a notebook those of its cells, many of which may share a line of JSON."""
    if not cells:
        return source.line_of
    starts = sorted(start for cell in cells for start in cell.line_starts)
    return lambda offset: bisect_right(starts, offset)
