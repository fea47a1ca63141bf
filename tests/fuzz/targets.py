"""What is fuzzed: every parser, what they read beside a file, settings, suppressions, fixes, baseline and changes.

A target takes bytes. Where it knows several paths or texts to try them as, the first byte chooses.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import takewhile
from pathlib import Path

from ecolint import baseline
from ecolint.changes import _binary, _hunks, _index
from ecolint.fixes import Selection, fixed
from ecolint.parsers.registry import format_of, formats
from ecolint.repository import Repository
from ecolint.scanner import scan
from ecolint.settings import files, search
from ecolint.settings.keys import DEFAULTS
from ecolint.settings.policy import CommandLineChoices, policy_for
from ecolint.sieve.search import MARK
from ecolint.source import SourceFile
from ecolint.suppressions import read_comments
from tests.fuzz.invariants import POLICY, Broken, Neighbours, _inside, scanned

FIXTURES = Path(__file__).parents[1] / "fixtures"
Run = Callable[[bytes], None]


@dataclass(frozen=True)
class Target:
    """One thing to fuzz. `choices` are what the first byte of an input chooses from, `seeds` inputs to begin with."""

    name: str
    choices: tuple[str, ...]
    try_as: Callable[[str, bytes], None]
    seeds: Callable[[], Iterator[bytes]]

    def run(self, data: bytes) -> None:
        """Raises whatever an input brings to light."""
        if data:
            self.try_as(self.choices[data[0] % len(self.choices)], data[1:])


MORE_PATHS = {
    "yaml": (
        "compose.yaml", ".github/workflows/a.yml", ".gitlab-ci.yml", "chart/templates/a.yaml", "chart/values.yaml",
        "kustomization.yaml", "a.yaml.j2", "config.yaml", "service.dstack.yml", "engine/config.yaml",
    ),
    "json": ("config.json", ".vscode/launch.json", ".vscode/tasks.json", "a.json5", "package.json"),
    "dotenv": (".env", "etc/environment"),
    "systemd": ("a.service", "a.container"),
    "python": ("a.py", "tests/test_a.py", "setup.py"),
}  # fmt: skip


def _seed_files() -> list[tuple[str, bytes]]:
    found = []
    for path in sorted(FIXTURES.rglob("*")):
        if path.is_file() and path.suffix != ".expect" and path.name != ".root":
            found.append((path.relative_to(FIXTURES).as_posix(), path.read_bytes()))
    return found


def _parser(name: str, paths: Sequence[str]) -> Target:
    def seeds() -> Iterator[bytes]:
        for path, data in _seed_files():
            kind = format_of(path, data[:256])
            if kind is not None and kind.name == name:
                best = max(range(len(paths)), key=lambda index: _same_ending(paths[index], path))
                yield bytes((best,)) + data

    return Target(f"parser:{name}", tuple(paths), _parse, seeds)


def _same_ending(one: str, other: str) -> int:
    """Characters at the end that two paths have in common."""
    pairs = zip(reversed(one), reversed(other), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _parse(path: str, data: bytes) -> None:
    scanned(SourceFile(path, data))


def _paths(name: str, globs: Sequence[str], path_globs: Sequence[str]) -> tuple[str, ...]:
    own = [
        glob.replace("[._-]", ".").replace("[-_]", "-").replace("*", "a") for glob in (*globs, *path_globs)
    ]
    return (*MORE_PATHS.get(name, ()), *own)


COMPOSE = (
    b"services:\n  a:\n    image: vllm/vllm-openai\n    env_file: .env\n    command: --max-num-seqs ${SEQS}\n"
)
NEIGHBOURS = {
    "requirements.txt": ("a.py", b"from transformers import BitsAndBytesConfig as B\nB(load_in_8bit=True)\n"),
    "pyproject.toml": ("a.py", b"from transformers import BitsAndBytesConfig as B\nB(load_in_8bit=True)\n"),
    "uv.lock": ("a.py", b"from transformers import BitsAndBytesConfig as B\nB(load_in_8bit=True)\n"),
    "environment.yml": ("a.py", b"from transformers import BitsAndBytesConfig as B\nB(load_in_8bit=True)\n"),
    "Dockerfile": ("a.py", b"from transformers import BitsAndBytesConfig as B\nB(load_in_8bit=True)\n"),
    "settings.py": ("a.py", b"import settings\nfrom settings import *\nfrom transformers import BitsAndBytesConfig as B\nB(load_in_8bit=settings.A, **B)\n"),
    ".env": ("compose.yaml", COMPOSE),
    "base.yaml": ("compose.yaml", b"services:\n  a:\n    image: vllm/vllm-openai\n    extends: {file: base.yaml, service: a}\n"),
    "base/kustomization.yaml": ("kustomization.yaml", b"resources: [base]\nimages: [{name: vllm/vllm-openai, newTag: a}]\n"),
    "c/values.yaml": ("c/templates/a.yaml", b"spec: {containers: [{image: {{ .Values.image }}, args: [--max-num-seqs, {{ .Values.a }}, vllm]}]}\n"),
    "run.sh": ("Dockerfile", b"FROM vllm/vllm-openai\nCOPY run.sh /run.sh\nCMD /run.sh\n"),
    "Makefile.inc": ("Makefile", b"include Makefile.inc\na:\n\tvllm serve a $(A)\n"),
}  # fmt: skip


def _beside(path: str, data: bytes) -> None:
    asked, text = NEIGHBOURS[path]
    scanned(SourceFile(asked, text), Neighbours({path: data, asked: text}), len(data))


def _neighbour_seeds() -> Iterator[bytes]:
    names = tuple(NEIGHBOURS)
    yield (
        bytes((0,))
        + b"transformers>=4.40,<4.50\nbitsandbytes==0.45.*; python_version > '3.8'\n-r other.txt\n"
    )
    yield (
        bytes((1,))
        + b'[project]\ndependencies = ["vllm>=0.6", "torch~=2.3"]\n[tool.poetry.dependencies]\nvllm = "^0.6"\n'
    )
    yield bytes((2,)) + b'[[package]]\nname = "transformers"\nversion = "4.50.0"\n'
    yield bytes((3,)) + b"dependencies:\n  - pytorch=2.3\n  - pip:\n    - vllm==0.6.0\n"
    yield bytes((4,)) + b"FROM a\nRUN pip install -U 'transformers<5' \\\n  bitsandbytes==0.44\n"
    for path, data in _seed_files():
        for number, name in enumerate(names):
            if os.path.splitext(name)[1] == os.path.splitext(path)[1]:
                yield bytes((number,)) + data


SETTINGS = (
    b'gpu = "T4"\nselect = ["ECO0"]\nignore = "nf4-double-quant"\nextend = "other.toml"\nmin-confidence = 2\n',
    b'[tool.ecolint]\nexclude = ["a/**", "[!b]*"]\nfail-on = "note"\n[[tool.ecolint.overrides]]\nfiles = ["x/**"]\ngpu = "A100"\n',
    b'[params]\n"a/b" = 7.2\n[cost]\nrequests-per-day = 1\n[per-file-ignores]\n"a" = ["ALL"]\n',
)


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="ecolint-fuzz-"))


def _read_settings(name: str, data: bytes) -> None:
    path = _folder() / name
    path.write_bytes(data)
    files.load.cache_clear()
    search.forget()
    try:
        settings = files.load(str(path))
        settings.excluding("a/b.py")
        settings.ignored_in("a/b.py")
        settings.for_path("a/b.py")
    except files.SettingsError as error:
        _one_line(str(error))


def _read_baseline(name: str, data: bytes) -> None:
    path = _folder() / name
    path.write_bytes(data)
    try:
        entries = baseline.read(str(path))
    except baseline.BaselineError as error:
        _one_line(str(error))
        return
    again = _folder() / f"again-{name}"
    again.write_text(baseline.as_text(entries), encoding="utf-8")
    if sorted(map(repr, baseline.read(str(again)))) != sorted(map(repr, entries)):
        raise Broken("a baseline that is written and read again is another one")


def _one_line(text: str) -> None:
    if "\n" in text or not text.isprintable():
        raise Broken(f"a message with control signs: {text[:200]!r}")


def _read_changes(kind: str, data: bytes) -> None:
    {"hunks": _hunks, "binary": _binary, "index": _index}[kind](data)


SIGNS = {
    "a.py": ("#",),
    "a.md": (),
    "a.json": ("//",),
    "a.service": ("#", ";"),
    "a.ipynb": ("#",),
    "a.lua": ("--",),
}


def _read_suppressions(path: str, data: bytes) -> None:
    source = SourceFile(path, data)
    comments = read_comments(source, (), SIGNS[path])
    for item in (*comments.ignores, *comments.annotations):
        _inside(source, item.span)
        for line in item.lines or ():
            if not 1 <= line <= len(source.line_starts):
                raise Broken(f"line {line} of {len(source.line_starts)}")


def _suppression_seeds() -> Iterator[bytes]:
    for path, data in _seed_files():
        if MARK in data:
            number = 1 if path.endswith(".md") else 0
            yield bytes((number,)) + data


def _fix(path: str, data: bytes) -> None:
    source = SourceFile(path, data)
    report = scanned(source)
    selection = Selection(unsafe=True)
    if not any(selection.takes(item) for item in report.findings):
        return

    def rescan(text: bytes) -> object:
        return scan(SourceFile(path, text), Repository(None), POLICY)

    result = fixed(path, data, rescan, selection)  # type: ignore[arg-type]
    if result.problem:
        if result.changed:
            raise Broken("a file that is left as it was has changed")
        return
    scanned(SourceFile(path, result.after))
    again = fixed(path, result.after, rescan, selection)  # type: ignore[arg-type]
    if again.after != result.after:
        raise Broken("a second run changes what the first one left")
    _untouched(path, data, result.after)


DEFAULT_POLICY = policy_for(DEFAULTS, CommandLineChoices(), "a")


def _glance(path: str, data: bytes) -> None:
    """Raises Broken where a glance passes over what the default rules say, but for what cannot be read."""
    source = SourceFile(path, data)
    whole, glanced = (
        scan(source, Repository(None), DEFAULT_POLICY, thorough=thorough) for thorough in (True, False)
    )
    for said in ("findings", "undecided", "suppressed"):
        if _judged(getattr(whole, said)) != _judged(getattr(glanced, said)):
            raise Broken(f"other {said} after a glance")


def _judged(items: Sequence[object]) -> list[object]:
    return [item for item in items if getattr(item, "rule", "") != "ECO902"]


def _untouched(path: str, before: bytes, after: bytes) -> None:
    """Raises Broken where bytes before the first or behind the last line with an edit are not the same."""
    if SourceFile(path, before).encoding != SourceFile(path, after).encoding:
        raise Broken("the encoding is another one")
    if before.count(b"\0") == 0 and after.count(b"\0"):
        raise Broken("NUL in what was written")


@cache
def targets() -> dict[str, Target]:
    """Every target, by name."""
    parsers = [_parser(item.name, _paths(item.name, item.names, item.paths)) for item in formats()]
    readers = [
        Target("neighbours", tuple(NEIGHBOURS), _beside, _neighbour_seeds),
        Target("settings", ("ecolint.toml", "pyproject.toml"), _read_settings, partial(_of, SETTINGS)),
        Target("suppressions", tuple(SIGNS), _read_suppressions, _suppression_seeds),
        Target("fixes", FIX_PATHS, _fix, _fix_seeds),
        Target("glance", GLANCED_PATHS, _glance, partial(_seeds_of, GLANCED_PATHS)),
        Target("baseline", ("baseline.json",), _read_baseline, partial(_of, BASELINES)),
        Target("changes", ("hunks", "binary", "index"), _read_changes, partial(_of, CHANGES)),
    ]
    return {item.name: item for item in (*parsers, *readers)}


FIX_PATHS = (
    "a.py", "a.sh", "Dockerfile", "compose.yaml", "config.json", ".env", "Makefile", "a.service", "a.ipynb",
    "config.pbtxt", "Procfile", "Modelfile", "justfile", "README.md", "a.yaml", "CMD_FLAGS.txt",
)  # fmt: skip


GLANCED_PATHS = ("a.py", "a.yaml", "compose.yaml", ".github/workflows/a.yml", "a.sh", "Dockerfile")


def _fix_seeds() -> Iterator[bytes]:
    return _seeds_of(FIX_PATHS)


def _seeds_of(paths: Sequence[str]) -> Iterator[bytes]:
    """Fixtures as files of each of the paths that has their format."""
    kinds = [format_of(path) for path in paths]
    for path, data in _seed_files():
        kind = format_of(path, data[:256])
        for number, other in enumerate(kinds):
            if kind is other:
                yield bytes((number,)) + data


def _of(texts: Sequence[bytes]) -> Iterator[bytes]:
    for text in texts:
        yield b"\0" + text
        yield b"\1" + text


BASELINES = (
    b'{"schema_version": 1, "findings": [\n{"path": "a.py", "rule": "ECO001", "text": "x", "fingerprint": "00", "context": "11", "name": "n"}\n]}\n',
    b'{"findings": [{}]}',
)
CHANGES = (
    b'diff --git a/a b/a\n--- a/a\n+++ "b/a\\303\\274\\t"\n@@ -1,2 +3,4 @@ x\n-a\n-b\n+c\n+d\n+e\n+f\n\\ No newline\n',
    b"1\t2\ta\0-\t-\t\0b\0c\0",
    b"100644 0000 0\ta\x00160000 0000 0\tb\0",
)
