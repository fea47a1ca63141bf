"""ms-swift: `swift infer`, `deploy` and its training commands."""

from __future__ import annotations

from ecolint.frameworks import words
from ecolint.frameworks.base import Framework, Remedy, Setting, Snippet
from ecolint.frameworks.programs import text_of
from ecolint.inference import Context, InferenceSetup, Located, Precision, Use
from ecolint.records import replace
from ecolint.statements import CommandLine, Statement

BITS = {"4": 4, "8": 8, "0": None}
SETTINGS: tuple[Setting, ...] = (
    Setting("model", ("--model", "--model_id_or_path")),
    Setting("model", ("--model_type",), fallback=True),
    Setting("option:bits", ("--quant_bits", "--quantization_bit"), values=BITS),
    Setting("option:method", ("--quant_method",), values={"bnb": "bnb", "hqq": "hqq", "eetq": "eetq"}),
    Setting("option:bits", ("--load_in_4bit",), values={"true": 4, "false": None}, switch=False),
    Setting("option:bits", ("--load_in_8bit",), values={"true": 8, "false": None}, switch=False),
    words.dtype("--torch_dtype", "--dtype"),
    Setting("batch_limit", ("--vllm_max_num_seqs",), convert=words.as_limit),
    Setting("compiled", ("--vllm_enforce_eager",), values={"true": False}),
    words.unread(
        "--infer_backend --ckpt_dir --adapters --dataset --max_new_tokens --max_batch_size --attn_impl"
    ),
)
TRAINING = ("sft", "pt", "rlhf")
INFERENCE = ("infer", "deploy", "app", "eval", "web-ui")


def refined(setup: InferenceSetup, statement: Statement) -> InferenceSetup:
    """Bits with the method bitsandbytes, which is the only one that quantises on loading without being named
    in older versions."""
    options = {option.name: option.value for option in setup.options}
    bits, method = options.get("bits", Located()), options.get("method", Located())
    setup = replace(setup, options=())
    if bits.is_known and (not method.is_set or method.is_("bnb")):
        eight = bits.value == 8
        setup = replace(
            setup,
            precision=words.stated(bits, Precision.INT8 if eight else Precision.NF4),
            quantizer=words.stated(bits, "bitsandbytes"),
        )
    if isinstance(statement, CommandLine) and set(TRAINING) & set(map(text_of, statement.words[:3])):
        setup = replace(setup, context=Context(Use.TRAINING, "started by a training command of ms-swift"))
    return words.with_checkpoint(setup, words.CHECKPOINTS)


FRAMEWORK = Framework(
    name="ms-swift",
    title="ms-swift",
    anchors=(b"quant_bits", b"quantization_bit"),
    settings=SETTINGS,
    programs=tuple(f"swift {start}" for start in (*INFERENCE, *TRAINING)),
    refine=refined,
    snippets={
        Remedy.HALF_PRECISION: (Snippet("--torch_dtype bfloat16", "Leave out --quant_bits."),),
        Remedy.BATCHING: (
            Snippet(
                "swift deploy --model <model> --infer_backend vllm --vllm_max_num_seqs 16",
                "Or leave --vllm_max_num_seqs out: the default is vLLM's, 256 or more.",
            ),
        ),
        Remedy.NF4: (Snippet("swift infer --model <model> --quant_bits 4 --quant_method bnb"),),
    },
)
