"""SGLang: `sglang serve`, `python -m sglang.launch_server`, and `sglang.Engine`."""

from __future__ import annotations

from collections.abc import Mapping

from ecolint.evidence.names import checkpoint_format
from ecolint.frameworks import config_files, forms, words
from ecolint.frameworks.base import Framework, Remedy, Setting, Snippet, as_int
from ecolint.inference import InferenceSetup, Located, Option, Precision
from ecolint.records import replace
from ecolint.statements import Statement

QUANTIZATION: words.Quantizers = {
    **words.CHECKPOINT_QUANTIZERS,
    "bitsandbytes": (Precision.NF4, "bitsandbytes"),
    "fp8": (Precision.FP8, "sglang-fp8"),
    "w8a8_fp8": (Precision.FP8, "sglang-fp8"),
    "modelopt": (Precision.FP8, "sglang-fp8"),
    "modelopt_fp8": (Precision.FP8, "sglang-fp8"),
}
CHECKPOINTS = {**words.CHECKPOINTS, "fp8": (Precision.FP8, "sglang-fp8")}
TORCHAO: words.Quantizers = {
    "fp8wo": (Precision.FP8, "sglang-fp8"),
    "fp8dq-per_tensor": (Precision.FP8, "sglang-fp8"),
    "fp8dq-per_row": (Precision.FP8, "sglang-fp8"),
}
LOADER = "load_format"
EMBEDDING = "option:is_embedding"
UNREAD = """
--tokenizer-path --tokenizer-mode --host --port --served-model-name --context-length --mem-fraction-static
--max-total-tokens --chunked-prefill-size --max-prefill-tokens --schedule-policy --random-seed --log-level
--chat-template --api-key --nnodes --node-rank --nccl-port --dist-init-addr --stream-interval --attention-backend
--sampling-backend --grammar-backend --speculative-algorithm --speculative-draft-model-path --speculative-num-steps
--speculative-eagle-topk --speculative-num-draft-tokens --tool-call-parser --reasoning-parser --cuda-graph-max-bs
--quantization-param-path --revision --download-dir --watchdog-timeout --base-gpu-id --dp-size --data-parallel-size
--dp --ep-size --ep --moe-a2a-backend --lora-backend --max-loras-per-batch --json-model-override-args
--schedule-conservativeness --disaggregation-mode
--page-size --hicache-ratio --decode-log-interval --torch-compile-max-bs --config
"""
UNREAD_SWITCHES = """
--trust-remote-code --skip-tokenizer-init --log-requests --enable-metrics --disable-radix-cache
--disable-overlap-schedule --enable-dp-attention --enable-mixed-chunk --enable-lora --enable-p2p-check
--disable-custom-all-reduce --enable-memory-saver --enable-deepep-moe --enable-ep-moe --enable-hierarchical-cache
--disable-cuda-graph-padding --enable-multimodal --show-time-cost
"""
SETTINGS: tuple[Setting, ...] = (
    Setting("model", ("--model-path", "--model"), "model_path"),
    *words.quantization(QUANTIZATION, ("--quantization",), "quantization"),
    *words.quantization(TORCHAO, ("--torchao-config",), "torchao_config"),
    Setting(f"option:{LOADER}", ("--load-format",), "load_format"),
    words.dtype("--dtype"),
    words.dtype("--kv-cache-dtype", keyword="kv_cache_dtype", field="kv_cache_dtype"),
    Setting(
        "compiled", ("--disable-cuda-graph",), "disable_cuda_graph", switch=True, on=False, fallback=True
    ),
    Setting("compiled", ("--enable-torch-compile",), "enable_torch_compile", switch=True),
    Setting(
        "compiled", ("--cuda-graph-backend-decode",), "cuda_graph_backend_decode", values={"disabled": False}
    ),
    Setting("batch_limit", ("--max-running-requests",), "max_running_requests", convert=words.as_limit),
    Setting("tensor_parallel", ("--tp-size", "--tensor-parallel-size", "--tp"), "tp_size", convert=as_int),
    Setting(
        "pipeline_parallel", ("--pp-size", "--pipeline-parallel-size", "--pp"), "pp_size", convert=as_int
    ),
    Setting("gpu", ("--device",), "device", values=words.DEVICES),
    Setting(EMBEDDING, ("--is-embedding",), "is_embedding", switch=True),
    words.unread(UNREAD),
    words.unread(UNREAD_SWITCHES, switch=True),
    words.unread("--lora-paths --cuda-graph-bs", many=True),
)


