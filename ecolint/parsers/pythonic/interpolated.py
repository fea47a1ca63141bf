"""Python's variables in the shell lines of a notebook: `!vllm serve {model}`, `!vllm serve $model`."""

from __future__ import annotations

import re

from ecolint.inference import Known, Located
from ecolint.parsers.pythonic.commands import word
from ecolint.parsers.pythonic.evaluation import names
from ecolint.parsers.pythonic.evaluation.evaluator import in_every_world
from ecolint.parsers.pythonic.indexer import LINE
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Site
from ecolint.records import replace
from ecolint.source import Fragment, Span

NAME = re.compile(r"\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)")
MOST_NAMES = 20


def variables(text: Fragment, module: Module, line: int) -> dict[str, Located[str]]:
    """What the variables that a line names hold before a line of the module; not known where that depends on
    anything."""
    asked = dict.fromkeys(found[1] or found[2] for found in NAME.finditer(text.text))
    site = Site(module.scope, line << LINE)
    bound = [name for name in asked if module.scope.binds(name)]
    return {name: _held(name, text.span(), module, site) for name in bound[:MOST_NAMES]}


def _held(name: str, span: Span, module: Module, site: Site) -> Located[str]:
    found = in_every_world(module, lambda ev: names.lookup(ev, name, module, site, None))
    value = word(found[0].value) if len(found) == 1 and not found.lost else Located(None, Known.DYNAMIC)
    return replace(value, span=span, value_span=span)


def as_shell(text: Fragment, known: dict[str, Located[str]]) -> Fragment:
    """The line with `{name}` as a shell writes it, of names that the module binds."""
    parts: list[Fragment] = []
    at = 0
    for found in NAME.finditer(text.text):
        if found[1] in known and text.text[found.start() - 1 : found.start()] != "$":
            sign = text.cut(found.start(), found.start() + 1)
            parts += [text.cut(at, found.start()), Fragment("$", sign.starts, sign.ends)]
            at = found.start()
    return Fragment.join([*parts, text.cut(at)])
