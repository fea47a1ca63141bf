"""Whether a file is of any format, by its name or its `#!` line, without importing the formats.

The answer is that of `ecolint.parsers.registry.format_of`; what format it is, the registry tells when the file is read.
"""

from __future__ import annotations

from ecolint.discovery.file_names import HOMES, INTERPRETERS, MODULES, NAMES, PATHS
from ecolint.discovery.shebang import interpreter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

HEAD = 256
"""Bytes of a file without a telling name that are looked at for a `#!` line."""
SPECIAL = "*["


def _is_plain(text: str) -> bool:
    return not any(sign in text for sign in SPECIAL)


def _is_ending(glob: str) -> bool:
    return glob.startswith("*.") and _is_plain(glob[1:])


def _chunks(globs: Iterable[str]) -> tuple[str, ...]:
    """For each glob the longest piece that stands in whatever it matches, without those that hold another."""
    every = set()
    for glob in globs:
        pieces = [piece.rpartition("]")[2] for part in glob.split("*") for piece in part.split("[")]
        every.add(max(pieces, key=len))
    return tuple(sorted(one for one in every if not any(other != one and other in one for other in every)))


EXACT = frozenset(name for name in NAMES if _is_plain(name))
ENDINGS = tuple(name[1:] for name in NAMES if _is_ending(name))
SUFFIXES = frozenset(ending for ending in ENDINGS if ending.count(".") == 1)
OUTER = frozenset(ending[ending.rfind(".") :] for ending in ENDINGS) - SUFFIXES
"""Last suffixes of the names that are told by two, such as `.yaml.j2`."""
GLOBS = tuple(name for name in NAMES if not _is_plain(name) and not _is_ending(name))
PATH_GLOBS = tuple(f"*/{path}" for path in PATHS)
MODULE_ENDINGS = tuple(name[1:] for name in MODULES)
"""Endings of Python modules, lower case."""
CHUNKS = _chunks(GLOBS)
PATH_CHUNKS = _chunks(PATH_GLOBS)


def has_format(path: str) -> bool:
    """Whether the name or the path of a file, `/`-separated, belongs to a format."""
    if path[path.rfind(".") :] in SUFFIXES:
        return True
    lower = path.lower()
    name = lower[lower.rfind("/") + 1 :]
    suffix = name[name.rfind(".") :]
    if suffix in SUFFIXES or name in EXACT or (suffix in OUTER and name.endswith(ENDINGS)):
        return True
    for chunk in CHUNKS:
        if chunk in name and any(matches(name, glob) for glob in GLOBS):
            return True
    whole = "/" + lower
    for chunk in PATH_CHUNKS:
        if chunk in whole:
            return any(matches(whole, glob) for glob in PATH_GLOBS)
    return False


def sure_ending(path: str) -> str:
    """The suffix by which alone a lower-case path belongs to one format and no other; empty where it takes more."""
    name = path[path.rfind("/") + 1 :]
    suffix = name[name.rfind(".") :]
    if suffix not in HOMES or name in EXACT or any(chunk in name for chunk in CHUNKS):
        return ""
    return "" if any(chunk in "/" + path for chunk in PATH_CHUNKS) else suffix


def may_be_script(path: str) -> bool:
    """Whether a file of no format by its path must be opened to look for a `#!` line."""
    return path.rfind(".") <= path.rfind("/") + 1


def is_script(head: bytes) -> bool:
    """Whether the first bytes of a file name an interpreter of any format in a `#!` line."""
    return interpreter(head[:HEAD]) in INTERPRETERS


def matches(text: str, glob: str) -> bool:
    """Whether a text matches a glob of `*` and `[...]`, where `*` also stands for `/`."""
    at = place = 0
    star = -1
    resume = 0
    while at < len(text):
        sign = glob[place] if place < len(glob) else ""
        if sign == "*":
            star, resume = place, at
            place += 1
            continue
        if sign == "[":
            end = glob.index("]", place + 2)
            if text[at] in glob[place + 1 : end]:
                at, place = at + 1, end + 1
                continue
        elif sign and sign == text[at]:
            at, place = at + 1, place + 1
            continue
        if star < 0:
            return False
        resume += 1
        at, place = resume, star + 1
    return not glob[place:].strip("*")
