"""What a document switches off: services that are scaled to none, suspended, or started on request alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecolint.inference import Place
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar, Sequence, walk

SCALED = "only when it is scaled up"
RESUMED = "only when it is resumed"
ENABLED = "only when the chart is enabled"
NONE = re.compile(r"0|\$\{\w{1,60}:?-0\}")
REPLICAS = ("replicas", "replicaCount")
ASIDE = frozenset(
    """debug debugging dev devel development test tests testing smoke e2e example examples demo off disable disabled
    never donotstart donotuse manual unused legacy old bench benchmark benchmarks""".split()
)
"""Words in the names of profiles that nobody starts a service with to serve."""
WORDS = re.compile(r"[-_.]")


def of_service(service: Mapping) -> str | None:
    """The condition under which a service of a Compose file runs."""
    for scale in (service.scalar("scale"), service.scalar("deploy", "replicas")):
        if _is_none(scale):
            return SCALED
    profiles = [item.text for item in service.items("profiles") if isinstance(item, Scalar)]
    if profiles and all(map(_is_aside, profiles)):
        return f"only with the profile {profiles[0]}"
    return None


def _is_aside(profile: str) -> bool:
    name = profile.lower().replace("do-not", "donot").replace("donot-", "donot")
    return not ASIDE.isdisjoint(WORDS.split(name))


def of_workload(manifest: Mapping) -> str | None:
    """The condition under which the pods of a manifest run."""
    if _is_none(manifest.scalar("spec", "replicas")):
        return SCALED
    return RESUMED if manifest.text("spec", "suspend") == "true" else None


def of_values(values: Mapping) -> str | None:
    """The condition under which a part of a chart is installed, by its values."""
    if values.text("enabled") == "false":
        return ENABLED
    return SCALED if any(_is_none(values.scalar(key)) for key in REPLICAS) else None


def of_block(block: Mapping) -> str | None:
    """The condition under which what stands in a block of HCL, or in another mapping, is run at all."""
    counts = ("count", "replicas") if block.sheet.place is Place.NONE else ("replicas",)
    return SCALED if any(_is_none(block.scalar(key)) for key in counts) else None


def of_blocks(document: AnyNode) -> dict[int, str]:
    """The conditions of all mappings that stand in such a block, by their ids."""
    found: dict[int, str] = {}
    for mapping in walk(document):
        when = of_block(mapping) or found.get(id(mapping))
        if when:
            found[id(mapping)] = when
            found.update((id(item), when) for item in inner(mapping))
    return found


def inner(mapping: Mapping) -> Iterator[AnyNode]:
    """What stands in a mapping, itself or as an item of a list."""
    for entry in mapping.entries.values():
        yield entry.value
        if isinstance(entry.value, Sequence):
            yield from entry.value.items


def _is_none(count: Scalar | None) -> bool:
    return count is not None and NONE.fullmatch(count.text) is not None
