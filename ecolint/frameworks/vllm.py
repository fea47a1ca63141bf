"""vLLM: `vllm serve`, its older servers and images, engine arguments in Python, and `--config` files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ecolint.evidence.names import checkpoint_format
from ecolint.frameworks import config_files, forms, words
from ecolint.frameworks.base import Coerced, Form, Framework, Remedy, Setting, Snippet, as_int
from ecolint.inference import InferenceSetup, Precision
from ecolint.records import replace
from ecolint.statements import Call, Statement

NO_COMPILATION = frozenset(("0", "none"))
GRAPHS = "cudagraph_mode"
COMPILATION = ("--compilation-config", "-cc", "-O")
"""Flags below which a configuration of compilation is written with dots."""
QUANTIZATION: words.Quantizers = {
    **words.CHECKPOINT_QUANTIZERS,
    "bitsandbytes": (Precision.NF4, "bitsandbytes"),
    **dict.fromkeys(
        (
            "fp8",
            "fp8_per_tensor",
            "fp8_per_block",
            "fp8_per_channel",
            "fbgemm_fp8",
            "ptpc_fp8",
            "modelopt",
            "deepseek_v4_fp8",
        ),
        (Precision.FP8, "vllm-fp8"),
    ),
}
CHECKPOINTS = {**words.CHECKPOINTS, "fp8": (Precision.FP8, "vllm-fp8")}


def compiled_by(written: Any) -> Any:
    """Whether a compilation configuration, as number, JSON text or mapping, compiles; False where it records no CUDA
    graphs either, which a mode leaves on and the older level does not."""
    if isinstance(written, str) and written.strip().startswith("{"):
        written = json.loads(written)
    if not isinstance(written, Mapping):
        return mode_compiles(written)
    if "mode" not in written:
        return mode_compiles(written.get("level"))
    found = mode_compiles(written["mode"])
    return found if found or is_off(written.get(GRAPHS)) else Coerced.UNKNOWN


def is_off(written: Any) -> bool:
    """Whether a mode of compilation or of CUDA graphs, where one is written, is none."""
    return written is not None and str(written).strip().lower() in NO_COMPILATION


def mode_compiles(written: Any) -> Any:
    """Whether a compilation mode or level compiles."""
    if not isinstance(written, (str, int)) or isinstance(written, bool):
        return Coerced.UNKNOWN
    word = str(written).strip().lower().removeprefix("o")
    return Coerced.UNKNOWN if word not in MODES else word not in NO_COMPILATION


MODES = NO_COMPILATION | {"1", "2", "3", "stock_torch_compile", "dynamo_trace_once", "vllm_compile"}


def on_neuron(written: Any) -> Any:
    """The hardware that a configuration is for, where it names AWS Neuron."""
    return "neuron" if "neuron" in str(written).lower() else Coerced.UNKNOWN


UNREAD = """
--host --port --max-model-len --gpu-memory-utilization --tokenizer --tokenizer-mode
--revision --code-revision --tokenizer-revision --download-dir --seed --swap-space --cpu-offload-gb --block-size
--max-logprobs --chat-template --chat-template-content-format --tool-call-parser --tool-parser-plugin
--reasoning-parser --response-role --api-key --uvicorn-log-level --root-path --ssl-keyfile --ssl-certfile
--ssl-ca-certs --max-loras --max-lora-rank --max-cpu-loras --limit-mm-per-prompt --guided-decoding-backend
--distributed-executor-backend --speculative-config --speculative-model --num-speculative-tokens
--kv-transfer-config --kv-events-config --rope-scaling --rope-theta --data-parallel-size -dp
--data-parallel-address --data-parallel-rpc-port --data-parallel-size-local --data-parallel-start-rank
--data-parallel-backend --config --generation-config --override-generation-config
--hf-overrides --hf-config-path --hf-token --mm-processor-kwargs --scheduling-policy --num-scheduler-steps
--middleware --worker-cls --worker-extension-cls --model-impl --attention-backend --quantization-param-path
--quantization-config --max-seq-len-to-capture --max-context-len-to-capture --api-server-count -asc
--long-prefill-token-threshold --max-num-partial-prefills --num-gpu-blocks-override
--logits-processor-pattern --override-pooler-config --pooler-config --prefix-caching-hash-algo
--kv-cache-memory-bytes --max-parallel-loading-workers --model-loader-extra-config --preemption-mode
--performance-mode --nnodes --node-rank --master-addr --master-port --all2all-backend --mamba-ssm-cache-dtype
--mm-encoder-tp-mode --cuda-graph-sizes --stream-interval --uds --input-file --output-file -i -o
"""
UNREAD_SWITCHES = """
--trust-remote-code --enable-prefix-caching --enable-chunked-prefill --enable-lora --enable-auto-tool-choice
--disable-log-requests --disable-log-stats --disable-custom-all-reduce --disable-sliding-window
--disable-cascade-attn --enable-reasoning --return-tokens-as-token-ids --headless --enable-expert-parallel
--async-scheduling --calculate-kv-scales --enable-sleep-mode --enable-log-requests --enable-log-outputs
--disable-frontend-multiprocessing --disable-uvicorn-access-log --enable-request-id-headers
--enable-server-load-tracking --multi-step-stream-outputs --use-v2-block-manager --language-model-only
--skip-mm-profiling --engine-use-ray --worker-use-ray --disable-fastapi-docs --enable-prompt-tokens-details
--enable-force-include-usage --skip-tokenizer-init --enable-prompt-embeds --ray-workers-use-nsight
--trust-request-chat-template --exclude-tools-when-tool-choice-none --enable-dbo --enable-eplb
--data-parallel-hybrid-lb --data-parallel-external-lb --disable-hybrid-kv-cache-manager
"""
UNREAD_LISTS = """
--served-model-name --lora-modules --prompt-adapters --allowed-origins --allowed-methods --allowed-headers
--logits-processors
"""

LOADER = "load_format"
ENGINE: tuple[Setting, ...] = (
    Setting("model", ("--model",), "model"),
    Setting(f"option:{LOADER}", ("--load-format",), LOADER),
    Setting(
        "quantizer", ("--load-format",), "load_format", values={"bitsandbytes": "bitsandbytes"}, fallback=True
    ),
    Setting(
        "precision", ("--load-format",), "load_format", values={"bitsandbytes": Precision.NF4}, fallback=True
    ),
    *words.quantization(QUANTIZATION, ("--quantization", "-q"), "quantization"),
    words.dtype("--dtype"),
    words.dtype("--kv-cache-dtype", keyword="kv_cache_dtype", field="kv_cache_dtype"),
    Setting("compiled", ("--enforce-eager",), "enforce_eager", switch=True, on=False),
    Setting("compiled", ("--compilation-config", "-cc"), "compilation_config", convert=compiled_by),
    Setting("compiled", ("-O", "--optimization-level"), "optimization_level", convert=mode_compiles),
    Setting("compiled", tuple(f"{flag}.level" for flag in COMPILATION), convert=mode_compiles),
    Setting("option:mode", tuple(f"{flag}.mode" for flag in COMPILATION)),
    Setting(f"option:{GRAPHS}", tuple(f"{flag}.{GRAPHS}" for flag in COMPILATION)),
    Setting("batch_limit", ("--max-num-seqs",), "max_num_seqs", convert=words.as_limit),
    Setting("batch_room", ("--max-num-batched-tokens",), "max_num_batched_tokens", convert=words.as_limit),
    Setting("tensor_parallel", ("--tensor-parallel-size", "-tp"), "tensor_parallel_size", convert=as_int),
    Setting(
        "pipeline_parallel", ("--pipeline-parallel-size", "-pp"), "pipeline_parallel_size", convert=as_int
    ),
    Setting("gpu", ("--device",), "device", values=words.DEVICES),
    Setting("gpu", ("--override-neuron-config",), "override_neuron_config", convert=lambda _: "neuron"),
    Setting("gpu", ("--additional-config",), "additional_config", convert=on_neuron),
    words.unread(UNREAD),
    words.unread(UNREAD_SWITCHES, switch=True),
    words.unread(UNREAD_LISTS, many=True),
)
"""Engine arguments, which many wrappers hand on under the same names."""
TASKS = ("task", "runner", "convert")
OWN: tuple[Setting, ...] = tuple(Setting(f"option:{task}", (f"--{task}",), task) for task in TASKS)
GENERATIVE = frozenset(("auto", "generate", "none", "draft", "transcription"))


def served(setup: InferenceSetup, statement: Statement) -> InferenceSetup | None:
    """A setup of vLLM itself; nothing for one that only embeds or classifies."""
    options = {option.name: option.value for option in setup.options}
    if any(str(options[task].value).lower() not in GENERATIVE for task in TASKS if task in options):
        return None
    setup = replace(setup, load=LOADS.get(_callee(statement), ""))
    return refined(setup, statement)


def _callee(statement: Statement) -> str:
    return statement.callee.rpartition(".")[2] if isinstance(statement, Call) else ""


def refined(setup: InferenceSetup, statement: Statement) -> InferenceSetup:
    """What vLLM does with the checkpoint at hand: 8-bit bitsandbytes weights stay 8-bit. The loader of such weights
    goes with their quantisation."""
    loaders = [option for option in setup.options if option.name == LOADER]
    setup = replace(_without_compilation(setup), options=())
    if setup.quantizer.is_("bitsandbytes") and any(option.value.is_("bitsandbytes") for option in loaders):
        apart = [option for option in loaders if option.value.span != setup.quantizer.span]
        setup = replace(setup, loading=tuple(apart))
    setup = words.with_checkpoint(setup, CHECKPOINTS)
    eight_bit = setup.model.is_known and checkpoint_format(setup.model.value or "") == "bnb-8bit"
    if eight_bit and setup.precision.is_(Precision.NF4):
        return replace(setup, precision=replace(setup.precision, value=Precision.INT8))
    return setup


def _without_compilation(setup: InferenceSetup) -> InferenceSetup:
    """The setup as not compiled where flags of their own switch off both compilation and CUDA graphs."""
    known = (option for option in setup.options if option.value.is_known and is_off(option.value.value))
    off = {option.name: option.value for option in known}
    if not off.keys() >= {"mode", GRAPHS} or setup.compiled.is_set:
        return setup
    return replace(setup, compiled=words.stated(off["mode"], False))


NF4 = (
    Snippet(
        "vllm serve <model> --quantization bitsandbytes",
        "Quantises to NF4 on loading; a 4-bit AWQ or GPTQ checkpoint needs no flag.",
        until=("vllm", "0.28"),
    ),
    Snippet(
        "pip install vllm-bnb-plugin\nvllm serve <model> --quantization bitsandbytes",
        "From 0.28 on bitsandbytes is a plugin; a 4-bit AWQ or GPTQ checkpoint needs neither plugin nor flag.",
        since=("vllm", "0.28"),
    ),
)
"""Its four bits always come with double quantisation."""
CALL = "LLM(model=..., {})"
LOADS = {name: f"{name}(model=..., {{}})" for name in ("EngineArgs", "AsyncEngineArgs")}
"""Other classes that take the same keywords, as `InferenceSetup.load`."""
FP8_PER_TENSOR = ("vllm", "0.20")
"""The version that has this name; 0.33 quantises by the name `fp8` no more."""
WITH_FP8 = "Before vLLM 0.20 it is fp8. An FP8 checkpoint needs no quantisation option."


def quantised_on_loading(text: str, note: str = "", form: Form | None = None) -> tuple[Snippet, ...]:
    """How FP8 is asked for on loading, `FP8` in the text being its name in the version at hand."""
    return (
        Snippet(text.replace("FP8", "fp8"), until=FP8_PER_TENSOR, form=form),
        Snippet(text.replace("FP8", "fp8_per_tensor"), f"{note}{WITH_FP8}", since=FP8_PER_TENSOR, form=form),
    )


SNIPPETS: Mapping[Remedy, tuple[Snippet, ...]] = {
    Remedy.HALF_PRECISION: (
        *forms.engine(
            CALL, "dtype", "auto", "Serve the 16-bit checkpoint and leave out quantization and load_format."
        ),
        *forms.command(
            "vllm serve <model> --dtype auto",
            'LLM(model=..., dtype="auto")',
            "Serve the 16-bit checkpoint and leave out --quantization and --load-format.",
        ),
    ),
    Remedy.NF4: NF4,
    Remedy.NF4_DOUBLE_QUANT: NF4,
    Remedy.INT8_PURE: (
        Snippet(
            "vllm serve <model>-quantized.w8a8",
            "vLLM has no INT8 threshold to set, and --quantization bitsandbytes means 4-bit NF4. Serve a W8A8 "
            "checkpoint made with llm-compressor (no flag); for an 8-bit bitsandbytes checkpoint set "
            "llm_int8_threshold to 0.0 in its config.json.",
        ),
    ),
    Remedy.FP8: quantised_on_loading(
        "vllm serve <model> --quantization FP8 --kv-cache-dtype fp8", "Not with --enforce-eager. "
    ),
    Remedy.COMPILE: (
        *forms.engine(
            CALL, "enforce_eager", False, "Or leave it out: compilation and CUDA graphs are the default."
        ),
        *forms.command(
            "vllm serve <model>",
            "LLM(model=..., enforce_eager=False)",
            "Leave out --enforce-eager: compilation and CUDA graphs are the default.",
        ),
    ),
    Remedy.BATCHING: (
        *forms.engine(
            CALL,
            "max_num_seqs",
            16,
            "Or leave it out: the default is 256 or more. max_num_batched_tokens must not be smaller.",
        ),
        *forms.command(
            "vllm serve <model> --max-num-seqs 16",
            "LLM(model=..., max_num_seqs=16)",
            "Or leave --max-num-seqs out: the default is 256 or more. --max-num-batched-tokens must not be smaller.",
        ),
    ),
    Remedy.ONE_CALL: (
        Snippet(
            "llm.generate(prompts, sampling_params)",
            "The engine batches all that one call is given; llm.chat takes a list of conversations.",
        ),
    ),
    Remedy.FP8_KV_CACHE: (
        *forms.engine(CALL, "kv_cache_dtype", "fp8"),
        *forms.command("vllm serve <model> --kv-cache-dtype fp8", 'LLM(model=..., kv_cache_dtype="fp8")'),
    ),
    Remedy.PERSISTENT_WORKER: (Snippet("vllm serve <model>"),),
}

IMAGES = (
    "vllm-openai*",
    "vllm",
    "vllm-rocm*",
    "vllm-gaudi*",
    "vllm-hpu*",
    "vllm-cpu*",
    "vllm-tpu*",
    "vllm-xpu*",
    "vllm-neuron*",
    "vllm-dev*",
)

TELLING = (b"max_num_s", b"enforce_e", b"compilation_c", b"optimization_l")
"""Beginnings of the judged keywords."""

FRAMEWORK = Framework(
    name="vllm",
    title="vLLM",
    anchors=(
        b"vllm",
        b"VLLM",
        b"max-num-seqs",
        b"max_num_seqs",
        b"maxNumSeqs",
        b"enforce-eager",
        b"enforce_eager",
        b"gpu-memory-utilization",
        b"gpu_memory_utilization",
    ),
    telling_keywords=TELLING,
    telling_values=words.BITSANDBYTES,
    telling_lines=(
        *words.BITSANDBYTES,
        *words.in_lines(TELLING),
        b"-O0",
        b'"-O',
        b"'-O",
        b" -O ",
        b" -O=",
        b"-cc.",
    ),
    telling_keys=(*words.BITSANDBYTES, *TELLING),
    settings=(*ENGINE, *OWN),
    images=IMAGES,
    image_program=("vllm", "serve"),
    programs=(
        "vllm serve",
        "vllm run-batch",
        "python -m vllm.entrypoints.openai.api_server",
        "python -m vllm.entrypoints.openai.run_batch",
        "python -m vllm.entrypoints.api_server",
        "python -m vllm.entrypoints.cli.main serve",
        "python -m vllm serve",
    ),
    calls=(
        "vllm.LLM",
        "vllm.entrypoints.llm.LLM",
        "vllm.EngineArgs",
        "vllm.AsyncEngineArgs",
        "vllm.*.EngineArgs",
        "vllm.*.AsyncEngineArgs",
        "langchain*.VLLM",
        "llama_index.*.Vllm",
    ),
    configs=("vllm-config", "vllm-helm"),
    argument_keys=("extra_args",),
    carriers=("vllm_kwargs",),
    model_positional=True,
    underscores=True,
    prefixes=True,
    refine=served,
    survey=config_files.survey_of("vllm", "vllm-config"),
    snippets=SNIPPETS,
)
