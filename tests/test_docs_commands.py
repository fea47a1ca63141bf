"""Every command of ecolint's that README and docs/ show is run, in a repository like the example.

A command may end with 0 or 1, as findings come and go; `# exit status N` behind it pins the status.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.adoption.conftest import git

ROOT = Path(__file__).parent.parent
PAGES = sorted(path for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")))
BLOCK = re.compile(r"^```(?:bash|console|shell|sh)\n(.*?)^```", re.M | re.S)
FENCED = re.compile(r"^```.*?^```", re.M | re.S)
INLINE = re.compile(r"`(ecolint [^`\n]+)`")
CALL = re.compile(r"(?:\A|&& |; |\| |\$\()\s*(?:\$ )?((?:_\w+=\w+ )?ecolint\b.*)")
STATUS = re.compile(r"#\s*exit status (\d)\b")
PLACEHOLDERS = {
    "PATH": "app/main.py",
    "FILE": "app/main.py",
    "CODE": "ECO001",
    "ID": "4090d-mar06-qwen2-1.5b-nf4",
}
EXPECTED_FAILURES = ("Error:", "Usage:", "Traceback", "internal error")
BASH = shutil.which("bash")


@dataclass(frozen=True)
class Documented:
    """A command, the line it stands on, and the statuses that it may end with."""

    line: int
    command: str
    statuses: tuple[int, ...] = (0, 1)


def documented(text: str) -> list[Documented]:
    """Commands of a page in their order: lines of shell blocks that call ecolint, and inline code."""
    found = []
    for block in BLOCK.finditer(text):
        first = text.count("\n", 0, block.start()) + 2
        for number, line in enumerate(block[1].replace("\\\n", " ").splitlines()):
            if CALL.search(line):
                status = STATUS.search(line)
                command = line.removeprefix("$ ").removeprefix("pip install . && ")
                found.append(Documented(first + number, command, (int(status[1]),) if status else (0, 1)))
    plain = FENCED.sub(lambda match: "\n" * match[0].count("\n"), text)
    for match in INLINE.finditer(plain):
        words = [PLACEHOLDERS.get(word, word) for word in match[1].split()]
        if words[1].startswith("--") or not words[1].islower():
            continue
        found.append(Documented(plain.count("\n", 0, match.start()) + 1, " ".join(words)))
    return sorted(found, key=lambda one: one.line)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """The example, with its repository."""
    root = tmp_path / "sample"
    shutil.copytree(ROOT / "examples/chatbot", root)
    shutil.copytree(ROOT / "examples", root / "examples")
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "one")
    git(root, "update-ref", "refs/remotes/origin/main", "HEAD")
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin/ecolint"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ecolint "$@"\n')
    program.chmod(0o755)
    (tmp_path / "home/.config/fish/completions").mkdir(parents=True)
    return root


@pytest.mark.skipif(BASH is None or os.name == "nt", reason="bash is not installed")
@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_documented_commands_work(page: Path, sample: Path) -> None:
    commands = documented(page.read_text(encoding="utf-8"))
    environment = {
        "PATH": f"{sample.parent / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(sample.parent / "home"),
        "LANG": "C.UTF-8",
    }
    for one in commands:
        done = subprocess.run(
            (str(BASH), "-c", one.command),
            cwd=sample,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            check=False,
        )
        where = f"{page.name}:{one.line}: {one.command}"
        assert done.returncode in one.statuses, f"{where}\n{done.stderr}"
        assert not any(words in done.stderr for words in EXPECTED_FAILURES), f"{where}\n{done.stderr}"


def test_commands_are_found() -> None:
    text = (
        "x `ecolint rule ECO001` y `ecolint config --show PATH`\n"
        "```bash\na=1\necolint scan  # exit status 1\n$ ecolint scan .\n```\n"
    )
    assert [(one.line, one.command, one.statuses) for one in documented(text)] == [
        (1, "ecolint rule ECO001", (0, 1)),
        (1, "ecolint config --show app/main.py", (0, 1)),
        (4, "ecolint scan  # exit status 1", (1,)),
        (5, "ecolint scan .", (0, 1)),
    ]
    pages = {page.name: len(documented(page.read_text(encoding="utf-8"))) for page in PAGES}
    assert pages["README.md"] >= 3
    assert min(pages[name] for name in ("ci.md", "adoption.md", "settings.md", "cli.md")) >= 3
