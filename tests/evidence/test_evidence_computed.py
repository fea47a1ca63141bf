"""Computations over rows against the figures that their sources and data/README.md publish."""

from __future__ import annotations

import math

import pytest

from ecolint.evidence import (
    Measured,
    batch_one_overheads,
    batch_sweep,
    crossover_span,
    double_quant_pairs,
    double_quant_range,
    figures,
    fits,
    int8_default_board_power_low,
    int8_default_observed_range,
    is_known_figure,
    known_figures,
    kv_cache_gb,
    nf4_range,
    preferred,
    published_crossovers,
    resolve_gpu,
    row,
    rows,
    select,
    source,
    threshold_zero_over_fp16,
    threshold_zero_pairs,
    threshold_zero_perplexity,
    threshold_zero_saving,
    usable,
    weights_gb,
)
from ecolint.evidence.crossovers import crossover
from ecolint.evidence.nearness import largest_measured


def test_rows_are_complete_and_linked() -> None:
    assert len(rows()) == 247
    assert len({one.id for one in rows()}) == 247
    qualities = [one.quality for one in rows()]
    counts = {name: qualities.count(name) for name in set(qualities)}
    assert counts == {"ok": 159, "caution": 48, "conflict": 12, "implausible": 23, "no_value": 5}
    for one in rows():
        Measured(one.precision)
        source(one.source_id)
        assert resolve_gpu(one.gpu) is not None
        if one.baseline_id:
            base = row(one.baseline_id)
            assert base.precision == "fp16"
            assert (base.gpu, base.batch_size) == (one.gpu, one.batch_size)


@pytest.mark.parametrize(
    "one", [one for one in rows() if one.delta_basis == "computed"], ids=lambda one: one.id
)
def test_percentages_follow_from_the_energies(one) -> None:
    base = row(one.baseline_id)
    assert one.delta_energy_pct == pytest.approx(
        (one.energy_j_per_1k_tok / base.energy_j_per_1k_tok - 1) * 100, abs=0.06
    )


def test_double_quantization_costs_more_in_every_pair() -> None:
    assert len(double_quant_pairs()) == 6
    assert double_quant_range() == (13.6, 17.9)
    for plain, double, change in double_quant_pairs():
        assert plain.baseline_id == double.baseline_id
        assert change > 0
        assert double.delta_energy_pct is not None
        assert double.delta_energy_pct > 0


def test_threshold_zero() -> None:
    assert threshold_zero_saving() == (27.0, 42.3)
    assert threshold_zero_perplexity() == (1.31, 25.38)
    assert threshold_zero_over_fp16() == (-7.9, 73.2)
    for pair in threshold_zero_pairs():
        assert (pair.first.gpu, pair.first.batch_size) == (pair.second.gpu, pair.second.batch_size)
        assert pair.change_pct < 0


def test_batch_sweep() -> None:
    sweep = batch_sweep()
    assert sweep.sizes == (1, 2, 4, 8, 16, 32, 64)
    assert sweep.reduction_pct(64) == -95.7
    assert sweep.reduction_pct(8) == -84.0
    assert [sweep.overhead_pct(size) for size in sweep.sizes[1:]] == [89, 257, 523, 761, 1660, 2230]
    with pytest.raises(KeyError):
        sweep.joules(3)


def test_other_sessions_on_batch_one() -> None:
    found = {(one.first.id, one.change_pct) for one in batch_one_overheads()}
    assert ("a800-feb13-bs8-mistral-7b-fp16", 590.0) in found
    assert ("t4-apr18-bs4-qwen2.5-3b-fp16", 289.0) in found
    assert all(one.change_pct > 0 for one in batch_one_overheads())


def test_int8_default_never_saves() -> None:
    assert int8_default_observed_range() == (17.4, 594.6)
    assert int8_default_board_power_low() == 40.1


def test_nf4_ranges() -> None:
    assert nf4_range(below=True) == (-15.1, 66.8)
    assert nf4_range(below=True, batch_size=None) == (-15.1, 188.9)
    assert nf4_range(below=False, architecture="ampere") == (-4.1, 2.5)
    assert nf4_range(below=True, architecture="ampere") is None
    assert nf4_range(below=False, architecture="blackwell") == (-15.1, -11.4)


def test_crossover_spans() -> None:
    assert crossover_span("nf4") == (3.2, 5.2)
    assert crossover_span("int8") == (4.0, 5.6)
    assert preferred("nf4") == {"turing": 3.2, "ada": 3.9, "blackwell": 5.2, "ampere": 3.7}
    ada = {one.value_b for one in published_crossovers("ada", "nf4")}
    assert {1.4, 2.54, 3.1, 3.4, 3.6, 3.728, 3.9, 4.2, 5.0, None} <= ada
    assert published_crossovers("ada", "nf4")[0].preferred
    with pytest.raises(KeyError):
        crossover("hopper", "nf4")


def test_largest_measured_model() -> None:
    assert largest_measured() == (14.0, 14.77)


def test_select() -> None:
    assert {one.gpu for one in select(gpu="RTX 4090")} == {"RTX 4090"}
    assert {one.gpu for one in select(gpu="nvidia a800-sxm4-80gb")} == {"A800"}
    assert {one.model for one in select(model="Qwen2.5-3B")} == {
        "Qwen/Qwen2.5-3B",
        "Qwen/Qwen2.5-3B-Instruct",
    }
    assert select(gpu="no such card") == ()
    assert all(usable(one) for one in select(architecture="turing"))
    assert len(select(architecture="turing", include_unusable=True)) == 34
    assert {one.batch_size for one in select(precision="int8_default", batch_size=8)} == {8}
    with pytest.raises(ValueError):
        select(precision="int3")
    with pytest.raises(KeyError):
        row("no-such-row")


def test_memory() -> None:
    t4, h100, m1 = resolve_gpu("T4"), resolve_gpu("H100"), resolve_gpu("M1")
    assert t4 is not None
    assert h100 is not None
    assert m1 is not None
    assert weights_gb(7.62, Measured.FP16) == pytest.approx(15.24)
    assert (
        weights_gb(7.62, Measured.NF4_DQ)
        < weights_gb(7.62, Measured.NF4)
        < weights_gb(7.62, Measured.INT8_PURE)
    )
    assert weights_gb(1, Measured.NF4_DQ) * 8 == pytest.approx(4.127, abs=1e-3)
    assert fits(7.62, Measured.FP16, t4) is False
    assert fits(7.62, Measured.FP16, h100) is True
    assert fits(7.62, Measured.FP16, m1) is None
    assert kv_cache_gb(32, 8, 128, 8192) == pytest.approx(1.0737, abs=1e-4)


def test_every_measured_precision_has_a_size() -> None:
    assert all(weights_gb(1.0, one) > 0 for one in Measured)


@pytest.mark.parametrize(
    "text", ["+17.4 %", "-95.7%", "+523", "594.6", "+147 %", "3.2 B", "13.6", "71.2 J", "7.62"]
)
def test_published_figures_are_known(text: str) -> None:
    assert is_known_figure(text)


@pytest.mark.parametrize("text", ["+17.3 %", "no number", "", "123.456", "-95.6"])
def test_other_figures_are_not(text: str) -> None:
    assert not is_known_figure(text)


def test_figures_name_their_origin_and_leave_unusable_rows_out() -> None:
    for value, origin in figures():
        assert math.isfinite(value)
        assert origin
        assert "t4-apr17" not in origin
    assert len(known_figures()) > 500
