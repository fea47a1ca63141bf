"""`ecolint rule`: what each rule does, from the documentation in its own module."""

from __future__ import annotations

import json

import click

from ecolint.cli import completion
from ecolint.cli.looks import fitting_width, write_out
from ecolint.reporters.terminal import hanging
from ecolint.rules.base import Rule


def as_dict(rule: Rule) -> dict[str, object]:
    """A rule as JSON values; sections are Markdown texts by heading."""
    return {
        "code": rule.code,
        "name": rule.name,
        "level": rule.level.value,
        "basis": rule.basis.value,
        "default": rule.default,
        "summary": rule.summary,
        "sections": dict(rule.sections),
        "link": rule.link,
    }


def as_markdown(rule: Rule) -> str:
    """A rule's page."""
    state = "on by default" if rule.default else "off unless selected"
    head = f"# {rule.code} {rule.name}\n\n{rule.summary}\n\nLevel: {rule.level.value} · {rule.basis.value} · {state}\n"
    return head + "".join(f"\n## {heading}\n\n{text}\n" for heading, text in rule.sections.items())


def as_text(rule: Rule, width: int | None = None) -> str:
    """A rule's page for a terminal, without Markdown's signs; prose keeps to `width` columns, where there is one."""
    lines: list[str] = []
    fenced = False
    for line in (as_markdown(rule) if width is None else _unbroken(as_markdown(rule))).splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif fenced:
            lines.append(f"    {line}")
        elif line.startswith("## "):
            lines.append(line[3:].upper())
        else:
            indent = 2 if line.startswith("- ") else 0
            lines += hanging(line.removeprefix("# ").replace("`", ""), width, indent)
    return "\n".join(lines) + "\n"


def _unbroken(markdown: str) -> str:
    """Markdown with each paragraph and each item of a list on one line."""
    lines: list[str] = []
    goes_on = fenced = False
    for line in markdown.splitlines():
        is_fence = line.startswith("```")
        is_prose = bool(line) and not (fenced or is_fence or line.startswith("#"))
        if goes_on and is_prose and not line.startswith("- "):
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line)
        fenced ^= is_fence
        goes_on = is_prose
    return "\n".join(lines)


def _line(rule: Rule, width: int | None) -> str:
    state = "" if rule.default else " (off unless selected)"
    start = f"{rule.code}  {rule.level.value:8} "
    lines = hanging(f"{start}{rule.name}: {rule.summary}{state}", width, len(start))
    return "".join(f"{line}\n" for line in lines)


@click.command("rule")
@click.argument("words", nargs=-1, metavar="[CODE|PREFIX|NAME]...", shell_complete=completion.rules)
@click.option("--all", "every", is_flag=True, help="Explain all rules.")
@click.option("--format", "format_", type=click.Choice(("text", "json", "markdown")), default="text")
def command(words: tuple[str, ...], every: bool, format_: str) -> int:
    """Explain rules; without CODE, list them. A prefix such as ECO0 stands for several."""
    from ecolint.rules.registry import rules

    if words and every:
        raise click.UsageError("--all cannot be used with rules that are named")
    chosen = _chosen(words)
    if not chosen and not every and format_ == "text":
        write_out(*(_line(rule, fitting_width()) for rule in rules()))
        return 0
    shown = chosen or rules()
    if format_ == "json":
        values = [as_dict(rule) for rule in shown]
        is_one = len(words) == len(chosen) == 1
        found = json.dumps(values[0] if is_one else values, indent=2, ensure_ascii=False)
        write_out(found, "\n", format=format_)
    elif format_ == "markdown":
        write_out("\n".join(map(as_markdown, shown)), format=format_)
    else:
        write_out("\n".join(as_text(rule, fitting_width()) for rule in shown))
    return 0


def _chosen(words: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules that codes, prefixes and names stand for, each once. Raises UsageError."""
    from ecolint.rules.registry import find, matching

    try:
        codes = dict.fromkeys(code for word in words for code in sorted(matching(word)))
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    return tuple(rule for code in codes if (rule := find(code)) is not None)
