"""Every figure that ecolint may print, with its origin: columns of rows, claims, computations over rows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import product

from ecolint.evidence import computed
from ecolint.evidence.crossovers import KINDS, all_crossovers, crossover_span
from ecolint.evidence.identity import same_model
from ecolint.evidence.measurements import Measured, Row, rows, usable
from ecolint.evidence.modeltable import SAME_SIZE, entries
from ecolint.evidence.nearness import candidates, real_size
from ecolint.evidence.seed import antipatterns, claims, seed_lookup
from ecolint.evidence.tables import table
from ecolint.evidence.verdict import expected

Figure = tuple[float, str]
_PERCENT = ("delta_energy_pct", "delta_ppl_pct", "delta_gross_pct")
_ABSOLUTE = ("params_b", "energy_j_per_1k_tok", "energy_j_per_request", "throughput_tok_s", "power_w")


def _of_rows(columns: tuple[str, ...]) -> Iterator[Figure]:
    for row, column in product(rows(), columns):
        value = getattr(row, column)
        if usable(row) and value is not None:
            yield value, f"{row.id}.{column}"


def _of_claims() -> Iterator[Figure]:
    for pattern in antipatterns():
        for value in (pattern.low_pct, pattern.high_pct):
            if value is not None:
                yield value, f"antipatterns.{pattern.id}"
    for claim in claims().values():
        yield claim.low_pct, f"claims.{claim.key}"
        yield claim.high_pct, f"claims.{claim.key}"


def _of_tables() -> Iterator[Figure]:
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


def _peers(row: Row) -> Iterator[str]:
    yield row.model
    yield f"{row.params_b:g} B nominal"
    for other in rows():
        if same_model(row.model, other.model):
            yield f"line of {other.model}"
            break
    for other in rows():
        size, measured = real_size(other.model), real_size(row.model)
        if size and measured and max(size, measured) <= min(size, measured) * SAME_SIZE:
            yield f"{size:g} B"
            break


def _of_medians() -> Iterator[Figure]:
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for precision in Measured:
        for row in candidates(precision):
            qualities = ("all", "firm") if row.quality != "caution" else ("all",)
            for gpu, peers, quality in product((row.gpu, row.architecture), _peers(row), qualities):
                groups[gpu, precision.value, peers, str(row.batch_size), quality].append(row)
    for key, found in groups.items():
        value = expected(tuple(found))
        if value is not None:
            yield value, f"median.{'.'.join(key)}"


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


def percentages() -> Iterator[Figure]:
    """Every (percent, origin) that may be printed."""
    yield from _of_rows(_PERCENT)
    yield from _of_claims()
    yield from _of_medians()
    yield from _of_computations()


def figures() -> Iterator[Figure]:
    """Every (value, origin): percent, joules, watts, tokens per second or billions of parameters."""
    yield from percentages()
    yield from _of_rows(_ABSOLUTE)
    yield from _of_tables()
    yield from _of_names()


def _printed(value: float) -> set[str]:
    size = abs(value)
    return {f"{size:g}", f"{size:.0f}", f"{size:.1f}", f"{size:.2f}"}


@cache
def known_figures() -> frozenset[str]:
    """Every figure as it may be printed, without sign and unit: in full and rounded to 0, 1 or 2 places."""
    return frozenset(text for value, _ in figures() for text in _printed(value))


@cache
def known_percentages() -> frozenset[str]:
    """The same for percentages alone."""
    return frozenset(text for value, _ in percentages() for text in _printed(value))


def is_known_figure(text: str) -> bool:
    """Whether a printed number such as `+17.4 %` or `71.2 J` equals a row, a claim or a computation.

    With a percent sign it must be a percentage.
    """
    found = re.search(r"\d+(?:\.\d+)?", text.replace(",", ""))
    known = known_percentages() if "%" in text else known_figures()
    return found is not None and found[0] in known
