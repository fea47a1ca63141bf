"""What every protocol answers: the parts of the seed's response template, as values."""

from __future__ import annotations

from dataclasses import dataclass

from ecolint.advice.computation import Computation
from ecolint.advice.options import Option
from ecolint.advice.situation import Situation
from ecolint.cost import Saving
from ecolint.evidence import FOOTER, Confidence, Row


@dataclass(frozen=True, slots=True)
class Quoted:
    """A row as evidence, beside its FP16 row. `band` and `tag` go with every figure of it."""

    row: Row
    baseline: Row | None = None
    band: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the comparison. `value` is in `unit`, None where the row states no joules or was not measured
    together with that of the other side; `change_pct` is against the other side."""

    title: str
    value: float | None
    unit: str
    quoted: Quoted | None
    change_pct: float | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """One line of configuration; `snippet` is empty where the framework has no way to write it."""

    framework: str
    title: str
    snippet: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """An option with its trade-offs, as far as rows or arithmetic give them."""

    option: Option
    quoted: Quoted | None
    speed: Row | None
    request_ms: Computation | None
    token_ms: Computation | None
    perplexity: Row | None


@dataclass(frozen=True, slots=True)
class Left:
    """An option that is out, and why."""

    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause of slowness or heat: how it works, what in the evidence supports it, what would confirm it."""

    name: str
    mechanism: str
    support: str
    confirm: str
    rows: tuple[Quoted, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a comparison: its text (empty where there is no figure), the row it comes from, and why it
    is empty or how it was computed."""

    text: str = ""
    row: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A dimension in numbers: what they are, and one for each column (None where there is none)."""

    dimension: str
    title: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A comparison: a title for each column, and lines of a name and a cell for each column.

    `measures` hold the dimensions in which the columns may be held against each other.
    """

    columns: tuple[str, ...]
    lines: tuple[tuple[str, tuple[Cell, ...]], ...]
    winners: tuple[tuple[str, str], ...]
    footnotes: tuple[str, ...]
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer. `lookup` is the matching row, quoted before anything is suggested."""

    protocol: str
    situation: Situation
    lookup: Quoted | None
    conclusion: str
    confidence: Confidence
    baseline: Side | None = None
    recommended: Side | None = None
    next_best: str = ""
    evidence: tuple[Quoted, ...] = ()
    config: Config | None = None
    table: Table | None = None
    causes: tuple[Cause, ...] = ()
    choices: tuple[Choice, ...] = ()
    left: tuple[Left, ...] = ()
    further: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    boundaries: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    supplementary: tuple[str, ...] = ()
    saving: Saving | None = None
    cost_notes: tuple[str, ...] = ()
    computations: tuple[Computation, ...] = ()
    footer: str = FOOTER
