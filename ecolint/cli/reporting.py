"""What `ecolint scan` does beyond a sieve that finds nothing: scan, leave out, fix, and print reports."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ecolint.cli.faults import Misused
from ecolint.cli.looks import appearance, write_bytes, write_out
from ecolint.cli.output import Target, read_source, rendered, targets, write
from ecolint.cli.progress import is_watched, shown
from ecolint.cli.running import is_thorough
from ecolint.discovery.candidates import Collected, collect, files_of
from ecolint.discovery.kinds import HEAD, has_format, is_script
from ecolint.discovery.reading import SIZE_LIMIT, TooLarge
from ecolint.faults import Fault
from ecolint.finding import Level, Report
from ecolint.scanner import Run, scan_candidates, scan_text
from ecolint.settings.keys import Settings
from ecolint.settings.policy import CommandLineChoices
from ecolint.source import SourceFile
from ecolint.tasks import reported

if TYPE_CHECKING:
    from ecolint.cache.run import Cache
    from ecolint.changes import Since
    from ecolint.cli.adoption import KnownFindings

ReadSource = Callable[[str], SourceFile | None]


def full_run(options: dict[str, Any], started: float) -> int:
    """A run with whatever options; returns the exit status. Raises Fault."""
    since = None
    if options["diff_base"] is not None:
        from ecolint.changes import Since

        since = Since(options["diff_base"])
    run = _run(options, since)
    settings = run.settings_for(os.getcwd())
    if options["list_files"]:
        return _list_files(run)
    wanted = _targets(options)
    known = _known_findings(options, run, settings)
    if known is not None:
        known.entries()
    report, source_of, scanned = _scan(run, options, started)
    report = _narrowed(report, known, since, source_of)
    if options["diff"] or options["fix"]:
        report = _fixed(report, run, options, known, since, source_of, scanned, started)
    for target in wanted:
        write(report, target, _context(options, target.path is None, source_of, settings))
    return _status(report, options["fail_on"] or settings.fail_on, exit_zero=options["exit_zero"])


def _targets(options: dict[str, Any]) -> tuple[Target, ...]:
    """Where reports go. Raises Misused where one is to go to stdout, which a diff takes."""
    found = targets(options["format_"], options["outputs"])
    if not options["diff"]:
        return found
    files = tuple(target for target in found if target.path is not None)
    if files != found and (options["format_"] or len(options["outputs"]) == len(found)):
        raise Misused("--diff takes stdout; --output FORMAT=FILE writes a report beside it")
    return files


def report_of(options: dict[str, Any], collected: Collected, started: float, cache: Cache | None) -> int:
    """Scan what the sieve has kept, and print; returns the exit status. Raises Fault."""
    run = _run(options, None)
    progress = shown if is_watched(options["quiet"]) else None
    memory = cache.memory if cache is not None else None
    report = scan_candidates(run, collected, started, progress, memory)
    settings = run.settings_for(os.getcwd())
    target = Target(options["format_"] or "text", None)
    text = rendered(report, target, _context(options, True, lru_cache(maxsize=8)(read_source), settings))
    write_out(text, format=target.format)
    status = _status(report, options["fail_on"] or settings.fail_on, exit_zero=options["exit_zero"])
    if cache is not None:
        cache.keep(text, report.seconds, status)
    return status


def _run(options: dict[str, Any], since: Since | None) -> Run:
    return Run(
        paths=options["paths"] or (".",),
        choices=CommandLineChoices(
            gpu=options["gpu"],
            select=options["select"],
            extend_select=options["extend_select"],
            ignore=options["ignore"],
            min_confidence=options["min_confidence"],
            use_ignores=not options["no_ignores"],
            include_docs=options["include_docs"],
        ),
        config=options["config"],
        isolated=options["isolated"],
        exclude=options["exclude"],
        respect_gitignore=False if options["no_respect_gitignore"] else None,
        jobs=options["jobs"],
        thorough=is_thorough(options),
        wanted=since.has if since is not None else None,
    )


def _fixed(
    report: Report,
    run: Run,
    options: dict[str, Any],
    known: KnownFindings | None,
    since: Since | None,
    source_of: ReadSource,
    scanned: Mapping[str, bytes],
    started: float,
) -> Report:
    """Apply the fixes, or show them; what is reported then is what is left."""
    from ecolint.cli.fixing import (
        Choice,
        applied_in,
        apply,
        fixed_files,
        show_diff,
        tell_of_diff,
        tell_of_fixes,
    )

    choice = Choice(options["unsafe_fixes"], known is not None or since is not None)
    files = fixed_files(report, run, choice, scanned)
    if options["diff"]:
        folder = applied_in((options["stdin_filename"],) if run.paths == ("-",) else run.paths)
        count = show_diff(files, report.findings, folder)
        if not options["quiet"]:
            tell_of_diff(count, report.findings, unsafe=options["unsafe_fixes"])
        return report
    done = apply(files, run)
    if any(item.changed for item in done):
        report = _narrowed(_scan(run, options, started, again=True)[0], known, since, source_of)
    if not options["quiet"]:
        tell_of_fixes(done, report.findings, unsafe=options["unsafe_fixes"])
    return report


def _list_files(run: Run) -> int:
    from ecolint.reporters.escaping import visible

    shown = [os.path.relpath(path).replace(os.sep, "/") for path in files_of(run.scope)]
    if sys.stdout is not None and sys.stdout.isatty():
        write_out(*(f"{visible(path)}\n" for path in shown))
    else:
        write_bytes(os.fsencode(path) + b"\n" for path in shown)
    return 0


def _known_findings(options: dict[str, Any], run: Run, settings: Settings) -> KnownFindings | None:
    from ecolint.cli.adoption import KnownFindings

    path = None if options["no_baseline"] else options["baseline"] or settings.baseline
    if not path:
        if options["update_baseline"]:
            raise Misused("--update-baseline needs --baseline FILE, or `baseline` in the settings")
        return None
    partial = bool(options["diff_base"]) or run.paths == ("-",)
    chosen = ("select", "ignore", "exclude", "min_confidence", "diff_base")
    narrowed = partial or any(options[name] for name in chosen)
    named_in = "" if options["baseline"] else settings.sources.get("baseline", "")
    return KnownFindings(path, () if partial else run.paths, options["update_baseline"], narrowed, named_in)


def _narrowed(
    report: Report, known: KnownFindings | None, since: Since | None, source_of: ReadSource
) -> Report:
    from ecolint.cli.adoption import leave_out_known, leave_out_unchanged

    if known is not None:
        report = leave_out_known(report, known, source_of)
    return leave_out_unchanged(report, since, source_of) if since is not None else report


def _scan(
    run: Run, options: dict[str, Any], started: float, *, again: bool = False
) -> tuple[Report, ReadSource, Mapping[str, bytes]]:
    """The report, a way to read the files that it is about, and the bytes of those that are at hand."""
    if run.paths != ("-",):
        progress = shown if is_watched(options["quiet"]) else None
        collected = collect(run.scope, run.jobs)
        if collected.passed and not (options["quiet"] or again):
            from ecolint.cli.passed import tell

            tell(collected.passed)
        report = scan_candidates(run, collected, started, progress)
        at_hand = {
            reported(item.found.path): item.data for item in collected.candidates if item.data is not None
        }
        return report, lru_cache(maxsize=8)(read_source), at_hand
    name = options["stdin_filename"]
    if sys.stdin is None:
        raise Fault("standard input is closed")
    data = sys.stdin.buffer.read(SIZE_LIMIT + 1)
    if len(data) > SIZE_LIMIT:
        raise Fault(f"-: {TooLarge(SIZE_LIMIT).strerror}")
    source = SourceFile(name, data)
    whole = os.path.abspath(name).replace(os.sep, "/")
    if not (options["quiet"] or has_format(whole) or is_script(data[:HEAD])):
        from ecolint.cli.passed import tell_of

        tell_of(name)
    return scan_text(name, data, run), lambda path: source if path == name else None, {name: data}


def _context(options: dict[str, Any], to_terminal: bool, source_of: ReadSource, settings: Settings) -> Any:
    from ecolint import FOOTER
    from ecolint.reporters.base import RenderContext
    from ecolint.rules.registry import rules

    color, hyperlinks, width = appearance(options["color"]) if to_terminal else (False, False, 100)
    return RenderContext(
        read_source=source_of,
        rules=rules(),
        footer="" if options["quiet"] else FOOTER,
        color=color,
        hyperlinks=hyperlinks,
        width=width,
        show_undecided=options["show_undecided"],
        show_setups=options["show_setups"],
        statistics=options["statistics"],
        quiet=options["quiet"],
        include_suppressed=options["sarif_include_suppressed"],
        sarif_category=options["sarif_category"],
        cost=settings.cost,
        fail_on="never" if options["exit_zero"] else options["fail_on"] or settings.fail_on,
    )


def _status(report: Report, fail_on: str, *, exit_zero: bool) -> int:
    if exit_zero or fail_on == "never":
        return 0
    weight = Level(fail_on).weight
    return int(any(finding.level.weight >= weight for finding in report.findings))
