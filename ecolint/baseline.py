"""Known findings, kept in a file so that only new ones are reported.

A finding is known by what it says, not by its line: rule, path and reported text, and which of several equal
ones it is. One more equal finding than the file holds is new. Code that moved to another file is recognised by
the statement around it. The file has one finding a line, in a fixed order, so that it merges and reads well.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ecolint.discovery.reading import read_file
from ecolint.faults import Fault
from ecolint.finding import Finding
from ecolint.fingerprints import content_fingerprint
from ecolint.records import dataclass
from ecolint.source import SourceFile, Span

SCHEMA_VERSION = 1
ABOUT = "Findings that ecolint does not report. Written by `ecolint scan --update-baseline`."
SIZE_LIMIT = 100_000_000
"""Bytes; a larger file is refused."""
TEXT_LENGTH = 120
"""Characters of the reported text that are kept for readers of the file."""


class BaselineError(Fault):
    """A baseline file that cannot be used; the text names the file and, where there is one, the line."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One known finding. `path` is relative to the baseline's folder; `context` names the statement that the
    finding stands in; `name` and `text` are for readers only."""

    path: str
    rule: str
    text: str
    fingerprint: str
    context: str
    name: str


@dataclass(frozen=True, slots=True)
class Described:
    """A finding, and how the baseline would keep it. `key` is what equal findings have in common: rule, path
    and reported text."""

    finding: Finding
    entry: Entry
    key: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`new` and `known` findings in the order of the report, and `gone`, entries that nothing matches."""

    new: tuple[Described, ...]
    known: tuple[Described, ...]
    gone: tuple[Entry, ...]


def describe(
    findings: Iterable[Finding], read_source: Callable[[str], SourceFile | None], folder: str
) -> list[Described]:
    """The findings as entries of a baseline in that absolute folder."""
    sources: dict[str, SourceFile | None] = {}
    seen: Counter[tuple[str, str, str]] = Counter()
    result = []
    for finding in findings:
        if finding.path not in sources:
            sources[finding.path] = read_source(finding.path)
        source = sources[finding.path]
        path = _relative(finding.path, folder)
        text = _text(source, finding.region.span) or finding.message
        key = (finding.rule, path, text)
        fingerprint = content_fingerprint(*key, seen[key])
        seen[key] += 1
        around = "".join(_text(source, span) for span in _surroundings(finding, source))
        context = hashlib.sha256("\0".join((finding.rule, text, around)).encode("utf-8", "surrogateescape"))
        shown = text if len(text) <= TEXT_LENGTH else text[: TEXT_LENGTH - 1] + "…"
        entry = Entry(path, finding.rule, shown, fingerprint, context.hexdigest()[:12], finding.name)
        result.append(Described(finding, entry, key))
    return result


def _surroundings(finding: Finding, source: SourceFile | None) -> Iterator[Span]:
    """The lines that a finding stands on, and the statement."""
    if source is not None:
        last = min(finding.region.end_line, len(source.line_starts))
        yield Span(source.line_span(min(finding.region.line, last)).start, source.line_span(last).end)
    if finding.setup is not None:
        yield finding.setup.span


def _relative(path: str, folder: str) -> str:
    absolute = os.path.abspath(path)
    with contextlib.suppress(ValueError):
        absolute = os.path.relpath(absolute, folder)
    return absolute.replace(os.sep, "/")


def _text(source: SourceFile | None, span: Span) -> str:
    return " ".join(source.cut(span).split()) if source is not None else ""


def compare(
    described: Sequence[Described], entries: Iterable[Entry], may_have_moved: Callable[[Entry], bool]
) -> Comparison:
    """Which findings the entries know.

    Of more equal findings than entries, those are new whose surroundings no entry tells of. What is left over
    on both sides is matched by its surroundings where `may_have_moved` allows it of the entry.
    """
    left = {entry.fingerprint: entry for entry in entries}
    groups: dict[tuple[str, str, str], list[Described]] = defaultdict(list)
    for item in described:
        groups[item.key].append(item)
    known: set[int] = set()
    for key, items in groups.items():
        held = _held(key, len(items), left)
        known |= _matched(items, held, left)
    moved = defaultdict(list)
    for entry in left.values():
        if may_have_moved(entry):
            moved[entry.rule, entry.context].append(entry)
    for item in described:
        candidates = moved[item.entry.rule, item.entry.context]
        if id(item) not in known and candidates:
            known.add(id(item))
            del left[candidates.pop().fingerprint]
    return Comparison(
        tuple(item for item in described if id(item) not in known),
        tuple(item for item in described if id(item) in known),
        tuple(left.values()),
    )


