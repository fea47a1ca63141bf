"""The bottom line of OPTIMIZE and RECOMMEND in one sentence."""

from __future__ import annotations

from ecolint import evidence
from ecolint.advice.ask import Objective
from ecolint.advice.decision import Decision, is_unheard_of
from ecolint.advice.options import Option, changes_of
from ecolint.advice.precisions import Spoken
from ecolint.advice.ranking import Excluded, Ranking
from ecolint.advice.situation import CROSS, CROSSOVERS, Situation
from ecolint.advice.transition import Transition
from ecolint.advice.wording import amount, reach, savings
from ecolint.evidence import Measured
from ecolint.evidence.verdict import CLEAR_PCT
from ecolint.rules.crossing import NAMES

GGUF_MARK = "measured with bitsandbytes, of which GGUF is only an analog"


def conclusion_of(situation: Situation, decision: Decision) -> str:
    """One line; figures that were carried from elsewhere are tagged as such."""
    text = _conclusion(situation, decision)
    if "%" not in text:
        return text
    marks = (_carried(situation, decision), GGUF_MARK if situation.is_gguf else "")
    tag = "; ".join(filter(None, marks))
    return f"{text} ({tag})" if tag else text


def _carried(situation: Situation, decision: Decision) -> str:
    """How far the figures of the line were carried; empty where they are those of the card and model."""
    if situation.platform is not None:
        return CROSS
    shown = [one for one in (decision.best, decision.current) if not one.is_half] or [decision.told]
    bases = {one.match.basis for one in shown}
    if bases == {"direct"} or situation.params_b is None:
        return ""
    label = evidence.Confidence(1 if "cross" in bases else 2).label
    return ", ".join(filter(None, (label, shown[0].match.band)))


def _conclusion(situation: Situation, decision: Decision) -> str:
    ranking, current, best, step = decision.ranking, decision.current, decision.best, decision.step
    out = next((one for one in ranking.excluded if one.option is best), None)
    if situation.is_foreign and situation.spoken.is_analog:
        return f"nothing was measured on this hardware, nor for {situation.spoken.name}"
    if situation.is_foreign:
        return f"nothing was measured on this hardware; {_unmeasured_hardware(best, out)}"
    if situation.spoken.is_analog:
        return _unmeasured_precision(situation.spoken, decision.told)
    if out is not None and is_unheard_of(situation, ranking, current):
        return f"no row speaks for a change from {current.title}: {out.reason}"
    if out is not None:
        return f"no option keeps all limits; {best.title} would be the first, but: {out.reason}"
    if situation.params_b is None and situation.objective in (Objective.ENERGY, Objective.COST):
        return _without_size(situation, best)
    if best is not current:
        return _switch(situation, ranking, current, best, step)
    if situation.objective is Objective.THROUGHPUT:
        return f"keep {best.title}: no near row is faster"
    if situation.objective is Objective.MEMORY:
        return f"keep {best.title}: nothing that fits needs less memory"
    if best.is_half:
        return f"keep FP16: {_why_half(situation, ranking)}"
    if best.saves:
        return f"keep {best.title}: it saves {savings(best.own)} energy against FP16"
    if best.other_batch and not best.is_half:
        return f"keep {best.title}: {_at_other_batch(situation, best, 'it')}"
    if not best.own:
        return f"keep {best.title}: no near row shows what a change would do to its energy"
    return f"keep {best.title}: it is the best of what keeps the limits, at {reach(best.own)} against FP16"


def _unmeasured_hardware(best: Option, out: Excluded | None) -> str:
    if out is None:
        return f"keep {best.title} until it is measured there"
    return f"{best.title} {out.reason}" if out.reason.startswith("needs") else out.reason


def _unmeasured_precision(spoken: Spoken, analog: Option) -> str:
    text = f"nothing was measured for {spoken.name}"
    if not analog.all_changes:
        return text
    return f"{text}; its nearest analog, {analog.title}, reads {reach(analog.all_changes)} against FP16"


