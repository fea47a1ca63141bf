"""Text Generation Inference, its SageMaker form, and LoRAX, which shares its options."""

from __future__ import annotations

from collections.abc import Mapping

from ecolint.frameworks import forms, words
from ecolint.frameworks.base import Framework, Remedy, Setting, Snippet, as_int
from ecolint.inference import InferenceSetup, Known, Located, Precision
from ecolint.records import replace
from ecolint.statements import Statement

HARD_CODED_THRESHOLD = 6.0
MAINTENANCE = "TGI is in maintenance mode and points to vLLM and SGLang for new work."
QUANTIZATION: words.Quantizers = {
    **words.CHECKPOINT_QUANTIZERS,
    "bitsandbytes": (Precision.INT8, "bitsandbytes"),
    "bitsandbytes-nf4": (Precision.NF4, "bitsandbytes"),
    "bitsandbytes-fp4": (Precision.FP4, "bitsandbytes"),
    "eetq": (Precision.INT8, "eetq"),
    "fp8": (Precision.FP8, "tgi-fp8"),
}
CHECKPOINTS = {name: words.CHECKPOINTS[name] for name in ("awq", "gptq", "w4a16", "w8a8")}


def graphs(written: object) -> bool | None:
    """False where CUDA graphs are switched off (`0`)."""
    return False if str(written).strip() == "0" else None


QUANTIZE_VARIABLES = ("QUANTIZE", "HF_MODEL_QUANTIZE")
ON_SAGEMAKER = "HF_MODEL_QUANTIZE on SageMaker"
MODEL_VARIABLES = ("MODEL_ID", "HF_MODEL_ID")
SETTINGS: tuple[Setting, ...] = (
    Setting("model", ("--model-id",), "env.model_id", MODEL_VARIABLES),
    Setting("model", keyword="env.hf_model_id"),
    *words.quantization(QUANTIZATION, ("--quantize",), "env.quantize", QUANTIZE_VARIABLES),
    *words.quantization(QUANTIZATION, keyword="env.hf_model_quantize"),
    words.dtype("--dtype", keyword="env.dtype", variables=("DTYPE",)),
    words.dtype(
        "--kv-cache-dtype",
        keyword="env.kv_cache_dtype",
        variables=("KV_CACHE_DTYPE",),
        field="kv_cache_dtype",
    ),
    Setting("compiled", ("--cuda-graphs",), "env.cuda_graphs", ("CUDA_GRAPHS",), convert=graphs),
    Setting(
        words.CONCURRENCY,
        ("--max-concurrent-requests",),
        "env.max_concurrent_requests",
        ("MAX_CONCURRENT_REQUESTS",),
        convert=words.as_limit,
    ),
    Setting(
        "batch_limit",
        ("--max-batch-size",),
        "env.max_batch_size",
        ("MAX_BATCH_SIZE",),
        convert=words.as_limit,
    ),
    Setting("tensor_parallel", ("--num-shard",), "env.num_shard", ("NUM_SHARD",), convert=as_int),
    Setting("tensor_parallel", keyword="env.sm_num_gpus", variables=("SM_NUM_GPUS",), convert=as_int),
    words.unread(
        "--sharded --revision --port --hostname --max-input-length --max-input-tokens --max-total-tokens "
        "--max-batch-total-tokens --max-batch-prefill-tokens --max-best-of --max-stop-sequences --waiting-served-ratio "
        "--speculate --rope-scaling --rope-factor --huggingface-hub-cache --weights-cache-override --master-addr "
        "--master-port --validation-workers --api-key --cors-allow-origin --tokenizer-config-path --lora-adapters "
        "--otlp-endpoint --otlp-service-name --cuda-memory-fraction --watermark-gamma --watermark-delta --usage-stats "
        "--payload-limit --max-waiting-tokens --shard-uds-path --prometheus-port --adapter-id --source --adapter-source"
    ),
    words.unread(
        "--trust-remote-code --json-output --disable-custom-kernels --disable-grammar-support --ngrok -e --env "
        "--enable-prefill-logprobs --graceful-termination-timeout",
        switch=True,
    ),
)


def refined(setup: InferenceSetup, statement: Statement) -> InferenceSetup:
    """INT8 by bitsandbytes always has the outlier threshold that is written into the server."""
    setup = words.with_least_limit(words.with_checkpoint(setup, CHECKPOINTS))
    if setup.precision.is_(Precision.INT8) and setup.quantizer.is_("bitsandbytes"):
        fixed = Located(HARD_CODED_THRESHOLD, Known.DEFAULT, origin=f"fixed in {TITLES[setup.framework]}")
        return replace(setup, int8_threshold=fixed)
    return setup


