"""Recipes of training, evaluation and user-interface tools, told by their keys or their file name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecolint.inference import Known, Located
from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar
from ecolint.parsers.trees.passages import Passage
from ecolint.statements import Config

AXOLOTL = frozenset(
    [
        "adapter",
        "load_in_8bit",
        "load_in_4bit",
        "datasets",
        "micro_batch_size",
        "sequence_len",
        "val_set_size",
        "sample_packing",
        "lora_r",
        "num_epochs",
        "chat_template",
        "gradient_accumulation_steps",
    ]
)
LLAMAFACTORY = frozenset(
    [
        "stage",
        "finetuning_type",
        "template",
        "infer_backend",
        "do_train",
        "quantization_bit",
        "quantization_method",
        "adapter_name_or_path",
        "cutoff_len",
        "export_dir",
    ]
)
WEBUI_NAMES = frozenset(("config-user.yaml", "config.yaml"))
WEBUI_KEYS = frozenset(
    [
        "loader",
        "load_in_8bit",
        "load_in_4bit",
        "wbits",
        "cpu",
        "gpu_memory_0",
        "compute_dtype",
        "quant_type",
        "instruction_template",
        "n_ctx",
        "gpu_layers",
        "cache_type",
        "use_double_quant",
        "mode",
    ]
)
PATTERN_END = re.compile(r"(?:\.\*)?\$?\Z")


def recognise(document: AnyNode, scene: Scene) -> bool:
    return isinstance(document, Mapping) and (_kind(document) is not None or _is_webui(document, scene))


def _kind(document: Mapping) -> str | None:
    keys = document.entries.keys()
    if isinstance(document.get("base_model"), Scalar) and len(keys & AXOLOTL) >= 2:
        return "axolotl"
    if isinstance(document.get("model_name_or_path"), Scalar) and len(keys & LLAMAFACTORY) >= 2:
        return "llamafactory"
    if "model_args" in keys and {"tasks", "model", "num_fewshot", "batch_size"} & keys:
        return "lm-eval"
    return None


def _is_webui(document: Mapping, scene: Scene) -> bool:
    if scene.name not in WEBUI_NAMES or not document.entries:
        return False
    return any(
        name.endswith("$")
        and isinstance(entry.value, Mapping)
        and bool(WEBUI_KEYS & entry.value.entries.keys())
        for name, entry in document.entries.items()
    )


def read(document: AnyNode, scene: Scene) -> Iterator[Config]:
    """The whole recipe; of text-generation-webui each model's settings."""
    assert isinstance(document, Mapping)
    kind = _kind(document)
    if kind is not None:
        named = document.scalar("base_model") or document.scalar("model_name_or_path")
        model = Passage.of(named).located() if named is not None else Located[str]()
        yield Config(kind, document.tree(), document.span, model=model, when=document.when)
        return
    for name, entry in document.entries.items():
        if isinstance(entry.value, Mapping) and name.endswith("$"):
            text = PATTERN_END.sub("", name).replace("\\", "")
            known = Known.DERIVED if re.fullmatch(r"[\w./-]+", text) else Known.DYNAMIC
            model = Located(text, known, entry.key.span, None, "name of the model's folder")
            yield Config("textgen-webui", entry.value.tree(), entry.span, model=model)


KIND = DocumentKind("recipes", recognise, read, priority=50)
