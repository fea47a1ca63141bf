"""A small run with findings as rules make them, over files that exist only here."""

from __future__ import annotations

from dataclasses import replace

from ecolint.evidence import FOOTER, Confidence, antipattern, boundaries, row
from ecolint.finding import (
    Applicability,
    Edit,
    Finding,
    Fix,
    FoundSetup,
    Level,
    Overhead,
    Region,
    Report,
    Undecided,
)
from ecolint.fingerprints import content_fingerprint
from ecolint.inference import Context, InferenceSetup, Known, Located, Precision, Use
from ecolint.reporters.base import RenderContext
from ecolint.rules.base import Basis, Rule
from ecolint.source import SourceFile, Span

APP = '''\
"""Answers questions."""
import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig

NAME = "mistralai/Mistral-7B-Instruct-v0.3"


def load():
	return AutoModelForCausalLM.from_pretrained(
		NAME, quantization_config=BitsAndBytesConfig(load_in_8bit=True), device_map="auto"
	)
'''
NOTEBOOK = """\
{
 "cells": [
  {
   "cell_type": "markdown",
   "metadata": {},
   "source": ["# Demo"]
  },
  {
   "cell_type": "code",
   "execution_count": null,
   "metadata": {},
   "outputs": [],
   "source": [
    "from transformers import pipeline\\n",
    "pipe = pipeline(model=\\"Qwen/Qwen2-1.5B\\", model_kwargs={\\"load_in_4bit\\": True})"
   ]
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
COMPOSE = """\
services:
  llm:  # 推論サーバー
    image: vllm/vllm-openai:v0.6.3
    command: --model 通义/千问 --quantization fp8 --enforce-eager --max-num-seqs 1 \