def refined(setup: InferenceSetup, statement: Statement) -> InferenceSetup | None:
    """bitsandbytes quantises on loading only where its loader is asked for too; a checkpoint of its own decides."""
    options = {option.name: option.value for option in setup.options}
    if options.get(EMBEDDING.partition(":")[2], Located()).is_(True):
        return None
    loader = options.get(LOADER, Located())
    setup = replace(setup, options=())
    stored = checkpoint_format(setup.model.value or "") if setup.model.is_known else None
    if setup.quantizer.is_("bitsandbytes"):
        if stored == "bnb-8bit":
            setup = replace(setup, precision=replace(setup.precision, value=Precision.INT8))
        elif stored != "bnb-4bit" and not loader.is_("bitsandbytes"):
            setup = replace(setup, precision=Located(), quantizer=Located())
        elif loader.is_set:
            setup = replace(setup, loading=(Option(LOADER, loader),))
    return words.with_checkpoint(setup, CHECKPOINTS)


SERVE = "python -m sglang.launch_server --model-path <model>"
"""As every version takes it; `sglang serve` is newer."""
NF4 = (
    Snippet(
        f"{SERVE} --quantization bitsandbytes --load-format bitsandbytes",
        "Both flags are needed; a 4-bit AWQ or GPTQ checkpoint needs neither.",
    ),
)
"""Its four bits always come with double quantisation."""
CALL = "sglang.Engine(model_path=..., {})"
SNIPPETS: Mapping[Remedy, tuple[Snippet, ...]] = {
    Remedy.HALF_PRECISION: (
        *forms.engine(
            CALL, "dtype", "auto", "Serve the 16-bit checkpoint and leave out quantization and load_format."
        ),
        Snippet(
            f"{SERVE} --dtype auto",
            "Serve the 16-bit checkpoint and leave out --quantization and --load-format.",
        ),
    ),
    Remedy.NF4: NF4,
    Remedy.NF4_DOUBLE_QUANT: NF4,
    Remedy.FP8: (Snippet(f"{SERVE} --quantization fp8 --kv-cache-dtype fp8_e4m3"),),
    Remedy.COMPILE: (
        *forms.engine(CALL, "disable_cuda_graph", False, "Or leave it out: CUDA graphs are the default."),
        Snippet(
            SERVE,
            "Leave out --disable-cuda-graph, or --cuda-graph-backend-decode=disabled: CUDA graphs are the default.",
        ),
    ),
    Remedy.BATCHING: (
        *forms.engine(CALL, "max_running_requests", 64, "Or leave it out: the default follows from memory."),
        Snippet(
            f"{SERVE} --max-running-requests 64",
            "Or leave --max-running-requests out: the default follows from memory.",
        ),
    ),
    Remedy.ONE_CALL: (
        Snippet(
            "engine.generate(prompts, sampling_params)", "The engine batches all that one call is given."
        ),
    ),
    Remedy.FP8_KV_CACHE: (
        *forms.engine(CALL, "kv_cache_dtype", "fp8_e4m3"),
        Snippet(f"{SERVE} --kv-cache-dtype fp8_e4m3"),
    ),
    Remedy.PERSISTENT_WORKER: (Snippet(SERVE),),
}
TELLING = (b"torchao", b"disable_cuda_graph", b"cuda_graph_backend", b"max_running_r")
"""Beginnings of the judged keywords."""

FRAMEWORK = Framework(
    name="sglang",
    title="SGLang",
    anchors=(b"sglang",),
    telling_keywords=TELLING,
    telling_values=(*words.BITSANDBYTES, b"torchao"),
    telling_lines=(*words.BITSANDBYTES, *words.in_lines(TELLING)),
    telling_keys=(*words.BITSANDBYTES, *TELLING),
    settings=SETTINGS,
    images=("sglang", "sglang-*", "lmsysorg/*"),
    programs=(
        "sglang serve",
        "python -m sglang.launch_server",
        "python -m sglang.launch_server_*",
    ),
    calls=("sglang.Engine", "sglang.Runtime", "sglang.srt.*.Engine", "sglang.srt.server_args.ServerArgs"),
    configs=("sglang-config", "sglang"),
    prefixes=True,
    refine=refined,
    survey=config_files.survey_of("sglang", "sglang-config"),
    snippets=SNIPPETS,
)
