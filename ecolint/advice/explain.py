"""EXPLAIN: why a setup is slow or hot, by what the rows show."""

from __future__ import annotations

from collections.abc import Mapping

from ecolint.advice.answer import Answer, Config, Quoted
from ecolint.advice.ask import Ask
from ecolint.advice.assembly import (
    after_side,
    before_side,
    choice_of,
    computations_of,
    finished,
    lowest,
    rows_of,
    situation_boundaries,
    supplementary_of,
)
from ecolint.advice.batching import batching_step
from ecolint.advice.causes import Found, causes_of
from ecolint.advice.decision import Decision, decide
from ecolint.advice.limits import limits_of, missing_for_limits
from ecolint.advice.mapping import config_for, config_of
from ecolint.advice.options import Option
from ecolint.advice.quoting import line_of, quoted
from ecolint.advice.remarks import remarks
from ecolint.advice.situation import Situation, card_name
from ecolint.advice.verdicts import conclusion_of
from ecolint.advice.wording import amount
from ecolint.cost import volume_of
from ecolint.frameworks.base import Remedy

BATCH = "under-filled batch"
REMOVED_BY: Mapping[str, tuple[str, Remedy]] = {
    BATCH: ("dynamic batching", Remedy.BATCHING),
    "eager dispatch": ("compilation", Remedy.COMPILE),
}


def explain(ask: Ask) -> Answer:
    """Causes with their evidence, the heaviest first, and the change that removes the first one."""
    situation = Situation(ask)
    volume = volume_of(ask.cost)
    decision = decide(situation, volume)
    current, best, step = decision.current, decision.best, decision.step
    told = decision.told if best is not current else current
    found = causes_of(situation, current)
    own = (quoted(situation, current.row),) if current.row is not None else ()
    rows = (*own, *(row for one in found for row in one.cause.rows), *rows_of(situation, step, told, current))
    cause = found[0].cause.name if found else ""
    answer = Answer(
        protocol="explain",
        situation=situation,
        lookup=rows[0] if rows else None,
        conclusion=_conclusion(situation, current, found),
        confidence=lowest(current.confidence, best.confidence),
        baseline=before_side(situation, current, step),
        recommended=after_side(situation, decision),
        evidence=tuple({one.row.id: one for one in rows}.values()),
        config=_config(situation, current, best, cause) if decision.is_advised else None,
        causes=tuple(one.cause for one in found),
        further=(*_heat(situation, current), *batching_step(situation), *_nothing_left(situation, decision)),
        assumptions=(*situation.assumptions, *limits_of(situation, volume)),
        risks=tuple(remarks(situation, current, best)),
        boundaries=situation_boundaries(situation, current, best),
        questions=(*situation.questions, *missing_for_limits(situation, volume)),
        supplementary=supplementary_of(situation),
    )
    excluded = (out for out in decision.ranking.excluded if out.option is best)
    return finished(
        answer,
        decision,
        *(made for one in found for made in one.computations),
        *computations_of(*(choice_of(situation, one) for one in (current, best)), speed=False),
        *(made for out in excluded for made in out.computations),
    )


def _config(situation: Situation, current: Option, best: Option, cause: str) -> Config:
    """What removes the first cause: compilation, batching, or the recommended precision."""
    if cause in REMOVED_BY:
        title, remedy = REMOVED_BY[cause]
        return config_of(situation, title, (remedy,))
    if best is current:
        return _config(situation, current, best, BATCH)
    return config_for(situation, best.precision)


def _conclusion(situation: Situation, current: Option, found: tuple[Found, ...]) -> str:
    spoken = situation.spoken
    start = f"nothing was measured for {spoken.name}; its nearest analog, " if spoken.is_analog else ""
    if not found:
        return f"{start}the evidence holds no cause for {current.title} at this batch size"
    names = [one.cause.name for one in found]
    rest = f", then {', '.join(names[1:])}" if len(names) > 1 else ""
    comma = "," if spoken.is_analog else ""
    return f"{start}{current.title}{comma} is held back first by {names[0]}{rest}"


def _nothing_left(situation: Situation, decision: Decision) -> tuple[str, ...]:
    """Why nothing is recommended, where a limit rules every option out."""
    if decision.ranking.kept or situation.is_foreign or situation.spoken.is_analog:
        return ()
    why = conclusion_of(situation, decision)
    return (f"{why[0].upper()}{why[1:]}.",)


def _heat(situation: Situation, current: Option) -> tuple[str, ...]:
    """Board power of the rows, beside the card's limit."""
    row = next((one for one in current.near_rows if one.power_w is not None), None)
    if row is None or row.power_w is None:
        return ()
    one: Quoted = quoted(situation, row)
    limit = ""
    if situation.gpu is not None and situation.gpu.tdp_w is not None:
        limit = f" {card_name(situation.gpu)} may draw {amount(situation.gpu.tdp_w, 'W')} (vendor figure)."
    return (f"Heat: {amount(row.power_w, 'W')} of board power in {line_of(one)}.{limit}",)
