"""Fixes in the user's own framework, and what they cost, for several rules."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ecolint import evidence
from ecolint.edits.changes import Changes
from ecolint.evidence import Gpu, Measured, Variants
from ecolint.finding import Applicability, Fix
from ecolint.frameworks.base import Form, Remedy, Snippet
from ecolint.frameworks.forms import FORMS
from ecolint.frameworks.registry import framework
from ecolint.inference import InferenceSetup
from ecolint.records import replace
from ecolint.rules.assessment import Subject, percent, span_text

NO_MAPPING = "Framework-specific mapping unavailable; verify equivalent flag on your serving stack."
NO_ROOM = "does not fit with head-room for cache and activations in"
CHANGED: Mapping[Remedy, tuple[str, ...]] = {
    Remedy.BATCHING: ("batch_limit",),
    Remedy.ACCEPTING: ("batch_limit",),
    Remedy.COMPILE: ("compiled", "precision"),
    Remedy.FP8_KV_CACHE: ("kv_cache_dtype", "dtype"),
    Remedy.SINGLE_QUANTIZATION: ("double_quant",),
    Remedy.FAST_ATTENTION: ("attention",),
    Remedy.ONE_CALL: (),
}
"""Settings that a remedy changes, where they are others than the number format."""
HALF_TYPE = re.compile(r"\bb?float16\b")
HALF_NAMES = {"turing": "FP16", "volta": "FP16", "pascal": "FP16"}


def snippet_for(setup: InferenceSetup, remedy: Remedy) -> Snippet | None:
    """How the setup's framework writes a remedy."""
    vocabulary = framework(setup.framework)
    form = _form(setup, remedy)
    snippet = None
    if remedy is Remedy.HALF_PRECISION and setup.quantizer.is_("gguf"):
        snippet = vocabulary.snippet(Remedy.SIXTEEN_BIT_FILE, setup.stack, form=form)
    snippet = snippet or vocabulary.snippet(remedy, setup.stack, setup.load, form)
    half = _half_type(setup, remedy)
    if snippet is not None and half:
        snippet = replace(
            snippet, text=HALF_TYPE.sub(half, snippet.text), keywords=HALF_TYPE.sub(half, snippet.keywords)
        )
    if snippet is None or not (snippet.keywords and setup.load):
        return snippet
    if "{}" not in setup.load:
        return replace(snippet, text=setup.load, note="")
    return replace(snippet, text=setup.load.replace("{}", snippet.keywords))


def _form(setup: InferenceSetup, remedy: Remedy) -> Form | None:
    """The form of the file, told by the place of the setting that a remedy changes."""
    fields = (getattr(setup, name) for name in CHANGED.get(remedy, ("precision",)))
    return next((FORMS.get(field.place) for field in fields if field.is_set), None)


def _half_type(setup: InferenceSetup, remedy: Remedy) -> str:
    """The 16-bit type that the card and the setup speak for; empty where it is as the framework's snippet has it."""
    if half_precision_name(Subject(setup)) == "FP16":
        return "float16"
    if remedy is Remedy.HALF_PRECISION and "bfloat16" in (setup.compute_dtype.value, setup.dtype.value):
        return "bfloat16"
    return ""


def fix_with(
    setup: InferenceSetup,
    remedy: Remedy,
    title: str,
    applicability: Applicability,
    price: str = "",
    changes: Changes = (),
) -> Fix:
    """A fix by a remedy, with the framework's snippet or the sentence that there is none."""
    snippet = snippet_for(setup, remedy)
    if snippet is None:
        return Fix(
            setup.framework, "", Applicability.DISPLAY, title, " ".join(filter(None, (price, NO_MAPPING)))
        )
    note = " ".join(filter(None, (price, snippet.note)))
    return Fix(setup.framework, snippet.text, applicability, title, note, changes=changes)


def half_precision_name(subject: Subject) -> str:
    """`FP16` on cards without BF16 units, `FP16/BF16` elsewhere."""
    return HALF_NAMES.get(subject.gpu.architecture if subject.gpu else "", "FP16/BF16")


def half_precision_fits(subject: Subject) -> tuple[bool | None, str]:
    """Whether the weights fit the card in 16 bits (None: not known), and the sentence that says so."""
    size = subject.params_b
    if size is None:
        return None, ""
    need = evidence.weights_gb(size, Measured.FP16)
    text = f"FP16 weights of {size:g} B parameters take about {need:.1f} GB (2 bytes each)"
    if subject.gpu is None or subject.gpu.vram_gb is None:
        return None, f"{text}."
    several = evidence.variants(subject.gpu_text or "")
    if several is not None:
        return _fits_any(several, size, subject.gpu, text)
    fits = evidence.fits(size, Measured.FP16, subject.gpu)
    verb = "fits" if fits else NO_ROOM
    return fits, f"{text}; that {verb} the {subject.gpu.vram_gb:g} GB of {subject.gpu.name}."


def _fits_any(several: Variants, size: float, gpu: Gpu, text: str) -> tuple[bool | None, str]:
    """The same for a card of which the name does not tell how much memory it has."""
    low, high = several.memories[0], several.memories[-1]
    if evidence.fits(size, Measured.FP16, replace(gpu, vram_gb=low)):
        return True, f"{text}; that fits the {low:g} GB of the smallest {several.name}."
    if not evidence.fits(size, Measured.FP16, replace(gpu, vram_gb=high)):
        return False, f"{text}; that {NO_ROOM} the {high:g} GB of the largest {several.name}."
    return None, f"{text}; {several.name} has {low:g} to {high:g} GB."


def price_of_threshold_zero() -> str:
    """What `llm_int8_threshold=0.0` gives and costs, over the measured rows."""
    over = evidence.threshold_zero_over_fp16()
    perplexity = evidence.threshold_zero_perplexity()
    saving = evidence.threshold_zero_saving()
    return (
        f"Uses {percent(*saving)} less energy than default INT8, but measured {span_text(*over)} against FP16, "
        f"and costs {span_text(*perplexity)} perplexity. Changes numerics: check the model's quality."
    )


def nf4_above_crossover(subject: Subject) -> bool:
    """Whether NF4 may be named as an alternative: the model is above every crossover that may apply."""
    size = subject.params_b
    if size is None or subject.is_foreign:
        return False
    if subject.architecture is not None:
        value = evidence.crossover(subject.architecture, "nf4").value_b
        return value is not None and size > value
    return size > evidence.crossover_span("nf4")[1]
