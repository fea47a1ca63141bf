"""Whether a load makes a model that generates text: by its class, the part of a pipeline that it is, and its use."""

from __future__ import annotations

import re

from ecolint.context import last_name
from ecolint.model_kinds import OTHER_LIBRARIES, is_other_class, is_without_head
from ecolint.statements import Call

WRITING = frozenset(
    ("generate", "chat", "stream_chat", "stream_generate", "batch_chat", "generate_batch", "for_inference")
)
"""Methods of which one is called on every model that generates."""
PARTS = re.compile(r"encoder|tokenizer|^(?:transformer|unet|vae|scheduler|prior)")
"""Folders of a checkpoint of diffusers."""


def writes_text(load: Call, uses: tuple[str, ...] = ()) -> bool:
    """Whether a call that loads a model may be of one that generates text. `uses` are those of the model, where they
    are not the call's own."""
    uses = uses or load.uses
    callee = load.callee
    owner = callee.rpartition(".")[0] if callee.endswith(".from_pretrained") else callee
    name = owner.removesuffix("()")
    if callee.partition(".")[0] in OTHER_LIBRARIES or is_other_class(name) or _is_part(load):
        return False
    if any(use.partition(".")[0] in OTHER_LIBRARIES for use in uses):
        return False
    return not is_without_head(name) or any(last_name(use) in WRITING for use in uses)


def _is_part(load: Call) -> bool:
    """Whether a model is loaded from the folder of a part of an image pipeline."""
    folder = load.keywords.get("subfolder")
    return (
        folder is not None
        and isinstance(folder.value, str)
        and PARTS.search(folder.value.rstrip("/").rpartition("/")[2]) is not None
    )
