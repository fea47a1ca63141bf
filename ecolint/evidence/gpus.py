"""GPU names: aliases and spellings to one card and its architecture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ecolint.evidence.tables import items, number, table
from ecolint.records import dataclass, replace

_VENDORS = r"nvidia|geforce|tesla|amd|instinct|intel|apple|google|aws|corporation"
_NOISE = re.compile(rf"\b(?:{_VENDORS})\b|\((?:r|tm)\)")
_SLICE = re.compile(r"[-_\s.](?:mig[-_\s.].*|shared)$")
_SLICE_MEMORY = re.compile(r"[-_\s.]mig[-_\s.]\d+[gc][-_\s.](\d{1,3})gb", re.I)
_COUNT = re.compile(r"^\d+\s*x\s*(?=[a-z])|\s*[:*]\s*\d+$|\s+x\s*\d+$|!$")
_MEMORY = re.compile(r"(?<![a-z0-9])(\d{1,3})\s?gi?b(?![a-z0-9])")
_FORM = re.compile(r"(?<![a-z0-9])(sxm|pcie?|nvl)\d?(?![a-z0-9])")
_SIZE_AND_FORM = re.compile(r"\b(?:\d+ ?GB|SXM\d?|PCIe|NVL)\b", re.I)
NOT_NVIDIA = frozenset(
    "cpu tpu gaudi hpu neuron inferentia trainium xpu npu mps tenstorrent amd intel apple rocm metal".split()
)
"""Words for hardware that is none of NVIDIA's, of whatever name."""
NAME_LIMIT = 300
"""Characters of a card's name that are read."""
_HBM = re.compile(r"(?<![a-z0-9])hbm\d?e?(?![a-z0-9])")


@dataclass(frozen=True, slots=True)
class Gpu:
    """One card as vendors state it: memory in GB, power in W, bandwidth in GB/s; None where not known."""

    name: str
    aliases: tuple[str, ...]
    architecture: str
    compute_capability: float | None
    vram_gb: float | None
    tdp_w: float | None
    memory_bandwidth_gb_s: float | None
    vendor: str
    in_measured_set: bool
    measured_by: str

    @property
    def is_nvidia(self) -> bool:
        return self.vendor == "NVIDIA"

    @property
    def has_fp8(self) -> bool:
        """FP8 tensor cores: NVIDIA compute capability 8.9 or newer. False where that is not known."""
        return self.compute_capability is not None and self.compute_capability >= 8.9

    @property
    def base_name(self) -> str:
        """The name without memory and form factor, in lower case and without spaces."""
        return _spelling(_fold(self.name)).base


@dataclass(frozen=True, slots=True)
class _Spelling:
    base: str
    memory: float | None
    form: str


@cache
def all_gpus() -> tuple[Gpu, ...]:
    """Every card of gpus.csv, in file order."""
    return tuple(
        Gpu(
            name=cells["gpu"],
            aliases=items(cells["aliases"]),
            architecture=cells["architecture"],
            compute_capability=number(cells["compute_capability"]),
            vram_gb=number(cells["vram_gb"]),
            tdp_w=number(cells["tdp_w"]),
            memory_bandwidth_gb_s=number(cells["memory_bandwidth_gb_s"]),
            vendor=cells["vendor"],
            in_measured_set=cells["in_measured_set"] == "true",
            measured_by=cells["measured_by"],
        )
        for cells in table("gpus")
    )


def _fold(text: str) -> str:
    text = _SLICE.sub("", text[:NAME_LIMIT].strip().lower())
    text = _COUNT.sub("", _COUNT.sub("", text))
    text = _NOISE.sub(" ", re.sub(r"[-_/\s]+", " ", text))
    return re.sub(r"\s+", " ", text).strip().removesuffix(" gpu")


@cache
def _verbatim() -> dict[str, Gpu]:
    return {name.lower(): gpu for gpu in reversed(all_gpus()) for name in _names(gpu)}


def _key(folded: str) -> str:
    return folded.replace(" ", "")


def _spelling(folded: str) -> _Spelling:
    memory = _MEMORY.search(folded)
    form = _FORM.search(folded)
    base = folded
    for pattern in (_MEMORY, _FORM, _HBM):
        base = pattern.sub(" ", base)
    return _Spelling(
        _key(base), float(memory[1]) if memory else None, form[1].replace("pcie", "pci") if form else ""
    )


