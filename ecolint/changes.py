"""Which lines changed since a commit, asked of git."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping

from ecolint.discovery.git import GitError, run, without_filters
from ecolint.discovery.trees import Found
from ecolint.faults import Fault
from ecolint.finding import Finding
from ecolint.records import dataclass
from ecolint.source import SourceFile

DIFF = (
    "diff", "--no-ext-diff", "--no-textconv", "--no-color", "--find-renames", "--ignore-submodules=all",
    "-O/dev/null",
)  # fmt: skip
HUNKS = ("--src-prefix=a/", "--dst-prefix=b/", "--unified=0", "--inter-hunk-context=0")
HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
ESCAPE = re.compile(rb'\\([0-7]{3}|[abtnvfr"\\])')
ESCAPES = {b"a": 7, b"b": 8, b"t": 9, b"n": 10, b"v": 11, b"f": 12, b"r": 13, b'"': 34, b"\\": 92}
SUBMODULE = b"160000"


class ChangesError(Fault):
    """Changes that cannot be told: no git, no repository, no such commit."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Changed lines of a working tree, by path relative to `root`.

    None stands for a file that changed in every line. `unchanged` are files that git knows and that did not
    change, `submodules` folders with a `/` behind; every other file is new.
    """

    root: str
    lines: Mapping[str, frozenset[int] | None]
    unchanged: frozenset[str]
    submodules: tuple[str, ...] = ()

    def has(self, path: str) -> bool:
        """Whether anything of an absolute path changed."""
        relative = self._relative(path)
        return relative not in self.unchanged and not relative.startswith(self.submodules)

    def touch(self, path: str, lines: set[int]) -> bool:
        """Whether one of some lines of an absolute path changed."""
        changed = self.lines.get(self._relative(path))
        return self.has(path) and (changed is None or not changed.isdisjoint(lines))

    def _relative(self, path: str) -> str:
        return os.path.relpath(os.path.realpath(path), self.root).replace(os.sep, "/")


class Since:
    """Changes since a commit, asked once for each working tree that is scanned. Raises ChangesError."""

    def __init__(self, ref: str) -> None:
        self._ref = ref
        self._asked: dict[str, Changes] = {}

    def at(self, root: str) -> Changes:
        if root not in self._asked:
            self._asked[root] = changes_since(self._ref, root)
        return self._asked[root]

    def has(self, found: Found) -> bool:
        """Whether anything of a file changed."""
        return self.at(found.root).has(found.path)

    def concerns(self, finding: Finding, read_source: Callable[[str], SourceFile | None]) -> bool:
        """Whether a finding stands on a changed line, or a setting in the same statement does."""
        path = os.path.abspath(finding.path)
        roots = [root for root in self._asked if path.startswith(root.rstrip(os.sep) + os.sep)]
        if not roots:
            return True
        changes = self._asked[max(roots, key=len)]
        lines = set(range(finding.region.line, finding.region.end_line + 1))
        if changes.touch(path, lines):
            return True
        source = read_source(finding.path) if finding.setup is not None else None
        return source is not None and changes.touch(path, _setting_lines(finding, source))


def _setting_lines(finding: Finding, source: SourceFile) -> set[int]:
    setup = finding.setup
    assert setup is not None
    spans = [value.span for _, value in setup.located() if value.is_set and value.span is not None]
    return {
        line
        for span in spans
        if setup.span.contains(span)
        for line in range(source.line_of(span.start), source.line_of(max(span.start, span.end - 1)) + 1)
    }


def changes_since(ref: str, folder: str) -> Changes:
    """What changed between a commit and the working tree at a folder, with files not yet added.

    Where the commit has moved on since the current branch left it, the branching point counts.
    Raises ChangesError.
    """
    if not ref or ref.startswith("-"):
        raise ChangesError(f"{ref!r} is no commit")
    root = os.path.abspath(folder)
    try:
        commit = _commit(root, ref)
        base = _output(root, "merge-base", commit, "HEAD").decode("ascii", "replace").strip() or commit
        plain = without_filters(root)
        whole = _binary(run(root, *DIFF, "--numstat", "-z", base, "--", settings=plain))
        hunks = _hunks(run(root, *DIFF, *HUNKS, base, "--", settings=plain))
        tracked, submodules = _index(run(root, "ls-files", "--stage", "-z"))
    except GitError as error:
        raise ChangesError(str(error)) from None
    lines: dict[str, frozenset[int] | None] = {path: numbers for path, numbers in hunks.items() if numbers}
    lines.update(dict.fromkeys(whole))
    return Changes(os.path.realpath(root), lines, frozenset(tracked - lines.keys()), tuple(submodules))


def _output(root: str, *arguments: str) -> bytes:
    """What a call writes, nothing for one that fails."""
    try:
        return run(root, *arguments)
    except GitError:
        return b""


def _commit(root: str, ref: str) -> str:
    """Id of the commit that a name means. Raises GitError."""
    run(root, "rev-parse", "--git-dir")
    found = _output(root, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
    if not found:
        raise GitError(f"there is no commit {ref!r} here; a shallow clone may need to fetch it")
    return found.decode("ascii", "replace").strip()


def _binary(output: bytes) -> list[str]:
    """Paths that `--numstat -z` counts no lines of."""
    found = []
    fields = iter(output.split(b"\0"))
    for field in fields:
        if not field:
            continue
        added, _, rest = field.partition(b"\t")
        path = rest.partition(b"\t")[2]
        if not path:
            next(fields, None)
            path = next(fields, b"")
        if added == b"-":
            found.append(os.fsdecode(path))
    return found


def _hunks(output: bytes) -> dict[str, frozenset[int]]:
    """Added and changed lines by path, from a diff without context."""
    found: dict[str, set[int]] = {}
    current: set[int] = set()
    split = output.split(b"\n")
    lines = iter(split)
    for line in lines:
        if line.startswith(b"diff --git "):
            current = set()
        elif line.startswith(b"rename to "):
            found[_path(line[len(b"rename to ") :])] = current
        elif line.startswith(b"+++ "):
            path = _path(line[4:])
            if path != "/dev/null":
                found[path.partition("/")[2]] = current
        elif match := HUNK.match(line):
            removed, start, added = (int(part) if part else 1 for part in match.groups())
            removed, added = min(removed, len(split)), min(added, len(split))
            current.update(range(start, start + added))
            for _ in range(removed + added):
                if next(lines, b"").startswith(b"\\"):
                    next(lines, None)
    return {path: frozenset(numbers) for path, numbers in found.items()}


def _path(written: bytes) -> str:
    """A path as git writes it in a diff: plain, or quoted as in C."""
    written = written.removesuffix(b"\r").removesuffix(b"\t")
    if written.startswith(b'"') and written.endswith(b'"'):
        written = ESCAPE.sub(_unescaped, written[1:-1])
    return os.fsdecode(written)


def _unescaped(match: re.Match[bytes]) -> bytes:
    text = match[1]
    return bytes((ESCAPES[text] if text in ESCAPES else int(text, 8) & 0xFF,))


def _index(output: bytes) -> tuple[set[str], list[str]]:
    """Files that git tracks, and the submodules' folders with a `/` behind."""
    files: set[str] = set()
    submodules = []
    for field in output.split(b"\0"):
        head, _, path = field.partition(b"\t")
        if head.startswith(SUBMODULE):
            submodules.append(os.fsdecode(path) + "/")
        elif path:
            files.add(os.fsdecode(path))
    return files, submodules
