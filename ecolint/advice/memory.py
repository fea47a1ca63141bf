"""Memory of one setup: weights, cache and head-room. Arithmetic, never a measurement.

Weights and head-room are those of `ecolint.evidence.memory`, which the scan's fixes use as well. The cache is
2 x layers x key-value heads x head size x tokens x 2 bytes (keys and values, 16 bits), with the layer counts of
the models' published `config.json` in shapes.csv; for other models the head-room alone stands for it. The
head-room comes on top of weights and cache.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from ecolint.advice.computation import Computation, plain
from ecolint.advice.precisions import TITLES
from ecolint.evidence import Measured, kv_cache_gb, resolve_model, same_model, weights_gb
from ecolint.evidence.memory import HEADROOM, needed_gb
from ecolint.records import dataclass

PROMPT_TOKENS, NEW_TOKENS = 512, 128
"""Tokens of one request, after the conditions of the seed's look-up table."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What the size of a model's cache follows from."""

    layers: int
    kv_heads: int
    head_dim: int


@dataclass(frozen=True, slots=True)
class Memory:
    """Gigabytes. `cache_gb` is None where the model's layers are not known. `needed_gb` is what must be free."""

    weights_gb: float
    cache_gb: float | None
    needed_gb: float
    computations: tuple[Computation, ...]


@cache
def _shapes() -> tuple[tuple[str, Shape], ...]:
    with Path(__file__).with_name("shapes.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            (cells["model"], Shape(int(cells["layers"]), int(cells["kv_heads"]), int(cells["head_dim"])))
            for cells in csv.DictReader(lines)
        )


@cache
def shape_of(model: str) -> Shape | None:
    """Layers and heads of a model, None where they are not listed."""
    resolved = resolve_model(model)
    if resolved is None or resolved.basis not in ("exact", "alias", "ollama"):
        return None
    return next((shape for name, shape in _shapes() if same_model(name, resolved.checkpoint or model)), None)


def estimate(params_b: float, precision: Measured, model: str | None, batch_size: int) -> Memory:
    """Memory of a model of `params_b` billions of parameters that holds `batch_size` requests at once."""
    weights = weights_gb(params_b, precision)
    each = plain(weights_gb(1.0, precision))
    title = TITLES[precision]
    steps = [Computation(f"weights in {title}", f"{plain(params_b)} * {each}", weights, "GB")]
    shape = shape_of(model) if model else None
    kv: float | None = None
    if shape is not None:
        tokens = (PROMPT_TOKENS + NEW_TOKENS) * batch_size
        kv = kv_cache_gb(shape.layers, shape.kv_heads, shape.head_dim, tokens)
        formula = f"2 * {shape.layers} * {shape.kv_heads} * {shape.head_dim} * {tokens} * 2 / 1000000000"
        steps.append(Computation("KV cache in 16 bits", formula, kv, "GB"))
    needed = needed_gb(params_b, precision, kv or 0.0)
    held = f"{plain(params_b)} * {each}"
    if kv is not None:
        held = f"({held} + {plain(kv)})"
    formula = f"{held} * {plain(HEADROOM)}"
    steps.append(
        Computation(f"needed for {title} with 20 % head-room (an assumption)", formula, needed, "GB")
    )
    return Memory(weights, kv, needed, tuple(steps))
