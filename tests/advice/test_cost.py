"""Cost of a month: by hand, in answers, and in the scan's reports."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from ecolint import evidence
from ecolint.advice.optimize import optimize
from ecolint.advice.render_text import render
from ecolint.cli.app import run
from ecolint.cost import monthly, volume_of
from ecolint.settings.keys import Cost
from tests.advice.asking import ask
from tests.advice.tracing import unfounded_steps, untraceable

SERVE = """\
import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig

model = AutoModelForCausalLM.from_pretrained(
    "mistralai/Mistral-7B-v0.1",
    quantization_config=BitsAndBytesConfig(load_in_8bit=True),
)
"""


def test_by_hand() -> None:
    volume = volume_of(Cost(1000, 200, 0.25, 400))
    assert volume is not None
    assert volume.assumptions == ("Assumption: a month of 30 days.",)
    month = monthly(3600.0, volume)
    assert month.kwh == pytest.approx(3.6 * 200 * 1000 * 30 / 3.6e6)
    assert month.money == pytest.approx(month.kwh * 0.25)
    assert month.co2_kg == pytest.approx(month.kwh * 0.4)


def test_defaults_are_labelled() -> None:
    volume = volume_of(Cost(1000))
    assert volume is not None
    text = "\n".join(volume.assumptions)
    assert "128 new tokens a request" in text
    assert "0.12 USD a kWh; the author's skill uses that price" in text
    assert "390 g CO2e a kWh; the author's skill uses that intensity" in text
    assert volume_of(Cost(price_per_kwh=0.3)) is None


def test_no_price_is_invented_in_another_currency() -> None:
    volume = volume_of(Cost(1000, currency="EUR"))
    assert volume is not None
    assert volume.price_per_kwh is None
    assert monthly(3600.0, volume).money is None
    assert any("No price of a kWh in EUR" in text for text in volume.assumptions)


def test_of_an_answer() -> None:
    answer = optimize(ask("A800", "Mistral-7B", "int8", cost={"requests_per_day": 1000}))
    saving = answer.saving
    assert saving is not None
    assert saving.saved_kwh == pytest.approx((10161.92 - 4402.43) / 1000 * 128 * 30_000 / 3.6e6)
    text = render(answer)
    assert untraceable(text, answer) == []
    assert unfounded_steps(answer) == []


def test_doubtful_joules_are_not_multiplied() -> None:
    answer = optimize(ask("RTX 4090D", "Qwen2-7B", cost={"requests_per_day": 1000}))
    assert answer.saving is not None
    row = evidence.row(answer.saving.row_id)
    assert row.quality == "ok"
    assert row.energy_j_per_1k_tok is not None


@pytest.fixture
def tree(tmp_path, monkeypatch):
    (tmp_path / "serve.py").write_text(SERVE, encoding="utf-8")
    (tmp_path / "train.py").write_text(
        f"from peft import get_peft_model\n{SERVE}get_peft_model(model, None)\n"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def settings(tree: Path, text: str) -> None:
    (tree / "ecolint.toml").write_text(f'gpu = "A800"\n{text}', encoding="utf-8")


def test_of_a_scan(tree, capsys) -> None:
    settings(tree, "[cost]\nrequests-per-day = 1000\nprice-per-kwh = 0.5\n")
    run(["scan", "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    schema = json.loads((Path(evidence.__file__).parents[1] / "schemas/report.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(document)
    costs = {
        finding["path"]: finding["cost"] for finding in document["findings"] if finding["rule"] == "ECO001"
    }
    spent = costs["serve.py"]
    row = evidence.row(spent["row"])
    base = evidence.row(row.baseline_id)
    wasted = (row.energy_j_per_1k_tok - base.energy_j_per_1k_tok) / 1000 * 128 * 30_000 / 3.6e6
    assert spent["saved"]["kwh"] == pytest.approx(wasted)
    assert spent["saved"]["money"] == pytest.approx(wasted * 0.5)
    assert document["cost"]["wasted"]["kwh"] == pytest.approx(wasted)
    assert document["cost"]["setups"] == 1
    assert costs["train.py"] is None
    for format_ in ("text", "markdown"):
        run(["scan", "--format", format_])
        out = capsys.readouterr().out
        assert f"wastes {wasted:.2f} kWh" in out
        assert f"{wasted:.2f} kWh, {wasted * 0.5:.2f} USD" in out
        assert "Waste in total" in out


def test_without_a_volume_the_scan_says_nothing_of_cost(tree, capsys) -> None:
    settings(tree, "")
    run(["scan", "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    assert "cost" not in document
    assert all("cost" not in finding for finding in document["findings"])
    run(["scan"])
    assert "kWh" not in capsys.readouterr().out


def test_rows_of_another_size_cost_nothing(tree, capsys) -> None:
    settings(tree, "[cost]\nrequests-per-day = 1000\n")
    (tree / "serve.py").write_text(SERVE.replace("mistralai/Mistral-7B-v0.1", "meta-llama/Meta-Llama-3-70B"))
    run(["scan", "serve.py", "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    assert [finding["cost"] for finding in document["findings"] if finding["rule"] == "ECO001"] == [None]
