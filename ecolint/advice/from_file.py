"""The setup that a scanned file states, as an `Ask`: advice for what a repository really runs."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint import evidence
from ecolint.advice.ask import Ask
from ecolint.advice.precisions import Spoken, of_measured, other_format, other_int8, speak, stored_as
from ecolint.evidence import Measured
from ecolint.finding import FoundSetup
from ecolint.inference import InferenceSetup, Precision
from ecolint.rules.assessment import Subject

_ANALOGS = {
    Precision.FP32: "fp32",
    Precision.BF16: "bf16",
    Precision.FP4: "fp4",
    Precision.INT4: "int4",
    Precision.GGUF_Q4: "gguf-q4",
    Precision.GGUF_Q8: "gguf-q8",
}
_ASKED = {
    "gpu": "The GPU is only known at run time: name it. (--gpu)",
    "model": "The model is only known at run time: name it. (--model)",
    "precision": "The precision is only known at run time: name it. (--precision)",
    "batch_limit": "The batch size is only known at run time: tell it. (--batch-size)",
}


def precision_of(setup: InferenceSetup) -> Spoken | None:
    """The measured precision of a setup, None where it has none that was measured."""
    precision = setup.precision
    if precision.is_dynamic or precision.value is None:
        return None
    value = precision.value
    if value in _ANALOGS:
        named = speak(setup.quantizer.value or "") if value is Precision.INT4 else None
        return named if named is not None and named.is_analog else speak(_ANALOGS[value])
    if value is Precision.OTHER:
        stored = stored_as(setup.model.value) if setup.model.is_known and setup.model.value else None
        return stored or other_format(_library(setup))
    if value is Precision.INT8:
        return _int8(setup)
    if value is Precision.NF4:
        return of_measured(Measured.NF4_DQ if setup.double_quant.is_(True) else Measured.NF4)
    if value is Precision.FP8:
        eager = setup.quantizer.is_("torchao") and not setup.compiled.is_(True)
        return of_measured(Measured.FP8_TORCHAO_EAGER if eager else Measured.FP8)
    return of_measured(Measured.FP16) if value is Precision.FP16 else None


def _library(setup: InferenceSetup) -> str:
    return setup.quantizer.value or "another library"


def _int8(setup: InferenceSetup) -> Spoken | None:
    if not setup.quantizer.is_("bitsandbytes"):
        return other_int8(f"INT8 of {_library(setup)}")
    return of_measured(Measured.INT8_PURE if setup.int8_threshold.is_(0.0) else Measured.INT8_DEFAULT)


def _questions(setup: InferenceSetup) -> Iterator[str]:
    for name, value in setup.located():
        if name in _ASKED and value.is_dynamic:
            yield _ASKED[name]


def _notes(found: FoundSetup, spoken: Spoken | None) -> Iterator[str]:
    setup = found.setup
    yield f"Setup of {found.path}, line {found.region.line}."
    if setup.when:
        yield f"It holds {setup.when}."
    if setup.context.use.value != "inference":
        yield f"This is no inference but {setup.context.use.value}: the rows were measured in inference."
    if not setup.precision.is_set and spoken is not None:
        yield f"The file states no precision: {spoken.name}, as {setup.precision.origin}."
    if setup.precision.is_known and setup.precision.value is not None and spoken is None:
        yield f"The file's precision, {setup.precision.value.value}, was not measured."


def ask_of(found: FoundSetup) -> Ask:
    """What a found setup asks. Values that hold at run time only become questions."""
    setup = found.setup
    subject = Subject(setup)
    spoken = precision_of(setup)
    batch = setup.batch
    count = setup.gpu_count.value if setup.gpu_count.is_known else None
    parallel = 1
    for degree in (setup.tensor_parallel, setup.pipeline_parallel):
        parallel *= degree.value if degree.is_known and degree.value and degree.value > 0 else 1
    questions = list(_questions(setup))
    if subject.gpu_text and subject.gpu is None and not subject.is_foreign:
        close = ", ".join(evidence.suggest_gpu(subject.gpu_text))
        hint = f" Did you mean {close}?" if close else ""
        questions.append(f"The GPU {subject.gpu_text!r} is not known.{hint} (--gpu)")
    return Ask(
        gpu=subject.gpu,
        gpu_text=(subject.gpu_text or "") if subject.is_foreign else "",
        gpu_count=max(parallel, count or 1) if parallel > 1 or count else None,
        model=subject.model_name,
        params_b=setup.params_b.value if setup.params_b.is_known else None,
        precision=spoken,
        batch_size=batch.value if batch.is_known and batch.value and batch.value > 0 else None,
        framework=setup.framework,
        stack=setup.stack,
        fine_tuned=setup.lora.is_(True),
        source=f"{found.path}:{found.region.line}",
        notes=tuple(_notes(found, spoken)),
        questions=tuple(questions),
    )
