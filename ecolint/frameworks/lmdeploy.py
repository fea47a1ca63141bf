"""LMDeploy: its servers, and `pipeline` with an engine configuration."""

from __future__ import annotations

from ecolint.frameworks import forms, words
from ecolint.frameworks.base import Form, Framework, Remedy, Setting, Snippet, as_int
from ecolint.inference import InferenceSetup, Precision
from ecolint.statements import Statement

FORMATS: words.Quantizers = {
    "awq": (Precision.INT4, "awq"),
    "gptq": (Precision.INT4, "gptq"),
    "fp8": (Precision.FP8, "lmdeploy-fp8"),
}
CHECKPOINTS = {
    "awq": (Precision.INT4, "awq"),
    "gptq": (Precision.INT4, "gptq"),
    "fp8": (Precision.FP8, "lmdeploy-fp8"),
}
AS_STORED = frozenset(("hf", "llama", "auto"))
CACHE_POLICIES = {
    "0": "auto",
    "none": "auto",
    "4": "int4",
    "int4": "int4",
    "8": "int8",
    "int8": "int8",
    "16": "fp8",
    "fp8": "fp8",
}
SETTINGS: tuple[Setting, ...] = (
    Setting("model", keyword="model_path"),
    *words.quantization({**FORMATS}, ("--model-format",), "backend_config.model_format", nothing=AS_STORED),
    words.dtype("--dtype", keyword="backend_config.dtype"),
    Setting("kv_cache_dtype", ("--quant-policy",), "backend_config.quant_policy", values=CACHE_POLICIES),
    Setting("compiled", ("--eager-mode",), "backend_config.eager_mode", switch=True, on=False),
    Setting("batch_limit", ("--max-batch-size",), "backend_config.max_batch_size", convert=words.as_limit),
    Setting("tensor_parallel", ("--tp",), "backend_config.tp", convert=as_int),
    Setting("gpu", ("--device",), "backend_config.device_type", values={**words.DEVICES, "ascend": "npu"}),
    words.unread(
        "--server-name --server-port --backend --cache-max-entry-count --session-len --model-name --chat-template "
        "--max-prefill-token-num --rope-scaling-factor --vision-max-batch-size --api-keys --log-level --dp --ep "
        "--cache-block-seq-len --revision --download-dir --max-concurrent-requests --reasoning-parser "
        "--tool-call-parser --num-tokens-per-iter --max-prefill-iters --communicator --role"
    ),
    words.unread(
        "--enable-prefix-caching --ssl --max-log-len --disable-fastapi-docs --enable-metrics", switch=True
    ),
)


def refined(setup: InferenceSetup, statement: Statement) -> InferenceSetup:
    return words.with_checkpoint(setup, CHECKPOINTS)


CALL = "pipeline(model, backend_config=TurbomindEngineConfig({}))"
FRAMEWORK = Framework(
    name="lmdeploy",
    title="LMDeploy",
    anchors=(b"lmdeploy",),
    settings=SETTINGS,
    images=("openmmlab/lmdeploy*", "lmdeploy"),
    programs=(
        "lmdeploy serve api_server",
        "lmdeploy serve gradio",
        "lmdeploy chat",
        "lmdeploy chat turbomind",
    ),
    calls=("lmdeploy.pipeline", "lmdeploy.serve", "lmdeploy.api.pipeline"),
    model_positional=True,
    prefixes=True,
    refine=refined,
    snippets={
        Remedy.HALF_PRECISION: (
            *forms.engine(CALL, "dtype", "float16", "With the 16-bit checkpoint."),
            Snippet("lmdeploy serve api_server <model> --dtype float16", "With the 16-bit checkpoint."),
        ),
        Remedy.COMPILE: (
            Snippet(
                "pipeline(model, backend_config=PytorchEngineConfig(eager_mode=False))",
                "CUDA graphs are the default.",
                form=Form.CALL,
            ),
            Snippet(
                "lmdeploy serve api_server <model>", "Leave out --eager-mode: CUDA graphs are the default."
            ),
        ),
        Remedy.BATCHING: (
            *forms.engine(CALL, "max_batch_size", 128, "Or leave it out: the default is 128 or more."),
            Snippet(
                "lmdeploy serve api_server <model> --max-batch-size 128",
                "Or leave it out: the default is 128 or more.",
            ),
        ),
        Remedy.ONE_CALL: (Snippet("pipe(prompts)", "The engine batches all that one call is given."),),
        Remedy.FP8_KV_CACHE: (Snippet("lmdeploy serve api_server <model> --quant-policy fp8"),),
        Remedy.PERSISTENT_WORKER: (Snippet("lmdeploy serve api_server <model>"),),
    },
)
