"""The command line of transformers: `transformers serve` and `transformers chat`."""

from __future__ import annotations

from ecolint.frameworks import bnb_switches, words
from ecolint.frameworks.base import Framework, Remedy, Setting, Snippet
from ecolint.inference import InferenceSetup, Known, Located, Precision
from ecolint.records import replace
from ecolint.statements import Statement

QUANTIZATION: words.Quantizers = {
    "bnb-4bit": (Precision.NF4, "bitsandbytes"),
    "bnb-8bit": (Precision.INT8, "bitsandbytes"),
}
SETTINGS: tuple[Setting, ...] = (
    Setting("model", ("--force-model", "--force_model", "--model-name-or-path", "--model_name_or_path")),
    *words.quantization(QUANTIZATION, ("--quantization",)),
    *bnb_switches.settings(),
    words.dtype("--dtype", "--torch-dtype", "--torch_dtype"),
    Setting("attention", ("--attn-implementation", "--attn_implementation"), convert=str),
    Setting("gpu", ("--device",), values=words.DEVICES),
    words.unread(
        "--host --port --log-level --log_level --model-timeout --default-seed --cors --reasoning "
        "--chat-template-kwargs --decision-config --cb-block-size --cb-num-blocks --cb-max-batch-tokens "
        "--cb-max-memory-percent --user --system-prompt --save-folder --examples-path --generation-config"
    ),
    words.unread(
        "--continuous-batching --continuous_batching --trust-remote-code --enable-cors --compile --cb-use-cuda-graph "
        "--no-cb-use-cuda-graph --non-blocking",
        switch=True,
    ),
)


def refined(setup: InferenceSetup, statement: Statement) -> InferenceSetup:
    """8-bit keeps the default threshold; 4-bit is NF4 where the server chooses the type."""
    setup = words.with_checkpoint(bnb_switches.with_precision(setup, Precision.FP4), words.CHECKPOINTS)
    if setup.precision.is_(Precision.INT8) and not setup.int8_threshold.is_set:
        setup = replace(
            setup, int8_threshold=Located(6.0, Known.DEFAULT, origin="the default of transformers")
        )
    return setup


NF4 = (Snippet("transformers serve --quantization bnb-4bit", "NF4 with double quantisation."),)
"""Its four bits always come with double quantisation."""


FRAMEWORK = Framework(
    name="transformers-cli",
    title="transformers command line",
    anchors=(b"transformers serve", b"bnb-8bit", b"bnb-4bit"),
    settings=SETTINGS,
    programs=("transformers serve", "transformers chat", "transformers-cli chat"),
    model_positional=True,
    refine=refined,
    snippets={
        Remedy.HALF_PRECISION: (Snippet("transformers serve --dtype auto", "Leave out --quantization."),),
        Remedy.NF4: NF4,
        Remedy.NF4_DOUBLE_QUANT: NF4,
    },
)
