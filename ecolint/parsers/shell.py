"""Shell scripts, and the reading of command lines for every other format.

`command_lines` reads shell text, `words_command` an argument vector that is already split, `statements` shell
text together with the files that it writes through here-documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ecolint.inference import Known, Located
from ecolint.parsers.base import Format
from ecolint.parsers.shellish.frame import Frame
from ecolint.parsers.shellish.launch import launch
from ecolint.parsers.shellish.scope import Budget
from ecolint.parsers.shellish.script import run
from ecolint.parsers.shellish.values import value_of
from ecolint.repository import Repository
from ecolint.sieve.document_glance import may_be_judged
from ecolint.source import Fragment, SourceFile, Span
from ecolint.statements import NO_TREE, CommandLine, Reading, Statement, Tree

SLURM = re.compile(
    r"^#SBATCH[ \t]{1,9}(?:--gres[= ]gpu:|--gpus(?:-per-(?:node|task))?[= ]|-G[ \t]{1,9})([A-Za-z][\w.-]{0,40})",
    re.MULTILINE,
)
"""What a script asks of Slurm; a number alone names no card."""
CONSTRAINT = re.compile(
    r"^#SBATCH[ \t]{1,9}(?:--constraint[= ]|-C[ \t]{1,9})[\"']?([A-Za-z][\w.-]{0,40})(?![\w.&|*\[-])",
    re.MULTILINE,
)
"""A feature that nodes must have, which may be a card."""


def command_lines(
    fragment: Fragment,
    variables: Tree = NO_TREE,
    environment: Tree = NO_TREE,
    *,
    image: Located[str] = Located(),
) -> Iterator[CommandLine]:
    """Every program that a shell text starts.

    `variables` are values known from outside that `$NAME` may refer to; `environment` is what the started
    programs are given (its names may be referred to as well).
    """
    return _commands(statements(fragment, variables, environment, image=image))


def statements(
    fragment: Fragment,
    variables: Tree = NO_TREE,
    environment: Tree = NO_TREE,
    *,
    image: Located[str] = Located(),
    gpu: Located[str] = Located(),
    gpu_count: Located[int] = Located(),
    when: str | None = None,
    note: str = "",
    repository: Repository | None = None,
    budget: Budget | None = None,
) -> Iterator[Statement]:
    """As `command_lines`, and what the files say that the text writes (units, Modelfiles, manifests).

    `budget` limits what expansions may cost; a reader of many texts in one file shares one among them.
    """
    frame = Frame(
        fragment.span(),
        run,
        environment,
        variables,
        image,
        gpu,
        gpu_count,
        when,
        note,
        repository=repository,
        budget=budget if budget is not None else Budget(),
    )
    return run(fragment, frame)


def words_command(
    words: Sequence[Located[str]],
    span: Span,
    environment: Tree = NO_TREE,
    image: Located[str] = Located(),
    *,
    fragments: Sequence[Fragment | None] = (),
    variables: Tree = NO_TREE,
    gpu: Located[str] = Located(),
    gpu_count: Located[int] = Located(),
    when: str | None = None,
    note: str = "",
) -> Iterator[CommandLine]:
    """What an argument vector starts: wrappers removed, `sh -c` texts and `docker run` read.

    `fragments[i]` gives the characters of word `i` where its text is not exactly what stands under its
    `value_span` (or `span`); None or a missing entry where it is. `variables` serve the `sh -c` texts.
    """
    padded = [*fragments, *[None] * (len(words) - len(fragments))]
    values = [value_of(word, padded[number]) for number, word in enumerate(words)]
    frame = Frame(span, run, environment, variables, image, gpu, gpu_count, when, note)
    return _commands(launch(values, frame))


def _commands(found: Iterable[Statement]) -> Iterator[CommandLine]:
    return (statement for statement in found if isinstance(statement, CommandLine))


def read(source: SourceFile, repository: Repository) -> Reading:
    """Raises Unreadable."""
    fragment = source.fragment
    return Reading(tuple(statements(fragment, gpu=_asked_of_slurm(fragment), repository=repository)))


def _asked_of_slurm(fragment: Fragment) -> Located[str]:
    """The only card that a batch script asks for."""
    from ecolint import evidence

    found = {match[1].lower(): match.span(1) for match in SLURM.finditer(fragment.text)}
    for match in CONSTRAINT.finditer(fragment.text) if not found else ():
        if evidence.resolve_gpu(match[1]) is not None:
            found[match[1].lower()] = match.span(1)
    if len(found) != 1:
        return Located()
    ((card, place),) = found.items()
    span = fragment.span(*place)
    return Located(card, Known.STATED, span, span)


FORMAT = Format(
    "shell",
    read,
    tells=may_be_judged,
    names=(
        "*.sh",
        "*.bash",
        "*.zsh",
        "*.ksh",
        "*.sbatch",
        "*.slurm",
        "*.command",
        ".envrc",
        ".bashrc",
        ".bash_profile",
        ".profile",
        ".zshrc",
    ),
    interpreters=("sh", "bash", "zsh", "dash", "ksh", "ash"),
)
