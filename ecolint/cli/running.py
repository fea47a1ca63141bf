"""`ecolint scan`, from its options to its exit status.

A scan in which the sieve finds nothing ends here; everything else goes on to `ecolint.cli.reporting`.
"""

from __future__ import annotations

import os
import time

from ecolint.cli.faults import Misused
from ecolint.cli.looks import write_out
from ecolint.cli.scan_options import OPTIONS
from ecolint.exhaustion import is_exhausted
from ecolint.faults import Fault
from ecolint.settings.search import Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SPECIAL = ("outputs", "baseline", "update_baseline", "diff_base", "fix", "diff", "list_files")
"""Options with which a run is more than a scan and a report on stdout."""
SIMPLE_FORMATS = (None, "text", "concise")


def execute(options: dict[str, Any]) -> int:
    """Run a scan and print its report; returns the exit status. Raises Misused and other Faults."""
    started = time.perf_counter()
    check_combinations(options)
    try:
        if options["paths"] == ("-",) or any(options[name] not in (None, False, ()) for name in SPECIAL):
            from ecolint.cli.reporting import full_run

            return full_run(options, started)
        return _plain(options, started)
    except OSError as error:
        if is_exhausted(error):
            raise Fault(f"the system has run out of something: {error.strerror}") from None
        raise


def _plain(options: dict[str, Any], started: float) -> int:
    scope = Scope(
        options["paths"] or (".",),
        config=options["config"],
        isolated=options["isolated"],
        exclude=options["exclude"],
        respect_gitignore=False if options["no_respect_gitignore"] else None,
        thorough=is_thorough(options),
    )
    cache = None
    if not options["no_cache"]:
        from ecolint.cache.run import cache_of

        cache = cache_of(options, scope)
        printed = cache.output(started) if cache is not None else None
        if printed is not None:
            write_out(printed[0], format=options["format_"] or "text")
            return printed[1]
    from ecolint.discovery.candidates import collect

    settings = scope.settings_for(os.getcwd())
    if settings is not None and settings.baseline and not options["no_baseline"]:
        from ecolint.cli.reporting import full_run

        return full_run(options, started)
    if settings is not None and not settings.cache:
        cache = None
    collected = collect(scope, options["jobs"], cache.memory if cache is not None else None)
    if collected.passed and not options["quiet"]:
        from ecolint.cli.passed import tell

        if tell(collected.passed) and cache is not None:
            cache.forget_output()
    if collected.candidates or options["format_"] not in SIMPLE_FORMATS:
        from ecolint.cli.reporting import report_of

        return report_of(options, collected, started, cache)
    from ecolint.cli.clean import clean_report

    seconds = time.perf_counter() - started
    text = clean_report(collected.scanned, seconds, options)
    write_out(text)
    if cache is not None:
        cache.keep(text, seconds, 0)
    return 0


def is_thorough(options: dict[str, Any]) -> bool:
    """Whether more is asked for than the findings of the default rules: the HTML report shows every setup."""
    html = options["format_"] == "html" or any(
        ".htm" in text or "html=" in text for text in options["outputs"]
    )
    return bool(html or options["show_setups"] or options["select"] or options["extend_select"])


NOT_WITH_LIST = ("format_", "outputs", "fix", "diff", "update_baseline")
"""Options without sense where files are only listed."""


def check_combinations(options: dict[str, Any]) -> None:
    """Raises Misused for options that do not go together."""
    if "" in options["paths"]:
        raise Misused("a path is empty; the current folder is .")
    for name in NOT_WITH_LIST:
        if options["list_files"] and options[name]:
            flag = next(option.flags[-1] for option in OPTIONS if option.name == name)
            raise Misused(f"{flag} cannot be used with --list-files, which only lists")
    if "-" in options["paths"]:
        if options["paths"] != ("-",):
            raise Misused("- (stdin) cannot be combined with other paths")
        if not options["stdin_filename"]:
            raise Misused("reading stdin needs --stdin-filename, which tells what kind of file it is")
        for name in ("update_baseline", "diff_base", "list_files", "fix"):
            if options[name]:
                raise Misused(f"--{name.replace('_', '-')} cannot be used with - (stdin)")
    elif options["stdin_filename"]:
        raise Misused("--stdin-filename needs - as the path, which reads stdin")
    if options["config"] and options["isolated"]:
        raise Misused("--config cannot be used with --isolated")
    if options["fix"] and options["diff"]:
        raise Misused("--fix cannot be used with --diff: one writes, the other only shows")
    if options["unsafe_fixes"] and not (options["fix"] or options["diff"]):
        raise Misused("--unsafe-fixes needs --fix or --diff")
    if options["update_baseline"] and (options["fix"] or options["diff"]):
        raise Misused("--update-baseline cannot be used with --fix or --diff")
    if options["update_baseline"] and (options["diff_base"] or options["no_baseline"]):
        other = "--diff-base" if options["diff_base"] else "--no-baseline"
        raise Misused(f"--update-baseline cannot be used with {other}")
    if options["baseline"] and options["no_baseline"]:
        raise Misused("--baseline cannot be used with --no-baseline")
