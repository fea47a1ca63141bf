"""Globs on `/`-separated paths, with the meaning they have in .gitignore files, in time linear in the path.

A pattern is kept as its segments and never becomes one regular expression, for a tree's own .gitignore is read
too: `*a*a*a*a*b` as an expression takes longer than anybody waits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from ecolint.records import dataclass

ANY_DEPTH = "**"
POSIX = {
    "alnum": "a-zA-Z0-9", "alpha": "a-zA-Z", "blank": r" \t", "cntrl": r"\x00-\x1f\x7f", "digit": "0-9",
    "graph": r"\x21-\x7e", "lower": "a-z", "print": r"\x20-\x7e", "punct": r"!-/:-@\[-`{-~", "space": r"\s",
    "upper": "A-Z", "xdigit": "0-9a-fA-F",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a segment without `*`: an expression for signs, and how many."""

    pattern: re.Pattern[str]
    length: int


@dataclass(frozen=True, slots=True)
class Segment:
    """One name of a pattern's path, as the pieces between its `*`; `any_depth` for `**`."""

    pieces: tuple[Piece, ...] = ()
    any_depth: bool = False

    def matches(self, name: str) -> bool:
        first, *inner = self.pieces
        if first.pattern.match(name) is None:
            return False
        if not inner:
            return len(name) == first.length
        at = first.length
        *inner, last = inner
        for piece in inner:
            found = piece.pattern.search(name, at)
            if found is None:
                return False
            at = found.end()
        end = len(name) - last.length
        return end >= at and last.pattern.match(name, end) is not None


@dataclass(frozen=True, slots=True)
class Glob:
    """A pattern as a line of a .gitignore file states it. `negated` patterns take back what others ignore."""

    segments: tuple[Segment, ...]
    negated: bool = False
    only_folders: bool = False

    def matches(self, path: str, is_folder: bool = False, *, below: bool = False) -> bool:
        """Whether a relative path matches; with `below` also where a folder above it does."""
        names = path.split("/")
        if not below and ((self.only_folders and not is_folder) or not self._ends(names)):
            return False
        reached = self._skipped({0})
        for number, name in enumerate(names, start=1):
            reached = self._skipped({after for at in reached for after in self._after(at, name)})
            if not reached:
                return False
            inside = number < len(names)
            if len(self.segments) in reached and (below if inside else is_folder or not self.only_folders):
                return True
        return False

    def _ends(self, names: Sequence[str]) -> bool:
        """Whether the last names match what the pattern says behind its last `**`."""
        for segment, name in zip(reversed(self.segments), reversed(names), strict=False):
            if segment.any_depth:
                break
            if not segment.matches(name):
                return False
        return True

    def _after(self, at: int, name: str) -> Iterable[int]:
        if at == len(self.segments):
            return ()
        segment = self.segments[at]
        if segment.any_depth:
            return (at,)
        return (at + 1,) if segment.matches(name) else ()

    def _skipped(self, reached: set[int]) -> set[int]:
        """The places reached, and those behind each `**`, which may stand for nothing."""
        for at in sorted(reached):
            while at < len(self.segments) and self.segments[at].any_depth:
                at += 1
                reached.add(at)
        return reached


@lru_cache(maxsize=1024)
def glob_of(line: str) -> Glob | None:
    """The pattern that a line of a .gitignore file states; None for a blank line, a comment or no pattern."""
    text = _without_blanks(line.rstrip("\r\n"))
    if not text or text.startswith("#"):
        return None
    negated = text.startswith("!")
    text = text[negated:]
    only_folders = text.endswith("/") and not text.endswith("\\/")
    text = text[: len(text) - only_folders]
    anchored = "/" in text
    names = text.removeprefix("/").split("/")
    if not names or "" in names:
        return None
    segments: list[Segment] = [] if anchored else [Segment(any_depth=True)]
    for name in names:
        segment = Segment(any_depth=True) if name == ANY_DEPTH else _segment(name)
        if segment is None:
            return None
        if not (segment.any_depth and segments and segments[-1].any_depth):
            segments.append(segment)
    if segments[-1].any_depth:
        segments.append(Segment((_piece(), _piece())))
    return Glob(tuple(segments), negated, only_folders)


def _without_blanks(line: str) -> str:
    """A line without the blanks at its end, of which one behind a backslash stays."""
    bare = line.rstrip(" ")
    backslashes = len(bare) - len(bare.rstrip("\\"))
    return bare + " " if backslashes % 2 and len(bare) < len(line) else bare


def _segment(name: str) -> Segment | None:
    pieces: list[Piece] = []
    signs: list[str] = []
    at = 0
    while at < len(name):
        sign = name[at]
        at += 1
        if sign == "*":
            if not pieces or signs:
                pieces.append(_piece(*signs))
            signs = []
            at += len(name) - at - len(name[at:].lstrip("*"))
            continue
        if sign == "?":
            signs.append(".")
        elif sign == "[":
            found = _class(name, at)
            if found is None:
                return None
            written, at = found
            signs.append(written)
        elif sign == "\\":
            if at == len(name):
                return None
            signs.append(re.escape(name[at]))
            at += 1
        else:
            signs.append(re.escape(sign))
    return Segment((*pieces, _piece(*signs)))


def _piece(*signs: str) -> Piece:
    return Piece(re.compile("".join(signs), re.DOTALL), len(signs))


def _class(name: str, at: int) -> tuple[str, int] | None:
    """The expression of a bracket that was opened before a place, and where it ends; None for no bracket."""
    negated = name[at : at + 1] in ("!", "^")
    at += negated
    members: list[str] = []
    first = True
    while at < len(name) and (first or name[at] != "]"):
        first = False
        named = re.compile(r"\[:([a-z]+):\]").match(name, at)
        if named is not None:
            if named[1] not in POSIX:
                return None
            members.append(POSIX[named[1]])
            at = named.end()
            continue
        low, at = _member(name, at)
        high = low
        if name[at : at + 1] == "-" and name[at + 1 : at + 2] not in ("]", ""):
            high, at = _member(name, at + 1)
        if low <= high:
            members.append(f"{re.escape(low)}-{re.escape(high)}")
    if at >= len(name):
        return None
    if not members:
        return ("." if negated else "(?!)."), at + 1
    return f"[{'^' if negated else ''}{''.join(members)}]", at + 1


def _member(name: str, at: int) -> tuple[str, int]:
    if name[at] == "\\" and at + 1 < len(name):
        at += 1
    return name[at], at + 1


def verdict(globs: Sequence[Glob], path: str, is_folder: bool = False) -> bool | None:
    """Whether the globs of a .gitignore file leave a path out: the last that matches says; None where none does.

    Of the folders above it nothing is said: they are to be asked for first.
    """
    for glob in reversed(globs):
        if glob.matches(path, is_folder):
            return not glob.negated
    return None


def globs_of(lines: Iterable[str]) -> tuple[Glob, ...]:
    """The patterns of a .gitignore file."""
    return tuple(glob for glob in map(glob_of, lines) if glob is not None)


def matches(path: str, glob: str) -> bool:
    """Whether a relative path, or a folder above it, matches: `build`, `src/**/*.py`, `/top.py`."""
    found = glob_of(glob)
    return found is not None and not found.negated and found.matches(path, below=True)
