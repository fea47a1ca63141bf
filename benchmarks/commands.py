"""The command lines that are measured."""

from __future__ import annotations

from pathlib import Path

from benchmarks.processes import Command
from benchmarks.tools import Tools

HERE = Path(__file__).parent
SEMGREP_RULES = HERE / "semgrep.yaml"
FIXIT_RULE = "fixit.rules.no_static_if_condition"


def tree_commands(tools: Tools, folder: Path, kind: str, *, git: bool, scratch: Path) -> list[Command]:
    """What is run on a tree. Fixit takes minutes on a large one, so only a repository full of candidates has it."""
    commands = [
        Command("ecolint", _scan(tools, "."), folder),
        Command("rg", (str(tools.rg), "-l", "-F", "-f", str(tools.keywords), "."), folder),
        Command("git grep", _git_grep(tools, git=git), folder),
        Command("ruff", _ruff(tools, "E9", "--no-cache"), folder),
        Command("ruff, cached", _ruff(tools, "F632", "--cache-dir", str(scratch / "ruff")), folder),
    ]
    if tools.cache:
        commands.append(Command("ecolint, cached", (str(tools.ecolint), "scan", "."), folder))
    if tools.semgrep and kind in ("few", "many", "full"):
        commands.append(Command("semgrep", _semgrep(tools, scratch, "."), folder, slow=True))
    if tools.fixit and kind == "full":
        commands.append(Command("fixit", _fixit(tools, "."), folder, slow=True))
    return commands


def file_commands(tools: Tools, folder: Path, names: list[str], *, scratch: Path) -> list[Command]:
    """What is run on files that are named, as a commit hook does."""
    commands = [
        Command("python -c pass", (str(tools.python), "-c", "pass"), folder),
        Command("ecolint", _scan(tools, *names), folder),
        Command("ruff", _ruff(tools, "E9", "--no-cache", paths=names), folder),
    ]
    if tools.semgrep:
        commands.append(Command("semgrep", _semgrep(tools, scratch, *names), folder, slow=True))
    if tools.fixit:
        commands.append(Command("fixit", _fixit(tools, *names), folder, slow=True))
    return commands


def _scan(tools: Tools, *paths: str) -> tuple[str, ...]:
    no_cache = ("--no-cache",) if tools.cache else ()
    return (str(tools.ecolint), "scan", *no_cache, *paths)


def _git_grep(tools: Tools, *, git: bool) -> tuple[str, ...]:
    where = "--untracked" if git else "--no-index"
    return (str(tools.git), "grep", where, "-I", "-l", "-F", "-f", str(tools.keywords))


def _ruff(tools: Tools, rules: str, *cache: str, paths: list[str] | None = None) -> tuple[str, ...]:
    return (str(tools.ruff), "check", "-s", *cache, "--isolated", "--select", rules, *(paths or ["."]))


def _semgrep(tools: Tools, scratch: Path, *paths: str) -> tuple[str, ...]:
    options = (
        "--metrics",
        "off",
        "--disable-version-check",
        "-q",
        "--json",
        "-o",
        str(scratch / "semgrep.json"),
    )
    return (str(tools.semgrep), "scan", "--config", str(SEMGREP_RULES), *options, *paths)


def _fixit(tools: Tools, *paths: str) -> tuple[str, ...]:
    return (str(tools.fixit), "--quiet", "--rules", FIXIT_RULE, "lint", *paths)