--served-model-name "通义千问七十亿参数对话模型" --port 8000
"""
HOSTILE_PATH = "evil,dir:1/a|b`<img src=x>\x1b[31m\u202e\n%0A::error::x--> &'\" \udcff.py"
HOSTILE_TEXT = (
    "::error::pwned\n##[error]x \x1b]0;t\x07\x9b31m \u202eabc\u2066 --> ]]> <b>|`* [a](javascript:x) \udcff"
)
HOSTILE = "load_in_8bit = True  # \x1b[31m\u202e ##[error] <script>\n"

FILES = {
    "serve/app.py": SourceFile("serve/app.py", APP.encode()),
    "notebooks/démo 1.ipynb": SourceFile("notebooks/démo 1.ipynb", NOTEBOOK.encode()),
    "deploy/compose.yaml": SourceFile("deploy/compose.yaml", COMPOSE.encode()),
    HOSTILE_PATH: SourceFile(HOSTILE_PATH, HOSTILE.encode()),
}

RULES = (
    Rule(
        "ECO001",
        "int8-default-threshold",
        Level.WARNING,
        Basis.MEASURED,
        "int8-default-threshold",
        summary="LLM.int8() with the default outlier threshold.",
        sections={
            "What it does": "Finds `load_in_8bit=True` without `llm_int8_threshold=0.0`.",
            "Why it costs energy": "Outlier columns are split off and computed in FP16 in every layer.",
            "Evidence": "See the table.",
            "Example": "```python\nBitsAndBytesConfig(load_in_8bit=True)\n```",
            "Use instead": "```python\nAutoModelForCausalLM.from_pretrained(NAME, dtype=torch.float16)\n```",
            "Fix safety": "Unsafe: the threshold changes what the model says.",
            "When to ignore": "Where memory leaves no choice.",
            "Sources": "See `ecolint evidence --sources`.",
        },
    ),
    Rule(
        "ECO002",
        "nf4-below-crossover",
        Level.WARNING,
        Basis.MEASURED,
        "nf4-sub-crossover",
        summary="bitsandbytes 4-bit on a model below the crossover.",
        sections={"What it does": "Compares the size of the model with the crossover of the GPU."},
    ),
    Rule(
        "ECO003",
        "fp8-eager",
        Level.ERROR,
        Basis.MEASURED,
        "fp8-eager",
        summary="FP8 without compilation.",
        sections={"What it does": "Finds FP8 whose kernels run one by one."},
    ),
    Rule(
        "ECO102",
        "eager-attention",
        Level.NOTE,
        Basis.CONVENTION,
        default=False,
        summary="Eager attention.",
    ),
    Rule("ECO902", "unreadable-file", Level.WARNING, Basis.SCAN, summary="A file that could not be read."),
)


def region(path: str, text: str, cell: int | None = None, cell_line: int | None = None) -> Region:
    """Where `text` first stands in the file of that path."""
    source = FILES[path]
    start = source.data.index(text.encode())
    end = start + len(text.encode())
    first, last = source.position(start), source.position(end)
    return Region(Span(start, end), first.line, first.column, last.line, last.column, cell, cell_line)


def finding(rule: str, path: str, text: str, message: str, **values: object) -> Finding:
    """A finding of a rule in the catalogue."""
    listed = next(one for one in RULES if one.code == rule)
    cell = values.pop("cell", None)
    cell_line = values.pop("cell_line", None)
    made = Finding(
        rule=rule,
        name=listed.name,
        level=listed.level,
        path=path,
        region=region(path, text, cell, cell_line),  # type: ignore[arg-type]
        message=message,
        fingerprint=content_fingerprint(rule, path, text, 0),
    )
    return replace(made, **values)  # type: ignore[arg-type]


def stated(path: str, text: str, value: object) -> Located:  # type: ignore[type-arg]
    return Located(value, Known.STATED, region(path, text).span)


INT8_SETUP = InferenceSetup(
    "transformers",
    region("serve/app.py", "AutoModelForCausalLM.from_pretrained").span,
    model=Located("mistralai/Mistral-7B-Instruct-v0.3", Known.DERIVED, origin="constant NAME"),
    precision=stated("serve/app.py", "load_in_8bit=True", Precision.INT8),
    load_in_8bit=stated("serve/app.py", "load_in_8bit=True", True),
    gpu=Located("rtx4090d", Known.DERIVED, origin="--gpu"),
)
INT8 = finding(
    "ECO001",
    "serve/app.py",
    "load_in_8bit=True",
    "LLM.int8() with its default outlier threshold uses more energy than FP16.",
    setup=INT8_SETUP,
    details=("Inference through LLM.int8() splits every matrix product in two.",),
    overhead=Overhead(antipattern("int8-default-threshold").claim, 17.0, 147.0, 30.7),
    rows=(row("4090d-feb12-mistral-7b-int8-default"),),
    confidence=Confidence(3).step_down(
        "bitsandbytes is not pinned (requirements.txt:3 `bitsandbytes`), so the newest release counts"
    ),
    fix=Fix(
        "transformers",
        "BitsAndBytesConfig(load_in_8bit=True, llm_int8_threshold=0.0)",
        Applicability.UNSAFE,
        "set llm_int8_threshold=0.0",
        price="Perplexity rises; load the model in FP16 where it fits, or in NF4 above the crossover.",
        edits=(
            Edit(
                region("serve/app.py", "load_in_8bit=True").span.end,
                region("serve/app.py", "load_in_8bit=True").span.end,
                ", llm_int8_threshold=0.0",
            ),
        ),
    ),
    boundaries=(boundaries()["stack_newer"],),
    questions=("the GPU, with `--gpu NAME` or `# ecolint: gpu=NAME`",),
)
NF4 = finding(
    "ECO002",
    "notebooks/démo 1.ipynb",
    '{\\"load_in_4bit\\": True}',
    "NF4 on Qwen/Qwen2-1.5B lies below every measured crossover.",
    cell=1,
    cell_line=2,
    setup=InferenceSetup(
        "transformers",
        Span(0, 1),
        model=Located("Qwen/Qwen2-1.5B", Known.STATED),
        precision=Located(Precision.NF4, Known.STATED),
    ),
    overhead=Overhead(antipattern("nf4-sub-crossover").claim, 11.0, 29.0, None),
    rows=(
        row("5090-jan26-qwen2-1.5b-nf4"),
        row("4090d-mar06-qwen2-1.5b-nf4"),
        row("t4-csv-qwen2-1.5b-nf4"),
        row("seed-a800-qwen2-7b-nf4"),
    ),
    confidence=Confidence(1),
    fix=Fix(
        "transformers",
        'AutoModelForCausalLM.from_pretrained(\n    "Qwen/Qwen2-1.5B", dtype=torch.float16\n)',
        Applicability.DISPLAY,
        "load the model in FP16",
    ),
    questions=("the GPU, with `--gpu NAME`", "the batch size you serve with"),
)
FP8 = finding(
    "ECO003",
    "deploy/compose.yaml",
    "--enforce-eager",
    "FP8 with CUDA graphs switched off.",
    level=Level.NOTE,
    setup=InferenceSetup(
        "vllm",
        region("deploy/compose.yaml", "--quantization fp8").span,
        model=stated("deploy/compose.yaml", "通义/千问", "通义/千问"),
        precision=stated("deploy/compose.yaml", "--quantization fp8", Precision.FP8),
        batch_limit=stated("deploy/compose.yaml", "--max-num-seqs 1", 1),
        gpu=Located(None, Known.DYNAMIC),
    ),
    overhead=Overhead(antipattern("fp8-eager").claim, 158.0, 701.0, None),
    confidence=Confidence(1),
    fix=Fix("vllm", "", Applicability.SAFE, "remove --enforce-eager"),
)
HOSTILE_FINDING = finding(
    "ECO001",
    HOSTILE_PATH,
    "load_in_8bit = True",
    HOSTILE_TEXT,
    name="int8-default-threshold",
    setup=InferenceSetup(
        "transformers",
        Span(0, 1),
        model=Located(HOSTILE_TEXT, Known.STATED),
        context=Context(Use.TEST, HOSTILE_TEXT),
    ),
    details=(HOSTILE_TEXT,),
    fix=Fix("transformers", HOSTILE_TEXT, Applicability.DISPLAY, HOSTILE_TEXT, HOSTILE_TEXT),
    boundaries=(HOSTILE_TEXT,),
    questions=(HOSTILE_TEXT,),
)
CONVENTION = finding(
    "ECO102",
    "serve/app.py",
    'device_map="auto"',
    "Eager attention.",
    source_note="Source: engineering convention, not measured",
)
UNREADABLE = finding(
    "ECO902", "serve/app.py", "import torch", "The rest of the file could not be read: bad syntax."
)
SUPPRESSED = replace(INT8, region=region("serve/app.py", "BitsAndBytesConfig(load"), fingerprint="0" * 32)
UNDECIDED = Undecided(
    "ECO002", "nf4-below-crossover", "serve/app.py", region("serve/app.py", "NAME, "), "the model's name"
)


def report(*findings: Finding, **values: object) -> Report:
    made = Report(
        findings=findings,
        undecided=(UNDECIDED,),
        suppressed=((SUPPRESSED, "no room for FP16"),),
        setups=(FoundSetup("serve/app.py", region("serve/app.py", "NAME, "), INT8_SETUP),),
        files_scanned=12,
        files_parsed=4,
        hidden=1,
        seconds=0.2104,
    )
    return replace(made, **values)  # type: ignore[arg-type]


REPORT = report(INT8, NF4, FP8, CONVENTION, UNREADABLE)
HOSTILE_REPORT = report(HOSTILE_FINDING)
EMPTY = report(undecided=(), suppressed=(), setups=(), hidden=0, files_scanned=3, files_parsed=0)


def context(**values: object) -> RenderContext:
    """A context over the files of this module."""
    base = RenderContext(read_source=FILES.get, rules=RULES, footer=FOOTER, version="1.2.3")
    return replace(base, **values)  # type: ignore[arg-type]
