"""Why a setup is slow or hot: causes with what the rows show for each, and what would confirm it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ecolint import evidence
from ecolint.advice.answer import Cause
from ecolint.advice.batching import sweep_words
from ecolint.advice.computation import Computation, plain
from ecolint.advice.options import Option, baseline_of
from ecolint.advice.quoting import line_of, quoted
from ecolint.advice.situation import Situation, card_name
from ecolint.advice.wording import amount, percent, reach
from ecolint.evidence import Measured, Row
from ecolint.evidence.nearness import distance
from ecolint.records import dataclass

QUANTISED = frozenset((Measured.NF4, Measured.NF4_DQ, Measured.INT8_PURE, Measured.INT8_DEFAULT))
BATCH_FILLED = 8


@dataclass(frozen=True, slots=True)
class Found:
    """A cause with its weight: how many times slower it makes one request, as far as rows tell; 1 where it
    costs energy but no time of its own."""

    cause: Cause
    weight: float
    computations: tuple[Computation, ...] = ()


def causes_of(situation: Situation, option: Option) -> tuple[Found, ...]:
    """Causes that the evidence supports for this precision and batch size, the heaviest first."""
    found = [one for make in _MAKERS for one in make(situation, option)]
    return tuple(sorted(found, key=lambda one: -one.weight))


def _slowdown(row: Row | None, base: Row | None) -> float:
    if row is None or base is None or not row.throughput_tok_s or not base.throughput_tok_s:
        return 1.0
    return base.throughput_tok_s / row.throughput_tok_s


def _speeds(row: Row, base: Row | None) -> str:
    """`8.42 tok/s at 70.02 W against 34.72 tok/s at 180.74 W in FP16`."""

    def one(of: Row) -> str:
        speed = amount(of.throughput_tok_s, "tok/s") if of.throughput_tok_s else "speed not stated"
        return f"{speed} at {amount(of.power_w, 'W')}" if of.power_w else speed

    return f"{one(row)} against {one(base)} in FP16" if base is not None else one(row)


def _nearest(situation: Situation, rows: Sequence[Row]) -> Row | None:
    """The row of the own card and model where there is one, else the nearest in size."""

    def rank(row: Row) -> tuple[bool, bool, bool, float]:
        other = situation.gpu is None or not evidence.same_gpu(row.gpu, situation.gpu)
        return (
            row.throughput_tok_s is None,
            other,
            row.architecture != situation.architecture,
            distance(row, situation.sized),
        )

    return min(rows, key=rank, default=None)


def _decomposition(situation: Situation, option: Option) -> Iterator[Found]:
    if option.precision is not Measured.INT8_DEFAULT:
        return
    pairs = {pair.first.id: pair for pair in evidence.threshold_zero_pairs()}
    row = _nearest(situation, [pair.first for pair in pairs.values()])
    if row is None:
        return
    pair = pairs[row.id]
    low, high = evidence.threshold_zero_saving()
    support = (
        f"{_speeds(row, baseline_of(row))}; with threshold 0 in the same session {_speeds(pair.second, None)} and "
        f"{percent(pair.change_pct)} less energy [rows {row.id}, {pair.second.id}]. In all pairs: {percent(low)} to "
        f"{percent(high)} less."
    )
    cause = Cause(
        "mixed-precision decomposition",
        "LLM.int8() splits every linear layer by outlier columns, multiplies them in 16 bits beside the INT8 product "
        "and adds the two; the extra kernels run for every token.",
        support,
        "Time the same prompts with llm_int8_threshold=0.0: tokens per second rise if this is the cause (quality "
        "changes, so only to find out). A profile shows the second matrix product in each layer.",
        (quoted(situation, row), quoted(situation, pair.second)),
    )
    yield Found(cause, _slowdown(row, baseline_of(row)))


def _dequantisation(situation: Situation, option: Option) -> Iterator[Found]:
    if option.precision not in QUANTISED:
        return
    row = option.row if option.is_near else None
    if row is None or not row.throughput_tok_s:
        known = [
            one
            for one in evidence.select(precision=option.precision)
            if one.throughput_tok_s and one.quality == "ok"
        ]
        row = _nearest(situation, known)
    if row is None:
        return
    slowdown = _slowdown(row, baseline_of(row))
    if option.precision is Measured.INT8_DEFAULT:
        slowdown = min(slowdown, 1.0)
    cause = Cause(
        "dequantisation",
        "The weights are unpacked to 16 bits for every token; on small models that costs more time than the smaller "
        "reads save, and the card waits at low power.",
        f"{_speeds(row, baseline_of(row))} [row {row.id}].",
        "Time the same prompts in FP16 where it fits: if tokens per second rise, unpacking is the cause. Board power "
        "well below that of FP16 points the same way.",
        (quoted(situation, row),),
    )
    yield Found(cause, slowdown)


def _double(situation: Situation, option: Option) -> Iterator[Found]:
    if option.precision is not Measured.NF4_DQ:
        return
    pairs = {second.id: (first, second, change) for first, second, change in evidence.double_quant_pairs()}
    row = _nearest(situation, [second for _, second, _ in pairs.values()])
    if row is None:
        return
    first, second, _ = pairs[row.id]
    cause = Cause(
        "double quantization",
        "The scales of the weights are quantised too and unpacked first: a second step for every block.",
        f"{reach(evidence.double_quant_range())} energy over plain NF4 in {len(pairs)} of {len(pairs)} pairs; here "
        f"{_speeds(second, None)} against {_speeds(first, None)} [rows {second.id}, {first.id}].",
        "Set bnb_4bit_use_double_quant=False and time the same prompts.",
        (quoted(situation, second), quoted(situation, first)),
    )
    yield Found(cause, _slowdown(second, first))


def _eager(situation: Situation, option: Option) -> Iterator[Found]:
    if option.precision is not Measured.FP8_TORCHAO_EAGER:
        return
    row = next((one for one in evidence.select(precision=option.precision) if one.throughput_tok_s), None)
    if row is None:
        return
    cause = Cause(
        "eager dispatch",
        "Without compilation every FP8 layer goes through the tensor subclass in Python, and the weights are "
        "unpacked by many small kernels.",
        f"{line_of(quoted(situation, row))}; {_speeds(row, baseline_of(row))}. One card and one nightly build.",
        "Compile the model (torch.compile, or a static cache in generate) and time again; a profile full of gaps "
        "between short kernels points the same way.",
        (quoted(situation, row),),
    )
    yield Found(cause, _slowdown(row, baseline_of(row)))


def _under_filled(situation: Situation, option: Option) -> Iterator[Found]:
    if situation.batch_size >= BATCH_FILLED:
        return
    sweep = evidence.batch_sweep()
    row = sweep.rows[0]
    cause = Cause(
        "under-filled batch",
        "Every token of one sequence reads all weights; run together, requests share that read, so a card at batch "
        f"{situation.batch_size} spends its time and power on memory.",
        f"{sweep_words()}.",
        "Run 8 of your prompts in one batch: if joules per request fall sharply and latency hardly grows, this is it.",
        tuple(
            quoted(situation, one)
            for one in (row, *(one for one in sweep.rows if one.batch_size == BATCH_FILLED))
        ),
    )
    yield Found(cause, 1.0)


def _memory_bound(situation: Situation, option: Option) -> Iterator[Found]:
    """How near FP16 comes to the card's memory bandwidth, by arithmetic; only where a row of the card has a speed."""
    if not option.is_half:
        return
    gpu, memory = situation.gpu, option.memory
    row = next((one for one in option.near_rows if one.throughput_tok_s and one.batch_size == 1), None)
    if gpu is None or memory is None or row is None or gpu.memory_bandwidth_gb_s is None:
        return
    if situation.batch_size != 1 or not evidence.same_gpu(row.gpu, gpu):
        return
    ceiling = gpu.memory_bandwidth_gb_s / memory.weights_gb
    bound = Computation(
        "tokens per second if only the weights were read",
        f"{plain(gpu.memory_bandwidth_gb_s)} / {plain(memory.weights_gb)}",
        ceiling,
        "tok/s",
    )
    reached = (row.throughput_tok_s or 0.0) / ceiling * 100
    share = Computation(
        "share of that which the row reaches",
        f"{plain(row.throughput_tok_s or 0.0)} / {plain(ceiling)} * 100",
        reached,
        "%",
    )
    cause = Cause(
        "memory-bound decoding",
        f"At batch 1 each token reads all {amount(memory.weights_gb, 'GB')} of weights; what is far below the "
        "ceiling of the memory is lost to dispatch and unpacking instead.",
        f"{card_name(gpu)} reads {amount(gpu.memory_bandwidth_gb_s, 'GB/s')} (vendor figure): at most "
        f"{amount(ceiling, 'tok/s')}; the row reaches {amount(row.throughput_tok_s or 0.0, 'tok/s')}, "
        f"{percent(reached)} of it [row {row.id}].",
        "Compare your own tokens per second with the ceiling: near it only fewer bytes or larger batches help, far "
        "below it fewer kernels do (compilation, a serving engine).",
        (quoted(situation, row),),
    )
    yield Found(cause, 1.0, (bound, share))


def _does_not_fit(situation: Situation, option: Option) -> Iterator[Found]:
    if option.fits is not False or option.memory is None or situation.vram_gb is None:
        return
    cause = Cause(
        "memory overflow",
        "What does not fit is moved to the CPU, or the run fails; moved layers wait for the bus at every token.",
        f"{option.title} needs about {amount(option.memory.needed_gb, 'GB')} with head-room, there are "
        f"{amount(situation.vram_gb, 'GB')}: arithmetic, no row was measured with offloading.",
        "Look for `cpu` or `disk` in model.hf_device_map, and at the memory in nvidia-smi.",
    )
    yield Found(cause, 100.0, option.memory.computations)


_MAKERS: tuple[Callable[[Situation, Option], Iterator[Found]], ...] = (
    _does_not_fit,
    _decomposition,
    _eager,
    _dequantisation,
    _double,
    _under_filled,
    _memory_bound,
)
