"""lm-evaluation-harness: `lm_eval --model hf --model_args pretrained=…,load_in_8bit=True`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ecolint.frameworks import arguments, bnb_switches, places, reading, trees, vllm, words
from ecolint.frameworks.base import Framework, Remedy, Setting, Snippet
from ecolint.inference import InferenceSetup, Known, Located, Precision
from ecolint.records import replace
from ecolint.statements import Call, CommandLine, Config, Statement, Tree

TRANSFORMERS = frozenset(
    ("", "hf", "hf-auto", "huggingface", "hf-causal", "hf-causal-experimental", "hf-multimodal")
)
VLLM = frozenset(("vllm", "vllm-vlm"))
MODEL_ARGUMENTS: tuple[Setting, ...] = (
    Setting("model", keyword="pretrained"),
    words.dtype(keyword="dtype"),
    Setting("attention", keyword="attn_implementation", convert=str),
    *bnb_switches.settings(),
)
VLLM_ARGUMENTS = (
    Setting("model", keyword="pretrained"),
    *(item for item in vllm.ENGINE if item.keyword != "model"),
)
SETTINGS: tuple[Setting, ...] = (
    Setting("option:kind", ("--model", "-m"), "model"),
    Setting("option:arguments", ("--model_args", "-a"), "model_args"),
    Setting("option:batch", ("--batch_size", "-b"), "batch_size"),
    Setting("gpu", ("--device",), "device", values=words.DEVICES),
    words.unread("--tasks -t --num_fewshot -f --max_batch_size --output_path -o --limit -L --seed -s"),
)


def read(statement: Statement) -> Iterable[InferenceSetup]:
    """The setup of the evaluated model. The batch size of an evaluation is not judged."""
    if isinstance(statement, CommandLine):
        rest = reading.words_for(FRAMEWORK, statement)
        if rest is None or arguments.parse(FRAMEWORK, rest).asks_help:
            return
    for setup in reading.read(FRAMEWORK, statement):
        options = {option.name: option.value for option in setup.options}
        kind = options.get("kind", Located())
        given = options.get("arguments", Located())
        if isinstance(statement, (Call, Config)):
            written = statement.keywords if isinstance(statement, Call) else statement.tree
            given = trees.lookup(written, "model_args") or given
        tree = trees.inner(given.value) or places.pairs(given)
        if kind.is_dynamic or not isinstance(kind.value, (str, type(None))):
            continue
        name = kind.value or ""
        found = None
        if name in TRANSFORMERS:
            found = _of_transformers(statement, tree)
        elif name in VLLM:
            fields = reading.fields_of_tree(VLLM_ARGUMENTS, tree)
            found = vllm.refined(reading.setup_of(FRAMEWORK, statement, fields), statement)
        if found is not None:
            found = replace(found, batch_limit=_batch(options.get("batch", Located())))
            yield found if found.gpu.is_set else replace(found, gpu=setup.gpu)


def _batch(written: Located[Any]) -> Located[int]:
    """How many prompts an evaluation is told to answer at a time, where that is not one; None where it is as many as
    there is room for, or only known at run time."""
    size = words.as_limit(written.value)
    if size == 1 or not written.is_set:
        return Located()
    return replace(written, value=size if isinstance(size, int) else None, known=Known.STATED)


def _of_transformers(statement: Statement, tree: Tree) -> InferenceSetup:
    setup = reading.setup_of(FRAMEWORK, statement, reading.fields_of_tree(MODEL_ARGUMENTS, tree))
    return bnb_switches.with_precision(setup, Precision.FP4)


FRAMEWORK = Framework(
    name="lm-eval",
    title="lm-evaluation-harness",
    anchors=(b"lm_eval", b"lm-eval"),
    settings=SETTINGS,
    programs=(
        "lm_eval",
        "lm_eval run",
        "lm-eval",
        "lm-eval run",
        "python -m lm_eval",
        "python -m lm_eval run",
    ),
    configs=("lm-eval",),
    calls=("lm_eval.simple_evaluate", "lm_eval.evaluator.simple_evaluate"),
    prefixes=True,
    read=read,
    snippets={
        Remedy.HALF_PRECISION: (
            Snippet("lm_eval --model hf --model_args pretrained=<model>,dtype=bfloat16"),
        ),
        Remedy.NF4: (
            Snippet(
                "lm_eval --model hf --model_args pretrained=<model>,load_in_4bit=True,bnb_4bit_quant_type=nf4,"
                "bnb_4bit_compute_dtype=bfloat16",
                "Works with transformers 4.",
            ),
        ),
        Remedy.NF4_DOUBLE_QUANT: (
            Snippet(
                "lm_eval --model hf --model_args pretrained=<model>,load_in_4bit=True,bnb_4bit_quant_type=nf4,"
                "bnb_4bit_use_double_quant=True,bnb_4bit_compute_dtype=bfloat16",
                "Works with transformers 4.",
            ),
        ),
        Remedy.INT8_PURE: (
            Snippet(
                "lm_eval --model hf --model_args pretrained=<model>,load_in_8bit=True,llm_int8_threshold=0.0",
                "Works with transformers 4.",
            ),
        ),
        Remedy.BATCHING: (Snippet("lm_eval --model hf --model_args pretrained=<model> --batch_size auto"),),
    },
)
