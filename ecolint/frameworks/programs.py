"""Which words of a command line name a program, and which image a container runs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

from ecolint.inference import Located

LAUNCHERS: Mapping[str, str] = {
    "accelerate": "launch",
    "deepspeed": "",
    "torchrun": "",
    "mpirun": "",
    "uv": "run",
    "uvx": "",
    "poetry": "run",
    "conda": "run",
}
"""Programs that start another one which follows them on the line, after their subcommand and perhaps options of
their own. Readers of shell text remove most of them already."""
LOOK_AHEAD = 24
"""Words after a launcher among which its program is looked for."""
PYTHON = re.compile(r"(?:python|pypy|py)(?:\d+(?:\.\d+)*)?(?:\.exe)?")
OPTIONS_WITH_VALUE = frozenset(("-W", "-X", "--check-hash-based-pycs"))
PLACEHOLDER = re.compile(r"\$\{[^{}]*\}|\$\([^()]*\)|\{\{[^{}]*\}\}|\$\w+")

Words = Sequence["Located[str]"]
Pattern = tuple[str, ...]


def text_of(word: Located[str]) -> str:
    """Text of a word as far as it is known."""
    return word.value if isinstance(word.value, str) else ""


def base_name(text: str) -> str:
    """Last component of a path, without `.exe`."""
    return text.replace("\\", "/").rpartition("/")[2].removesuffix(".exe")


def program_end(words: Words, heads: Mapping[str, Sequence[Pattern]]) -> tuple[Pattern, int] | None:
    """The longest pattern that the line starts with, and the index of the first word after it.

    `heads` are the patterns by their first word. A launcher and its own options are passed over. None where
    the line starts no program of these.
    """
    texts = [text_of(word) for word in words[: LOOK_AHEAD + 8]]
    if not texts:
        return None
    for start in range(_starts(texts)):
        found = _at(texts, start, words[start].is_dynamic, heads)
        if found is not None and (start == 0 or len(found[0]) > 1 or "-" in found[0][0]):
            return found
    return None


def _starts(texts: Sequence[str]) -> int:
    """How many of the first words may be the program."""
    subcommand = LAUNCHERS.get(base_name(texts[0]))
    if subcommand is None or (subcommand and texts[1:2] != [subcommand]):
        return 1
    return min(LOOK_AHEAD, len(texts))


def _at(
    texts: Sequence[str], start: int, dynamic: bool, heads: Mapping[str, Sequence[Pattern]]
) -> tuple[Pattern, int] | None:
    head = base_name(texts[start])
    after = start + 1
    if PYTHON.fullmatch(head) or (dynamic and texts[after : after + 1] == ["-m"]):
        head = "python"
        after = _past_interpreter_options(texts, after)
    elif start and texts[start] == "-m":
        head, after = "python", start
    best: tuple[Pattern, int] | None = None
    for pattern in heads.get(head, ()):
        rest = pattern[1:]
        end = after + len(rest)
        written = [*texts[after:end]]
        if len(written) == len(rest) and all(map(_same, written, rest)) and (not best or end > best[1]):
            best = (pattern, end)
    return best


def _past_interpreter_options(texts: Sequence[str], at: int) -> int:
    while at < len(texts) and texts[at].startswith("-") and texts[at] != "-m":
        at += 2 if texts[at] in OPTIONS_WITH_VALUE else 1
    return at


def _same(written: str, wanted: str) -> bool:
    if wanted.endswith(".py") and "/" not in wanted:
        written = base_name(written)
    return fnmatchcase(written, wanted)


def image_path(image: str) -> str:
    """Path of an image without tag and digest, in lower case; what is filled in at run time reads `x`."""
    path = PLACEHOLDER.sub("x", image.strip()).partition("@")[0].removeprefix("docker://")
    head, slash, last = path.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}".lower()


def is_image(image: str, repositories: Sequence[str]) -> bool:
    """Whether the end of an image's path is one of the repositories (globs, a component at a time)."""
    parts = image_path(image).split("/")
    for repository in repositories:
        wanted = repository.split("/")
        if len(parts) >= len(wanted) and all(map(fnmatchcase, parts[-len(wanted) :], wanted)):
            return True
    return False