def _held(key: tuple[str, str, str], number: int, left: Mapping[str, Entry]) -> list[Entry]:
    """Entries for one group of equal findings; there may be more than findings, or gaps."""
    held = []
    occurrence = 0
    while True:
        entry = left.get(content_fingerprint(*key, occurrence))
        if entry is not None:
            held.append(entry)
        elif occurrence >= number:
            return held
        occurrence += 1


def _matched(items: Sequence[Described], held: Sequence[Entry], left: dict[str, Entry]) -> set[int]:
    found: set[int] = set()
    by_context = defaultdict(list)
    for entry in reversed(held):
        by_context[entry.context].append(entry)
    others = []
    for item in items:
        same = by_context.get(item.entry.context)
        if same:
            del left[same.pop().fingerprint]
            found.add(id(item))
        else:
            others.append(item)
    rest = [entry for entry in held if entry.fingerprint in left]
    for item, entry in zip(others, rest, strict=False):
        del left[entry.fingerprint]
        found.add(id(item))
    return found


def read(path: str) -> tuple[Entry, ...]:
    """Entries of a baseline file. Raises BaselineError."""
    try:
        data = read_file(path, limit=SIZE_LIMIT)
    except OSError as error:
        raise BaselineError(f"{path}: {error.strerror or error}") from None
    if data is None:
        raise BaselineError(f"{path}: not a regular file")
    try:
        text = data.decode("utf-8-sig")
        document = json.loads(text)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BaselineError(f"{path}:{line}: not valid UTF-8") from None
    except json.JSONDecodeError as error:
        raise BaselineError(f"{path}:{error.lineno}: not a baseline: {error.msg}") from None
    except (ValueError, RecursionError):
        raise BaselineError(f"{path}:1: not a baseline: not valid JSON") from None
    version = document.get("schema_version") if isinstance(document, dict) else None
    found = document.get("findings") if isinstance(document, dict) else None
    if not isinstance(version, int) or not isinstance(found, list):
        raise BaselineError(f"{path}:1: not a baseline: no schema_version and findings")
    if version > SCHEMA_VERSION:
        raise BaselineError(f"{path}:1: written by a newer ecolint (schema_version {version})")
    entries = []
    for number, item in enumerate(found):
        entry = _entry(item)
        if entry is None:
            line = _line_of(text, number)
            raise BaselineError(f"{path}:{line}: not a baseline: an entry needs {', '.join(FIELDS)} as texts")
        entries.append(entry)
    return tuple(entries)


FIELDS = ("path", "rule", "text", "fingerprint", "context", "name")


def _entry(item: object) -> Entry | None:
    if not isinstance(item, dict) or not all(isinstance(item.get(name), str) for name in FIELDS):
        return None
    return Entry(**{name: item[name] for name in FIELDS})


def _line_of(text: str, number: int) -> int:
    """Line on which an element of `findings` begins."""
    decoder = json.JSONDecoder()
    at = text.find("[", text.find('"findings"')) + 1
    try:
        for _ in range(number):
            at = decoder.raw_decode(text, _skipped(text, at))[1]
    except ValueError:
        return 1
    return text.count("\n", 0, _skipped(text, at)) + 1


def _skipped(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n,":
        at += 1
    return at


def as_text(entries: Iterable[Entry]) -> str:
    """The baseline file that holds these entries, each once."""
    unique = {entry.fingerprint: entry for entry in entries}
    ordered = sorted(
        unique.values(), key=lambda one: (one.path, one.rule, one.text, one.context, one.fingerprint)
    )
    lines = [json.dumps({name: getattr(one, name) for name in FIELDS}, ensure_ascii=True) for one in ordered]
    body = "[\n    " + ",\n    ".join(lines) + "\n  ]" if lines else "[]"
    about = json.dumps(ABOUT)
    return f'{{\n  "schema_version": {SCHEMA_VERSION},\n  "about": {about},\n  "findings": {body}\n}}\n'
