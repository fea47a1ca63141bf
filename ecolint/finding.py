"""What rules say, and what reporters print: the neck below the waist."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from ecolint.inference import InferenceSetup
from ecolint.records import dataclass
from ecolint.source import Span

if TYPE_CHECKING:
    from ecolint.edits.changes import Change
    from ecolint.evidence import Confidence, Row


class Level(str, Enum):
    """Severity. Only the first two fail a run by default."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def weight(self) -> int:
        """3 for error, 2 for warning, 1 for note."""
        return {"error": 3, "warning": 2, "note": 1}[self.value]

    def at_most(self, ceiling: Level) -> Level:
        return self if self.weight <= ceiling.weight else ceiling


class Applicability(str, Enum):
    """What applying a fix may change: nothing of the model's behaviour, something, or it is only advice."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY = "display"


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the bytes from `start` to `end` of the original file by `text` (encoded like the file)."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A remedy in the framework's own syntax. `price` says what it may change, with measured figures.

    `changes` are what a rule asks for; before a finding leaves the scan they have become `edits` or nothing.
    """

    framework: str
    snippet: str
    applicability: Applicability
    title: str
    price: str = ""
    edits: tuple[Edit, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def signature(self) -> tuple[object, ...]:
        """What the changes come to: equal for fixes that change the same text alike."""
        from ecolint.edits.changes import signature

        return signature(self.changes)


@dataclass(frozen=True, slots=True)
class Overhead:
    """Energy overhead in percent. `claim` is the pattern's published range, or one that is `computed` over measured
    pairs; `expected_pct` the figure of the quoted row and None where no row is near enough."""

    claim: str
    low_pct: float | None
    high_pct: float | None
    expected_pct: float | None
    relative_to: str = "fp16"
    computed: bool = False

    @property
    def source(self) -> str:
        """Where the claim comes from, as it is told behind it."""
        return "computed over measured pairs" if self.computed else "as published for this pattern"


@dataclass(frozen=True, slots=True)
class Region:
    """Where a finding stands: bytes, and lines and columns from 1 (columns in code points, end exclusive).
    In notebooks also the index of the cell from 0 and the line in the cell from 1."""

    span: Span
    line: int
    column: int
    end_line: int
    end_column: int
    cell: int | None = None
    cell_line: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One waste or mistake in one place."""

    rule: str
    name: str
    level: Level
    path: str
    region: Region
    message: str
    fingerprint: str
    setup: InferenceSetup | None = None
    details: tuple[str, ...] = ()
    overhead: Overhead | None = None
    rows: tuple[Row, ...] = ()
    confidence: Confidence | None = None
    fix: Fix | None = None
    boundaries: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    source_note: str = ""


@dataclass(frozen=True, slots=True)
class Undecided:
    """A rule that would judge this place, but for something that is only known at run time."""

    rule: str
    name: str
    path: str
    region: Region
    reason: str


@dataclass(frozen=True, slots=True)
class FoundSetup:
    """A setup with its place in a file, for `--show-setups` and the advisor."""

    path: str
    region: Region
    setup: InferenceSetup


@dataclass(frozen=True, slots=True)
class FileReport:
    """What the scan of one file gave. `suppressed` are findings silenced inline, with the reason given;
    `hidden` is the number of findings with too few stars."""

    path: str
    findings: tuple[Finding, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    suppressed: tuple[tuple[Finding, str], ...] = ()
    setups: tuple[FoundSetup, ...] = ()
    parsed: bool = False
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What a whole run gave. `hidden` counts findings with too few stars; `seconds` is wall time.

    `in_baseline` counts known findings, `unchanged` those on lines that did not change; both are left out of
    `findings`, and None where the run was not asked to leave them out.
    """

    findings: tuple[Finding, ...]
    undecided: tuple[Undecided, ...]
    suppressed: tuple[tuple[Finding, str], ...]
    setups: tuple[FoundSetup, ...]
    files_scanned: int
    files_parsed: int
    hidden: int
    seconds: float
    in_baseline: int | None = None
    unchanged: int | None = None

    def count(self, level: Level) -> int:
        return sum(1 for finding in self.findings if finding.level is level)
