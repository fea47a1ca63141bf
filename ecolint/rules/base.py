"""What a rule is, and what it may say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field
from enum import Enum
from typing import TYPE_CHECKING, Any

from ecolint import HOMEPAGE
from ecolint.finding import Fix, Level, Overhead
from ecolint.inference import InferenceSetup, Located
from ecolint.records import dataclass
from ecolint.source import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecolint.evidence import Match


class Basis(str, Enum):
    """What a rule rests on."""

    MEASURED = "measured"
    CONVENTION = "engineering convention, not measured"
    CORRECTNESS = "correctness of the configuration"
    SCAN = "about the scan"


@dataclass(frozen=True, slots=True)
class Question:
    """What would make the answer surer: by which options and settings it is told, and by which comments in the file."""

    text: str
    settings: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()

    def asked(self, sign: str) -> str:
        """The question with the ways to answer it, where a comment begins with `sign`; empty where there is none."""
        comments = [f"`{sign} ecolint: {comment}`" for comment in self.comments if sign]
        above = [f"{' or '.join(comments)} above the statement"] if comments else []
        ways = "; ".join((*self.settings, *above))
        return f"{self.text}: {ways}." if ways else ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rule's judgement of one setup.

    `span` is the narrowest text that shows the mistake. `level` replaces the rule's own where the evidence is
    weaker than usual. `match` carries the quoted rows and their confidence. `fields` are the located values
    that the judgement rests on: a condition on one of them is a condition on the verdict. A `unanimous` verdict is
    about an option, and stands only where it is passed on every setup that is given this option. One `of_absence` rests
    on something that is not given, and so on whatever the setup depends on.
    """

    span: Span
    message: str
    fields: tuple[Located[Any], ...] = ()
    level: Level | None = None
    overhead: Overhead | None = None
    match: Match | None = None
    details: tuple[str, ...] = ()
    fix: Fix | None = None
    questions: tuple[Question, ...] = ()
    source_note: str = ""
    unanimous: bool = False
    of_absence: bool = False


@dataclass(frozen=True, slots=True)
class Doubt:
    """A rule that cannot judge: what it would have to know."""

    span: Span
    reason: str


Check = Callable[[InferenceSetup], Iterator[Verdict | Doubt]]


def _silent(setup: InferenceSetup) -> Iterator[Verdict | Doubt]:
    return iter(())


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `pattern` is the id of the anti-pattern in the evidence; `default` whether it is on; `rows` are
    the precisions in measurements.csv whose rows the rule's page draws.

    `summary` and `sections` (heading to Markdown text) come from the docstring of the rule's module, `check`
    from its function of that name; rules about the scan itself have none and are raised by the scanner.
    """

    code: str
    name: str
    level: Level
    basis: Basis
    pattern: str = ""
    default: bool = True
    rows: tuple[str, ...] = ()
    summary: str = ""
    sections: Mapping[str, str] = field(default_factory=dict, hash=False)
    check: Check = field(default=_silent, compare=False)

    @property
    def link(self) -> str:
        """Address of the rule's page."""
        return f"{HOMEPAGE}/blob/main/docs/rules/{self.code}.md"


def split_documentation(text: str) -> tuple[str, dict[str, str]]:
    """Summary line and sections (`## Heading`) of a rule's docstring."""
    summary, _, rest = text.strip().partition("\n")
    sections: dict[str, str] = {}
    for part in ("\n" + rest).split("\n## ")[1:]:
        heading, _, body = part.partition("\n")
        sections[heading.strip()] = body.strip()
    return summary.strip(), sections
