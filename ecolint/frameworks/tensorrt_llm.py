"""TensorRT-LLM: `trtllm-serve`, `trtllm-build`, the LLM API and its YAML options."""

from __future__ import annotations

from collections.abc import Mapping

from ecolint.frameworks import forms, words
from ecolint.frameworks.base import Form, Framework, Remedy, Setting, Snippet, as_int
from ecolint.inference import InferenceSetup, Located, Precision
from ecolint.model_kinds import is_encoder
from ecolint.records import replace
from ecolint.statements import CommandLine, Statement

QUANTIZATION: words.Quantizers = {
    "fp8": (Precision.FP8, "tensorrt-llm-fp8"),
    "fp8_block_scales": (Precision.FP8, "tensorrt-llm-fp8"),
    "w4a16_awq": (Precision.INT4, "awq"),
    "w4a16_gptq": (Precision.INT4, "gptq"),
    "w4a16": (Precision.INT4, "tensorrt-llm"),
    "w8a16": (Precision.INT8, "tensorrt-llm"),
}
CHECKPOINTS = {
    name: pair
    for name, pair in {**words.CHECKPOINTS, "fp8": (Precision.FP8, "tensorrt-llm-fp8")}.items()
    if not name.startswith("bnb")
}
SETTINGS: tuple[Setting, ...] = (
    Setting("model", ("--model", "--checkpoint_dir", "--model_dir"), "model"),
    *words.quantization(QUANTIZATION, keyword="quant_config.quant_algo"),
    words.dtype(keyword="dtype"),
    words.dtype("--kv_cache_dtype", keyword="kv_cache_config.dtype", field="kv_cache_dtype"),
    Setting("batch_limit", ("--max_batch_size",), "max_batch_size", convert=words.as_limit),
    Setting("batch_limit", keyword="build_config.max_batch_size", convert=words.as_limit, fallback=True),
    Setting(
        "tensor_parallel", ("--tp_size", "--tensor_parallel_size"), "tensor_parallel_size", convert=as_int
    ),
    Setting(
        "pipeline_parallel",
        ("--pp_size", "--pipeline_parallel_size"),
        "pipeline_parallel_size",
        convert=as_int,
    ),
    words.unread(
        "--host --port --tokenizer --backend --max_num_tokens --max_seq_len --max_beam_width --gpus_per_node "
        "--kv_cache_free_gpu_memory_fraction --free_gpu_memory_fraction --num_postprocess_workers --config --log_level "
        "--extra_llm_api_options --reasoning_parser --tool_parser --ep_size --cluster_size "
        "--metadata_server_config_file "
        "--server_role --chat_template --revision --output_dir --gemm_plugin --gpt_attention_plugin --max_input_len "
        "--kv_cache_type --workers --custom_tokenizer --moe_expert_parallel_size"
    ),
    words.unread("--trust_remote_code --fail_fast_on_attention_window_too_large", switch=True),
)


def refined(setup: InferenceSetup, statement: Statement) -> InferenceSetup | None:
    """The precision is the checkpoint's; an engine's plan has the limit that it was built with. Nothing for the parts
    of models of speech and images, whose folders tell what they are."""
    if (
        isinstance(statement, CommandLine)
        and statement.words
        and setup.model.value in ("serve", "disaggregated")
    ):
        setup = replace(setup, model=Located())
    folders = (setup.model.value or "").rstrip("/").split("/") if setup.model.is_known else []
    if folders[-1:] == ["encoder"] or any(is_encoder(folder) for folder in folders):
        return None
    return words.with_checkpoint(setup, CHECKPOINTS)


SNIPPETS: Mapping[Remedy, tuple[Snippet, ...]] = {
    Remedy.HALF_PRECISION: (
        Snippet(
            "LLM(model=...)", "With the 16-bit checkpoint: the precision is the checkpoint's.", form=Form.CALL
        ),
        Snippet("trtllm-serve <model>", "Serve the 16-bit checkpoint: the precision is the checkpoint's."),
    ),
    Remedy.FP8: (
        Snippet(
            "trtllm-serve nvidia/<model>-FP8 --config options.yaml",
            "A ModelOpt checkpoint, and in options.yaml `kv_cache_config: {dtype: fp8}`. There is no build option for "
            "it; up to 1.2 also quantize.py --qformat fp8 --kv_cache_dtype fp8, then trtllm-build.",
        ),
    ),
    Remedy.BATCHING: (
        *forms.engine("LLM(model=..., {})", "max_batch_size", 32, "Or leave it out: the default is 2048."),
        Snippet(
            "trtllm-serve <model> --max_batch_size 32    # or trtllm-build … --max_batch_size 32",
            "Or leave it out: the default is 2048. An engine keeps the limit that it is built with.",
        ),
    ),
    Remedy.ONE_CALL: (
        Snippet("llm.generate(prompts, sampling_params)", "The engine batches all that one call is given."),
    ),
    Remedy.FP8_KV_CACHE: (
        Snippet('LLM(model=..., kv_cache_config=KvCacheConfig(dtype="fp8"))', form=Form.CALL),
        Snippet("kv_cache_config:\n  dtype: fp8", form=Form.YAML),
        Snippet(
            "trtllm-serve <model> --config options.yaml",
            "With `kv_cache_config: {dtype: fp8}` in options.yaml.",
        ),
    ),
    Remedy.PERSISTENT_WORKER: (Snippet("trtllm-serve <model>"),),
}

FRAMEWORK = Framework(
    name="tensorrt-llm",
    title="TensorRT-LLM",
    anchors=(b"trtllm-", b"tensorrt_llm", b"tensorrtllm", b"tensorrt-llm"),
    telling_names=(b"tensorrt",),
    telling_lines=(
        b"trtllm-",
        b"tensorrt",
    ),
    settings=SETTINGS,
    images=("tensorrt-llm/release*",),
    programs=("trtllm-serve serve", "trtllm-serve", "trtllm-build"),
    calls=("tensorrt_llm.LLM", "tensorrt_llm.llmapi.LLM", "tensorrt_llm.*.LLM"),
    configs=("tensorrt-llm", "trtllm"),
    model_positional=True,
    refine=refined,
    snippets=SNIPPETS,
)
