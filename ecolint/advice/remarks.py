"""What must be said beside a recommendation: prices, ranges and limits of the measurements."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint import evidence
from ecolint.advice.options import Option, changes_of
from ecolint.advice.precisions import TITLES
from ecolint.advice.ranking import perplexity_row
from ecolint.advice.situation import Situation, card_name
from ecolint.advice.wording import amount, percent, reach, signed
from ecolint.evidence import Measured
from ecolint.rules.crossing import NAMES
from ecolint.rules.remedies import price_of_threshold_zero
from ecolint.stack import at_least

BOARD_ONLY = "NVML counts the GPU board only: no CPU, memory, power supply or cooling."
ONE_LABORATORY = "Almost every row comes from one author on rented machines: one laboratory's data."
NEW_KERNELS = "0.50.0"
ALWAYS_DOUBLE = {"vllm": "vLLM", "sglang": "SGLang", "tgi": "TGI"}
"""Servers whose bitsandbytes 4-bit sets `compress_statistics`."""
BATCHED_FROM = 8


def remarks(situation: Situation, *shown: Option) -> Iterator[str]:
    """Remarks on the options that an answer speaks of, each once."""
    said: dict[str, None] = {}
    for option in shown:
        said.update(dict.fromkeys(_of_option(situation, option)))
    yield from said
    yield BOARD_ONLY
    yield ONE_LABORATORY


def _of_option(situation: Situation, option: Option) -> Iterator[str]:
    if option.is_half:
        yield from _memory(situation, option)
        return
    if option.all_changes and max(option.all_changes) > min(option.all_changes):
        yield (
            f"{option.title}: promise at most a range. The rows of a near size read {reach(option.all_changes)} "
            "against FP16, board-power figures included."
        )
    yield from _REMARKS.get(option.precision, _nothing)(situation, option)
    row = perplexity_row(situation, option)
    if row is not None and row.delta_ppl_pct is not None:
        change = signed(row.delta_ppl_pct)
        yield f"{option.title} changed perplexity by {change} for this model on this card (row {row.id})."
    ratio = option.throughput_ratio
    if ratio is not None and ratio < 1 and option.row is not None and option.baseline is not None:
        mine, base = option.row.throughput_tok_s or 0.0, option.baseline.throughput_tok_s or 0.0
        yield (
            f"{option.title} is slower: {amount(mine, 'tok/s')} against {amount(base, 'tok/s')} in FP16 "
            f"(row {option.row.id})."
        )
    yield from _memory(situation, option)


def _memory(situation: Situation, option: Option) -> Iterator[str]:
    if option.memory is None:
        return
    need = f"{option.title} needs about {amount(option.memory.needed_gb, 'GB')} with head-room"
    have = situation.vram_gb
    if have is None:
        yield f"{need}; the memory of the card is not known. (--vram-gb)"
    else:
        where = (
            card_name(situation.gpu) if situation.gpu and situation.ask.limits.vram_gb is None else "given"
        )
        verb = "fits" if option.fits else "does not fit"
        yield f"{need}: {verb} the {amount(have, 'GB')} {'of ' + where if where != 'given' else where}."


def _nothing(situation: Situation, option: Option) -> Iterator[str]:
    return iter(())


def _nf4(situation: Situation, option: Option) -> Iterator[str]:
    batched = [
        row
        for row in evidence.select(precision=Measured.NF4)
        if (row.batch_size or 0) >= BATCHED_FROM and row.quality == "ok" and row.delta_energy_pct is not None
    ]
    values = tuple(row.delta_energy_pct for row in batched if row.delta_energy_pct is not None)
    cards = ", ".join(dict.fromkeys(row.gpu for row in batched))
    yield (
        f"Figures for NF4 hold for batch 1: at batch {BATCHED_FROM} it cost {reach(values)} against FP16 on {cards} "
        "(bitsandbytes 0.49.2, decode only)."
    )
    server = [row for row in evidence.select(gpu="A800", precision=Measured.NF4) if row.quality == "ok"]
    near_zero = tuple(value for row in server for value in changes_of(row))
    yield f"On A800 the effect of NF4 is about zero in the sound rows: {reach(near_zero)}."
    if situation.framework in ALWAYS_DOUBLE:
        yield (
            f"{ALWAYS_DOUBLE[situation.framework]} always adds double quantization when it quantises on loading; "
            f"that cost {reach(evidence.double_quant_range())} energy over plain NF4."
        )
    yield from _disagreement(situation)
    pinned = situation.ask.stack.get("bitsandbytes")
    if pinned is not None and at_least(pinned.version, NEW_KERNELS):
        yield f"bitsandbytes {NEW_KERNELS} and newer have other 4-bit kernels; no row was measured with them."


def _nf4_dq(situation: Situation, option: Option) -> Iterator[str]:
    pairs = len(evidence.double_quant_pairs())
    low, high = evidence.double_quant_range()
    yield (
        f"Double quantization cost {reach((low, high))} energy over plain NF4 in {pairs} of {pairs} measured pairs."
    )


def _disagreement(situation: Situation) -> Iterator[str]:
    size, architecture = situation.params_b, situation.architecture
    if size is None or architecture is None:
        return
    values = [
        one.value_b for one in evidence.published_crossovers(architecture, "nf4") if one.value_b is not None
    ]
    seed = evidence.crossover(architecture, "nf4").value_b
    if seed is not None and values and min(values) <= size <= max(values):
        yield (
            f"Sources disagree near the crossover: {min(values):g} to {max(values):g} B are published for "
            f"{NAMES.get(architecture, architecture)}, the seed says {seed:g} B."
        )


def _int8_pure(situation: Situation, option: Option) -> Iterator[str]:
    yield f"{TITLES[Measured.INT8_PURE]}: {price_of_threshold_zero()}"
    yield "No direct row shows that INT8 saves energy above any model size."


def _int8_default(situation: Situation, option: Option) -> Iterator[str]:
    claim = evidence.antipattern("int8-default-threshold").claim
    lowest, highest = evidence.int8_default_observed_range()
    board = evidence.int8_default_board_power_low()
    yield (
        f"INT8 with the default threshold: {claim} is claimed; the rows run from {signed(lowest)} ({signed(board)} on "
        f"board power) to {signed(highest)}, and none saved energy at any size."
    )
    low, high = evidence.threshold_zero_saving()
    yield f"Threshold 0 used {percent(low).rstrip('%')} to {percent(high)} less in every pair of one session."


def _fp8_eager(situation: Situation, option: Option) -> Iterator[str]:
    claim = evidence.antipattern("fp8-eager").claim
    yield (
        f"FP8 in eager mode: {claim} is one card (RTX 5090) and one nightly build. The intended path is compilation "
        "or a serving engine: vLLM or SGLang."
    )


_REMARKS = {
    Measured.NF4: _nf4,
    Measured.NF4_DQ: _nf4_dq,
    Measured.INT8_PURE: _int8_pure,
    Measured.INT8_DEFAULT: _int8_default,
    Measured.FP8_TORCHAO_EAGER: _fp8_eager,
}
