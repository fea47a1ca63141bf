"""Loaders with many options: a setting is found however many conditions stand beside it, and none of them is told."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ecolint.repository import Repository
from ecolint.scanner import scan
from ecolint.settings.keys import Settings
from ecolint.settings.policy import CommandLineChoices, policy_for
from ecolint.source import SourceFile

HEAD = """import argparse

import torch
from transformers import AutoModel, AutoModelForCausalLM, AutoModelForSeq2SeqLM, BitsAndBytesConfig
"""
OPTIONS = {
    "alpha": 'params["rope_scaling"] = {"type": "dynamic", "factor": args.alpha}',
    "attention": 'params["attn_implementation"] = "sdpa"',
    "bf16": 'params["torch_dtype"] = torch.bfloat16',
    "disk": 'params["offload_folder"] = "offloaded"',
    "low_memory": 'params["low_cpu_mem_usage"] = True',
    "revision": 'params["revision"] = args.revision',
    "token": 'params["token"] = args.token',
    "trust": 'params["trust_remote_code"] = True',
}
LOADERS = (
    ["loader = AutoModelForCausalLM"],
    ["loader = AutoModelForSeq2SeqLM if args.encodes else AutoModelForCausalLM"],
    [
        "if args.other:",
        "    loader = AutoModel",
        "elif args.encodes:",
        "    loader = AutoModelForSeq2SeqLM",
        "else:",
        "    loader = AutoModelForCausalLM",
    ],
)
EIGHT_BIT = (
    'params["load_in_8bit"] = True',
    "params.update(load_in_8bit=True)",
    'params["quantization_config"] = BitsAndBytesConfig(load_in_8bit=True)',
)
FOUR_BIT = """params["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16
        )"""
BESIDE = ("cpu", "four", "eight", "other")
"""Options that may decide whether weights are 8-bit ones in a model that is judged."""


def branch(word: str, option: str, body: str) -> list[str]:
    return [f"{word} args.{option}:", f"    {body}"]


@st.composite
def programs(draw: st.DrawFn) -> str:
    options = draw(st.permutations(sorted(OPTIONS)))[: draw(st.integers(0, len(OPTIONS)))]
    before = draw(st.integers(0, len(options)))
    chain = [("cpu", 'params["torch_dtype"] = torch.float32')] if draw(st.booleans()) else []
    chain += [("four", FOUR_BIT)] if draw(st.booleans()) else []
    chain.append(("eight", draw(st.sampled_from(EIGHT_BIT))))
    lines = [*draw(st.sampled_from(LOADERS)), "params = {}"]
    for option in options[:before]:
        lines += branch("if", option, OPTIONS[option])
    for number, (option, body) in enumerate(chain):
        lines += branch("elif" if number else "if", option, body)
    for option in options[before:]:
        lines += branch("if", option, OPTIONS[option])
    lines.append("return loader.from_pretrained(name, **params)")
    parser = ["", "parser = argparse.ArgumentParser()"]
    parser += [
        f'parser.add_argument("--{option}", action="store_true")' for option in (*BESIDE, "encodes", *OPTIONS)
    ]
    is_told = draw(st.booleans())
    head = "\n".join([*parser, "args = parser.parse_args()"]) if is_told else ""
    body = "\n    ".join(lines)
    return f"{HEAD}{head}\n\ndef load(name{'' if is_told else ', args'}):\n    {body}\n"


@given(programs())
@settings(max_examples=60)
def test_a_setting_among_many_options(text: str) -> None:
    policy = policy_for(Settings(), CommandLineChoices(), "loader.py")
    report = scan(SourceFile("loader.py", text.encode()), Repository(None), policy)
    (found,) = (item for item in report.findings if item.rule == "ECO001")
    condition = found.message.partition("(only when ")[2]
    assert "args.eight is set" in condition
    assert not [option for option in (*OPTIONS, "encodes") if f"args.{option}" in condition]
