"""What a message says can be computed from the rows that are quoted with it."""

from __future__ import annotations

import re

import pytest

from ecolint.finding import Finding
from ecolint.frameworks.registry import frameworks
from ecolint.reporters.setups import OF_GGUF_FILES, view
from ecolint.repository import Repository
from ecolint.scanner import scan
from ecolint.settings.keys import DEFAULTS
from ecolint.settings.policy import CommandLineChoices, policy_for
from ecolint.source import SourceFile

NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
LOAD = """
import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig

model = AutoModelForCausalLM.from_pretrained(
    "{model}",
    quantization_config=BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    ),
)
"""


def found(path: str, text: str, rule: str, gpu: str | None = None) -> Finding:
    policy = policy_for(DEFAULTS, CommandLineChoices(gpu=gpu), path)
    report = scan(SourceFile(path, text.encode()), Repository(None), policy)
    return next(item for item in report.findings if item.rule == rule)


def test_batches_are_compared_with_the_quoted_ones() -> None:
    finding = found("serve.sh", "vllm serve Qwen/Qwen2.5-7B-Instruct --max-num-seqs 1\n", "ECO004")
    single, *larger = finding.rows
    falls = [100 * (1 - row.energy_j_per_1k_tok / single.energy_j_per_1k_tok) for row in larger]
    sizes = [row.batch_size for row in larger]
    said = re.search(
        r"falls by (\S+) % from batch 1 to (\d+) and by up to (\S+) % to batch (\d+)", finding.message
    )
    assert said is not None
    assert sizes == [int(said[2]), int(said[4])]
    assert falls == [pytest.approx(float(said[1]), abs=0.5), pytest.approx(float(said[3]), abs=0.05)]


@pytest.mark.parametrize(
    "model", ["TinyLlama/TinyLlama-1.1B-Chat-v1.0", "Qwen/Qwen2.5-3B", "01-ai/Yi-1.5-6B"]
)
def test_double_quantisation_is_quoted_with_the_plain_one(model: str) -> None:
    finding = found("app.py", LOAD.format(model=model), "ECO006")
    double, plain = finding.rows
    low, high = (float(number) for number in NUMBER.findall(finding.message)[:2])
    change = 100 * (double.energy_j_per_1k_tok / plain.energy_j_per_1k_tok - 1)
    assert low - 0.05 <= change <= high + 0.05


@pytest.mark.parametrize("model", ["Qwen/Qwen2.5-1.5B", "Qwen/Qwen2.5-3B"])
def test_rows_that_disagree_are_counted(model: str) -> None:
    finding = found("app.py", LOAD.format(model=model), "ECO002")
    said = re.search(r"in (\d+) of the (\d+) measured rows", finding.message)
    assert said is not None
    changes = [row.delta_energy_pct for row in finding.rows]
    assert (sum(change > 0 for change in changes), len(changes)) == (int(said[1]), int(said[2]))


def test_no_band_where_the_rows_are_of_another_architecture() -> None:
    text = "vllm serve Qwen/Qwen2.5-7B-Instruct --max-num-seqs 1\n"
    assert "around the figure" not in " ".join(found("serve.sh", text, "ECO004", gpu="l4").details)
    assert "around the figure" in " ".join(found("serve.sh", text, "ECO004", gpu="a100").details)


def test_the_frameworks_of_gguf_files_are_those_of_the_vocabularies() -> None:
    assert {item.name for item in frameworks() if item.gguf} == OF_GGUF_FILES


def test_files_of_which_nobody_knows_the_format_are_not_said_to_be_in_16_bits() -> None:
    unit = "[Service]\nEnvironment=OLLAMA_NUM_PARALLEL=1\nExecStart=/usr/local/bin/ollama serve\n"
    setup = found("ollama.service", unit, "ECO004").setup
    assert setup is not None
    assert view(setup).precision is None
    assert view(setup).assumed == ()
