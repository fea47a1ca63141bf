"""FastChat's workers and chat client. `--load-8bit` is its own compression, not that of bitsandbytes."""

from __future__ import annotations

from ecolint.frameworks import words
from ecolint.frameworks.base import Framework, Remedy, Setting, Snippet, as_int
from ecolint.inference import InferenceSetup, Precision
from ecolint.statements import Statement

SETTINGS: tuple[Setting, ...] = (
    Setting("model", ("--model-path",), "model_path"),
    Setting("precision", ("--load-8bit",), "load_8bit", switch=True, on=Precision.INT8),
    Setting("quantizer", ("--load-8bit",), "load_8bit", switch=True, on="fastchat"),
    words.dtype("--dtype"),
    Setting("gpu_count", ("--num-gpus",), "num_gpus", convert=as_int),
    Setting("gpu", ("--device",), "device", values=words.DEVICES),
    Setting("quantizer", ("--gptq-ckpt",), "gptq_ckpt", convert=lambda _: "gptq"),
    Setting("quantizer", ("--awq-ckpt",), "awq_ckpt", convert=lambda _: "awq"),
    words.unread(
        "--host --port --worker-address --controller-address --model-names --limit-worker-concurrency --gpus"
    ),
    words.unread(
        "--stream-interval --conv-template --max-gpu-memory --gptq-wbits --awq-wbits --temperature --revision"
    ),
    words.unread("--cpu-offloading --no-register --debug --ssl", switch=True),
)


def refined(setup: InferenceSetup, statement: Statement) -> InferenceSetup:
    return words.with_checkpoint(setup, words.CHECKPOINTS)


FRAMEWORK = Framework(
    name="fastchat",
    title="FastChat",
    anchors=(b"fastchat",),
    settings=SETTINGS,
    programs=(
        "python -m fastchat.serve.model_worker",
        "python -m fastchat.serve.multi_model_worker",
        "python -m fastchat.serve.cli",
    ),
    prefixes=True,
    refine=refined,
    snippets={
        Remedy.HALF_PRECISION: (
            Snippet(
                "python -m fastchat.serve.model_worker --model-path <model> --dtype float16",
                "Leave out --load-8bit.",
            ),
        ),
    },
)
