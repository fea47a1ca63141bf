"""Calls of git in a tree that nobody has to trust.

Nothing that a repository configures is run: no hook, file-system monitor, content filter, diff, textconv or
pager program, no alias; nothing is fetched, no submodule entered, no index written. The tree that git works in
is the folder it is called for, whatever `core.worktree` or the environment says. git's own check of who owns
the repository (`safe.directory`) stays on.
"""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    Settings = Iterable[tuple[str, str]]

HARDENED = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.quotePath=false",
    "core.pager=cat",
    "diff.external=",
    "diff.relative=false",
    "diff.ignoreSubmodules=all",
    "submodule.recurse=false",
    "protocol.allow=never",
    "safe.bareRepository=explicit",
)
ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
KEPT = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_EXEC_PATH")
"""The only variables of git's that are handed on; with GIT_CONFIG_COUNT and its pairs, which a user sets."""
PAIRS = ("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_")
NO_FILTER = (("clean", ""), ("smudge", ""), ("process", ""), ("required", "false"))
TIMEOUT = 120.0
"""Seconds that one call of git may take."""


class GitError(Exception):
    """git is not there, failed or took too long; the text is one line."""


def command() -> list[str]:
    """git and the options that every call begins with. Raises GitError where there is no git."""
    program = _program(os.environ.get("PATH", os.defpath))
    if program is None:
        raise GitError("git was not found")
    options = (word for setting in HARDENED for word in ("-c", setting))
    return [program, "--no-pager", "--no-optional-locks", *options]


def environment(root: str, settings: Settings = ()) -> dict[str, str]:
    """Environment of a call for the repository at an absolute folder, with settings that win over its own."""
    found = {name: value for name, value in os.environ.items() if _is_handed_on(name)}
    found |= ENVIRONMENT
    found["GIT_WORK_TREE"] = root
    found["GIT_CEILING_DIRECTORIES"] = os.path.dirname(os.path.realpath(root))
    given = found.get("GIT_CONFIG_COUNT", "0")
    count = int(given) if given.isdecimal() else 0
    for number, (key, value) in enumerate(settings, start=count):
        found[f"GIT_CONFIG_KEY_{number}"] = key
        found[f"GIT_CONFIG_VALUE_{number}"] = value
        found["GIT_CONFIG_COUNT"] = str(number + 1)
    return found


def run(root: str, *arguments: str, settings: Settings = (), timeout: float = TIMEOUT) -> bytes:
    """What a call writes. `root` is the absolute folder that holds `.git`. Raises GitError."""
    import subprocess

    if waits_for_a_writer(root):
        raise GitError("what git reads first is a pipe")
    try:
        process = subprocess.Popen(
            [*command(), *arguments],
            cwd=root,
            env=environment(root, settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise GitError(f"git cannot be run: {getattr(error, 'strerror', None) or error}") from None
    try:
        output, told = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        raise GitError(f"git {arguments[0]} took longer than {timeout:g} s") from None
    finally:
        _end(process.pid, running=process.poll() is None)
        process.wait()
    if process.returncode != 0:
        raise GitError(_first_line(told) or f"git {arguments[0]} failed")
    return output


def waits_for_a_writer(root: str) -> bool:
    """Whether git would open a pipe, and wait until somebody writes to it."""
    for name in ("HEAD", "index", "config", "packed-refs"):
        try:
            status = os.lstat(os.path.join(root, ".git", name))
        except (OSError, ValueError):
            continue
        if stat.S_ISFIFO(status.st_mode):
            return True
    return False


def without_filters(root: str) -> tuple[tuple[str, str], ...]:
    """Settings that switch off the content filters which a repository's own configuration defines.

    Every call that compares files with what git knows of them needs these. Raises GitError.
    """
    fields = run(root, "config", "--list", "--includes", "--name-only", "--show-scope", "-z").split(b"\0")
    sections = {
        os.fsdecode(key).rpartition(".")[0]
        for scope, key in zip(fields[::2], fields[1::2], strict=False)
        if scope in (b"local", b"worktree") and key.startswith(b"filter.")
    }
    return tuple((f"{name}.{key}", value) for name in sorted(sections) for key, value in NO_FILTER)


def _program(path: str) -> str | None:
    """git in one of the folders of PATH; never in a relative one, which could be that of the tree."""
    name = "git.exe" if os.name == "nt" else "git"
    candidates = (os.path.join(folder, name) for folder in path.split(os.pathsep) if os.path.isabs(folder))
    return next((file for file in candidates if os.path.isfile(file) and os.access(file, os.X_OK)), None)


def _is_handed_on(name: str) -> bool:
    return not name.startswith("GIT_") or name in KEPT or name == "GIT_CONFIG_COUNT" or name.startswith(PAIRS)


def _end(group: int, running: bool) -> None:
    """End a call that still runs, with the programs it started."""
    import contextlib
    import signal

    if not running:
        return
    with contextlib.suppress(OSError):
        if os.name == "nt":
            os.kill(group, signal.SIGTERM)
        else:
            os.killpg(group, signal.SIGKILL)


def _first_line(told: bytes) -> str:
    lines = told.decode("utf-8", "replace").strip().splitlines()
    text = lines[0].removeprefix("fatal: ").removeprefix("error: ") if lines else ""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)
