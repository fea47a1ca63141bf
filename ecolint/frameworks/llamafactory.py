"""LLaMA-Factory: its command line, its scripts, and its YAML recipes."""

from __future__ import annotations

from ecolint.frameworks import words
from ecolint.frameworks.base import FOUR_BIT_BNB, Form, Framework, Remedy, Setting, Snippet
from ecolint.frameworks.programs import base_name, text_of
from ecolint.inference import Context, InferenceSetup, Located, Precision, Use
from ecolint.records import replace
from ecolint.statements import CommandLine, Statement

METHODS = {
    "bnb": "bitsandbytes",
    "bitsandbytes": "bitsandbytes",
    "hqq": "hqq",
    "eetq": "eetq",
    "quanto": "quanto",
}
BITS = {"8": 8, "4": 4, "none": None, "null": None, "": None}
SETTINGS: tuple[Setting, ...] = (
    Setting("model", ("--model_name_or_path",), "model_name_or_path"),
    Setting("option:bits", ("--quantization_bit",), "quantization_bit", values=BITS),
    Setting("option:method", ("--quantization_method",), "quantization_method", values=METHODS),
    Setting(
        "option:type",
        ("--quantization_type",),
        "quantization_type",
        values={word: word for word in FOUR_BIT_BNB},
    ),
    Setting("double_quant", ("--double_quantization",), "double_quantization", switch=True),
    words.dtype("--infer_dtype", keyword="infer_dtype"),
    Setting("option:training", ("--do_train",), "do_train", switch=True),
    Setting("option:predicting", ("--do_predict",), "do_predict", switch=True),
    Setting("option:stage", ("--stage",), "stage"),
)
TRAINS = frozenset(("train", "train.py", "train_bash.py"))
STARTS = ("chat", "api", "webchat", "eval", "train", "export")


def refined(setup: InferenceSetup, statement: Statement) -> InferenceSetup:
    """Bits and method give the format; a stage, `do_train` or the command says that it trains."""
    options = {option.name: option.value for option in setup.options}
    setup = replace(setup, options=())
    bits, method = options.get("bits", Located()), options.get("method", Located())
    if bits.is_dynamic:
        setup = replace(
            setup, quantizer=words.stated(bits, "bitsandbytes"), load_in_4bit=words.stated(bits, False)
        )
    elif bits.is_known and not method.is_dynamic:
        name = str(method.value) if method.is_known else "bitsandbytes"
        setup = replace(
            setup,
            precision=words.stated(bits, _precision(bits.value, name, options.get("type", Located()))),
            quantizer=words.stated(bits, name),
        )
        if name == "bitsandbytes":
            on = words.stated(bits, True)
            setup = replace(setup, load_in_8bit=on) if bits.value == 8 else replace(setup, load_in_4bit=on)
    reason = _training(options, statement)
    if reason:
        setup = replace(setup, context=Context(Use.TRAINING, reason))
    return words.with_checkpoint(setup, words.CHECKPOINTS)


def _precision(bits: int | None, method: str | None, kind: Located[str]) -> Precision:
    if bits == 8:
        return Precision.INT8
    if method != "bitsandbytes":
        return Precision.INT4
    return FOUR_BIT_BNB[kind.value if kind.is_known and kind.value else "nf4"]


def _training(options: dict[str, Located[object]], statement: Statement) -> str:
    """How it is known that the model is trained; empty where it is not, or where its command only predicts."""
    if options.get("predicting", Located()).is_(True) and not options.get("training", Located()).is_set:
        return ""
    if isinstance(statement, CommandLine):
        named = [base_name(text_of(word)) for word in statement.words[:3]]
        if TRAINS & set(named):
            return "started by LLaMA-Factory's train command"
    if options.get("training", Located()).is_(True):
        return "do_train in a LLaMA-Factory recipe"
    stage = options.get("stage", Located())
    return f"stage {stage.value} in a LLaMA-Factory recipe" if stage.is_set else ""


FRAMEWORK = Framework(
    name="llamafactory",
    title="LLaMA-Factory",
    anchors=(b"llamafactory", b"quantization_bit"),
    settings=SETTINGS,
    programs=(
        *(f"llamafactory-cli {start}" for start in STARTS),
        "python src/train.py",
        "python train_bash.py",
        "python src/cli_demo.py",
        "python src/web_demo.py",
        "python src/api.py",
    ),
    configs=("llamafactory", "llama-factory"),
    prefixes=True,
    refine=refined,
    snippets={
        Remedy.SINGLE_QUANTIZATION: (
            Snippet("double_quantization: false", form=Form.YAML),
            Snippet("--double_quantization false"),
        ),
        Remedy.HALF_PRECISION: (
            Snippet(
                "--infer_dtype bfloat16    # where it is trained: --bf16 true",
                "Leave out --quantization_bit.",
                form=Form.COMMAND,
            ),
            Snippet(
                "infer_dtype: bfloat16    # where it is trained: bf16: true", "Leave out quantization_bit."
            ),
        ),
        Remedy.NF4: (Snippet("quantization_bit: 4\nquantization_method: bnb\nquantization_type: nf4"),),
        Remedy.NF4_DOUBLE_QUANT: (
            Snippet(
                "quantization_bit: 4\nquantization_method: bnb\nquantization_type: nf4\ndouble_quantization: true"
            ),
        ),
        Remedy.INT8_WEIGHT_ONLY: (
            Snippet("--quantization_bit 8 --quantization_method eetq", form=Form.COMMAND),
            Snippet("quantization_bit: 8\nquantization_method: eetq"),
        ),
    },
)
