"""What continuous-integration files have in common: scripts with layered environments."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ecolint.inference import Located
from ecolint.parsers.documents import interpolation
from ecolint.parsers.documents.launch import Launch, environment_of, run_script, script_lines
from ecolint.parsers.trees.nodes import AnyNode, Mapping
from ecolint.statements import Statement, Tree


def variables_of(node: AnyNode | None, above: Tree) -> dict[str, Located[str]]:
    """Variables of one level over those above it."""
    return {**above, **environment_of(node)}


def run(
    script: AnyNode | None,
    owner: Mapping,
    environment: Tree,
    note: str,
    expressions: Tree | None = None,
    image: Located[str] = Located(),
    when: str | None = None,
) -> Iterator[Statement]:
    """What a script starts; `expressions` are the names that `${{ … }}` may mean."""
    fill = partial(interpolation.expressions, known=interpolation.known_in(expressions or {}))
    launch = Launch(owner.span, image, environment, environment, when=owner.when or when, note=note)
    yield from run_script(launch, script_lines(script, fill))
