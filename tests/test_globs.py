"""Globs mean what they mean to git, whatever they are, and never take long."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecolint.discovery.globs import Segment, globs_of, matches, verdict

SIGNS = st.sampled_from(list("aab.b*?[]!^-\\# /") + ["**", "/**/", "[a-b]", "[!a]", "[[:alpha:]]", "a/"])
LINES = st.lists(st.lists(SIGNS, min_size=1, max_size=7).map("".join), min_size=1, max_size=12)
PATHS = (
    "a",
    "b",
    "ab",
    "a.b",
    "a/b",
    "a/a/b",
    "b/a/b/a",
    "b/ab",
    "a b",
    "#a",
    "!a",
    "a-",
    "[a]",
    "a\\b",
    "b/.b",
)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repo")
    subprocess.run(("git", "init", "-q"), cwd=root, check=True)
    return root


def ignored_by_git(root: Path, lines: list[str]) -> set[str]:
    (root / ".gitignore").write_text("\n".join(lines) + "\n")
    words = ("git", "-c", "core.excludesFile=/dev/null", "check-ignore", "--no-index", "--stdin", "-z")
    asked = "\0".join(PATHS).encode()
    done = subprocess.run(words, cwd=root, input=asked, capture_output=True, check=False)
    return {path for path in done.stdout.decode().split("\0") if path}


def ignored_by_us(lines: list[str]) -> set[str]:
    """As a walk does it: what stands in an ignored folder is not asked for again."""
    globs = globs_of(lines)
    found = set()
    for path in PATHS:
        names = path.split("/")
        for number in range(1, len(names) + 1):
            if verdict(globs, "/".join(names[:number]), number < len(names)):
                found.add(path)
                break
    return found


@settings(max_examples=250)
@given(lines=LINES)
def test_lines_mean_what_they_mean_to_git(repository: Path, lines: list[str]) -> None:
    assert ignored_by_us(lines) == ignored_by_git(repository, lines)


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("build", "x/build/y.py", True),
        ("/build", "x/build/y.py", False),
        ("src/**/*.py", "src/a.py", True),
        ("src/**/*.py", "src/a/b/c.py", True),
        ("src/**/*.py", "lib/src/a.py", False),
        ("**/*.ipynb", "a.ipynb", True),
        ("notebooks/*", "notebooks/a/b.py", True),
        ("vendor/", "vendor/a.py", True),
        ("vendor/", "vendor", False),
        ("services/**", "services", False),
        ("services/**", "services/a", True),
        ("a\\ ", "a ", True),
        ("*", "anything", True),
        ("!a", "a", False),
        ("", "a", False),
        ("[", "[", False),
        ("\N{LATIN SMALL LETTER U WITH DIAERESIS}?", "\xfcx", True),
        ("a\nb", "a\nb", True),
    ],
)
def test_globs(glob: str, path: str, expected: bool) -> None:
    assert matches(path, glob) is expected


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("*a" * 60 + "b", "a" * 250),
        ("**/a/" * 200 + "b", "a/" * 2000 + "a"),
        ("a/**/" * 200 + "q", "a/" * 2000 + "a"),
        ("?*" * 100 + "b", "a" * 250),
        ("[!b]*" * 100 + "[x", "a" * 250),
        ("**/*a*a*a/" * 30 + "b", ("a" * 60 + "/") * 60),
    ],
)
def test_no_glob_takes_long(glob: str, path: str) -> None:
    started = time.process_time()
    assert matches(path, glob) is False
    assert time.process_time() - started < 20, "as an expression these take longer than the universe is old"


def test_most_patterns_look_at_the_last_name_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    looked = Segment.matches
    monkeypatch.setattr(Segment, "matches", lambda self, name: (seen.append(name), looked(self, name))[1])
    assert verdict(globs_of(["*.log", "build/", "**/build/out"]), "a/" * 500 + "b.py") is None
    assert seen == ["b.py"] * 2