def _names(gpu: Gpu) -> Iterator[str]:
    yield gpu.name
    yield from gpu.aliases


@cache
def _exact() -> dict[str, Gpu]:
    index: dict[str, Gpu] = {}
    for gpu in all_gpus():
        index.setdefault(_key(_fold(gpu.name)), gpu)
    for gpu in all_gpus():
        for alias in gpu.aliases:
            index.setdefault(_key(_fold(alias)), gpu)
    return index


@cache
def _spellings() -> dict[str, tuple[tuple[Gpu, str], ...]]:
    index: dict[str, dict[tuple[str, str], Gpu]] = {}
    for gpu in all_gpus():
        for name in _names(gpu):
            spelled = _spelling(_fold(name))
            index.setdefault(spelled.base, {}).setdefault((gpu.name, spelled.form), gpu)
    return {base: tuple((gpu, form) for (_, form), gpu in found.items()) for base, found in index.items()}


def _by_parts(spelled: _Spelling) -> Gpu | None:
    known = _spellings().get(spelled.base, ())
    formed = [gpu for gpu, form in known if not spelled.form or form == spelled.form]
    if not formed and len({gpu.name for gpu, _ in known}) == 1:
        formed = [known[0][0]]
    fitting = [gpu for gpu in formed if spelled.memory in (None, gpu.vram_gb)]
    default = _exact().get(spelled.base)
    if default is not None and (default in fitting or not fitting):
        chosen = default
    elif fitting:
        chosen = fitting[0]
    else:
        return None
    if spelled.memory is not None and chosen.vram_gb != spelled.memory:
        return replace(chosen, vram_gb=spelled.memory)
    return chosen


@cache
def resolve_gpu(text: str) -> Gpu | None:
    """The card that a name or alias means, None where it is not known. Never raises.

    Case, spaces, hyphens, underscores and vendor prefixes do not matter; the rest of the name must be the
    whole name. A stated memory or form factor picks the variant; a memory size that no listed variant has
    gives the card with that memory. A slice of a card has the memory of the slice.
    """
    folded = _fold(text)
    if not folded:
        return None
    verbatim = _verbatim().get(text.strip().lower())
    found = verbatim or _exact().get(_key(folded)) or _by_parts(_spelling(folded))
    part = _SLICE_MEMORY.search(text[:NAME_LIMIT])
    if found is None or part is None:
        return found
    return replace(found, name=f"a slice of {found.name}", vram_gb=float(part[1]), in_measured_set=False)


@dataclass(frozen=True, slots=True)
class Variants:
    """Cards that a name may mean which tells no memory: their common name, and their memories in GB."""

    name: str
    memories: tuple[float, ...]


@cache
def variants(text: str) -> Variants | None:
    """The cards of different memory that a name may mean; None where it means one, or one that was measured."""
    chosen = resolve_gpu(text)
    if chosen is None or chosen.in_measured_set or _spelling(_fold(text)).memory is not None:
        return None
    known = {gpu.name: gpu for gpu, _ in _spellings().get(_spelling(_fold(text)).base, ())}
    memories = {gpu.vram_gb for gpu in known.values() if gpu.vram_gb is not None}
    if len(memories) < 2 or chosen.name not in known:
        return None
    common = _SIZE_AND_FORM.sub("", chosen.name)
    return Variants(" ".join(common.split()), tuple(sorted(memories)))


def measured_architecture(gpu: Gpu) -> tuple[str | None, str]:
    """The architecture whose measurements stand for this card, and the sentence that says why.

    The sentence is empty where the architecture itself was measured; (None, "") without any stand-in,
    which is every vendor but NVIDIA. Mapping: data/architectures.csv, after the seed's default handling.
    """
    if not gpu.is_nvidia:
        return None, ""
    capability = gpu.compute_capability or 0.0
    for cells in table("architectures"):
        low, below = number(cells["compute_capability_from"]), number(cells["compute_capability_below"])
        if cells["architecture"] != gpu.architecture or (low is not None and capability < low):
            continue
        if below is None or capability < below:
            return cells["measured_as"], cells["sentence"]
    return None, ""


def suggest_gpu(text: str) -> list[str]:
    """Up to three known names that look like `text`, closest first."""
    import difflib

    index = _exact()
    close = difflib.get_close_matches(_key(_fold(text)), index, n=6, cutoff=0.6)
    return list(dict.fromkeys(index[key].name for key in close))[:3]
