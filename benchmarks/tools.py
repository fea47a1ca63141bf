"""The tools that ecolint is measured beside, and ecolint itself as users have it: an installed wheel."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from benchmarks.packages import environment, output, pip

SOURCE = Path(__file__).parent.parent
PINS = {
    "rg": "ripgrep==14.1.0",
    "ruff": "ruff==0.17.6",
    "semgrep": "semgrep==1.185.0",
    "fixit": "fixit==2.2.1",
}
"""Requirement by program. Each goes into an environment of its own; only wheels are taken, since a newer ripgrep
without one for the machine would have to be compiled."""
KEYWORDS = (
    "from ecolint.sieve.search import keywords as k; import sys; sys.stdout.buffer.write(b'\\n'.join(k()))"
)
"""Prints the words that ecolint sieves files by, for the other searchers to look for."""


@dataclass(frozen=True, slots=True)
class Tools:
    """Paths of the programs, and what ecolint's own build can do."""

    ecolint: Path
    python: Path
    git: Path
    rg: Path
    ruff: Path
    keywords: Path
    """File of the words that ecolint looks for, one a line."""
    cache: bool
    """Whether `ecolint scan` has a cache and an option to do without it."""
    semgrep: Path | None = None
    fixit: Path | None = None


def install(work: Path, *, slow: bool) -> Tools:
    """Install what is missing, and ecolint anew from this checkout. `slow` brings semgrep and Fixit too.

    Raises subprocess.CalledProcessError where a package cannot be installed, FileNotFoundError without git.
    """
    scripts = _ecolint(work)
    git = shutil.which("git")
    if git is None:
        raise FileNotFoundError("git is not installed")
    keywords = work / "keywords.txt"
    keywords.write_bytes(output(scripts / "python", "-c", KEYWORDS) + b"\n")
    names = PINS if slow else ("rg", "ruff")
    paths = {name: _tool(name, work) for name in names}
    return Tools(
        ecolint=scripts / "ecolint",
        python=scripts / "python",
        git=Path(git),
        keywords=keywords,
        cache=b"--no-cache" in output(scripts / "ecolint", "scan", "--help"),
        **paths,
    )


def versions(tools: Tools) -> dict[str, str]:
    """What each program says of its version."""
    asked = {
        "git": tools.git,
        "rg": tools.rg,
        "ruff": tools.ruff,
        "semgrep": tools.semgrep,
        "fixit": tools.fixit,
    }
    said = {
        name: output(path, "--version").decode().splitlines()[0].split()
        for name, path in {"Python": tools.python, "ecolint": tools.ecolint, **asked}.items()
        if path
    }
    return {name: next(word for word in words if word[:1].isdigit()) for name, words in said.items()}


def _tool(name: str, work: Path) -> Path:
    folder = work / "tools" / PINS[name]
    program = folder / "bin" / name
    if not program.exists():
        pip(environment(folder), "install", "--only-binary", ":all:", PINS[name])
    return program


def _ecolint(work: Path) -> Path:
    python = environment(work / "tools" / "ecolint")
    pip(python, "install", "--upgrade", "pip")  # scripts of old versions load a module for 6 ms
    wheels = work / "wheel"
    shutil.rmtree(wheels, ignore_errors=True)
    pip(python, "wheel", "--no-deps", "--wheel-dir", str(wheels), str(SOURCE))
    (wheel,) = wheels.glob("*.whl")
    pip(python, "install", str(wheel))
    pip(python, "install", "--force-reinstall", "--no-deps", str(wheel))
    packages = output(python, "-c", "import site; print(*site.getsitepackages(), sep='\\n')").decode().split()
    output(python, "-m", "compileall", "-q", *packages)
    return python.parent
