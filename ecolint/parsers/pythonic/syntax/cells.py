"""The code cells of a notebook as one Python text, every character of which knows its bytes in the file."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

from ecolint.parsers.allowance import for_size
from ecolint.parsers.pythonic.syntax import grammar
from ecolint.parsers.pythonic.syntax.text import LINE_END
from ecolint.parsers.trees.json_tree import read_json
from ecolint.parsers.trees.malformed import tree_of
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar, Sequence
from ecolint.sieve.search import is_candidate
from ecolint.source import Fragment, SourceFile, Unreadable
from ecolint.statements import Cell, Problem

PASSED_OVER = frozenset(('"attachments"', '"metadata"', '"outputs"'))
"""Members of a notebook and its cells that hold no code; what a cell printed and drew may be most of the file."""
SHELL_MAGICS = frozenset(("bash", "sh", "shell", "script", "!", "sx", "system"))
PYTHON_MAGICS = frozenset(
    ("time", "timeit", "capture", "prun", "python", "python3", "memit", "mprun", "lprun", "scalene")
)
CELL_MAGIC = re.compile(r"\s*%%(\S+)[^\n]*\n?")
OTHER_PROGRAM = re.compile(r"\s*%%script[ \t]+(?!(?:--[\w-]+[ \t]+)*(?:\S*/)?(?:ba|z|da|k)?sh\b)")
"""A cell that is handed to another program than a shell, as `false` to skip it."""
MAGIC_LINE = re.compile(
    r"(?P<indent>[ \t]*)(?P<assigned>[\w.,][\w., ]*?=[ \t]*)?(?P<sign>!!?|%)(?P<rest>[^\n]*)", re.M
)
HELP_LINE = re.compile(r"[ \t]*\?{0,2}[\w.]+\?{0,2}[ \t]*")
SHELL_CELL = re.compile(
    r"^[ \t]*(?:export \w+=|(?:sudo|docker|vllm|pip3?|conda|python3?|curl|wget|git|cd|apt|apt-get|bash|ollama"
    r"|huggingface-cli|text-generation-launcher|llama-server) )",
    re.M,
)
"""Code cells that are no Python but hold commands to be copied into a shell."""
WRITTEN = re.compile(r"\s*%%(?:writefile|file)[ \t]+(?:-a[ \t]+)?[\"']?([^\s\"']+)[\"']?[^\n]*\n")
VARIABLE = re.compile(r"(?:set_)?env[ \t]+(?=[A-Za-z_]\w*[ \t]*=)")
CARDS = ('"gpuType"', '"nvidia')
"""What stands in metadata that name a card."""
MAKER = "nvidia"
"""Beginning of Kaggle's names of cards."""
WORD_ENDS = re.compile(r"(?<=[a-z])(?=[A-Z])")
LINE_SHELL = re.compile(r"(?:sx|system|bash|sh)[ \t]+")


@dataclass
class Notebook:
    """`program` is all Python code, `lines` the shell lines in it, `shell` the cells that are shell as a whole, all in
    the order of the file; `card` is the GPU that the notebook is opened on, where its metadata name one, and `files`
    are those that cells write, by their paths."""

    program: Fragment
    lines: list[Fragment] = field(default_factory=list)
    shell: list[Fragment] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()
    cells: tuple[Cell, ...] = ()
    card: str = ""
    files: tuple[tuple[str, Fragment], ...] = ()


