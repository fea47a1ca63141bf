"""`quantization_config` in the configuration of a checkpoint, or wherever else it is written out."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.inference import Located, Place
from ecolint.model_kinds import is_other_class, is_without_head
from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar, walk
from ecolint.parsers.trees.passages import Passage
from ecolint.statements import Config

SIGNS = frozenset(("load_in_8bit", "load_in_4bit", "quant_method", "_load_in_8bit", "_load_in_4bit"))
KEYS = ("quantization_config", "bnb_config", "bitsandbytes_config", "BitsAndBytesConfig")
MODEL_KEYS = (
    "_name_or_path",
    "model_name_or_path",
    "pretrained_model_name_or_path",
    "model_id",
    "model_name",
    "model",
)
TRAINING = frozenset(
    [
        "learning_rate",
        "num_train_epochs",
        "per_device_train_batch_size",
        "lora_r",
        "lora",
        "peft",
        "trainer",
        "training",
        "training_args",
        "gradient_accumulation_steps",
        "optimizer",
        "peft_config",
        "lora_config",
    ]
)


def recognise(document: AnyNode, scene: Scene) -> bool:
    return any(True for _ in _found(document, scene))


def read(document: AnyNode, scene: Scene) -> Iterator[Config]:
    """Every quantisation configuration; the model is named beside it."""
    for owner, mapping in _found(document, scene):
        named = next(
            (found for key in MODEL_KEYS if owner and (found := owner.scalar(key)) is not None), None
        )
        model = (
            Passage.of(named).located() if named is not None and _is_name(named, owner) else Located[str]()
        )
        yield Config("hf-quantization", mapping.tree(), mapping.span, model=model, when=mapping.when)


def _is_name(named: Scalar, owner: Mapping | None) -> bool:
    return "/" in named.text or (owner is not None and owner.get("_name_or_path") is named)


def _found(document: AnyNode, scene: Scene) -> Iterator[tuple[Mapping | None, Mapping]]:
    if not isinstance(document, Mapping):
        return
    if scene.name in ("quantization_config.json", "quantize_config.json") and _is_config(document):
        if not _is_other_model(document):
            yield None, document
        return
    if document.sheet.place is not Place.JSON_ITEM and _trains(document):
        return
    for mapping in walk(document):
        if _is_other_model(mapping):
            continue
        for key in KEYS:
            inner = mapping.mapping(key)
            if inner is not None and _is_config(inner):
                yield mapping, inner


def _is_other_model(mapping: Mapping) -> bool:
    """Whether a checkpoint is of a model that generates no text."""
    named = [item.text for item in mapping.items("architectures") if isinstance(item, Scalar)]
    other = (is_other_class(name) or is_without_head(name) for name in named)
    return "_class_name" in mapping.entries or (bool(named) and all(other))


def _is_config(mapping: Mapping) -> bool:
    return bool(SIGNS & mapping.entries.keys())


def _trains(document: Mapping) -> bool:
    return any(TRAINING & mapping.entries.keys() for mapping in walk(document))


KIND = DocumentKind("hf-config", recognise, read, priority=65, exclusive=False)
