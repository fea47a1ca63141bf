"""Rows of NF4 stand for FP4, the default 4-bit type of bitsandbytes, with a star less."""

from __future__ import annotations

import pytest

from ecolint.evidence import Measured
from ecolint.inference import InferenceSetup, Known, Located, Precision
from ecolint.rules.assessment import OTHER_TYPE, Subject
from ecolint.source import Span


@pytest.mark.parametrize("gpu", ["RTX 4090D", "A100", None])
@pytest.mark.parametrize("measured", [Measured.NF4, Measured.NF4_DQ])
def test_fp4_takes_a_star(gpu, measured) -> None:
    nf4, fp4 = (_subject(precision, gpu).match(measured) for precision in (Precision.NF4, Precision.FP4))
    assert fp4.quoted == nf4.quoted
    assert fp4.confidence.stars == max(1, nf4.confidence.stars - 1)
    assert fp4.confidence.downgrades == (*nf4.confidence.downgrades, OTHER_TYPE)


def _subject(precision: Precision, gpu: str | None) -> Subject:
    return Subject(
        InferenceSetup(
            "transformers",
            Span(0, 0),
            model=Located("Qwen/Qwen2-1.5B", Known.STATED),
            precision=Located(precision, Known.STATED),
            gpu=Located(gpu, Known.STATED) if gpu else Located(),
        )
    )
