"""Whether weights fit a card: arithmetic on parameter counts, not a measurement."""

from __future__ import annotations

from ecolint.evidence.gpus import Gpu
from ecolint.evidence.measurements import Measured

HEADROOM = 1.2
_BLOCK, _OUTER_BLOCK = 64, 256
_BYTES: dict[Measured, float] = {
    Measured.FP16: 2.0,
    Measured.INT8_DEFAULT: 1.0,
    Measured.INT8_PURE: 1.0,
    Measured.FP8: 1.0,
    Measured.FP8_TORCHAO_EAGER: 1.0,
    Measured.NF4: 0.5 + 4 / _BLOCK,
    Measured.NF4_DQ: 0.5 + 1 / _BLOCK + 4 / (_BLOCK * _OUTER_BLOCK),
}


def weights_gb(params_b: float, precision: Measured) -> float:
    """Gigabytes of weights: billions of parameters times bytes each.

    2 bytes in FP16, 1 in INT8 and FP8. NF4 stores 4 bits and one FP32 scale for 64 weights, double
    quantization an 8-bit scale for 64 and an FP32 one for 256 of those (QLoRA, arXiv 2305.14314, section 3).
    Embeddings, norms and output head, which stay in 16 bits, are counted as quantised: a lower bound.
    """
    return params_b * _BYTES[precision]


def kv_cache_gb(layers: int, kv_heads: int, head_dim: int, tokens: int) -> float:
    """Gigabytes of keys and values in 16 bits: 2 x layers x key-value heads x head size x tokens x 2 bytes.

    `tokens` counts all sequences held together.
    """
    return 2 * layers * kv_heads * head_dim * tokens * 2 / 1e9


def needed_gb(params_b: float, precision: Measured, cache_gb: float = 0.0) -> float:
    """Gigabytes that must be free: weights and cache with 20 % head-room.

    The head-room, for activations and where it is not given for the cache, is an assumption of this project, not a
    measurement.
    """
    return (weights_gb(params_b, precision) + cache_gb) * HEADROOM


def fits(params_b: float, precision: Measured, gpu: Gpu, cache_gb: float = 0.0) -> bool | None:
    """Whether `needed_gb` is within one card's memory; None where its memory is not known."""
    return None if gpu.vram_gb is None else needed_gb(params_b, precision, cache_gb) <= gpu.vram_gb
