"""The listed checkpoints of models.csv, indexed by the spellings under which they appear."""

from __future__ import annotations

from functools import cache

from ecolint.evidence.names import core
from ecolint.evidence.tables import number, table
from ecolint.records import dataclass

SAME_SIZE = 1.02


@dataclass(frozen=True, slots=True)
class Entry:
    """One listed checkpoint; sizes in billions of parameters."""

    family: str
    name: str
    params_b: float
    active_b: float | None
    note: str


@dataclass(frozen=True, slots=True)
class SeedSize:
    """One line of the seed's look-up: the size it uses, in billions of parameters."""

    family: str
    name: str
    seed_b: float
    note: str


@cache
def entries() -> tuple[Entry, ...]:
    """Every checkpoint whose source is a public model card, in file order."""
    return tuple(
        Entry(
            cells["pattern_family"],
            cells["hf_id_or_ollama_tag"],
            float(cells["params_b"]),
            number(cells["active_params_b"]),
            cells["note"],
        )
        for cells in table("models")
        if cells["source"] != "seed"
    )


@cache
def seed_entries() -> tuple[SeedSize, ...]:
    """The seed's own look-up. Where it names active parameters, those are the size it uses."""
    return tuple(
        SeedSize(
            cells["pattern_family"],
            cells["hf_id_or_ollama_tag"],
            float(cells["active_params_b"] or cells["params_b"]),
            cells["note"],
        )
        for cells in table("models")
        if cells["source"] == "seed"
    )


def one_size(found: list[Entry]) -> Entry | None:
    """The first entry if all have the same size within 2 %, else None."""
    sizes = [entry.params_b for entry in found]
    return found[0] if sizes and max(sizes) <= min(sizes) * SAME_SIZE else None


@cache
def _ids() -> dict[str, Entry]:
    return {entry.name.lower(): entry for entry in reversed(entries()) if "/" in entry.name}


@cache
def _short_ids() -> dict[str, Entry]:
    slashed = (entry for entry in reversed(entries()) if "/" in entry.name)
    return {entry.name.lower().rpartition("/")[2]: entry for entry in slashed}


@cache
def _tags() -> dict[str, Entry]:
    return {entry.name.lower(): entry for entry in entries() if "/" not in entry.name}


@cache
def _cores() -> dict[str, Entry]:
    grouped: dict[str, list[Entry]] = {}
    for entry in entries():
        if "/" in entry.name:
            grouped.setdefault(core(entry.name.rpartition("/")[2]), []).append(entry)
    agreed = ((key, one_size(found)) for key, found in grouped.items())
    return {key: entry for key, entry in agreed if entry is not None}


def by_id(cleaned: str) -> Entry | None:
    """By full hub id."""
    return _ids().get(cleaned)


def by_short_id(part: str) -> Entry | None:
    """By hub id without its organisation."""
    return _short_ids().get(part)


def by_tag(tag: str) -> Entry | None:
    """By Ollama tag or old bare hub id, `:latest` being the tag without a size."""
    return _tags().get(tag.removesuffix(":latest"))


@cache
def _sized_only() -> frozenset[str]:
    return frozenset(tag.partition(":")[0] for tag in _tags() if ":" in tag) - _tags().keys()


def unsettled_tag(tag: str) -> bool:
    """A bare Ollama name whose default size is not listed."""
    return tag.removesuffix(":latest") in _sized_only()


def by_core(key: str) -> Entry | None:
    """By name without the words that leave the parameter count alone."""
    return _cores().get(key)


@cache
def seed_size(short_name: str) -> SeedSize | None:
    """The seed's look-up line for a checkpoint name without organisation, None where it has none."""
    key = short_name.lower().removeprefix("meta-").replace(":", "-")
    for seed in seed_entries():
        stem = seed.name.lower()
        if key == stem or key.startswith(stem + "-"):
            return seed
    return None


def is_seed_name(key: str) -> bool:
    """Whether a name is one of the seed's look-up, such as `phi-3-mini`."""
    return any(key == seed.name.lower() for seed in seed_entries())
