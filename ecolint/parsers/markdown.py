"""Markdown: its fenced blocks, each read as a file of its language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ecolint.parsers.base import Format
from ecolint.parsers.embedded import format_statements
from ecolint.records import dataclass
from ecolint.repository import Repository
from ecolint.source import Fragment, SourceFile
from ecolint.statements import Reading, Statement

FENCE = re.compile(r"([ \t>]*(?:[-*+][ \t]+|[0-9]{1,3}[.)][ \t]+)?)(`{3,}|~{3,})[ \t]*(?:\{\.?)?([\w+.#-]*)")
PROMPT = re.compile(r"[ \t]*(?:\([\w.-]+\)[ \t]*)?(?:[\w.@:~/-]+[$#%]|\$|%)[ \t]+")
CONTINUED = re.compile(r"[ \t]*>[ \t]")
LANGUAGES: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(
        ("", "bash", "sh", "shell", "zsh", "console", "shell-session", "shellsession", "terminal"),
        ("shell", "block.sh"),
    ),
    **dict.fromkeys(("dockerfile", "docker", "containerfile"), ("dockerfile", "Dockerfile")),
    **dict.fromkeys(("yaml", "yml"), ("yaml", "block.yaml")),
    **dict.fromkeys(("python", "py", "python3"), ("python", "block.py")),
    **dict.fromkeys(("json", "jsonc"), ("json", "block.json")),
    **dict.fromkeys(("toml",), ("toml", "block.toml")),
    **dict.fromkeys(("ini", "systemd", "service"), ("systemd", "block.service")),
    **dict.fromkeys(("makefile", "make"), ("makefile", "Makefile")),
    **dict.fromkeys(("modelfile",), ("modelfile", "Modelfile")),
    **dict.fromkeys(("env", "dotenv"), ("dotenv", ".env")),
    **dict.fromkeys(("pbtxt", "protobuf"), ("pbtxt", "config.pbtxt")),
}
"""Format and file name by the word after the fence."""
TRANSCRIPTS = frozenset(("console", "shell-session", "shellsession", "terminal"))


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language in lower case, and its lines without the indent of the fence."""

    language: str
    fragment: Fragment


def blocks(fragment: Fragment) -> Iterator[Block]:
    """The fenced blocks; one that is not closed ends with the text."""
    text = fragment.text
    lines: list[tuple[int, int]] = []
    fence = language = ""
    indent = 0
    at = 0
    for line in text.splitlines(keepends=True):
        start, at = at, at + len(line)
        if not fence:
            found = FENCE.match(line)
            if found is not None:
                indent, fence, language = len(found[1]), found[2], found[3].lower()
                lines = []
            continue
        if closes(line, fence):
            yield Block(language, Fragment.join(fragment.cut(*line) for line in lines))
            fence = ""
            continue
        margin = min(indent, len(line) - len(line.lstrip(" \t>")))
        lines.append((start + margin, at))
    if fence and lines:
        yield Block(language, Fragment.join(fragment.cut(*line) for line in lines))


def closes(line: str, fence: str) -> bool:
    """Whether a line ends the block that a fence has opened."""
    content = line.strip(" \t\r\n>")
    return content.startswith(fence) and not content.strip(fence[0])


def _commands(fragment: Fragment) -> Fragment:
    """The typed lines of a transcript without their prompts; the whole text where there are no prompts."""
    parts: list[Fragment] = []
    at = 0
    continues = False
    for line in fragment.text.splitlines(keepends=True):
        start, at = at, at + len(line)
        prompt = PROMPT.match(line)
        if prompt is not None and not continues:
            parts.append(fragment.cut(start + prompt.end(), at))
        elif continues:
            further = CONTINUED.match(line)
            parts.append(fragment.cut(start + (further.end() if further else 0), at))
        else:
            continue
        continues = line.rstrip().endswith("\\")
    return Fragment.join(parts) if parts else fragment


def read(source: SourceFile, repository: Repository) -> Reading:
    """Raises Unreadable."""
    found: list[Statement] = []
    for block in blocks(source.fragment):
        language = LANGUAGES.get(block.language)
        if language is None:
            continue
        format_name, path = language
        text = block.fragment
        if format_name == "shell" and (block.language in TRANSCRIPTS or PROMPT.match(text.text)):
            text = _commands(text)
        found += format_statements(format_name, text, path, repository)
    return Reading(tuple(found))


FORMAT = Format(
    "markdown",
    read,
    names=("*.md", "*.markdown", "*.mdx", "*.rmd", "*.qmd"),
    comment=(),
    is_prose=True,
    priority=40,
)
