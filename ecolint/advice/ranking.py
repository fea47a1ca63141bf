"""Which options keep the limits, and in which order they come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf

from ecolint import evidence
from ecolint.advice.ask import Objective
from ecolint.advice.computation import Computation, plain
from ecolint.advice.options import Option, option_of
from ecolint.advice.situation import Situation, card_name
from ecolint.advice.wording import amount, signed
from ecolint.cost import Volume, monthly
from ecolint.evidence import Measured, Row
from ecolint.evidence.nearness import NEAR, distance, of_query
from ecolint.records import dataclass

CANDIDATES = (
    Measured.FP16,
    Measured.NF4,
    Measured.INT8_PURE,
    Measured.NF4_DQ,
    Measured.INT8_DEFAULT,
    Measured.FP8,
    Measured.FP8_TORCHAO_EAGER,
)
EIGHT_BIT_FLOATS = frozenset((Measured.FP8, Measured.FP8_TORCHAO_EAGER))


@dataclass(frozen=True, slots=True)
class Excluded:
    """An option that a limit or the hardware rules out, and why. `by_hardware` says that no other limit would help."""

    option: Option
    reason: str
    computations: tuple[Computation, ...] = ()
    by_hardware: bool = False


@dataclass(frozen=True, slots=True)
class Ranking:
    """Options best first, and those that are out."""

    kept: tuple[Option, ...]
    excluded: tuple[Excluded, ...]

    def find(self, precision: Measured) -> Option:
        """The option of a precision, kept or not. Raises StopIteration where there is none."""
        return next(
            one for one in (*self.kept, *(out.option for out in self.excluded)) if one.precision is precision
        )


def rank(situation: Situation, volume: Volume | None) -> Ranking:
    """All precisions that the evidence speaks of, ranked by the objective."""
    kept: list[Option] = []
    excluded: list[Excluded] = []
    for precision in CANDIDATES:
        option = option_of(situation, precision)
        out = excluded_by(situation, option, volume)
        if out is None:
            kept.append(option)
        else:
            excluded.append(out)
    return Ranking(tuple(sorted(kept, key=key_of(situation.objective))), tuple(excluded))


def key_of(objective: Objective) -> Callable[[Option], tuple[float, ...]]:
    """What options are sorted by."""
    return _KEYS[objective]


def excluded_by(situation: Situation, option: Option, volume: Volume | None) -> Excluded | None:
    """Why an option is out; None where nothing speaks against it."""
    for check in (_unsupported, _too_large, _too_slow, _too_dear, _too_coarse):
        found = check(situation, option, volume)
        if found is not None:
            return found
    return None


def _unsupported(situation: Situation, option: Option, _: Volume | None) -> Excluded | None:
    if option.precision not in EIGHT_BIT_FLOATS:
        return None
    gpu = situation.gpu
    if gpu is not None and not gpu.is_nvidia:
        return Excluded(option, f"FP8 was not measured on {gpu.vendor} hardware", by_hardware=True)
    if gpu is not None and not gpu.has_fp8:
        return Excluded(option, f"{card_name(gpu)} has no FP8 units", by_hardware=True)
    card = evidence.resolve_gpu(option.row.gpu) if option.row else None
    if option.row is not None and card is not None and not card.has_fp8:
        without = f"the only row was measured on {option.row.gpu}, which has no FP8 units"
        return Excluded(option, f"{without}: it says nothing of cards that have them", by_hardware=True)
    return None


def _too_large(situation: Situation, option: Option, _: Volume | None) -> Excluded | None:
    if option.fits is not False or option.memory is None or situation.vram_gb is None:
        return None
    need, have = amount(option.memory.needed_gb, "GB"), amount(situation.vram_gb, "GB")
    return Excluded(option, f"needs about {need}, there are {have}", option.memory.computations)


def request_ms(row: Row, tokens: float) -> Computation | None:
    """Milliseconds of one request at a row's throughput, all sequences of the batch side by side."""
    if not row.throughput_tok_s:
        return None
    batch = row.batch_size or 1
    formula = f"{plain(tokens)} * 1000 * {batch} / {plain(row.throughput_tok_s)}"
    value = tokens * 1000 * batch / row.throughput_tok_s
    return Computation(f"time of one request at batch {batch}", formula, value, "ms")


