"""Which versions of the software stack a repository asks for.

The versions are read from the requirement files, project files, lock files, environment files and Dockerfile
installs that stand in the file's folder or in one above it; the nearest statement about a package counts.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import partial

from ecolint.inference import NO_STACK, Pinned, Stack
from ecolint.repository import Repository

PACKAGES = frozenset(
    (
        "bitsandbytes",
        "transformers",
        "torch",
        "torchao",
        "vllm",
        "vllm-bnb-plugin",
        "sglang",
        "accelerate",
        "peft",
        "llama-cpp-python",
    )
)
REQUIREMENT_FILE = re.compile(r"(?:.*requirements.*|constraints.*)\.(?:txt|in)\Z", re.I)
ENVIRONMENT_FILES = ("environment.yml", "environment.yaml", "conda.yaml", "conda.yml")
PIPENV_LOCK = "Pipfile.lock"
LOCK_FILES = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", PIPENV_LOCK)
REQUIREMENT = re.compile(
    r"""(?P<name>[A-Za-z0-9][A-Za-z0-9._-]{0,60})\s*(?:\[[^\]\n]{0,100}\])?\s*
        (?P<spec>(?:[<>=!~]=?=?\s*[0-9][A-Za-z0-9.*+!_-]{0,40}\s*,?\s*){0,6})""",
    re.X,
)
LOWER_BOUND = re.compile(r"(?:(?<![!<=])==?=?|~=|\^|~|>=?)\s*v?(\d[\d.]*\d|\d)")
RANGE = re.compile(r"[<>~!*]")
NEWEST = "*"
LEVELS = 50
"""Folders at both ends of a path that are looked into, where it has more."""


def at_least(version: str, threshold: str) -> bool:
    """Whether a version is `threshold` or newer; `*`, the newest release, always is."""
    if version == NEWEST:
        return True
    from packaging.version import InvalidVersion, Version

    try:
        return Version(version) >= Version(threshold)
    except InvalidVersion:
        return True


def excludes_older(pinned: Pinned, threshold: str) -> bool:
    """Whether a requirement admits no version that is older than `threshold`."""
    bounds = LOWER_BOUND.findall(pinned.text)
    if not bounds and RANGE.search(pinned.text) is None and pinned.version != NEWEST:
        bounds = [pinned.version]
    return any(at_least(bound, threshold) for bound in bounds)


def newest_admitted(specifier: str) -> str:
    """Newest version that a requirement such as `>=4.40,<4.50` or `==0.45.*` may resolve to.

    An upper bound that excludes itself (`<0.46`) gives the version just below it, written `0.46.dev0`, which
    sorts before 0.46 and all that follows. `*` where nothing bounds it from above.
    """
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion, Version

    try:
        clauses = list(SpecifierSet(specifier))
    except InvalidSpecifier:
        return NEWEST
    bounds: list[Version] = []
    for clause in clauses:
        bound = _upper_bound(clause.operator, clause.version)
        if bound is None:
            continue
        try:
            bounds.append(Version(bound))
        except InvalidVersion:
            continue
    return str(min(bounds)) if bounds else NEWEST


def _upper_bound(operator: str, version: str) -> str | None:
    if operator in ("==", "==="):
        if version.endswith(".*"):
            return _next_release(version[:-2])
        return version
    if operator == "<=":
        return version
    if operator == "<":
        return f"{version}.dev0" if version[-1:].isdigit() else version
    if operator == "~=":
        return _next_release(version.rpartition(".")[0])
    return None


def _next_release(prefix: str) -> str | None:
    head, _, last = prefix.rpartition(".")
    if not last.isdigit():
        return None
    return f"{head}.{int(last) + 1}.dev0" if head else f"{int(last) + 1}.dev0"


def stack_of(path: str, repository: Repository) -> Stack:
    """Versions that hold for a file: for each package the nearest statement, from its folder upward."""
    stack = NO_STACK
    if repository.root is None:
        return stack
    parts = path.split("/")
    levels = range(len(parts))
    for number in levels if len(parts) <= 2 * LEVELS else (*levels[:LEVELS], *levels[-LEVELS:]):
        folder = "/".join(parts[:number])
        stack = repository.remembered(("stack", folder), partial(_below, stack, folder, repository))
    return stack


def _below(above: Stack, folder: str, repository: Repository) -> Stack:
    """Versions that hold in a folder below others."""
    own = _stated_in(folder, repository)
    return {**above, **own} if own else above


def _stated_in(folder: str, repository: Repository) -> Stack:
    """Statements of one folder. A lock file beats a requirement; among equals the newest version counts, which
    is the cautious one, as it can only lower the confidence."""
    found: dict[str, Pinned] = {}
    for name in repository.list(folder):
        for package, pinned in _stated_by(posixpath.join(folder, name), name, repository):
            if package not in found or _outranks(pinned, found[package]):
                found[package] = pinned
    return found


def _outranks(pinned: Pinned, known: Pinned) -> bool:
    locked, known_locked = (item.path.rpartition("/")[2] in LOCK_FILES for item in (pinned, known))
    if locked != known_locked:
        return locked
    return known.version != NEWEST and not at_least(known.version, pinned.version)


def _stated_by(path: str, name: str, repository: Repository) -> Iterator[tuple[str, Pinned]]:
    lower = name.lower()
    reader = None
    if REQUIREMENT_FILE.match(name):
        reader = _requirement_lines
    elif lower == "pyproject.toml":
        reader = _project_lines
    elif lower in ("setup.py", "setup.cfg", "pipfile"):
        reader = _quoted_lines
    elif name == PIPENV_LOCK:
        reader = _pipenv_lines
    elif lower in LOCK_FILES:
        reader = _lock_lines
    elif lower in ENVIRONMENT_FILES:
        reader = _environment_lines
    elif lower == "dockerfile" or lower.startswith("dockerfile.") or lower.endswith(".dockerfile"):
        reader = _install_lines
    if reader is None:
        return
    source = repository.read(path)
    if source is None or not any(package.encode() in source.data.lower() for package in PACKAGES):
        return
    lines = source.data.decode("utf-8", "replace").splitlines()
    for text in reader(lines):
        yield from _pinned(text, path)


def _pinned(text: str, path: str) -> Iterator[tuple[str, Pinned]]:
    match = REQUIREMENT.match(text)
    if match is None:
        return
    name = re.sub(r"[-_.]+", "-", match["name"]).lower()
    if name in PACKAGES:
        version = newest_admitted(match["spec"].strip().rstrip(","))
        yield name, Pinned(version, match[0].strip().rstrip(","), path)


def _requirement_lines(lines: list[str]) -> Iterator[str]:
    for line in lines:
        text = line.split("#", 1)[0].strip()
        if text and not text.startswith("-"):
            yield text


def _quoted_lines(lines: list[str]) -> Iterator[str]:
    """Requirements written as strings, as in setup.py: each starts right after a quote or at a line's start."""
    for line in lines:
        code = line.split("#", 1)[0]
        for part in re.split(r"[\"']", code):
            if part.strip():
                yield part.strip()