def _at_other_batch(situation: Situation, option: Option, name: str) -> str:
    """What another batch size showed of an option that was not measured at the one in question."""
    text = f"{name} was not measured at batch {situation.batch_size}"
    shown = [row for row in option.other_batch if row.batch_size == option.other_batch[0].batch_size]
    values = tuple(value for row in shown for value in changes_of(row))
    if not values:
        return text
    return f"{text}; at batch {shown[0].batch_size} the rows read {reach(values)} against FP16"


def _why_half(situation: Situation, ranking: Ranking) -> str:
    nf4 = ranking.find(Measured.NF4)
    if nf4.other_batch:
        return _at_other_batch(situation, nf4, nf4.title)
    if not nf4.all_changes:
        said = "no near row shows a saving from quantization"
        return ", and ".join(filter(None, (said, _below(situation, nf4))))
    values = nf4.all_changes
    if min(values) >= CLEAR_PCT:
        return f"NF4 costs energy here, {reach(values)} against FP16"
    if nf4.saves:
        return "NF4 does not keep the limits"
    return f"the rows show no clear saving from NF4, {reach(values)} against FP16"


def _switch(situation: Situation, ranking: Ranking, current: Option, best: Option, step: Transition) -> str:
    text = f"switching to {best.title}"
    if situation.objective is Objective.MEMORY and best.memory is not None and current.memory is not None:
        less = amount(best.memory.weights_gb, "GB")
        return f"{text} needs {less} for the weights instead of {amount(current.memory.weights_gb, 'GB')}"
    if situation.objective is Objective.THROUGHPUT:
        return f"{text} is faster, as far as near rows state their throughput"
    out = next((one for one in ranking.excluded if one.option is current), None)
    changes = best.all_changes if situation.platform is not None and current.is_half else step.changes
    if changes and max(changes) <= -CLEAR_PCT and (best.saves or not current.is_half):
        text += f" saves {savings(changes)} energy"
        return f"{text}; {current.title} {out.reason}" if out is not None else text
    shown = best.all_changes if current.is_half else step.changes
    if out is not None:
        figures = f"; energy {reach(shown)}" if shown else "; no near row gives its energy"
        return f"{text}, as {current.title} {_plainly(out.reason)}{figures}"
    if shown:
        return f"{text} changes energy by {reach(shown)}"
    if not current.own and best.is_half and (below := _below(situation, current)):
        return f"{text}: {below}, and no near row gives the figure"
    why = "no session measured both" if current.own and best.own else "no near row gives the figure"
    return f"{text} is what the evidence supports; {why}"


def _below(situation: Situation, option: Option) -> str:
    """`1.54 B is below the NF4 crossover of 3.7 B (Ampere)`; empty where it is not, or none is published."""
    value, architecture = situation.crossover_above(option.precision), situation.architecture
    if value is None or architecture is None:
        return ""
    kind = CROSSOVERS[option.precision].upper()
    name = NAMES.get(architecture, architecture)
    return f"{situation.params_b:g} B is below the {kind} crossover of {value:g} B ({name})"


def _plainly(reason: str) -> str:
    return reason if reason.startswith("needs") else f"is out ({reason})"


def _without_size(situation: Situation, best: Option) -> str:
    """Both sides of the crossover, as the size decides."""
    architecture = situation.architecture
    below, above = evidence.nf4_range(True, architecture), evidence.nf4_range(False, architecture)
    if architecture is not None:
        where = (
            f"{evidence.crossover(architecture, 'nf4').value_b:g} B ({NAMES.get(architecture, architecture)})"
        )
    else:
        low, high = evidence.crossover_span("nf4")
        where = f"{low:g} to {high:g} B"
    sides = []
    if below is not None:
        sides.append(f"below {where} NF4 measured {reach(below)} against FP16")
    if above is not None:
        sides.append(f"above {where} {reach(above)}" if below is None else f"above it {reach(above)}")
    stay = f"stay with {best.title} until it is known"
    return f"the size of the model decides: {', '.join(sides)}; {stay}"
