"""Model names to parameter counts: exact ids, derived checkpoints, Ollama tags, families, sizes in names."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from ecolint.evidence.families import by_family
from ecolint.evidence.modeltable import (
    Entry,
    by_core,
    by_id,
    by_short_id,
    by_tag,
    entries,
    is_seed_name,
    seed_entries,
    seed_size,
    unsettled_tag,
)
from ecolint.evidence.names import checkpoint_format, clean, core, has_placeholder, last_parts, stated_size
from ecolint.records import dataclass, replace

__all__ = ["ModelSize", "checkpoint_format", "resolve_model", "suggest_model"]

MIXTURE = re.compile(r"moe(?![a-z])", re.I)
"""What says that a name may state the parameters that are active, or all."""
Basis = Literal["exact", "alias", "ollama", "family", "name"]


@dataclass(frozen=True, slots=True)
class ModelSize:
    """What a model name says of its size; all figures in billions of parameters.

    `total_b` is the count that decides whether weights fit and where a crossover lies, `active_b` the
    parameters used per token in a mixture of experts. `nominal` is true where the total is the label in the
    name or the seed's round figure instead of a count. `seed_b` is the seed's own figure where it has one.
    `checkpoint` is the table's name for the weights, empty where only the name's size is known.
    """

    name: str
    total_b: float | None
    active_b: float | None
    basis: Basis
    nominal: bool
    note: str
    family: str | None
    seed_b: float | None
    checkpoint: str = ""


def _of(entry: Entry, name: str, basis: Basis) -> ModelSize:
    return ModelSize(
        name, entry.params_b, entry.active_b, basis, False, entry.note, entry.family, None, entry.name
    )


def _listed(name: str, cleaned: str, part: str) -> ModelSize | None:
    if (entry := by_id(cleaned)) is not None:
        return _of(entry, name, "exact")
    if (entry := by_short_id(part) or by_id(part.replace("_", "/", 1))) is not None:
        return _of(entry, name, "alias")
    tag = cleaned.removeprefix("library/")
    if "/" not in tag and (entry := by_tag(tag)) is not None:
        return _of(entry, name, "ollama")
    sized_tag = by_tag(core_tag(part)) if ":" in part else None
    if sized_tag is not None:
        return _of(sized_tag, name, "ollama")
    if (entry := by_core(core(part))) is not None:
        return _of(entry, name, "alias")
    return None


def core_tag(part: str) -> str:
    """An Ollama tag reduced to `name:size`; the name alone where the tag says no size."""
    name, _, tag = part.partition(":")
    size = core(tag)
    return f"{name}:{size}" if size else name


def _stated(name: str, part: str) -> ModelSize | None:
    size = stated_size(part)
    if size is None or (MIXTURE.search(part) and size.active_b is None and not size.experts):
        return None
    note = "size as the name states it"
    if size.experts:
        note = f"{size.experts} in the name read as a product; shared layers make the real total smaller"
    return ModelSize(name, size.total_b, size.active_b, "name", True, note, None, None)


def _resolve(name: str) -> ModelSize | None:
    cleaned = clean(name)
    if unsettled_tag(name.strip().removeprefix("ollama://")):
        return None
    for part in last_parts(cleaned):
        if has_placeholder(part):
            return None
        found = _listed(name, cleaned, part)
        if found is None and (entry := by_family(part)) is not None:
            found = _of(entry, name, "alias" if is_seed_name(core(part)) else "family")
        if found is None:
            found = _stated(name, part)
        if found is not None:
            seed = seed_size(found.checkpoint.rpartition("/")[2] or core(part))
            if seed is None:
                return found
            if found.basis == "name":
                return replace(found, seed_b=seed.seed_b, family=seed.family, note=seed.note or found.note)
            return replace(found, seed_b=seed.seed_b)
    return None


@cache
def resolve_model(name: str) -> ModelSize | None:
    """The parameter count behind a model name, id, tag or path; None where it is not known. Never raises.

    Counts come from data/models.csv (public model cards) where the checkpoint is listed, else from the
    size that the name states, marked `nominal`. A name that states several sizes, or parts that are filled
    in at run time, is not known.
    """
    return _resolve(name) if name.strip() else None


def suggest_model(text: str) -> list[str]:
    """Up to two listed names that look like that of a model which is not listed, closest first."""
    from ecolint.likeness import alike

    ids = (entry.name.rpartition("/")[2] for entry in entries() if "/" in entry.name)
    listed = (*ids, *(seed.name for seed in seed_entries()))
    return alike(text.rpartition("/")[2], listed, most=2, cutoff=0.8)