def _project_lines(lines: list[str]) -> Iterator[str]:
    """PEP 621 strings, and Poetry's `name = "^1.2"` and `name = {version = "1.2"}`."""
    for line in lines:
        code = line.split(" #", 1)[0]
        poetry = re.match(r"\s*([A-Za-z0-9._-]+)\s*=\s*(?:\{.*?version\s*=\s*)?[\"']([^\"']*)[\"']", code)
        if poetry and poetry[1].lower() in PACKAGES:
            yield poetry[1] + _poetry_specifier(poetry[2])
            continue
        yield from re.findall(r"[\"']([^\"']+)[\"']", code)


def _poetry_specifier(text: str) -> str:
    text = text.strip()
    if text[:1] in "^~" and not text.startswith("~="):
        numbers = text[1:].strip().split(".")
        keep = next((i for i, part in enumerate(numbers) if part not in ("0", "")), len(numbers) - 1)
        if text[0] == "~":
            keep = min(1, len(numbers) - 1)
        bound = _next_release(".".join(numbers[: keep + 1]))
        return f"<{bound.removesuffix('.dev0')}" if bound else ""
    return text if text[:1] in "<>=!~" else f"=={text}" if text[:1].isdigit() else ""


def _lock_lines(lines: list[str]) -> Iterator[str]:
    name = ""
    for line in lines:
        field = re.match(r"\s*(name|version)\s*=\s*\"([^\"]+)\"", line)
        if field and field[1] == "name":
            name = field[2]
        elif field and name:
            yield f"{name}=={field[2]}"
            name = ""


def _pipenv_lines(lines: list[str]) -> Iterator[str]:
    """Versions in the JSON that pipenv writes, one key a line."""
    name = ""
    for line in lines:
        if opened := re.match(r"\s*\"([^\"]+)\":\s*\{", line):
            name = opened[1]
        elif stated := re.match(r"\s*\"version\":\s*\"(==[^\"]+)\"", line):
            yield f"{name}{stated[1]}"


def _environment_lines(lines: list[str]) -> Iterator[str]:
    for line in lines:
        item = re.match(r"\s*-\s*[\"']?(?:[\w.-]+::)?([^#\"']+)", line)
        if item:
            text = item[1].strip()
            yield re.sub(r"^([\w.-]+)=(\d[\w.*]*)(?:=\S*)?$", r"\1==\2", text)


def _install_lines(lines: list[str]) -> Iterator[str]:
    """Words after `pip install` or `uv pip install`, over continued lines."""
    installing = False
    for line in lines:
        text = line.strip()
        if text.startswith("#"):
            continue
        start = re.search(r"\bpip3?\s+install\b|\buv\s+(?:pip\s+install|add)\b", text)
        if start:
            installing = True
            text = text[start.end() :]
        if installing:
            for word in re.split(r"&&|;|\|", text)[0].replace("\\", " ").split():
                yield word.strip("\"'")
            installing = line.rstrip().endswith("\\") and "&&" not in text
