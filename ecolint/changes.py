"""Which lines changed since a commit, asked of git.

Nothing that a scanned repository configures is run: no hook, file-system monitor, filter, diff or textconv
program, and nothing is fetched.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ecolint.discovery import Found
from ecolint.finding import Finding
from ecolint.source import SourceFile

HARDENED = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.quotePath=false",
    "core.pager=cat",
    "diff.external=",
    "diff.relative=false",
    "diff.ignoreSubmodules=all",
    "protocol.allow=never",
)
ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PAGER": "cat",
    "LC_ALL": "C",
}
DROPPED = ("GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_TRACE")
NO_FILTER = (("clean", ""), ("smudge", ""), ("process", ""), ("required", "false"))
DIFF = ("diff", "--no-ext-diff", "--no-textconv", "--no-color", "--find-renames", "--ignore-submodules=all")
HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
ESCAPE = re.compile(rb'\\([0-7]{3}|[abtnvfr"\\])')
ESCAPES = {b"a": 7, b"b": 8, b"t": 9, b"n": 10, b"v": 11, b"f": 12, b"r": 13, b'"': 34, b"\\": 92}
SUBMODULE = b"160000"
TIMEOUT = 120
"""Seconds that one call of git may take."""


class ChangesError(Exception):
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
    """What changed between a commit and the working tree around a folder, with files not yet added.

    Where the commit has moved on since the current branch left it, the branching point counts.
    Raises ChangesError.
    """
    if not ref or ref.startswith("-"):
        raise ChangesError(f"{ref!r} is no commit")
    git = _Git(folder)
    root = os.fsdecode(git.run("rev-parse", "--show-toplevel").rstrip(b"\r\n"))
    git = _Git(root, git.filters())
    commit = git.commit(ref)
    base = git.run("merge-base", commit, "HEAD", fails=True).decode("ascii", "replace").strip() or commit
    lines: dict[str, frozenset[int] | None] = {}
    whole = _binary(git.run(*DIFF, "--numstat", "-z", base, "--"))
    prefixes = ("--src-prefix=a/", "--dst-prefix=b/")
    hunks = _hunks(git.run(*DIFF, *prefixes, "--unified=0", "--inter-hunk-context=0", base, "--"))
    lines.update({path: numbers for path, numbers in hunks.items() if numbers})
    lines.update(dict.fromkeys(whole))
    tracked, submodules = _index(git.run("ls-files", "--stage", "-z"))
    return Changes(os.path.realpath(root), lines, frozenset(tracked - lines.keys()), tuple(submodules))


class _Git:
    """Calls of git in one folder, with the named content filters off. Raises ChangesError with one line."""

    def __init__(self, folder: str, filters: tuple[str, ...] = ()) -> None:
        self._folder = folder
        settings = [(f"{name}.{variable}", value) for name in filters for variable, value in NO_FILTER]
        self._environment = {name: value for name, value in os.environ.items() if name not in DROPPED}
        self._environment |= ENVIRONMENT
        if settings:
            self._environment["GIT_CONFIG_COUNT"] = str(len(settings))
            for number, (key, value) in enumerate(settings):
                self._environment[f"GIT_CONFIG_KEY_{number}"] = key
                self._environment[f"GIT_CONFIG_VALUE_{number}"] = value

    def run(self, *arguments: str, fails: bool = False) -> bytes:
        """Output of a call; where it `fails` may be true, nothing for one that did."""
        options = [word for setting in HARDENED for word in ("-c", setting)]
        try:
            done = subprocess.run(
                ["git", "--no-pager", *options, *arguments],
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=TIMEOUT,
                check=False,
            )
        except FileNotFoundError:
            raise ChangesError("git was not found") from None
        except subprocess.TimeoutExpired:
            raise ChangesError(f"git {arguments[0]} took longer than {TIMEOUT} s") from None
        except OSError as error:
            raise ChangesError(f"git cannot be run: {error.strerror or error}") from None
        if done.returncode == 0:
            return done.stdout
        if fails:
            return b""
        told = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ChangesError(told[0].removeprefix("fatal: ") if told else f"git {arguments[0]} failed")

    def commit(self, ref: str) -> str:
        """Id of the commit that a name means."""
        found = self.run("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}", fails=True)
        if not found:
            raise ChangesError(f"there is no commit {ref!r} here; a shallow clone may need to fetch it")
        return found.decode("ascii", "replace").strip()

    def filters(self) -> tuple[str, ...]:
        """Content filters that the repository's own configuration defines, as `filter.NAME`."""
        found = set()
        for scope in ("--local", "--worktree"):
            listed = self.run("config", scope, "--includes", "--list", "--name-only", "-z", fails=True)
            for key in listed.split(b"\0"):
                name = os.fsdecode(key).rpartition(".")[0]
                if name.startswith("filter."):
                    found.add(name)
        return tuple(sorted(found))


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
    lines = iter(output.split(b"\n"))
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
