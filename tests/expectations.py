"""What a fixture file says that ecolint must find in it (see fixtures/README.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parent / "fixtures"
LINE = re.compile(r"(?:[#/<!;{\"-]|--)\s*(?P<kind>expect|undecided|setup|settings):\s+(?P<body>.*)$", re.M)
EXPECT = re.compile(
    r"(?P<rule>ECO\d{3})\s+(?P<level>error|warning|note)\s+`(?P<text>.*?)`(?:\s+@(?P<line>\d+))?(?:\s+~\"(?P<says>.*)\")?"
    r"(?P<unedited>\s+not edited)?\s*$"
)
SIDECAR = ".expect"
WITHOUT_COMMENTS = (".json", ".ipynb")
NOT_FIXTURES = ("README.md", ".root")


@dataclass(frozen=True)
class Expected:
    """One expected finding; `text` is the source under its span. `unedited` says that it has no edit."""

    rule: str
    level: str
    text: str
    line: int | None
    says: str | None
    unedited: bool = False


@dataclass(frozen=True)
class Fixture:
    """A fixture file with what it expects; `root` is its repository."""

    path: Path
    root: Path
    findings: tuple[Expected, ...]
    undecided: frozenset[str] | None
    setups: tuple[dict[str, str], ...]
    settings: dict[str, Any]

    @property
    def name(self) -> str:
        return self.path.relative_to(FIXTURES).as_posix()


class BadFixture(Exception):
    """A fixture whose expectations cannot be understood."""


def _root(path: Path) -> Path:
    folder = path.parent
    while folder != FIXTURES:
        if (folder / ".root").exists():
            return folder
        folder = folder.parent
    return path.parent


def read(path: Path) -> Fixture:
    """Expectations of one fixture. Raises BadFixture."""
    import tomli

    sidecar = path.with_name(path.name + SIDECAR)
    text = (sidecar if sidecar.exists() else path).read_bytes().decode("utf-8", "replace")
    findings: list[Expected] = []
    undecided: frozenset[str] | None = None
    setups: list[dict[str, str]] = []
    settings = ""
    said = False
    for match in LINE.finditer(text.replace("\r", "")):
        body = match["body"].removesuffix("-->").removesuffix("*/").strip()
        if match["kind"] == "undecided":
            undecided = frozenset(word.strip() for word in body.split(",") if word.strip() != "nothing")
        elif match["kind"] == "setup":
            setups.append(dict(pair.split("=", 1) for pair in body.split()))
        elif match["kind"] == "settings":
            settings += body + "\n"
        else:
            said = True
            if body != "nothing":
                findings.append(_expected(path, body))
    if not said:
        raise BadFixture(f"{path}: no `expect:` line")
    return Fixture(path, _root(path), tuple(findings), undecided, tuple(setups), tomli.loads(settings))


def _expected(path: Path, body: str) -> Expected:
    match = EXPECT.match(body)
    if match is None:
        raise BadFixture(f"{path}: cannot be understood: expect: {body}")
    line = int(match["line"]) if match["line"] else None
    return Expected(
        match["rule"],
        match["level"],
        match["text"].replace("\\n", "\n"),
        line,
        match["says"],
        bool(match["unedited"]),
    )


def is_fixture(path: Path) -> bool:
    """Whether a file states expectations, or has them beside it."""
    if path.name in NOT_FIXTURES or path.name.endswith(SIDECAR) or not path.is_file():
        return False
    if path.with_name(path.name + SIDECAR).exists():
        return True
    if path.suffix in WITHOUT_COMMENTS:
        return False
    return b"expect: " in path.read_bytes()


def fixtures() -> list[Path]:
    """Every fixture file, sorted."""
    return sorted(path for path in FIXTURES.rglob("*") if is_fixture(path))
