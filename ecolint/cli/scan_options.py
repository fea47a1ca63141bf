"""The options of `ecolint scan`, as one table that costs nothing to import.

click's command is made from it, and so is the reader of ordinary command lines (`ecolint.cli.quick`).
"""

from __future__ import annotations

FORMATS = ("concise", "github", "gitlab", "html", "json", "jsonl", "junit", "markdown", "sarif", "text")
"""Output formats that are known without importing the reporters; there may be more."""


class Option:
    """One option. `name` is what its value is known by in the program.

    `kind` is one of `flag`, `text`, `texts` (repeatable), `choice`, `number` and `file`, which must be there.
    `check` names a check of the value in `ecolint.cli.checks`.
    """

    __slots__ = ("check", "choices", "default", "flags", "help", "kind", "limits", "metavar", "name")

    def __init__(
        self,
        flags: str,
        help: str,
        kind: str = "flag",
        *,
        name: str = "",
        metavar: str | None = None,
        choices: tuple[str, ...] = (),
        limits: tuple[int, int] = (0, 0),
        check: str = "",
        default: object = None,
    ) -> None:
        self.flags = tuple(flags.split())
        self.name = name or self.flags[-1].lstrip("-").replace("-", "_")
        self.help = help
        self.kind = kind
        self.metavar = metavar
        self.choices = choices
        self.limits = limits
        self.check = check
        self.default = {"texts": (), "flag": False}.get(kind) if default is None else default


FLAG, TEXT, TEXTS, CHOICE, NUMBER, FILE = "flag", "text", "texts", "choice", "number", "file"
UNSAID = "unsaid"
"""Default of a flag that the settings decide where the command line does not."""

OPTIONS = (
    Option(
        "--format", "Output format [default: text].", TEXT, name="format_", metavar="FORMAT", check="format"
    ),
    Option(
        "-o --output",
        "Write to a file, or to - for stdout; repeatable.",
        TEXTS,
        name="outputs",
        metavar="[FORMAT=]FILE",
        check="stated",
    ),
    Option("--select", "Use these rules only.", TEXTS, metavar="RULES", check="rules"),
    Option("--extend-select", "Use these as well.", TEXTS, metavar="RULES", check="rules"),
    Option("--ignore", "Do not use these rules.", TEXTS, metavar="RULES", check="rules"),
    Option(
        "--fail-on --level",
        "Lowest level that gives exit status 1.",
        CHOICE,
        name="fail_on",
        choices=("error", "warning", "note", "never"),
    ),
    Option("--min-confidence", "Fewest stars to show a measured finding.", NUMBER, limits=(1, 3)),
    Option("--gpu", "GPU that the models run on.", TEXT, metavar="NAME", check="gpu"),
    Option("--exclude", "Files not to scan; repeatable.", TEXTS, metavar="GLOB", check="stated"),
    Option("--config", "Settings file.", FILE, metavar="FILE"),
    Option("--isolated", "Use no settings file."),
    Option("--stdin-filename", "Path that the text on stdin (-) belongs to.", TEXT, metavar="PATH"),
    Option("--show-undecided", "List what is only known at run time."),
    Option("--show-setups", "List every configuration found, and how each value is known."),
    Option("--statistics", "Count findings by rule, in text and JSON."),
    Option(
        "--baseline", "Leave out the findings that this file knows.", TEXT, metavar="FILE", check="stated"
    ),
    Option("--update-baseline", "Write the present findings to the baseline file."),
    Option("--no-baseline", "Report known findings too, whatever the settings say."),
    Option(
        "--diff-base",
        "Report findings on lines changed since this commit, and in new files.",
        TEXT,
        metavar="REF",
    ),
    Option("--fix", "Apply the safe fixes, then report what is left."),
    Option("--unsafe-fixes", "With --fix or --diff: also fixes that change numerics, memory or latency."),
    Option("--diff", "Print the fixes as a diff; write nothing."),
    Option("--no-ignores", "Report what inline comments silence."),
    Option("--include-docs", "Read code blocks of Markdown files.", default=UNSAID),
    Option("--no-respect-gitignore", "Also scan what .gitignore leaves out."),
    Option("--list-files", "List the files that would be scanned, and stop."),
    Option("--no-cache", "Neither read nor write remembered results."),
    Option("-j --jobs", "Worker processes.", NUMBER, metavar="N", limits=(1, 256)),
    Option("--sarif-include-suppressed", "Put silenced findings into SARIF, marked as suppressed."),
    Option("--sarif-category", "Category of a SARIF run, where there are several.", TEXT, metavar="NAME"),
    Option("--exit-zero", "Exit with 0 also when there are findings."),
    Option("-q --quiet", "Print findings only."),
    Option("--color", "Use colours.", CHOICE, choices=("auto", "always", "never"), default="auto"),
)


def defaults() -> dict[str, object]:
    """What each option is where the command line does not name it."""
    return {option.name: None if option.default == UNSAID else option.default for option in OPTIONS}
