"""`ecolint explain`: why a setup is slow or hot; with a code, what a rule says."""

from __future__ import annotations

from typing import Any

import click
from click.core import ParameterSource

from ecolint.cli.advice import ask_from, options, show

SYMPTOMS = frozenset(("slow", "hot"))


@click.command("explain")
@click.argument("words", nargs=-1, metavar="[slow|hot]... | RULE...")
@click.pass_context
@options
def command(ctx: click.Context, words: tuple[str, ...], **values: Any) -> int:
    """Explain why a setup is slow or hot, or what a rule means (as `ecolint rule` does)."""
    symptoms = [word for word in words if word.lower() in SYMPTOMS]
    if 0 < len(symptoms) < len(words):
        raise click.UsageError(f"{' and '.join(symptoms)} cannot be explained together with rules")
    if words and not symptoms:
        from ecolint.cli.rule import command as rule

        for option in ctx.command.params:
            name = option.name or ""
            said = ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE
            if said and name not in ("words", "format_"):
                raise click.UsageError(
                    f"{option.opts[-1]} cannot be used with rules, which are explained alone"
                )
        try:
            status = ctx.invoke(rule, words=words, every=False, format_=values["format_"])
        except click.UsageError as error:
            if error.message.endswith("?"):
                raise
            raise click.UsageError(f"{error.message}; besides rules, slow and hot are explained") from None
        return status if isinstance(status, int) else 0
    from ecolint.advice.explain import explain

    return show(explain(ask_from(values)), values["format_"])
