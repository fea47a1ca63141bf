"""What a setup is used for: inference, training, a test, or documentation.

Told by what is done with the object that a call makes, by what else stands in the file, and by the path.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from ecolint.inference import Context, Use
from ecolint.records import dataclass

STRONG = (
    "prepare_model_for_kbit_training",
    "prepare_model_for_int8_training",
    "get_peft_model",
    "get_peft_model_state_dict",
    "inject_adapter_in_model",
    "for_training",
    "add_adapter",
    "gradient_checkpointing_enable",
    "enable_input_require_grads",
    "print_trainable_parameters",
)
"""Functions that only training calls, by their last name."""
TRAINING_WORD = re.compile(
    r"(?:^|_)(?:train|training|pretrain|finetune|fine_tune|finetuning|fine_tuning|sft|dpo|grpo|ppo|qlora)(?:_|$)",
    re.I,
)
OTHER_WORD = re.compile(r"eval|infer|test|valid|predict", re.I)
"""Words in the names of functions that train what they are given, and of those that do not."""
VALUE_HEAD = "WithValueHead"
"""End of the classes that trl makes for its trainers."""
SAVING = frozenset(
    (
        "save_pretrained",
        "push_to_hub",
        "save_pretrained_merged",
        "push_to_hub_merged",
        "save_pretrained_gguf",
        "save",
    )
)
"""Methods and functions that write a model to where it is loaded from later."""
AROUND_SAVING = frozenset(
    """from_pretrained merge_and_unload unload dequantize eval to cpu cuda half float bfloat16 load_adapter set_adapter
    resize_token_embeddings get_memory_footprint num_parameters""".split()
)
"""What is done with a model on the way there, and runs nothing."""

TRAINING_METHODS = frozenset(("training_step", "configure_optimizers"))
"""Methods that a trainer calls."""
TRAINERS = re.compile(r"(?:^|\.)(?:\w*Trainer)(?:\(\)|$)")
TRAINABLE = "is_trainable=True"
FILE_SIGNALS = (
    "TrainingArguments",
    "Seq2SeqTrainingArguments",
    "SFTConfig",
    "DPOConfig",
    "GRPOConfig",
    "ORPOConfig",
    "KTOConfig",
    "RewardConfig",
    "PPOConfig",
    "AdamW",
    "Adam",
    "SGD",
    "Adafactor",
    "AdamW8bit",
    "Adam8bit",
    "PagedAdamW8bit",
    "PagedAdamW32bit",
)
INFERENCE_USES = frozenset(
    (".generate", ".chat", ".eval", ".generate_batch", ".stream_generate", ".invoke", ".for_inference")
)
INFERENCE_CALLEES = (
    "pipeline",
    "TextGenerationPipeline",
    "HuggingFacePipeline",
    "for_inference",
    "ChatHuggingFace",
    "HFLM",
    "simple_evaluate",
)
STORED = "attribute"
"""Use of an object that is stored where others find it."""
KEPT = "kept"
"""Use of an object that stands in a list or mapping."""
ARGUMENT = "argument"
"""Use of an object in the call of another one that is read."""
TOLD = "trained: "
"""Beginning of a use that tells how training elsewhere is known."""
RETURNED = "return"
"""The object is what a function gives to its callers; what those of the same file do with it follows."""
ESCAPES = frozenset((RETURNED, "yield", STORED, KEPT))

NAME_LIMIT = 100
"""Characters at the end of a function's name that are read."""
TEST_PATH = re.compile(
    r"(?:^|/)(?:tests?|testing|__tests__|__snapshots__|goldens?|(?:unit|integration|functional|smoke|e2e)tests?"
    r"|[^/]*[-_]tests?(?=/)|e2e|test[-_]?(?:data|cases?|fixtures?|suites?|resources)|test_(?!time)[^/]*"
    r"|conftest\.py|[^/]*_test\.py)"
    r"(?:/|$)",
    re.I,
)
"""`test_time_scaling` and the like are no tests."""
DOCS_PATH = re.compile(
    r"(?:^|/)(?:docs?|documentation|docs?_src|doc-src)/|\.(?:md|markdown|mdx|rmd|qmd)$", re.I
)
CI_PATH = re.compile(
    r"(?:^|/)(?:\.github|\.gitlab|\.circleci|\.buildkite|\.woodpecker|\.azure-pipelines|ci)/"
    r"|(?:^|/)(?:\.gitlab-ci|\.travis|\.drone|azure-pipelines|bitbucket-pipelines|jenkinsfile)[^/]*$",
    re.I,
)
"""Files that say what is run for every change."""
TEST_MODEL = re.compile(
    r"(?:hf|trl)-internal-testing/|/tiny-(?:random|gpt2)|^tiny-(?:random|gpt2)|-tiny-random", re.I
)
"""Models that are made for tests."""
TOY_MODEL = re.compile(r"[-_]\d{1,3}m(?![a-z0-9])", re.I)
"""Models that a test takes because they load fast, by the size in their names."""
TEST_NAME = re.compile(
    r"\b(?:job|target|recipe|service|stage) (?:[^,\s]*[-_.:/])?"
    r"(?:tests?|testing|smoke|smoketest|e2e|selftest|check)(?=$|[-_.:/,\s\d])",
    re.I,
)
"""A part of a file that is named for testing."""
CI_PART = "job "
RECIPES = frozenset(("axolotl", "llamafactory", "llama-factory", "lm-eval", "hf-quantization"))
"""Kinds of configurations that may be of a training; the others are of servers."""
TEST_CALLEE = re.compile(r"pytest\.(?:fixture|mark\b)")
TEST_PLACE = "test "
"""Beginning of what `Call.inside` says of a function of a test."""
TRAINING_NAME = re.compile(
    r"(?:^|[/_\-.])(?:train(?![_-](?:schedul|time|station|delay|ticket|route|line|track))|training|trainer|pretrain"
    r"|finetune|finetuning|fine_tune|fine_tuning|fine-tune|fine-tuning"
    r"|sft|qlora|dpo|grpo|orpo|rlhf)(?=[_\-./]|\d|$)",
    re.I,
)
INFERENCE_NAME = re.compile(
    r"(?:infer|inference|generate|serve|server|serving|chat|demo|predict|eval|evaluate|evaluation|benchmark|bench|app)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Sight:
    """What is seen around a setup: the part of the file that it stands in (`job smoke`), what encloses it and what the
    file calls (as in `Call`), the model that it loads, and whether it is a command rather than code."""

    part: str = ""
    inside: tuple[str, ...] = ()
    nearby: Collection[str] = ()
    model: str = ""
    is_command: bool = False


NOTHING_SEEN = Sight()


def classify(path: str, told: Context = Context(), sight: Sight = NOTHING_SEEN) -> Context:
    """Context of a setup at a path (`/`-separated, relative), where `told` is what its own code says.

    Training that the code shows stands. Signs of a test or a documentation path count for everything else. The name
    of a file or folder tells training only where the code says nothing, and never of a command: no server trains.
    """
    if told.use is not Use.INFERENCE:
        return told
    reason = test_sign(path, sight)
    if reason:
        return Context(Use.TEST, reason)
    match = DOCS_PATH.search(path)
    if match is not None:
        return Context(Use.DOCS, f"{match[0].strip('/')} in the path")
    if told.reason or sight.is_command:
        return told
    name = path.rpartition("/")[2]
    match = TRAINING_NAME.search(path)
    if match is not None and not INFERENCE_NAME.search(name):
        return Context(Use.TRAINING, f"{match[0].strip('/_-.')} in the path")
    return told


def test_sign(path: str, sight: Sight) -> str:
    """The sign that a setup belongs to a test; empty where there is none."""
    match = TEST_PATH.search(path)
    if match is not None:
        return f"{match[0].strip('/')} in the path"
    if TEST_MODEL.search(sight.model):
        return f"{sight.model} is a model for tests"
    if TOY_MODEL.search(sight.model) and (sight.part.startswith(CI_PART) or CI_PATH.search(path)):
        return f"{sight.model} in a file of continuous integration"
    match = TEST_NAME.search(sight.part)
    if match is not None:
        return match[0]
    for word in sight.inside:
        if word.startswith(TEST_PLACE):
            return f"in {word}"
    return next(
        (f"{callee} in the same file" for callee in sorted(sight.nearby) if TEST_CALLEE.match(callee)), ""
    )


def of_uses(uses: Collection[str], nearby: Collection[str], *, trainable: str = "") -> Context:
    """Context of a model by what is done with it.

    `uses` are as in `Call.uses`, in the order of the text; the first one that tells decides. `nearby` are the
    callees of the whole file, which decide for an object that leaves the place where it is made. `trainable`
    is what in the load itself asks for training.
    """
    if trainable:
        return Context(Use.TRAINING, trainable)
    told = next((use for use in uses if use.startswith(TOLD)), "")
    if told:
        return Context(Use.TRAINING, told.removeprefix(TOLD))
    saved = _saved(uses)
    if saved:
        return Context(Use.CONVERSION, saved)
    escapes = False
    inference = ""
    for use in uses:
        sign = training_sign(use)
        if sign:
            return Context(Use.TRAINING, sign)
        if not inference and (use in INFERENCE_USES or last_name(use) in INFERENCE_CALLEES):
            inference = use
        escapes = escapes or use in ESCAPES
    sign = file_sign(nearby)
    is_called = "()" in uses
    if inference and not escapes and not (sign and is_called):
        return Context(Use.INFERENCE, f"used with {inference.lstrip('.')}")
    if sign and (is_called or not inference):
        return Context(Use.TRAINING, f"{sign} in the same file")
    return Context(Use.INFERENCE, f"used with {inference.lstrip('.')}" if inference else "")


def _saved(uses: Collection[str]) -> str:
    """What saves a model with which nothing else is done; empty for any other."""
    saving = [use for use in uses if last_name(use) in SAVING]
    rest = (use for use in uses if use != ARGUMENT and last_name(use) not in SAVING)
    if not saving or any(use in ESCAPES or last_name(use) not in AROUND_SAVING for use in rest):
        return ""
    return last_name(saving[0])


def may_be_trained_elsewhere(uses: Collection[str]) -> bool:
    """Whether an object is returned, and nothing else is seen that runs or trains it."""
    return RETURNED in uses and not any(
        use in INFERENCE_USES or last_name(use) in INFERENCE_CALLEES or use == "()" or training_sign(use)
        for use in uses
        if use != ".eval"
    )


def trains_by_name(name: str) -> bool:
    """Whether a function says by its name that it trains what it is given."""
    end = name[-NAME_LIMIT:]
    return TRAINING_WORD.search(end) is not None and OTHER_WORD.search(end) is None


def training_sign(use: str) -> str:
    """The sign of training in one use; empty where there is none."""
    name = last_name(use)
    if name in STRONG:
        return name
    if TRAINERS.search(use):
        return name if name.endswith("Trainer") else use.lstrip(".")
    if not use.startswith(".") and trains_by_name(name):
        return name
    return name if name == "backward" or use == ".train" else ""


def file_sign(nearby: Collection[str]) -> str:
    """The sign that a file trains; empty where there is none."""
    if TRAINABLE in nearby:
        return TRAINABLE
    for callee in sorted(nearby):
        name = last_name(callee)
        if (
            name in STRONG
            or name in FILE_SIGNALS
            or name in TRAINING_METHODS
            or (TRAINERS.search(name) and name[:1].isupper())
        ):
            return name
    names = {last_name(callee) for callee in nearby}
    if "backward" in names and names & {"step", "zero_grad"}:
        return "backward"
    return ""


def last_name(callee: str) -> str:
    """Last part of a dotted name, without parentheses."""
    return callee.rpartition(".")[2].removesuffix("()")
