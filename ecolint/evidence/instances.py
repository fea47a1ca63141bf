"""Cloud machine, accelerator and platform names to the GPUs they carry."""

from __future__ import annotations

import re
from functools import cache

from ecolint.evidence.gpus import NOT_NVIDIA, Gpu, resolve_gpu, suggest_gpu
from ecolint.evidence.tables import table
from ecolint.records import dataclass

NAME_LIMIT = 300
"""Characters of a machine type that are read."""
_COUNTED = re.compile(r"^(?P<name>.+?)\s*:\s*(?P<count>\d+)$")
_PREFIX_REST = {"gcp-tpu": re.compile(r"\d+$"), "skypilot": re.compile(r"\d+$")}
_SIZE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*$")


@dataclass(frozen=True, slots=True)
class InstanceGpu:
    """The GPUs of one machine type. `count` is None where it depends on the size or on the request.

    A machine with a fraction of one GPU counts as one.
    """

    gpu: Gpu
    count: int | None
    provider: str
    instance_type: str


def _count(cell: str) -> int | None:
    return max(1, int(float(cell))) if cell else None


@cache
def _exact() -> dict[str, InstanceGpu]:
    index: dict[str, InstanceGpu] = {}
    for cells in table("instances"):
        gpu = resolve_gpu(cells["gpu"])
        if cells["match"] == "exact" and gpu is not None:
            found = InstanceGpu(gpu, _count(cells["gpu_count"]), cells["provider"], cells["instance_type"])
            index.setdefault(cells["instance_type"].lower(), found)
    return index


def _by_prefix(name: str) -> InstanceGpu | None:
    for cells in table("instances"):
        prefix = cells["instance_type"].lower()
        if cells["match"] != "prefix" or not name.startswith(prefix):
            continue
        gpu = resolve_gpu(cells["gpu"])
        rest = _PREFIX_REST.get(cells["provider"], _SIZE)
        if gpu is not None and rest.match(name[len(prefix) :]):
            return InstanceGpu(gpu, None, cells["provider"], name)
    return None


@cache
def resolve_instance(text: str) -> InstanceGpu | None:
    """The GPUs behind a machine type, accelerator type or `NAME:COUNT` request; None where not known.

    SageMaker names are read without their `ml.`. Machine types that carry GPUs only through an attached
    accelerator (GCP n1) are not known here. Source: data/instances.csv.
    """
    name = text[:NAME_LIMIT].strip().lower()
    counted = _COUNTED.match(name)
    stated = int(counted["count"]) if counted else None
    name = counted["name"] if counted else name
    name = name.removeprefix("ml.")
    found = _exact().get(name) or _by_prefix(name)
    if found is None or stated is None:
        return found
    return InstanceGpu(found.gpu, stated, found.provider, found.instance_type)


def card_of(text: str) -> Gpu | None:
    """The card that a name or a machine type stands for; None where it is not known."""
    card = resolve_gpu(text)
    if card is None and (machine := resolve_instance(text)) is not None:
        return machine.gpu
    return card


def gpu_fault(text: str) -> str:
    """What is wrong with the name of a GPU or machine type, with the nearest known ones; empty for a known one."""
    if card_of(text) is not None:
        return ""
    close = suggest_gpu(text)
    hint = f"did you mean {' or '.join(close)}?" if close else "see `ecolint evidence --gpus`"
    if text.strip().lower() in NOT_NVIDIA:
        hint = "only NVIDIA's cards were measured; leave it out, or name a card"
    return f"unknown GPU {text!r}; {hint}"
