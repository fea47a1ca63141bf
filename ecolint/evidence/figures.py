"""Every figure that ecolint may print, with its origin: columns of rows, claims, computations over rows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from statistics import median

from ecolint.evidence import computed
from ecolint.evidence.crossovers import KINDS, all_crossovers, crossover_span
from ecolint.evidence.measurements import Row, rows, usable
from ecolint.evidence.modeltable import entries
from ecolint.evidence.seed import antipatterns, claims, seed_lookup
from ecolint.evidence.tables import table

Figure = tuple[float, str]
_COLUMNS = (
    "params_b",
    "energy_j_per_1k_tok",
    "energy_j_per_request",
    "throughput_tok_s",
    "power_w",
    "delta_energy_pct",
    "delta_ppl_pct",
    "delta_gross_pct",
)


def _of_rows() -> Iterator[Figure]:
    for row in rows():
        if not usable(row):
            continue
        for column in _COLUMNS:
            value = getattr(row, column)
            if value is not None:
                yield value, f"{row.id}.{column}"


def _of_seed() -> Iterator[Figure]:
    for pattern in antipatterns():
        for value in (pattern.low_pct, pattern.high_pct):
            if value is not None:
                yield value, f"antipatterns.{pattern.id}"
    for claim in claims().values():
        yield claim.low_pct, f"claims.{claim.key}"
        yield claim.high_pct, f"claims.{claim.key}"
    for cells in seed_lookup():
        for cell in (cells.fp16, cells.nf4, cells.int8_pure, cells.fp8):
            if cell not in ("N/A", "TBR"):
                yield float(cell), f"seed_lookup.{cells.gpu}"
    for one in all_crossovers():
        if one.value_b is not None:
            yield one.value_b, f"crossovers.{one.source_id}.{one.architecture}.{one.kind}"
    for kind in KINDS:
        for value in crossover_span(kind):
            yield value, f"crossover_span.{kind}"


def _of_names() -> Iterator[Figure]:
    for entry in entries():
        yield entry.params_b, f"models.{entry.name}"
    for cells in table("models"):
        if cells["source"] == "seed":
            size = float(cells["params_b"] or cells["active_params_b"])
            yield size, f"models.seed.{cells['hf_id_or_ollama_tag']}"


def _of_medians() -> Iterator[Figure]:
    groups: dict[tuple[str, str, str, int | None, bool], list[Row]] = defaultdict(list)
    for row in rows():
        if usable(row) and row.delta_energy_pct is not None:
            for gpu in (row.gpu, row.architecture):
                for sound in {row.quality == "ok", False}:
                    groups[gpu, row.model, row.precision, row.batch_size, sound].append(row)
    for (gpu, model, precision, batch, _), found in groups.items():
        middle = median(row.delta_energy_pct for row in found if row.delta_energy_pct is not None)
        yield round(middle, 1), f"median.{gpu}.{model}.{precision}.{batch}"


def _of_computations() -> Iterator[Figure]:
    for _, second, change in computed.double_quant_pairs():
        yield change, f"double_quant_pairs.{second.id}"
    for pair in computed.threshold_zero_pairs():
        yield pair.change_pct, f"threshold_zero_pairs.{pair.second.id}"
    for pair in computed.batch_one_overheads():
        yield pair.change_pct, f"batch_one_overheads.{pair.first.id}"
    sweep = computed.batch_sweep()
    for size in sweep.sizes[1:]:
        yield sweep.reduction_pct(size), f"batch_sweep.reduction_pct({size})"
        yield sweep.overhead_pct(size), f"batch_sweep.overhead_pct({size})"
    for below in (True, False):
        for batch in (1, None):
            for value in computed.nf4_range(below, None, batch) or ():
                yield value, f"nf4_range(below={below}, batch_size={batch})"
    ranges = {
        "double_quant_range": computed.double_quant_range(),
        "threshold_zero_saving": computed.threshold_zero_saving(),
        "threshold_zero_over_fp16": computed.threshold_zero_over_fp16(),
        "threshold_zero_perplexity": computed.threshold_zero_perplexity(),
        "int8_default_observed_range": computed.int8_default_observed_range(),
    }
    for name, values in ranges.items():
        for value in values:
            yield value, name


def figures() -> Iterator[Figure]:
    """Every (value, origin): percent, joules, watts, tokens per second or billions of parameters."""
    yield from _of_rows()
    yield from _of_seed()
    yield from _of_names()
    yield from _of_medians()
    yield from _of_computations()


def _printed(value: float) -> set[str]:
    size = abs(value)
    return {f"{size:g}", f"{size:.0f}", f"{size:.1f}", f"{size:.2f}"}


@cache
def known_figures() -> frozenset[str]:
    """Every figure as it may be printed, without sign and unit: in full and rounded to 0, 1 or 2 places."""
    return frozenset(text for value, _ in figures() for text in _printed(value))


def is_known_figure(text: str) -> bool:
    """Whether a printed number such as `+17.4 %` or `−95.7` equals a row, a claim or a computation."""
    found = re.search(r"\d+(?:\.\d+)?", text.replace(",", ""))
    return found is not None and found[0] in known_figures()