def notebook(source: SourceFile) -> Notebook:
    """Code cells of a notebook (nbformat 3 and 4). Raises Unreadable.

    Of the cells that cannot be parsed, only those that hold a keyword of a framework are told as problems.
    """
    root = tree_of(source, partial(read_json, passed_over=PASSED_OVER))
    if not isinstance(root, Mapping) or not {"cells", "worksheets"} & root.entries.keys():
        raise Unreadable("no notebook: it has no cells", 1)
    found: list[Fragment] = []
    lines: list[Fragment] = []
    shell: list[Fragment] = []
    problems: list[Problem] = []
    cells: list[Cell] = []
    files: list[tuple[str, Fragment]] = []
    tokens = 0
    most_tokens = for_size(grammar.MOST_TOKENS, source.fragment.text)
    for number, cell in _cells(root):
        body = cell.get("source") or cell.get("input")
        if cell.text("cell_type") != "code" or body is None:
            continue
        fragment = _joined(body)
        if not fragment.text:
            continue
        cells.append(Cell(number, body.span, _line_starts(fragment)))
        written = WRITTEN.match(fragment.text)
        if written is not None:
            files.append((written[1], fragment.cut(written.end())))
        magic = CELL_MAGIC.match(fragment.text)
        if magic is not None and magic[1].lower() not in PYTHON_MAGICS:
            if magic[1].lower() in SHELL_MAGICS and not OTHER_PROGRAM.match(magic[0]):
                shell.append(fragment.cut(magic.end()))
            continue
        tokens += grammar.tokens_in(fragment.text)
        if tokens > most_tokens:
            line = source.line_of(fragment.span().start)
            problems.append(
                Problem(line, f"{grammar.too_long(most_tokens)}; from cell {number + 1} on nothing is read")
            )
            break
        python, commands = _divided(fragment, magic.end() if magic is not None else 0)
        lines.extend(commands)
        try:
            grammar.strict(python.text)
            found.append(python)
        except SyntaxError as error:
            repaired = _newer(python)
            if repaired is None and SHELL_CELL.search(fragment.text):
                shell.append(fragment)
            elif repaired is None and is_candidate(python.text.encode()):
                line = source.line_of(python.span(_index_of_line(python.text, error.lineno or 1)).start)
                problems.append(Problem(line, f"cell {number + 1} is not valid Python: {error.msg}"))
            elif repaired is not None:
                found.append(repaired)
        except (RecursionError, MemoryError, ValueError):
            line = source.line_of(python.span().start)
            problems.append(Problem(line, f"cell {number + 1} cannot be parsed"))
    program = Fragment.join(found, "\n")
    return Notebook(
        program, lines, shell, tuple(problems), tuple(cells), _card(root, source.fragment.text), tuple(files)
    )


def _card(root: Mapping, text: str) -> str:
    """What Colab or Kaggle writes of the card that is chosen."""
    metadata = root.get("metadata")
    written = text[metadata.start : metadata.end] if metadata is not None else ""
    if not any(word in written for word in CARDS):
        return ""
    try:
        found = json.loads(written)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(found, dict):
        return ""
    colab, kaggle = found.get("colab"), found.get("kaggle")
    card = colab.get("gpuType") if isinstance(colab, dict) and found.get("accelerator") == "GPU" else None
    if isinstance(card, str):
        return card
    machine = str(kaggle.get("accelerator")) if isinstance(kaggle, dict) else ""
    return WORD_ENDS.sub(" ", machine.removeprefix(MAKER)) if machine.startswith(MAKER) else ""


def _newer(python: Fragment) -> Fragment | None:
    """The cell with what only a newer Python knows masked."""
    from ecolint.parsers.pythonic.syntax.newer import masked

    found = masked(python.text)
    return None if found is None else Fragment(found[0], python.starts, python.ends)


def _cells(root: Mapping) -> Iterator[tuple[int, Mapping]]:
    """The cells with their numbers."""
    parts = [root] if root.get("cells") is not None else root.mappings("worksheets")
    cells = chain.from_iterable(part.items("cells") for part in parts)
    return ((number, cell) for number, cell in enumerate(cells) if isinstance(cell, Mapping))


def _joined(body: AnyNode) -> Fragment:
    """Text of a cell, given as one string or as a list of lines."""
    lines = body.items if isinstance(body, Sequence) else [body]
    return Fragment.join(item.content for item in lines if isinstance(item, Scalar) and not item.plain)


def _line_starts(fragment: Fragment) -> tuple[int, ...]:
    indices = [0, *(match.end() for match in LINE_END.finditer(fragment.text))]
    return tuple(fragment.span(index).start for index in indices if index < len(fragment.text))