def token_ms(row: Row) -> Computation | None:
    """Milliseconds of one token of one sequence at a row's throughput."""
    if not row.throughput_tok_s:
        return None
    batch = row.batch_size or 1
    formula = f"1000 * {batch} / {plain(row.throughput_tok_s)}"
    return Computation(
        f"time of one token at batch {batch}", formula, 1000 * batch / row.throughput_tok_s, "ms"
    )


def _too_slow(situation: Situation, option: Option, volume: Volume | None) -> Excluded | None:
    limit = situation.ask.limits.latency_ms
    if limit is None:
        return None
    row = speed_row(option)
    time = request_ms(row, tokens_of(situation)) if row is not None else None
    if time is None:
        return Excluded(
            option, f"no near row states its throughput: {amount(limit, 'ms')} cannot be confirmed"
        )
    if time.value > limit:
        reason = f"{amount(time.value, 'ms')} a request, more than {amount(limit, 'ms')}"
        return Excluded(option, reason, (time,))
    return None


def tokens_of(situation: Situation) -> float:
    """New tokens of one request."""
    from ecolint.cost import TOKENS_PER_REQUEST

    return situation.ask.cost.tokens_per_request or TOKENS_PER_REQUEST


def speed_row(option: Option) -> Row | None:
    """A near row of the option that states its throughput, the quoted one first."""
    return next((row for row in option.near_rows if row.throughput_tok_s), None)


def cost_row(option: Option) -> Row | None:
    """A sound near row with joules for 1000 tokens, the quoted one first, then the nearest in size."""
    if not option.is_near:
        return None
    sized = of_query(option.match.query.model, option.match.query.params_b)
    rest = sorted((*option.near_rows, *option.beside), key=lambda row: distance(row, sized))
    first = (option.row,) if option.row is not None else ()
    sound = (row for row in (*first, *rest) if row.quality != "caution" and distance(row, sized) <= NEAR)
    return next((row for row in sound if row.energy_j_per_1k_tok is not None), None)


def _too_dear(situation: Situation, option: Option, volume: Volume | None) -> Excluded | None:
    limit = situation.ask.limits.cost
    if limit is None or volume is None:
        return None
    row = cost_row(option)
    if row is None or row.energy_j_per_1k_tok is None:
        return Excluded(option, "no sound near row states its joules: the cost limit cannot be confirmed")
    spent = monthly(row.energy_j_per_1k_tok, volume)
    if spent.money is None:
        return None
    if spent.money > limit:
        reason = f"{spent.money:.2f} {volume.currency} a month, more than {limit:.2f} {volume.currency} (row {row.id})"
        return Excluded(option, reason, spent.computations)
    return None


def perplexity_row(situation: Situation, option: Option) -> Row | None:
    """A row of the very card, model, precision and batch size that states a change of perplexity."""
    if situation.platform is not None or option.match.basis != "direct":
        return None
    return next((row for row in option.near_rows if row.delta_ppl_pct is not None), None)


def _too_coarse(situation: Situation, option: Option, _: Volume | None) -> Excluded | None:
    limit = situation.ask.limits.perplexity_pct
    if limit is None or option.is_half:
        return None
    row = perplexity_row(situation, option)
    if row is None or row.delta_ppl_pct is None:
        why = "no row of this card, model and batch size states its perplexity"
        return Excluded(option, f"{why}: the limit cannot be confirmed")
    if row.delta_ppl_pct > limit:
        return Excluded(
            option, f"perplexity {signed(row.delta_ppl_pct)}, more than {signed(limit)} (row {row.id})"
        )
    return None


def _by_energy(option: Option) -> tuple[int, float]:
    """Clear savings, then FP16, then the rest by its least favourable row."""
    if option.is_half:
        return 1, 0.0
    if option.saves:
        return 0, max(option.all_changes)
    return 2, max(option.all_changes, default=inf)


def _by_throughput(option: Option) -> tuple[float, int, float]:
    ratio = option.throughput_ratio
    return (-ratio if ratio is not None else 0.0, *_by_energy(option))


def _by_memory(option: Option) -> tuple[float, int, float]:
    return (option.memory.weights_gb if option.memory else inf, *_by_energy(option))


_KEYS: Mapping[Objective, Callable[[Option], tuple[float, ...]]] = {
    Objective.ENERGY: _by_energy,
    Objective.COST: _by_energy,
    Objective.THROUGHPUT: _by_throughput,
    Objective.MEMORY: _by_memory,
}
