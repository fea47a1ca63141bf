"""Whether code, as bytes without strings and comments, may generate for one prompt after the other: told by its
indentation, and by the names from which a prompt is made.

Says yes more often than `loops`, which reads the parsed module, never less often.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import islice

from ecolint.parsers.pythonic.batching.prompts import (
    BATCHY,
    DATASETS,
    LISTS,
    MAPPERS,
    PROMPT_KEYWORDS,
    QUEUE_TAKERS,
    QUEUES,
    TAKERS,
    is_plural,
)
from ecolint.parsers.pythonic.glancing.mentions import NAME_LIMIT, OF_WORD
from ecolint.parsers.pythonic.glancing.origins import FOR, NAMES, made_of, names_in, split, statements
from ecolint.sieve.search import ANY_OBJECT, LOADED, LOADERS, finder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecolint.sieve.search import Finder

OF_ATTRIBUTE = OF_WORD | frozenset(b".")
METHODS = (*ANY_OBJECT, *LOADED)
LOADS = (*(loader.rstrip(b"(") for loader in LOADERS),)
PIPELINE = b"ipeline"
P = ord("p")
CALLED = re.compile(rb"\s*\(")
LOADER = b"DataLoader"
"""A loader that may give single items, whatever they are called."""
FUNCTION = re.compile(rb"\s*(?:lambda\b|(?:self\s*\.\s*)?(\w+))")
"""A function among arguments, with its name where it has one."""
BATCHED = re.compile(rb"\*\*|batch_sampler\b|batch_size\s*=(?!\s*(?:1|[^\W\d]\w*)\Z)")
"""Arguments by which a loader gives batches, or may."""
ARGUMENTS_LIMIT = 2000
"""Bytes of the arguments of one loader that are looked at."""
DEFINED = re.compile(rb"\bdef\s+(\w+)")
LOADED_PIPELINE = re.compile(rb"[pP]ipeline\w{0,100}\s*\.\s*from_\w{1,100}\s*\(")
OF_TRANSFORMERS = re.compile(rb"transformers\s*\.\s*\Z")
OTHER_PACKAGE = b"import transformers as"
RENAMED = re.compile(rb"pipeline\s+as\b")
LOOPS = re.compile(rb"\b(?:for|while)\b")
REPEATING = frozenset(("for", "while", "yield", *MAPPERS))
MANY = re.compile(rf"\b(?:{'|'.join(sorted((*REPEATING, *LISTS, *DATASETS)))})\b".encode())
"""Words without which code has neither a loop nor a collection for a pipeline to go over."""
HEADER = re.compile(rb"(?:async[ \t]+)?(for|while)\b")
HEADER_LINE = re.compile(rb"\s*(?:async[ \t]+)?(?:for|while)\b[^\n]*:[ \t]*\r?\n")
CLASS = re.compile(rb"[ \t]*class[ \t]+(\w+)")
DEFINITION = re.compile(rb"(?:async[ \t]+)?def[ \t]+(\w+)")
KEYWORD = re.compile(rb"\s*(?:(\w+)\s*=(?!=)|$)")
TAKES = re.compile(
    rf"\b(?:{'|'.join(sorted(TAKERS))})\s*\("
    rf"|(?i:{'|'.join(QUEUES)})[\w.]{{0,100}}\.(?:{'|'.join(sorted(QUEUE_TAKERS))})\s*\(".encode()
)
NO_BLOCK = (b")", b"]", b"}", b"@")
"""Beginnings of lines that open no block, whatever their indentation."""
CONTINUES = re.compile(rb"\s*(?:(?:async|for|if|else|and|or|not|in|is)\b|[)\]},.+*/%|&<>=-])")
MARKS = re.compile(rb"[(\[{]|[)\]}]|\bfor\b|\n")
MOST_CALLS = 40
"""Calls that are looked at; a module with more of them is worth parsing."""
BYTES_LIMIT = 3_000_000
"""Bytes that are looked at for the sake of one module, each time they are; one that needs more is worth parsing."""
WORK_OF_LINKS = 10
"""How many times as much it is to link the names of statements as to look for their indentation."""
CALLER_DEPTH = 2
"""How many calls of functions are followed outwards, as in `loops`."""


def generates_in_loop(code: bytes) -> bool:
    """Whether a call that generates may stand in a loop, or in a function that is called in one."""
    found = [(_words()[number], start, end) for number, start, end in _search()(code)]
    pipelines = [end for word, _, end in found if word.endswith(PIPELINE)]
    if pipelines and (_is_renamed(code, pipelines) or any(_is_pipeline(code, end) for end in pipelines)):
        if MANY.search(code):
            return True
    called = [(word, start, call.end()) for word, start, end in found if (call := CALLED.match(code, end))]
    loads = any(word in LOADS and not (start and code[start - 1] in OF_WORD) for word, start, _ in called)
    calls = [
        (start, end)
        for word, start, end in called
        if (word in ANY_OBJECT or (loads and word in LOADED)) and not code.endswith(b"super()", 0, start)
    ]
    if calls and (_loads_items(code) or _maps(code)):
        return True
    outwards = _Outwards(code)
    try:
        return len(calls) > MOST_CALLS or any(outwards.loops_over_prompts(*call) for call in calls)
    except _TooMuch:
        return True


@cache
def _words() -> tuple[bytes, ...]:
    return (*dict.fromkeys((*METHODS, *LOADS, PIPELINE)),)


@cache
def _search() -> Finder:
    return finder(_words())


def _loads_items(code: bytes) -> bool:
    """Whether a loader may give single items."""
    calls = (code[start : start + ARGUMENTS_LIMIT] for _, start in _calls_of(code, LOADER, True))
    return any(not any(BATCHED.match(part.strip()) for part in split(given, 0)[0]) for given in calls)


def _maps(code: bytes) -> bool:
    """Whether a function of the module, or one without a name, is handed to what calls it for each item."""
    starts = (start for name in MAPPERS for _, start in _calls_of(code, name.encode(), True))
    names = {function[1] for start in starts if (function := FUNCTION.match(code, start))}
    return None in names or (bool(names) and not names.isdisjoint(DEFINED.findall(code)))


def _is_renamed(code: bytes, pipelines: list[int]) -> bool:
    """Whether transformers, or a pipeline that ends at one of the places, is imported under another name."""
    return OTHER_PACKAGE in code or any(is_renamed(code, end - len(PIPELINE) - 1) for end in pipelines)


def is_renamed(code: bytes, start: int) -> bool:
    """Whether `pipeline` stands at a place and is imported from transformers under another name."""
    return (
        RENAMED.match(code, start) is not None
        and (start == 0 or code[start - 1] not in OF_ATTRIBUTE)
        and b"transformers" in code
    )


def _is_pipeline(code: bytes, end: int) -> bool:
    """Whether a call makes a pipeline of transformers, told from where `ipeline` ends."""
    start = end - len(PIPELINE) - 1
    if LOADED_PIPELINE.match(code, max(0, start)):
        return True
    if start < 0 or code[start] != P or not CALLED.match(code, end):
        return False
    if start == 0 or code[start - 1] not in OF_ATTRIBUTE:
        return not code.endswith(b"def ", 0, start)
    return OF_TRANSFORMERS.search(code, max(0, start - NAME_LIMIT), start) is not None


def generates_in_field(texts: bytes) -> bool:
    """Whether a call that generates stands in a field of an f-string, given the texts of f-strings by lines."""
    for number, start, end in _search()(texts):
        if _words()[number] not in METHODS or not CALLED.match(texts, end):
            continue
        before = texts[texts.rfind(b"\n", 0, start) + 1 : start]
        if before.count(b"{") > before.count(b"}"):
            return True
    return False


def _is_prompt(argument: bytes) -> bool:
    keyword = KEYWORD.match(argument)
    return keyword is None or (keyword[1] or b"").decode() in PROMPT_KEYWORDS


class _TooMuch(Exception):
    """More would have to be looked at than a glance may."""


class _Outwards:
    """The way from calls in the code of one module outwards, to loops and to the callers of functions."""

    def __init__(self, code: bytes) -> None:
        self._code = code
        self._left = BYTES_LIMIT
        self._start = 0

    def _look_at(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise _TooMuch

    def loops_over_prompts(self, at: int, start: int) -> bool:
        """Whether a call at a place, with its arguments from `start` on, may be made for one prompt after the other.

        Raises _TooMuch.
        """
        self._start = start
        arguments, end = split(self._code, start)
        self._look_at(end - start)
        prompts = [text for text in arguments if _is_prompt(text)]
        names = names_in(prompts)
        is_batch = any(b"batch" in name.lower() for name in names)
        return bool(prompts) and not is_batch and self._in_loop(at, end, names, 0)

    def _in_loop(self, at: int, end: int, names: set[bytes], depth: int) -> bool:
        """Whether a loop around a place, or around a call of the function it is in, may give the names their values."""
        code = self._code
        if self._in_comprehension(at, end):
            return True
        line = code.rfind(b"\n", 0, at) + 1
        indent = _indent(code[line:at])
        nearest = True
        in_while = False
        while line > 0 and indent:
            last = line - 1
            line = code.rfind(b"\n", 0, last) + 1
            self._look_at(last - line)
            stripped = code[line:last].strip()
            if not stripped:
                continue
            header = HEADER.match(stripped)
            if header and nearest and not stripped.endswith(b":"):
                return True
            nearest = False
            here = _indent(code[line:last])
            if here >= indent or stripped.startswith(NO_BLOCK):
                continue
            if header and header[1] == b"while":
                in_while = True
            elif header and self._gives(line, at, names):
                return True
            indent = here
            definition = DEFINITION.match(stripped)
            if definition:
                if in_while and TAKES.search(code, line, end):
                    return True
                return self._called_in_loop(definition[1], line, at, names, depth)
        return in_while and TAKES.search(code, 0, end) is not None

    def _in_comprehension(self, at: int, end: int) -> bool:
        """Whether `for` follows in the same statement after a call, or a loop begins before it on the same line."""
        code = self._code
        line = code.rfind(b"\n", 0, at) + 1
        before = code[line:at]
        self._look_at(len(before))
        header = HEADER.match(code, line + len(before) - len(before.lstrip()), at)
        if LOOPS.search(code, header.end() if header else line, at):
            return True
        if header and b":" in code[header.end() : at]:
            return True
        depth = 0
        for mark in MARKS.finditer(code, end):
            text = mark[0]
            if text == b"for":
                if depth <= 0:
                    return True
            elif text == b"\n":
                self._look_at(mark.end() - end)
                after = mark.end()
                if depth <= 0 and (not CONTINUES.match(code, after) or HEADER_LINE.match(code, after)):
                    return False
                end = after
            else:
                depth += 1 if text in b"([{" else -1
        return False

    def _gives(self, line: int, at: int, names: set[bytes]) -> bool:
        """Whether the loop that begins on a line may give one prompt after the other to names used further on."""
        parts = FOR.match(next(statements(self._code, line, at), b""))
        if parts is None:
            return True
        if BATCHY.search(parts[2].decode("ascii", "replace")):
            return False
        targets = {
            name
            for name in NAMES.findall(parts[1])
            if not BATCHY.search(name.decode()) and not is_plural(name.decode().lower())
        }
        return not targets.isdisjoint(self._made_of(line, at, names))

    def _made_of(self, line: int, at: int, names: set[bytes]) -> set[bytes]:
        self._look_at((at - line) * WORK_OF_LINKS)
        return made_of(self._code, line, at, names)

    def _called_in_loop(self, name: bytes, line: int, at: int, names: set[bytes], depth: int) -> bool:
        """Whether a function that is defined on a line, and from whose parameters the names may be made up to a place,
        is called in a loop."""
        code = self._code
        if depth >= CALLER_DEPTH:
            return False
        self._look_at(len(code))
        holder = _class_before(code, line)
        of_objects = bool(holder) and _is_made(code, holder)
        if of_objects and name == b"__call__":
            return True
        if name == b"__init__":
            name = holder
        self._look_at(len(code))
        calls = list(islice(_calls_of(code, name, of_objects), MOST_CALLS + 1)) if name else ()
        if not calls:
            return False
        names = self._made_of(line, at, names)
        parameters = [_parameter(text) for text in split(code, code.find(b"(", line) + 1)[0]]
        if names.isdisjoint(parameters):
            return False
        if parameters[0] in (b"self", b"cls"):
            del parameters[0]
        return len(calls) > MOST_CALLS or any(
            self._passes_in_loop(at, start, parameters, names, depth + 1)
            for at, start in calls
            if start != self._start
        )

    def _passes_in_loop(
        self, at: int, start: int, parameters: list[bytes], wanted: set[bytes], depth: int
    ) -> bool:
        """Whether what a call passes for the wanted parameters may come from a loop."""
        arguments, end = split(self._code, start)
        self._look_at(end - start)
        passed = [
            text
            for number, text in enumerate(arguments)
            if _parameter_of(text, parameters[number : number + 1]) in wanted | {b""}
        ]
        return self._in_loop(at, end, names_in(passed), depth)


def _class_before(code: bytes, line: int) -> bytes:
    """Name of the last class that begins before a line; empty where none does."""
    at = line
    while (at := code.rfind(b"class", 0, at)) >= 0:
        at = code.rfind(b"\n", 0, at) + 1
        if found := CLASS.match(code, at):
            return found[1]
    return b""


def _is_made(code: bytes, holder: bytes) -> bool:
    """Whether an object of a class is made."""
    return any(not code.endswith(b"class ", 0, at) for at, _ in _calls_of(code, holder, True))


def _calls_of(code: bytes, name: bytes, of_objects: bool) -> Iterator[tuple[int, int]]:
    """Where a function is called, or a method of the object itself or of others, and where the arguments begin."""
    end = 0
    while (at := code.find(name, end)) >= 0:
        end = at + len(name)
        call = CALLED.match(code, end)
        if call is None or code.endswith(b"def ", 0, at):
            continue
        allowed = OF_WORD if of_objects else OF_ATTRIBUTE
        if code.endswith(b"self.", 0, at) or at == 0 or code[at - 1] not in allowed:
            yield at, call.end()


def _parameter(text: bytes) -> bytes:
    found = NAMES.search(text)
    return found[0] if found else b""


def _parameter_of(argument: bytes, at_its_place: list[bytes]) -> bytes:
    """Name of the parameter that an argument is for; empty where the text does not say."""
    if argument.lstrip().startswith(b"*"):
        return b""
    keyword = KEYWORD.match(argument)
    return (keyword[1] or b"-") if keyword else (*at_its_place, b"-")[0]


def _indent(line: bytes) -> int:
    expanded = line.expandtabs()
    return len(expanded) - len(expanded.lstrip())
