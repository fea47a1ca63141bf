"""Measured rows, crossovers, model sizes, cards, and the lookup over them. Tables are read on first use."""

from __future__ import annotations

from collections.abc import Mapping

from ecolint.evidence.computed import (
    Pair,
    Sweep,
    batch_one_overheads,
    batch_sweep,
    double_quant_pairs,
    double_quant_range,
    int8_default_board_power_low,
    int8_default_observed_range,
    nf4_range,
    threshold_zero_over_fp16,
    threshold_zero_pairs,
    threshold_zero_perplexity,
    threshold_zero_saving,
)
from ecolint.evidence.confidence import Confidence
from ecolint.evidence.crossovers import (
    Crossover,
    Kind,
    crossover,
    crossover_span,
    preferred,
    published_crossovers,
)
from ecolint.evidence.drift import newer_than_measured, version_drift
from ecolint.evidence.figures import figures, is_known_figure, known_figures, known_percentages, percentages
from ecolint.evidence.gpus import (
    NOT_NVIDIA,
    Gpu,
    Variants,
    all_gpus,
    measured_architecture,
    resolve_gpu,
    suggest_gpu,
    variants,
)
from ecolint.evidence.identity import same_gpu, same_model
from ecolint.evidence.instances import InstanceGpu, card_of, gpu_fault, resolve_instance
from ecolint.evidence.lookup import Match, Query, lookup
from ecolint.evidence.measurements import Measured, Row, row, rows, select, usable
from ecolint.evidence.memory import fits, kv_cache_gb, weights_gb
from ecolint.evidence.models import ModelSize, checkpoint_format, resolve_model, suggest_model
from ecolint.evidence.names import short_name
from ecolint.evidence.seed import (
    ASSUMED_BATCH_1,
    ASSUMED_FP16,
    CONVENTION,
    DATASET_TAG,
    FOOTER,
    AntiPattern,
    Claim,
    antipattern,
    antipatterns,
    boundaries,
    claims,
    default_rules,
    environment,
    seed_lookup,
    supplementary,
)
from ecolint.evidence.sources import Source, source, sources

__all__ = [
    "ASSUMED_BATCH_1",
    "ASSUMED_FP16",
    "CONVENTION",
    "DATASET_TAG",
    "FOOTER",
    "NOT_NVIDIA",
    "AntiPattern",
    "Claim",
    "Confidence",
    "Crossover",
    "Gpu",
    "InstanceGpu",
    "Kind",
    "Match",
    "Measured",
    "ModelSize",
    "Pair",
    "Query",
    "Row",
    "Source",
    "Sweep",
    "Variants",
    "all_gpus",
    "antipattern",
    "antipatterns",
    "batch_one_overheads",
    "batch_sweep",
    "boundaries",
    "card_of",
    "checkpoint_format",
    "claims",
    "crossover",
    "crossover_span",
    "default_rules",
    "double_quant_pairs",
    "double_quant_range",
    "environment",
    "figures",
    "fits",
    "gpu_fault",
    "int8_default_board_power_low",
    "int8_default_observed_range",
    "is_known_figure",
    "known_figures",
    "known_percentages",
    "kv_cache_gb",
    "lookup",
    "measured_architecture",
    "newer_than_measured",
    "nf4_range",
    "percentages",
    "preferred",
    "published_crossovers",
    "resolve_gpu",
    "resolve_instance",
    "resolve_model",
    "row",
    "rows",
    "same_gpu",
    "same_model",
    "seed_lookup",
    "select",
    "short_name",
    "source",
    "sources",
    "suggest_gpu",
    "suggest_model",
    "supplementary",
    "threshold_zero_over_fp16",
    "threshold_zero_pairs",
    "threshold_zero_perplexity",
    "threshold_zero_saving",
    "usable",
    "variants",
    "version_drift",
    "weights_gb",
]


def __getattr__(name: str) -> Mapping[str, str]:
    if name == "BOUNDARIES":
        return boundaries()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
