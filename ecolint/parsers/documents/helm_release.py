"""Charts that are installed with values of their own: Flux's HelmRelease, Argo CD's Application, k3s's HelmChart,
helmfile. The values are read as those of a file of values are."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.parsers.documents import helm, switches
from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar, walk
from ecolint.parsers.trees.passages import Passage
from ecolint.records import replace
from ecolint.statements import Statement

FLUX, ARGO, K3S = "helm.toolkit.fluxcd.io", "argoproj.io", "helm.cattle.io"
ARGO_KINDS = ("Application", "ApplicationSet")
FILE = "values.yaml"


def recognise(document: AnyNode, scene: Scene) -> bool:
    if not isinstance(document, Mapping):
        return False
    group = _group(document)
    if group == ARGO:
        return document.text("kind") in ARGO_KINDS
    return group in (FLUX, K3S) or any("chart" in item.entries for item in document.mappings("releases"))


def read(document: AnyNode, scene: Scene) -> Iterator[Statement]:
    """What the charts run by their values."""
    assert isinstance(document, Mapping)
    scene = replace(scene, path=scene.beside(FILE))
    suspended = switches.of_workload(document)
    for node, off in _given(document):
        when = suspended or off
        for values in _mappings(node):
            if helm.recognise(values, scene):
                for item in helm.read(values, scene):
                    yield replace(item, when=item.when or when) if when else item


def _group(document: Mapping) -> str:
    return document.text("apiVersion").partition("/")[0]


def _given(document: Mapping) -> Iterator[tuple[AnyNode | None, str | None]]:
    """Values, and the condition under which the chart is installed."""
    group = _group(document)
    if group == FLUX:
        yield document.get("spec", "values"), None
    elif group == K3S:
        yield document.get("spec", "valuesContent"), None
    elif group == ARGO:
        for mapping in walk(document):
            for key in ("valuesObject", "values"):
                yield mapping.get("helm", key), None
    else:
        for release in document.mappings("releases"):
            off = switches.ENABLED if release.text("installed") == "false" else None
            yield from ((item, off) for item in release.items("values"))


def _mappings(node: AnyNode | None) -> Iterator[Mapping]:
    """Values that are written as such, or in one text."""
    from ecolint.parsers.yaml import documents_of

    if isinstance(node, Mapping):
        yield node
    elif isinstance(node, Scalar) and "\n" in node.text:
        yield from (item for item in documents_of(Passage.of(node).fragment) if isinstance(item, Mapping))


KIND = DocumentKind("helm-release", recognise, read, priority=35)
