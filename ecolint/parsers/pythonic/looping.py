"""Whether code, as bytes without strings and comments, may generate for one prompt after the other: told by its
indentation, and by the names from which a prompt is made.

Says yes more often than `loops`, which reads the parsed module, never less often.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import islice

from ecolint.parsers.pythonic.mentions import NAME_LIMIT, OF_WORD
from ecolint.parsers.pythonic.prompts import BATCHY, PROMPT_KEYWORDS, QUEUE_TAKERS, QUEUES, TAKERS, is_plural
from ecolint.sieve import ANY_OBJECT, LOADED, LOADERS, finder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecolint.sieve import Finder

OF_ATTRIBUTE = OF_WORD | frozenset(b".")
METHODS = (*ANY_OBJECT, *LOADED)
LOADS = (*(loader.rstrip(b"(") for loader in LOADERS),)
PIPELINE = b"ipeline"
P = ord("p")
CALLED = re.compile(rb"\s*\(")
LOADED_PIPELINE = re.compile(rb"[pP]ipeline\w{0,100}\s*\.\s*from_\w{1,100}\s*\(")
OF_TRANSFORMERS = re.compile(rb"transformers\s*\.\s*\Z")
OTHER_NAME = b"import transformers as"
LOOPS = re.compile(rb"\b(?:for|while)\b")
HEADER = re.compile(rb"(?:async[ \t]+)?(for|while)\b")
HEADER_LINE = re.compile(rb"\s*(?:async[ \t]+)?(?:for|while)\b[^\n]*:[ \t]*\r?\n")
FOR = re.compile(rb"\s*(?:async\s+)?for\b(.*?)\bin\b(.*)", re.DOTALL)
MIXED = re.compile(
    rb":=|;|\A\s*(?:(?:async\s+)?with\b|case\b|(?:async\s+)?(?:for|while)\b.*:.*[^\s:])", re.DOTALL
)
"""Statements of which the text does not tell at once which names they give values to."""
INDEX = re.compile(rb"(?<=[\w\])])\[[^\[\]]*\]")
EQUALS = re.compile(rb"[=!<>]=|[(\[{)\]}=]")
CLASS = re.compile(rb"^[ \t]*class[ \t]+(\w+)", re.MULTILINE)
DEFINITION = re.compile(rb"(?:async[ \t]+)?def[ \t]+(\w+)")
NAMES = re.compile(rb"(?<![.\w])[A-Za-z_]\w*")
KEYWORD = re.compile(rb"\s*(?:(\w+)\s*=(?!=)|$)")
TAKES = re.compile(
    rf"\b(?:{'|'.join(sorted(TAKERS))})\s*\("
    rf"|(?i:{'|'.join(QUEUES)})[\w.]{{0,100}}\.(?:{'|'.join(sorted(QUEUE_TAKERS))})\s*\(".encode()
)
NO_NAMES = frozenset(
    b"self cls for in if else not and or is lambda await async None True False return yield".split()
)
"""Words that no call passes on for a prompt."""
BRACKET = re.compile(rb"[(\[{]|[)\]}]|[,\n]")
NO_BLOCK = (b")", b"]", b"}", b"@")
"""Beginnings of lines that open no block, whatever their indentation."""
CONTINUES = re.compile(rb"\s*(?:(?:async|for|if|else|and|or|not|in|is)\b|[)\]},.+*/%|&<>=-])")
MARKS = re.compile(rb"[(\[{]|[)\]}]|\bfor\b|\n")
MOST_CALLS = 40
"""Calls that are looked at; a module with more of them is worth parsing."""
CALLER_DEPTH = 2
"""How many calls of functions are followed outwards, as in `loops`."""


def generates_in_loop(code: bytes) -> bool:
    """Whether a call that generates may stand in a loop, or in a function that is called in one."""
    found = [(_words()[number], start, end) for number, start, end in _search()(code)]
    pipelines = [end - len(PIPELINE) for word, _, end in found if word.endswith(PIPELINE)]
    if pipelines and LOOPS.search(code):
        if OTHER_NAME in code or any(_is_pipeline(code, at) for at in pipelines):
            return True
    called = [(word, start, call.end()) for word, start, end in found if (call := CALLED.match(code, end))]
    loads = any(word in LOADS and not (start and code[start - 1] in OF_WORD) for word, start, _ in called)
    calls = [
        (start, end)
        for word, start, end in called
        if (word in ANY_OBJECT or (loads and word in LOADED)) and not code.endswith(b"super()", 0, start)
    ]
    return len(calls) > MOST_CALLS or any(_loops_over_prompts(code, start, end) for start, end in calls)


@cache
def _words() -> tuple[bytes, ...]:
    return (*dict.fromkeys((*METHODS, *LOADS, PIPELINE)),)


@cache
def _search() -> Finder:
    return finder(_words())


def _is_pipeline(code: bytes, at: int) -> bool:
    """Whether a call makes a pipeline of transformers, told from where `ipeline` stands."""
    start = at - 1
    if LOADED_PIPELINE.match(code, max(0, start)):
        return True
    if start < 0 or code[start] != P or not CALLED.match(code, at + len(PIPELINE)):
        return False
    if start == 0 or code[start - 1] not in OF_ATTRIBUTE:
        return not code.endswith(b"def ", 0, start)
    return OF_TRANSFORMERS.search(code, max(0, start - NAME_LIMIT), start) is not None


def _loops_over_prompts(code: bytes, at: int, start: int) -> bool:
    """The same for a call at a place, with its arguments from `start` on."""
    arguments, end = _split(code, start)
    prompts = [text for text in arguments if _is_prompt(text)]
    names = _names(prompts)
    is_batch = any(b"batch" in name.lower() for name in names) or any(LOOPS.search(text) for text in prompts)
    return bool(prompts) and not is_batch and _in_loop(code, at, end, names, 0)


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


def _names(texts: Iterable[bytes]) -> set[bytes]:
    """Names in expressions, without those of keywords."""
    return {name for text in texts for name in NAMES.findall(text) if name not in NO_NAMES}


def _split(code: bytes, start: int) -> tuple[list[bytes], int]:
    """The arguments of a call, and where its bracket closes."""
    found: list[bytes] = []
    depth, first = 0, start
    for mark in BRACKET.finditer(code, start):
        text = mark[0]
        if text in b"([{":
            depth += 1
        elif text in b")]}":
            depth -= 1
            if depth < 0:
                return [*found, code[first : mark.start()]], mark.end()
        elif text == b"," and depth == 0:
            found.append(code[first : mark.start()])
            first = mark.end()
    return found, len(code)


def _in_loop(code: bytes, at: int, end: int, names: set[bytes], depth: int) -> bool:
    """Whether a loop around a place, or around a call of the function it is in, may give the names their values."""
    if _in_comprehension(code, at, end):
        return True
    line = code.rfind(b"\n", 0, at) + 1
    indent = _indent(code[line:at])
    nearest = True
    in_while = False
    while line > 0 and indent:
        last = line - 1
        line = code.rfind(b"\n", 0, last) + 1
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
        elif header and _gives(code, line, at, names):
            return True
        indent = here
        definition = DEFINITION.match(stripped)
        if definition:
            if in_while and TAKES.search(code, line, end):
                return True
            return _called_in_loop(code, definition[1], line, at, names, depth)
    return in_while and TAKES.search(code, 0, end) is not None


def _gives(code: bytes, line: int, at: int, names: set[bytes]) -> bool:
    """Whether the loop that begins on a line may give one prompt after the other to names used further on."""
    statement = next(_statements(code, line, at), b"")
    parts = FOR.match(statement)
    if parts is None:
        return True
    if BATCHY.search(parts[2].decode("ascii", "replace")):
        return False
    targets = {
        name
        for name in NAMES.findall(parts[1])
        if not BATCHY.search(name.decode()) and not is_plural(name.decode().lower())
    }
    return not targets.isdisjoint(_made_of(code, line, at, names))


def _made_of(code: bytes, line: int, at: int, names: set[bytes]) -> set[bytes]:
    """The names, and those from which they may have been made between a line and a place."""
    *before, last = _statements(code, line, at)
    links = [_link(text) for text in (*before, last) if text is not last or MIXED.search(text)]
    found = set(names)
    size = -1
    while size != len(found):
        size = len(found)
        for made, parts in links:
            if not found.isdisjoint(made):
                found |= parts
    return found


def _link(statement: bytes) -> tuple[set[bytes], set[bytes]]:
    """Names to which a statement may give a value, and those from which it makes it."""
    every = _names((statement,))
    if MIXED.search(statement):
        return every, every
    loop = FOR.match(statement)
    if loop:
        return _names((loop[1],)), _names((loop[2],))
    depth = 0
    for mark in EQUALS.finditer(statement):
        text = mark[0]
        if text == b"=" and depth == 0:
            target, value = statement[: mark.start()], statement[mark.end() :]
            return _names((INDEX.sub(b"", target),)), _names((value, *INDEX.findall(target)))
        depth += (text in b"([{") - (text in b")]}")
    return _names(NAMES.findall(statement)[:1]), every


def _statements(code: bytes, line: int, at: int) -> Iterator[bytes]:
    """Statements between the beginning of a line and a place, each with all the lines on which its brackets close."""
    depth, first = 0, line
    for mark in BRACKET.finditer(code, line, at):
        text = mark[0]
        if text in b"([{":
            depth += 1
        elif text in b")]}":
            depth -= 1
        elif text == b"\n" and depth <= 0 and code[mark.start() - 1 : mark.start()] not in b"\\\r":
            yield code[first : mark.start()]
            first = mark.end()
    yield code[first:at]


def _called_in_loop(code: bytes, name: bytes, line: int, at: int, names: set[bytes], depth: int) -> bool:
    """Whether a function that is defined on a line, and from whose parameters the names may be made up to a place, is
    called in a loop."""
    if depth >= CALLER_DEPTH:
        return False
    if name == b"__init__":
        name = [b"", *CLASS.findall(code, 0, line)][-1]
    calls = list(islice(_calls_of(code, name), MOST_CALLS + 1)) if name else ()
    if not calls:
        return False
    names = _made_of(code, line, at, names)
    parameters = [_parameter(text) for text in _split(code, code.find(b"(", line) + 1)[0]]
    if names.isdisjoint(parameters):
        return False
    if parameters[0] in (b"self", b"cls"):
        del parameters[0]
    return len(calls) > MOST_CALLS or any(
        _passes_in_loop(code, at, start, parameters, names, depth + 1) for at, start in calls
    )


def _parameter(text: bytes) -> bytes:
    found = NAMES.search(text)
    return found[0] if found else b""


def _calls_of(code: bytes, name: bytes) -> Iterator[tuple[int, int]]:
    """Where a function is called, or a method of the object itself, and where the arguments begin."""
    end = 0
    while (at := code.find(name, end)) >= 0:
        end = at + len(name)
        call = CALLED.match(code, end)
        if call is None or code.endswith(b"def ", 0, at):
            continue
        if code.endswith(b"self.", 0, at) or at == 0 or code[at - 1] not in OF_ATTRIBUTE:
            yield at, call.end()


def _passes_in_loop(
    code: bytes, at: int, start: int, parameters: list[bytes], wanted: set[bytes], depth: int
) -> bool:
    """Whether what a call passes for the wanted parameters may come from a loop."""
    arguments, end = _split(code, start)
    passed = [
        text
        for number, text in enumerate(arguments)
        if _parameter_of(text, parameters[number : number + 1]) in wanted | {b""}
    ]
    return _in_loop(code, at, end, _names(passed), depth)


def _parameter_of(argument: bytes, at_its_place: list[bytes]) -> bytes:
    """Name of the parameter that an argument is for; empty where the text does not say."""
    if argument.lstrip().startswith(b"*"):
        return b""
    keyword = KEYWORD.match(argument)
    return (keyword[1] or b"-") if keyword else (*at_its_place, b"-")[0]


def _indent(line: bytes) -> int:
    expanded = line.expandtabs()
    return len(expanded) - len(expanded.lstrip())


def _in_comprehension(code: bytes, at: int, end: int) -> bool:
    """Whether `for` follows in the same statement after a call, or a loop begins before it on the same line."""
    line = code.rfind(b"\n", 0, at) + 1
    first = len(code[line:at]) - len(code[line:at].lstrip()) + line
    header = HEADER.match(code, first, at)
    if LOOPS.search(code, header.end() if header else line, at):
        return True
    depth = 0
    for mark in MARKS.finditer(code, end):
        text = mark[0]
        if text == b"for":
            if depth <= 0:
                return True
        elif text == b"\n":
            if depth <= 0 and (not CONTINUES.match(code, mark.end()) or HEADER_LINE.match(code, mark.end())):
                return False
        else:
            depth += 1 if text in b"([{" else -1
    return False