NF4 = (Snippet("text-generation-launcher --model-id <model> --quantize bitsandbytes-nf4", MAINTENANCE),)
"""Its four bits always come with double quantisation."""
WITHOUT_LIMITS = Snippet(
    "text-generation-launcher --model-id <model>",
    "Requests are batched as they come: leave out --max-batch-size (unset means no cap) and "
    f"--max-concurrent-requests (128 by default). {MAINTENANCE}",
)
SNIPPETS: Mapping[Remedy, tuple[Snippet, ...]] = {
    Remedy.HALF_PRECISION: (
        *forms.variable(
            "DTYPE",
            "float16",
            f"Leave out QUANTIZE ({ON_SAGEMAKER}); the two cannot be combined. {MAINTENANCE}",
        ),
        Snippet(
            "text-generation-launcher --model-id <model> --dtype float16",
            f"Leave out --quantize (or the variable QUANTIZE); the two cannot be combined. {MAINTENANCE}",
        ),
    ),
    Remedy.NF4: NF4,
    Remedy.NF4_DOUBLE_QUANT: NF4,
    Remedy.INT8_WEIGHT_ONLY: (
        *forms.variable(
            "QUANTIZE",
            "eetq",
            f"The variable is {ON_SAGEMAKER}. 8-bit weights with 16-bit computation; bitsandbytes is deprecated and "
            f"has a fixed threshold of {HARD_CODED_THRESHOLD}. {MAINTENANCE}",
        ),
        Snippet(
            "text-generation-launcher --model-id <model> --quantize eetq",
            "8-bit weights with 16-bit computation; --quantize bitsandbytes is deprecated and has a fixed threshold "
            f"of {HARD_CODED_THRESHOLD}. {MAINTENANCE}",
        ),
    ),
    Remedy.FP8: (
        Snippet(
            "text-generation-launcher --model-id <model> --quantize fp8 --kv-cache-dtype fp8_e4m3fn",
            f"FP8 arithmetic from compute capability 9.0 on, weights alone below. {MAINTENANCE}",
        ),
    ),
    Remedy.COMPILE: (
        *forms.variable(
            "CUDA_GRAPHS", "1,2,4,8,16,32", "These graphs are the default: the variable can be left out."
        ),
        Snippet(
            "text-generation-launcher --model-id <model> --cuda-graphs 1,2,4,8,16,32",
            "These graphs are the default: leave --cuda-graphs out.",
        ),
    ),
    Remedy.BATCHING: (
        *forms.variable(
            "MAX_BATCH_SIZE",
            16,
            "Or leave it out: unset means no cap. MAX_CONCURRENT_REQUESTS is 128 where it is left out. Requests are "
            f"batched as they come. {MAINTENANCE}",
        ),
        WITHOUT_LIMITS,
    ),
    Remedy.ACCEPTING: (
        *forms.variable(
            "MAX_CONCURRENT_REQUESTS",
            128,
            f"That is the default: it can be left out. Requests are batched as they come. {MAINTENANCE}",
        ),
        WITHOUT_LIMITS,
    ),
    Remedy.FP8_KV_CACHE: (
        Snippet("text-generation-launcher --model-id <model> --kv-cache-dtype fp8_e4m3fn", MAINTENANCE),
    ),
    Remedy.PERSISTENT_WORKER: (Snippet("text-generation-launcher --model-id <model>", MAINTENANCE),),
}
LORAX_REMEDIES = (
    Remedy.HALF_PRECISION,
    Remedy.NF4,
    Remedy.INT8_WEIGHT_ONLY,
    Remedy.BATCHING,
    Remedy.ACCEPTING,
)
TITLES = {"tgi": "Text Generation Inference", "lorax": "LoRAX"}

TGI = Framework(
    name="tgi",
    title=TITLES["tgi"],
    anchors=(
        b"text-generation",
        b"HF_MODEL_",
        b"bitsandbytes",
        b"huggingface-pytorch-tgi",
    ),
    settings=SETTINGS,
    images=(
        "text-generation-inference*",
        "huggingface-text-generation-inference*",
        "huggingface-pytorch-tgi-inference*",
        "tgi",
        "tgi-gaudi*",
    ),
    image_program=("text-generation-launcher",),
    programs=("text-generation-launcher",),
    calls=("sagemaker.huggingface.HuggingFaceModel", "sagemaker.huggingface.*.HuggingFaceModel"),
    configs=("tgi",),
    own_variables=("HF_MODEL_QUANTIZE",),
    refine=refined,
    snippets=SNIPPETS,
)
LORAX = Framework(
    name="lorax",
    title=TITLES["lorax"],
    anchors=(b"lorax",),
    settings=SETTINGS,
    images=("predibase/lorax*",),
    image_program=("lorax-launcher",),
    programs=("lorax-launcher",),
    refine=refined,
    snippets={
        remedy: tuple(
            Snippet(
                item.text.replace("text-generation-launcher", "lorax-launcher"),
                item.note.replace(MAINTENANCE, "").strip(),
                form=item.form,
            )
            for item in SNIPPETS[remedy]
        )
        for remedy in LORAX_REMEDIES
    },
)
FRAMEWORKS = (TGI, LORAX)
