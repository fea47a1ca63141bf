"""`ecolint scan`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import click

from ecolint.cli.options import color_option, known_gpu
from ecolint.finding import Level, Report
from ecolint.policy import CommandLineChoices
from ecolint.scanner import Run
from ecolint.settings import FAIL_ON, Settings
from ecolint.source import SourceFile

if TYPE_CHECKING:
    from ecolint.changes import Since
    from ecolint.cli.adoption import KnownFindings


def _rule_list(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    from ecolint.rules.registry import matching

    words = tuple(word.strip() for value in values for word in value.split(",") if word.strip())
    for word in words:
        try:
            matching(word)
        except ValueError as error:
            raise click.BadParameter(str(error), ctx, param) from None
    return words


def _format(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    from ecolint.reporters.registry import reporters

    if value is not None and value not in reporters():
        raise click.BadParameter(f"{value!r} is none of {', '.join(reporters())}", ctx, param)
    return value


OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.argument("paths", nargs=-1),
    click.option(
        "--format", "format_", metavar="FORMAT", callback=_format, help="Output format [default: text]."
    ),
    click.option(
        "-o",
        "--output",
        "outputs",
        multiple=True,
        metavar="[FORMAT=]FILE",
        help="Write to a file; repeatable.",
    ),
    click.option(
        "--select", multiple=True, metavar="RULES", callback=_rule_list, help="Use these rules only."
    ),
    click.option(
        "--extend-select", multiple=True, metavar="RULES", callback=_rule_list, help="Use these as well."
    ),
    click.option(
        "--ignore", multiple=True, metavar="RULES", callback=_rule_list, help="Do not use these rules."
    ),
    click.option(
        "--fail-on",
        "--level",
        "fail_on",
        type=click.Choice(FAIL_ON),
        help="Lowest level that gives exit status 1.",
    ),
    click.option(
        "--min-confidence", type=click.IntRange(1, 3), help="Fewest stars to show a measured finding."
    ),
    click.option("--gpu", metavar="NAME", callback=known_gpu, help="GPU that the models run on."),
    click.option("--exclude", multiple=True, metavar="GLOB", help="Files not to scan; repeatable."),
    click.option(
        "--config", metavar="FILE", type=click.Path(exists=True, dir_okay=False), help="Settings file."
    ),
    click.option("--isolated", is_flag=True, help="Use no settings file."),
    click.option("--stdin-filename", metavar="PATH", help="Path that the text on stdin (-) belongs to."),
    click.option("--show-undecided", is_flag=True, help="List what is only known at run time."),
    click.option(
        "--show-setups", is_flag=True, help="List every configuration found, and how each value is known."
    ),
    click.option("--statistics", is_flag=True, help="Count findings by rule."),
    click.option("--baseline", metavar="FILE", help="Leave out the findings that this file knows."),
    click.option("--update-baseline", is_flag=True, help="Write the present findings to the baseline file."),
    click.option("--no-baseline", is_flag=True, help="Report known findings too, whatever the settings say."),
    click.option(
        "--diff-base",
        metavar="REF",
        help="Report findings on lines changed since this commit, and in new files.",
    ),
    click.option("--fix", is_flag=True, help="Apply the safe fixes, then report what is left."),
    click.option(
        "--unsafe-fixes",
        is_flag=True,
        help="With --fix or --diff: also fixes that change numerics, memory or latency.",
    ),
    click.option("--diff", is_flag=True, help="Print the fixes as a diff; write nothing."),
    click.option("--no-ignores", is_flag=True, help="Report what inline comments silence."),
    click.option("--include-docs", is_flag=True, default=None, help="Read code blocks of Markdown files."),
    click.option("--no-respect-gitignore", is_flag=True, help="Also scan what .gitignore leaves out."),
    click.option("--list-files", is_flag=True, help="List the files that would be scanned, and stop."),
    click.option("--jobs", "-j", type=click.IntRange(1, 256), metavar="N", help="Worker processes."),
    click.option(
        "--sarif-include-suppressed",
        is_flag=True,
        help="Put silenced findings into SARIF, marked as suppressed.",
    ),
    click.option(
        "--sarif-category", metavar="NAME", help="Category of a SARIF run, where there are several."
    ),
    click.option("--exit-zero", is_flag=True, help="Exit with 0 also when there are findings."),
    click.option("--quiet", "-q", is_flag=True, help="Print findings only."),
    color_option,
)


def _with_options(function: Callable[..., int]) -> Callable[..., int]:
    for option in reversed(OPTIONS):
        function = option(function)
    return function


@click.command("scan")
@_with_options
def command(**options: Any) -> int:
    """Scan files and folders for settings that waste energy.

    PATHS defaults to the current folder; `-` reads one file from stdin.
    """
    from ecolint.baseline import BaselineError
    from ecolint.changes import ChangesError, Since
    from ecolint.cli.output import targets, write
    from ecolint.discovery import PathError
    from ecolint.settings_file import SettingsError

    since = Since(options["diff_base"]) if options["diff_base"] is not None else None
    run = _run(options, since)
    _check_combinations(options, run)
    wanted = targets(options["format_"], options["outputs"])
    try:
        settings = run.settings_for(os.getcwd())
        if options["list_files"]:
            return _list_files(run)
        known = _known_findings(options, run, settings)
        if known is not None:
            known.entries()
        report, read_source = _scan(run, options)
        report = _narrowed(report, known, since, read_source)
        if options["diff"] or options["fix"]:
            report = _fixed(report, run, options, known, since, read_source)
    except (PathError, SettingsError, BaselineError, ChangesError) as error:
        raise click.ClickException(str(error)) from None
    for target in wanted:
        if options["diff"] and target.path is None:
            continue
        context = _context(options, target.path is None, read_source, settings)
        write(report, target, context)
    return _status(report, options["fail_on"] or settings.fail_on, exit_zero=options["exit_zero"])


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
        wanted=since.has if since is not None else None,
    )


def _check_combinations(options: dict[str, Any], run: Run) -> None:
    if "-" in run.paths:
        if run.paths != ("-",):
            raise click.UsageError("- (stdin) cannot be combined with other paths")
        if not options["stdin_filename"]:
            raise click.UsageError(
                "reading stdin needs --stdin-filename, which tells what kind of file it is"
            )
        for name in ("update_baseline", "diff_base", "list_files", "fix"):
            if options[name]:
                raise click.UsageError(f"--{name.replace('_', '-')} cannot be used with - (stdin)")
    if options["fix"] and options["diff"]:
        raise click.UsageError("--fix cannot be used with --diff: one writes, the other only shows")
    if options["unsafe_fixes"] and not (options["fix"] or options["diff"]):
        raise click.UsageError("--unsafe-fixes needs --fix or --diff")
    if options["update_baseline"] and (options["fix"] or options["diff"]):
        raise click.UsageError("--update-baseline cannot be used with --fix or --diff")
    if options["update_baseline"] and (options["diff_base"] or options["no_baseline"]):
        other = "--diff-base" if options["diff_base"] else "--no-baseline"
        raise click.UsageError(f"--update-baseline cannot be used with {other}")
    if options["baseline"] and options["no_baseline"]:
        raise click.UsageError("--baseline cannot be used with --no-baseline")


def _fixed(
    report: Report,
    run: Run,
    options: dict[str, Any],
    known: KnownFindings | None,
    since: Since | None,
    read_source: Callable[[str], SourceFile | None],
) -> Report:
    """Apply the fixes, or show them; what is reported then is what is left."""
    from ecolint.cli.fixing import Choice, apply, fixed_files, read_bytes, show_diff, tell

    def read_stdin(path: str) -> bytes | None:
        source = read_source(path)
        return source.data if source is not None else None

    choice = Choice(options["unsafe_fixes"], known is not None or since is not None)
    files = fixed_files(report, run, choice, read_stdin if run.paths == ("-",) else read_bytes)
    if options["diff"]:
        show_diff(files)
        return report
    done = apply(files, run)
    if any(item.changed for item in done):
        report = _narrowed(_scan(run, options)[0], known, since, read_source)
    if not options["quiet"]:
        tell(done, report.findings, unsafe=options["unsafe_fixes"])
    return report


def _list_files(run: Run) -> int:
    from ecolint.scanner import files_of

    for found in files_of(run):
        click.echo(os.path.relpath(found.path).replace(os.sep, "/"))
    return 0


def _known_findings(options: dict[str, Any], run: Run, settings: Settings) -> KnownFindings | None:
    from ecolint.cli.adoption import KnownFindings

    path = None if options["no_baseline"] else options["baseline"] or settings.baseline
    if not path:
        if options["update_baseline"]:
            raise click.UsageError("--update-baseline needs --baseline FILE, or `baseline` in the settings")
        return None
    partial = bool(options["diff_base"]) or run.paths == ("-",)
    chosen = ("select", "ignore", "exclude", "min_confidence", "diff_base")
    narrowed = partial or any(options[name] for name in chosen)
    return KnownFindings(path, () if partial else run.paths, options["update_baseline"], narrowed)


def _narrowed(
    report: Report,
    known: KnownFindings | None,
    since: Since | None,
    read_source: Callable[[str], SourceFile | None],
) -> Report:
    from ecolint.cli.adoption import leave_out_known, leave_out_unchanged

    if known is not None:
        report = leave_out_known(report, known, read_source)
    return leave_out_unchanged(report, since, read_source) if since is not None else report


def _scan(run: Run, options: dict[str, Any]) -> tuple[Report, Callable[[str], SourceFile | None]]:
    from ecolint.cli.output import read_source
    from ecolint.cli.progress import is_watched, shown
    from ecolint.scanner import scan_paths, scan_text

    if run.paths != ("-",):
        report = scan_paths(run, shown if is_watched(options["quiet"]) else None)
        return report, lru_cache(maxsize=8)(read_source)
    name = options["stdin_filename"]
    data = sys.stdin.buffer.read()
    source = SourceFile(name, data)
    return scan_text(name, data, run), lambda path: source if path == name else None


def _context(
    options: dict[str, Any],
    to_terminal: bool,
    read_source: Callable[[str], SourceFile | None],
    settings: Settings,
) -> Any:
    from ecolint import evidence
    from ecolint.cli.hyperlinks import shows_links
    from ecolint.cli.output import terminal_width, wants_color
    from ecolint.reporters.base import RenderContext
    from ecolint.rules.registry import rules

    color = to_terminal and wants_color(options["color"])
    return RenderContext(
        read_source=read_source,
        rules=rules(),
        footer="" if options["quiet"] else evidence.FOOTER,
        color=color,
        hyperlinks=color and sys.stdout.isatty() and shows_links(),
        width=terminal_width() if to_terminal else 100,
        show_undecided=options["show_undecided"],
        show_setups=options["show_setups"],
        statistics=options["statistics"],
        quiet=options["quiet"],
        include_suppressed=options["sarif_include_suppressed"],
        sarif_category=options["sarif_category"],
        cost=settings.cost,
    )


def _status(report: Report, fail_on: str, *, exit_zero: bool) -> int:
    if exit_zero or fail_on == "never":
        return 0
    weight = Level(fail_on).weight
    return int(any(finding.level.weight >= weight for finding in report.findings))
