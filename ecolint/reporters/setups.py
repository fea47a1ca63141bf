"""What a setup amounts to for a reader: values filled in as the seed does, and which of them were assumed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from ecolint.inference import InferenceSetup, Known
from ecolint.records import dataclass

HALF = {
    "float16": "fp16",
    "half": "fp16",
    "fp16": "fp16",
    "bfloat16": "bf16",
    "bf16": "bf16",
    "float32": "fp32",
    "float": "fp32",
    "fp32": "fp32",
}
ASSUMED_PRECISION = "fp16"
ASSUMED_BATCH = 1
OF_GGUF_FILES = frozenset(("llama-cpp-python", "llamacpp", "ollama"))
"""Frameworks whose models are in files that tell the precision, most often a quantised one."""


@dataclass(frozen=True, slots=True)
class SetupView:
    """A setup reduced to what decides its energy. None where the value depends on run time or nobody knows
    it; `params_b` in billions, from the file or else from the model's name."""

    framework: str
    model: str | None
    params_b: float | None
    precision: str | None
    int8_threshold: float | None
    gpu: str | None
    architecture: str | None
    batch_size: int | None
    context: str
    assumed: tuple[str, ...]


@cache
def _size(model: str) -> float | None:
    from ecolint.evidence import resolve_model

    size = resolve_model(model)
    return size.total_b if size else None


@cache
def _card(gpu: str) -> tuple[str, str | None]:
    """Name and architecture of the card that a name or a machine type stands for."""
    from ecolint.evidence import card_of, variants

    card, several = card_of(gpu), variants(gpu)
    if card is None:
        return gpu, None
    return several.name if several is not None else card.name, card.architecture or None


def view(setup: InferenceSetup) -> SetupView:
    """The reduced form of a setup."""
    assumed = []
    model = setup.model.value if setup.model.is_known else None
    params = setup.params_b.value if setup.params_b.is_known else None
    if params is None and model is not None:
        params = _size(model)
    precision = _precision(setup)
    if precision is None and not _open(setup):
        precision = ASSUMED_PRECISION
        assumed.append("precision")
    gpu, architecture = None, None
    if setup.gpu.is_known and setup.gpu.value:
        gpu, architecture = _card(setup.gpu.value)
    batch = setup.batch.value if setup.batch.is_known else None
    if batch is None and not setup.batch.is_set:
        batch = ASSUMED_BATCH
        assumed.append("batch_size")
    return SetupView(
        framework=setup.framework,
        model=model,
        params_b=params,
        precision=precision,
        int8_threshold=setup.int8_threshold.value if setup.int8_threshold.is_known else None,
        gpu=gpu,
        architecture=architecture,
        batch_size=batch,
        context=setup.context.use.value,
        assumed=tuple(assumed),
    )


def _precision(setup: InferenceSetup) -> str | None:
    if setup.precision.is_known and setup.precision.value is not None:
        return setup.precision.value.value
    if setup.precision.is_dynamic:
        return None
    if setup.dtype.is_known and setup.dtype.value is not None:
        return HALF.get(str(setup.dtype.value).rpartition(".")[2].lower())
    return None


def _open(setup: InferenceSetup) -> bool:
    """Whether the precision is written, but with something that depends on run time, or told by a file that is not
    named."""
    return setup.precision.is_dynamic or setup.dtype.is_dynamic or setup.framework in OF_GGUF_FILES


def setup_words(seen: SetupView) -> Iterator[str]:
    """The setup in short words, assumed values marked."""
    yield seen.framework
    if seen.model is None:
        yield "model not known"
    else:
        yield seen.model if seen.params_b is None else f"{seen.model} ({seen.params_b:g}B)"
    yield _marked(seen, "precision", seen.precision.upper() if seen.precision else "precision not known")
    if seen.int8_threshold is not None:
        yield f"threshold {seen.int8_threshold:g}"
    if seen.batch_size is not None:
        yield _marked(seen, "batch_size", f"batch {seen.batch_size}")
    if seen.gpu is None:
        yield "GPU not known"
    else:
        yield seen.gpu if seen.architecture is None else f"{seen.gpu} ({seen.architecture})"
    if seen.context != "inference":
        yield seen.context


def _marked(seen: SetupView, name: str, words: str) -> str:
    return f"{words} (assumed)" if name in seen.assumed else words


def how_known(known: Known, origin: str) -> str:
    """`stated`, or where the value comes from."""
    return f"{known.value}: {origin}" if origin else known.value