def _index_of_line(text: str, line: int) -> int:
    starts = [0, *(match.end() for match in LINE_END.finditer(text))]
    return min(starts[min(line, len(starts)) - 1], max(len(text) - 1, 0))


def _divided(fragment: Fragment, at: int) -> tuple[Fragment, list[Fragment]]:
    """Python of a cell from a character on, with everything else blanked in place, and its shell lines."""
    text = fragment.text
    blanks: list[tuple[int, int, str]] = [(0, at, "")] if at else []
    commands: list[Fragment] = []
    inside = _inside_strings(text)
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        line = MAGIC_LINE.match(text, at, end)
        if line is not None and not inside(at) and _is_magic(line):
            while text[at:end].rstrip("\r").endswith("\\") and end < len(text):
                following = text.find("\n", end + 1)
                end = len(text) if following < 0 else following
            start = line.end("assigned") if line["assigned"] else line.end("indent")
            rest = line.start("rest")
            if line["sign"] == "%":
                known = LINE_SHELL.match(text, rest, end)
                variable = None if line["indent"] else VARIABLE.match(text, rest, end)
                if known is not None:
                    commands.append(fragment.cut(known.end(), end))
                elif variable is not None:
                    commands.append(
                        Fragment.join([_export(fragment, variable), fragment.cut(variable.end(), end)], "")
                    )
            else:
                commands.append(fragment.cut(rest, end))
            blanks.append((start, end, "None" if line["assigned"] else "pass"))
        elif HELP_LINE.fullmatch(text, at, end) and "?" in text[at:end] and not inside(at):
            blanks.append((at, end, ""))
        at = end + 1
    return _replaced(fragment, blanks), commands


def _export(fragment: Fragment, magic: re.Match[str]) -> Fragment:
    """What `%env` stands for in a shell."""
    span = fragment.span(magic.start(), magic.end())
    text = "export "
    return Fragment(text, [span.start] * len(text), [span.end] * len(text))


def _is_magic(line: re.Match[str]) -> bool:
    rest = line["rest"]
    if line["sign"] == "%":
        return bool(rest[:1].isalpha()) and (
            not line["assigned"] or "=" not in line["assigned"][:-1].rstrip("= ")
        )
    return bool(rest.strip()) and not rest.startswith("=")


def _inside_strings(text: str) -> Callable[[int], bool]:
    """A test of whether a line starts inside a triple-quoted string."""
    spans = list(_long_strings(text))

    def inside(index: int) -> bool:
        before = bisect_left(spans, (index, 0))
        return before > 0 and index < spans[before - 1][1]

    return inside


TRIPLE = re.compile(r"\"\"\"|'''")
ENDS = {quote: re.compile(rf"\\.|{quote}", re.S) for quote in ('"""', "'''")}


def _long_strings(text: str) -> Iterator[tuple[int, int]]:
    """Beginnings and ends of what stands in three quotes; what has no end is left out, with all behind it."""
    opening = TRIPLE.search(text)
    while opening is not None:
        quote = opening[0]
        ends = (match for match in ENDS[quote].finditer(text, opening.end()) if match[0] == quote)
        closing = next(ends, None)
        if closing is None:
            return
        yield opening.start(), closing.end()
        opening = TRIPLE.search(text, closing.end())


def _replaced(fragment: Fragment, parts: list[tuple[int, int, str]]) -> Fragment:
    """The fragment with parts replaced by short words and blanks, line ends kept."""
    if not parts:
        return fragment
    pieces: list[str] = []
    at = 0
    for start, end, word in parts:
        pieces.append(fragment.text[at:start])
        body = fragment.text[start:end]
        blank = "".join(char if char in "\r\n" else " " for char in body)
        fits = word and len(body.partition("\n")[0]) >= len(word)
        pieces.append(word + blank[len(word) :] if fits else _short(blank, word))
        at = end
    pieces.append(fragment.text[at:])
    return Fragment("".join(pieces), fragment.starts, fragment.ends)


def _short(blank: str, word: str) -> str:
    """`!ls` leaves no room for `pass`: a number does the same."""
    return f"0{blank[1:]}" if word and blank and blank[0] == " " else blank
