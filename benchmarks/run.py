"""Measure ecolint beside other tools: `python -m benchmarks.run`."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks import corpora, hooks, memory, results, tables
from benchmarks.bars import judge
from benchmarks.commands import file_commands, tree_commands
from benchmarks.corpora import Corpus
from benchmarks.machine import describe, spin
from benchmarks.packages import output
from benchmarks.processes import Command, CommandFailed, Environment, environment
from benchmarks.results import Results, Subject
from benchmarks.rounds import measure
from benchmarks.tools import Tools, install, versions

LIMIT = 600.0
"""Seconds after which a command is ended."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0 measured, 1 a bar is missed and --check was given, 2 it could not be measured."""
    options = _parser().parse_args(arguments)
    try:
        measured = results.load(options.render) if options.render else _measure(options)
        text = tables.render(measured)
        if options.json:
            results.save(measured, options.json)
        if options.write:
            page = options.write.read_text(encoding="utf-8")
            options.write.write_text(tables.placed(page, text), encoding="utf-8")
    except (CommandFailed, tables.NoPlace, OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    print(text)
    missed = [item for item in judge(measured) if item.meets_bar is False]
    return int(bool(missed) and options.check)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    work = Path(tempfile.gettempdir()) / "ecolint-benchmarks"
    names = ", ".join([*corpora.BY_NAME, hooks.CORPUS.name])
    parser.add_argument(
        "--work", type=Path, default=work, help="folder for trees and tools [default: %(default)s]"
    )
    parser.add_argument("--quick", action="store_true", help=f"5 rounds of {', '.join(corpora.QUICK)}, files")
    parser.add_argument("--only", action="append", metavar="NAME", help=f"this tree; repeatable: {names}")
    parser.add_argument("--rounds", type=int, metavar="N", help="rounds [default: 15, quick: 5]")
    parser.add_argument(
        "--slow-rounds", type=int, default=3, metavar="N", help="rounds of semgrep and Fixit; 0: none"
    )
    parser.add_argument(
        "--repository",
        action="append",
        default=[],
        metavar="NAME=PATH",
        help="also a copy of this folder; repeatable",
    )
    parser.add_argument(
        "--kind", choices=("few", "many", "full"), default="full", help="kind of --repository"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every sample to this file")
    parser.add_argument("--render", type=Path, metavar="FILE", help="measure nothing: tables of such a file")
    parser.add_argument(
        "--write", type=Path, metavar="PAGE", help="put the tables between the marks of this page"
    )
    parser.add_argument("--check", action="store_true", help="exit with 1 when a bar is missed")
    return parser


def _measure(options: argparse.Namespace) -> Results:
    work: Path = options.work.resolve()
    if any((above / ".git").exists() for above in (work, *work.parents)):
        raise ValueError(f"{work} is inside a repository, which would be taken for the trees' own")
    (work / "home").mkdir(parents=True, exist_ok=True)
    slow_rounds: int = min(options.slow_rounds, 1) if options.quick else options.slow_rounds
    rounds: int = options.rounds or (5 if options.quick else 15)
    chosen = _chosen(options)
    _tell("installing the tools")
    tools = install(work, slow=slow_rounds > 0)
    variables = environment(work / "home")
    before = spin()
    subjects: list[Subject] = []

    def so_far() -> Results:
        return Results(describe(), versions(tools), (before, spin()), rounds, tuple(subjects))

    for corpus in chosen:
        _tell(f"{corpus.name}: making the tree")
        folder = corpora.build(corpus, work)
        cases = hooks.CASES if corpus is hooks.CORPUS else {corpus.name: None}
        for name, files in cases.items():
            _tell(f"{name}: measuring")
            commands = (
                tree_commands(tools, folder, corpus.kind, git=corpus.git, scratch=work)
                if files is None
                else file_commands(tools, folder, files, scratch=work)
            )
            try:
                subject = _subject(name, corpus.kind, commands, variables, rounds, slow_rounds)
                subjects.append(subject if files else _counted(subject, folder, tools, variables))
            except CommandFailed as error:
                _tell(f"  {error}: {name} is left out")
        if options.json:
            results.save(so_far(), options.json)
    return so_far()


def _subject(
    name: str, kind: str, commands: list[Command], variables: Environment, rounds: int, slow_rounds: int
) -> Subject:
    series = measure(commands, variables, rounds=rounds, slow_rounds=slow_rounds, limit=LIMIT, tell=_tell)
    watched = [command for command in commands if not command.slow] if memory.can_measure() else []
    return Subject(name, kind, series, peaks={item.name: memory.peak(item, variables) for item in watched})


def _chosen(options: argparse.Namespace) -> list[Corpus]:
    known = {**corpora.BY_NAME, hooks.CORPUS.name: hooks.CORPUS}
    names = options.only or ([*corpora.QUICK, hooks.CORPUS.name] if options.quick else list(known))
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(f"no such tree: {', '.join(unknown)}; there are {', '.join(known)}")
    chosen = [known[name] for name in names]
    for words in options.repository:
        name, equals, path = words.partition("=")
        if not equals or not name or not Path(path).is_dir() or "/" in name:
            raise ValueError(f"--repository {words}: not NAME=FOLDER")
        chosen.append(Corpus(name, options.kind, corpora.copy_of(Path(path))))
    return chosen


def _counted(subject: Subject, folder: Path, tools: Tools, variables: Environment) -> Subject:
    files = corpora.files_of(folder)
    scope = output(tools.ecolint, "scan", "--list-files", str(folder)).splitlines()
    hits = subprocess.run(
        [tools.rg, "-l", "-F", "-f", tools.keywords, "."],
        cwd=folder,
        env=variables,
        capture_output=True,
        check=False,
    ).stdout.splitlines()
    report = json.loads(output(tools.ecolint, "scan", "--format", "json", "--exit-zero", str(folder)))
    return Subject(
        subject.name,
        subject.kind,
        subject.series,
        files=len(files),
        size=sum((folder / path).stat().st_size for path in files),
        in_scope=len(scope),
        with_keyword=len(hits),
        findings=len(report["findings"]),
        peaks=subject.peaks,
    )


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
