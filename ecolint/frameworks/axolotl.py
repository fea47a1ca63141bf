"""axolotl recipes: always training."""

from __future__ import annotations

from ecolint.frameworks import bnb_switches, trees, words
from ecolint.frameworks.base import Framework, Remedy, Setting, Snippet
from ecolint.inference import Context, InferenceSetup, Located, Precision, Use
from ecolint.records import replace
from ecolint.statements import Config, Statement, Tree

SETTINGS: tuple[Setting, ...] = (
    Setting("model", ("--base-model", "--base_model"), "base_model"),
    *bnb_switches.settings(),
    Setting("attention", keyword="attn_implementation", convert=str),
)
GPTQ = ("gptq", "load_4bit")
"""Keys that say that the weights are stored by GPTQ; the second is the older one."""
NO_SWITCH: Located[bool] = Located()


def refined(setup: InferenceSetup, statement: Statement) -> InferenceSetup:
    """axolotl loads 4-bit weights as NF4, and quantises only under an adapter what GPTQ has not quantised yet."""
    if isinstance(statement, Config) and (
        _is_stored_by_gptq(statement.tree) or _is_without_adapter(statement.tree)
    ):
        setup = replace(setup, load_in_8bit=NO_SWITCH, load_in_4bit=NO_SWITCH)
    setup = bnb_switches.with_precision(setup, Precision.NF4)
    return replace(
        words.with_checkpoint(setup, words.CHECKPOINTS), context=Context(Use.TRAINING, "an axolotl recipe")
    )


def _is_stored_by_gptq(recipe: Tree) -> bool:
    return any(found.is_(True) for key in GPTQ if (found := trees.lookup(recipe, key)) is not None)


def _is_without_adapter(recipe: Tree) -> bool:
    found = trees.lookup(recipe, "adapter")
    return found is None or (found.is_set and not found.is_dynamic and not found.value)


FRAMEWORK = Framework(
    name="axolotl",
    title="axolotl",
    anchors=(b"axolotl", b"load_in_8bit", b"load_in_4bit"),
    telling_lines=(
        b"load_in_",
        b"load-in-",
    ),
    telling_keys=(*words.BITSANDBYTES, b"load_in_4", b"load_in_8"),
    settings=SETTINGS,
    programs=("axolotl train", "python -m axolotl.cli.train"),
    configs=("axolotl",),
    refine=refined,
    snippets={
        Remedy.HALF_PRECISION: (
            Snippet(
                "adapter: lora\nload_in_8bit: false\nload_in_4bit: false", "QLoRA itself needs 4-bit weights."
            ),
        ),
        Remedy.SINGLE_QUANTIZATION: (Snippet("bnb_4bit_use_double_quant: false"),),
    },
)
