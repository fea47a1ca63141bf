"""Judging a quantised setup against the size at which quantisation starts to save energy."""

from __future__ import annotations

from ecolint import evidence
from ecolint.evidence import Kind, Match, Measured
from ecolint.evidence.verdict import CLEAR_PCT
from ecolint.finding import Level
from ecolint.inference import Precision
from ecolint.records import dataclass, replace
from ecolint.rules.assessment import Subject, signed, span_text

NAMES = {"turing": "Turing", "ada": "Ada", "blackwell": "Blackwell", "ampere": "Ampere"}

UNDERSTATED = 2
"""Times that a model may be as large as its name says."""
LABEL = "The size is the one in the name; the model may have more parameters, and lie above the crossover."


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where a setup stands: the level that this deserves, why, and the rows it rests on.

    `why` completes a sentence that begins with the setting and the model; `among` says how many of the rows show the
    cost, where they disagree.
    """

    level: Level
    why: str
    match: Match
    details: tuple[str, ...] = ()
    among: str = ""

    @property
    def is_certain(self) -> bool:
        """Whether the rows and crossovers that apply agree, so that a fix may be more than advice."""
        return self.level is Level.WARNING

    @property
    def sentence_end(self) -> str:
        """What follows from `why`, as sure as the level says."""
        if self.is_certain:
            return f"{self.why}: it costs energy against FP16{self.among}."
        return f"{self.why}: it may cost energy against FP16."


def crossing(subject: Subject, kind: Kind, measured: Measured, *, analog: bool = False) -> Crossing | None:
    """How a model of known size stands to the crossover; None where nothing speaks for waste.

    Rows of that very card and model decide over the crossover. `analog` setups were never measured, and nothing speaks
    for waste where the hardware was not either. A size that is only a label does not decide anything near a crossover.
    """
    found = _crossing(subject, kind, measured, analog=analog)
    size, low = subject.params_b, evidence.crossover_span(kind)[0]
    if found is not None and not subject.is_inference:
        found = replace(found, level=Level.NOTE)
    if found is None or size is None or not subject.is_nominal or size * UNDERSTATED < low:
        return found
    return replace(found, level=Level.NOTE, details=(*found.details, LABEL))


def _crossing(subject: Subject, kind: Kind, measured: Measured, *, analog: bool) -> Crossing | None:
    size = subject.params_b
    assert size is not None
    match = subject.match(measured)
    low, high = evidence.crossover_span(kind)
    if subject.is_foreign or analog:
        is_far = size >= low or (subject.is_foreign and analog)
        return None if is_far else Crossing(Level.NOTE, f"is below every {kind.upper()} crossover", match)
    if match.direct:
        return _by_rows(subject, kind, match)
    if subject.gpu is None:
        return _without_gpu(kind, size, low, high, match)
    architecture = subject.architecture
    value = evidence.crossover(architecture, kind).value_b if architecture else None
    if architecture is None or value is None or size >= value:
        return None
    why = f"is below the {kind.upper()} crossover of {NAMES.get(architecture, architecture)}, {value:g} B"
    if match.expected_pct is not None and _is_contradicted(match):
        why += f", but models of its size were measured at {_measured(match)}"
        return Crossing(Level.NOTE, why, match, _disagreement(subject, kind))
    match, said = _without_rows(match, kind, NAMES.get(architecture, architecture))
    return Crossing(Level.WARNING, why, match, (*said, *_disagreement(subject, kind)), _among(match))


def _is_contradicted(match: Match) -> bool:
    """Whether rows of about the size contradict the crossover: one shows a clear saving, or no more than half of them
    a clear overhead."""
    changes = _changes(match)
    return min(changes) <= -CLEAR_PCT or 2 * sum(change >= CLEAR_PCT for change in changes) <= len(changes)


def _changes(match: Match) -> list[float]:
    return [row.delta_energy_pct for row in match.quoted if row.delta_energy_pct is not None]


def _without_rows(match: Match, kind: Kind, name: str) -> tuple[Match, tuple[str, ...]]:
    """The match with what is to be said where its rows, of larger models, show no overhead."""
    changes = _changes(match)
    if not changes or max(changes) > 0:
        return match, ()
    said = (
        f"The nearest row of {name} is of a model above the crossover, where {kind.upper()} saves; below it the "
        "published crossover speaks alone."
    )
    confidence = match.confidence.step_down("no row of this architecture below the crossover")
    return replace(match, confidence=confidence), (said,)


def _by_rows(subject: Subject, kind: Kind, match: Match) -> Crossing | None:
    other_type = f" as {kind.upper()}" if subject.setup.precision.is_(Precision.FP4) else ""
    measured = f"was measured{other_type} at {_measured(match)} on this card and model"
    if match.consistent == "overhead":
        return Crossing(Level.WARNING, measured, match)
    size = subject.params_b
    value = evidence.crossover(subject.architecture, kind).value_b if subject.architecture else None
    if size is None or value is None or size >= value:
        return None
    why = f"is below the {kind.upper()} crossover of {value:g} B, but {measured}"
    return Crossing(Level.NOTE, why, match, _disagreement(subject, kind))


def _measured(match: Match) -> str:
    if match.low_pct is None or match.high_pct is None:
        return "no figure"
    if match.expected_pct is not None and len(match.quoted) == 1:
        return signed(match.expected_pct)
    return span_text(match.low_pct, match.high_pct)


def _without_gpu(kind: Kind, size: float, low: float, high: float, match: Match) -> Crossing | None:
    if size >= high:
        return None
    if size < low:
        why = f"is below every {kind.upper()} crossover ({low:g} to {high:g} B)"
        return Crossing(Level.WARNING, why, match, among=_among(match))
    values = evidence.preferred(kind)
    wasting = [NAMES.get(name, name) for name, value in values.items() if size < value]
    saving = [NAMES.get(name, name) for name, value in values.items() if size >= value]
    why = f"is below the {kind.upper()} crossover of {', '.join(wasting)}"
    details = (f"Not below that of {', '.join(saving)}: it depends on the GPU.",) if saving else ()
    return Crossing(Level.NOTE, why, match, details)


def _among(match: Match) -> str:
    """How many of the quoted rows show more energy than FP16; empty where all or none do."""
    changes = _changes(match)
    more = sum(change > 0 for change in changes)
    return (
        f" in {more} of the {len(changes)} measured rows nearest in size" if 0 < more < len(changes) else ""
    )


def _disagreement(subject: Subject, kind: Kind) -> tuple[str, ...]:
    """That sources disagree, where a model is near the published crossovers of its architecture."""
    size, architecture = subject.params_b, subject.architecture
    if size is None or architecture is None:
        return ()
    published = evidence.published_crossovers(architecture, kind)
    values = sorted(item.value_b for item in published if item.value_b is not None)
    if len(values) < 2 or not values[0] <= size <= values[-1]:
        return ()
    name = NAMES.get(architecture, architecture)
    return (
        (
            f"Sources disagree near the crossover: published values for {name} run from {values[0]:g} to "
            f"{values[-1]:g} B."
        ),
    )
