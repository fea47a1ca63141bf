"""Lists of files that git makes, in a process of its own that runs while other work is done."""

from __future__ import annotations

import errno
import os

from ecolint.discovery import git
from ecolint.discovery.reading import read_file

PATIENCE = 30.0
"""Seconds after which git is not waited for any longer."""
UNTRACKED = ("ls-files", "--others", "--exclude-standard", "-z")
STAGED = ("ls-files", "--stage", "-z")


class Listing:
    """A call of git that runs. Its output must be asked for, or the call stopped."""

    __slots__ = ("_pid", "_pipe")

    def __init__(self, root: str, *arguments: str) -> None:
        """Start the call in the work tree at `root`. Raises OSError where it cannot be started."""
        try:
            literal = () if arguments[0] == "check-ignore" else ("--literal-pathspecs",)
            words = [*git.command(), "-C", root, *literal, *arguments]
        except git.GitError as error:
            raise FileNotFoundError(str(error)) from None
        if git.waits_for_a_writer(root):
            raise OSError(errno.ESPIPE, "what git reads first is a pipe")
        self._pipe, theirs = os.pipe()
        nowhere = (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, theirs, 1),
            nowhere,
        ]
        try:
            self._pid = os.posix_spawn(words[0], words, git.environment(root), file_actions=actions)
        except BaseException:
            os.close(self._pipe)
            raise
        finally:
            os.close(theirs)

    def output(self, accepted: tuple[int, ...] = (0,)) -> list[bytes] | None:
        """The NUL-ended fields that the call wrote; None where it failed or took too long."""
        written = self.written(accepted)
        return written.split(b"\0")[:-1] if written is not None else None

    def written(self, accepted: tuple[int, ...] = (0,)) -> bytes | None:
        """What the call wrote; None where it failed or took too long."""
        pieces = []
        try:
            while True:
                if not _is_ready(self._pipe, PATIENCE):
                    self.stop()
                    return None
                piece = os.read(self._pipe, 1 << 20)
                if not piece:
                    break
                pieces.append(piece)
        except BaseException:
            self.stop()
            raise
        os.close(self._pipe)
        _, status = os.waitpid(self._pid, 0)
        return b"".join(pieces) if os.waitstatus_to_exitcode(status) in accepted else None

    def stop(self) -> None:
        """End the call, whatever it has written."""
        os.close(self._pipe)
        os.kill(self._pid, 9)
        os.waitpid(self._pid, 0)


def _is_ready(descriptor: int, seconds: float) -> bool:
    from select import select

    return bool(select([descriptor], [], [], seconds)[0])


def untracked(root: str, below: str = "") -> Listing | None:
    """Start to list what git neither tracks nor ignores, in a work tree or in one of its folders.

    None where there is no git, or no way to start it beside other work.
    """
    if not hasattr(os, "posix_spawn"):
        return None
    try:
        return Listing(root, *UNTRACKED, *(("--", below) if below else ()))
    except OSError:
        return None


def tracked(root: str) -> tuple[list[str], list[str]] | None:
    """Regular files and submodules that git tracks, where its index cannot be read without it."""
    if not hasattr(os, "posix_spawn"):
        return None
    try:
        fields = Listing(root, *STAGED).output()
    except OSError:
        return None
    if fields is None:
        return None
    files: dict[str, None] = {}
    nested: dict[str, None] = {}
    for field in fields:
        head, _, path = field.partition(b"\t")
        if head.startswith(b"100"):
            files[os.fsdecode(path)] = None
        elif head.startswith(b"160"):
            nested[os.fsdecode(path)] = None
    return list(files), list(nested)


def ignored(root: str, paths: list[str]) -> set[str] | None:
    """Those of some absolute paths in a work tree that git ignores; None where it does not tell."""
    if not hasattr(os, "posix_spawn"):
        return None
    try:
        written = Listing(root, "check-ignore", "--", *paths).written((0, 1))
    except OSError:
        return None
    lines = written.splitlines() if written is not None else [b'"']
    quoted = any(line.startswith(b'"') for line in lines)
    return set(map(os.fsdecode, lines)) if not quoted else None


def user_files(root: str) -> list[str]:
    """Files outside a work tree that may say what git ignores in it, whether they are there or not."""
    home = os.path.expanduser("~")
    configured = os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    found = [
        os.environ.get("GIT_CONFIG_SYSTEM") or "/etc/gitconfig",
        os.environ.get("GIT_CONFIG_GLOBAL") or os.path.join(home, ".gitconfig"),
        os.path.join(configured, "git", "config"),
        os.path.join(configured, "git", "ignore"),
    ]
    if any(map(_names_others, found)) or _names_others(os.path.join(root, ".git", "config")):
        try:
            told = Listing(root, "config", "-z", "--path", "core.excludesFile").output((0, 1))
        except (OSError, AttributeError):
            told = None
        found += (os.path.join(root, os.fsdecode(path)) for path in told or ())
    return found


def _names_others(path: str) -> bool:
    """Whether a file of git's settings may name a file of patterns, itself or in one that it includes."""
    try:
        text = (read_file(path) or b"").lower()
    except (OSError, ValueError):
        return False
    return b"excludesfile" in text or b"[include" in text
