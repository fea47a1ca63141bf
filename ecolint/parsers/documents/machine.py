"""Which accelerator a container or a job asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ecolint.inference import Known, Located
from ecolint.parsers.trees.nodes import AnyNode, Entry, Mapping, Scalar, Sequence, walk
from ecolint.records import dataclass
from ecolint.source import Span

IMAGE_PARTS = {
    **dict.fromkeys(("rocm", "amd"), "amd"),
    **dict.fromkeys(("gaudi", "habana", "habanaai", "hpu"), "gaudi"),
    "tpu": "tpu",
    "cpu": "cpu",
    "xeon": "cpu",
    **dict.fromkeys(("xpu", "intel"), "xpu"),
    **dict.fromkeys(("neuron", "neuronx", "inferentia"), "neuron"),
    "npu": "npu",
}
VENDORS = frozenset(("amd", "intel"))
"""Words that name a maker; `cpu` or `hpu` beside one says more."""
FOLDERS = {
    "hpu": "gaudi",
    "gaudi": "gaudi",
    "rocm": "amd",
    "xeon": "cpu",
    "tpu": "tpu",
    "inferentia": "neuron",
}
RESOURCES = (
    (re.compile(r"amd\.com/gpu"), "amd"),
    (re.compile(r"habana\.ai/gaudi"), "gaudi"),
    (re.compile(r"google\.com/tpu"), "tpu"),
    (re.compile(r"gpu\.intel\.com/"), "xpu"),
    (re.compile(r"aws\.amazon\.com/neuron"), "neuron"),
    (re.compile(r"huawei\.com/ascend"), "npu"),
)
NVIDIA_RESOURCE = re.compile(r"nvidia\.com/(?:gpu(?:\.shared)?|mig-.*|(?P<card>[A-Za-z].*))\Z")
NAME_LABELS = frozenset(
    (
        "cloud.google.com/gke-accelerator",
        "nvidia.com/gpu.product",
        "gpu.nvidia.com/class",
        "gpu.nvidia.com/model",
        "karpenter.k8s.aws/instance-gpu-name",
        "k8s.amazonaws.com/accelerator",
        "accelerator",
        "run.googleapis.com/accelerator",
    )
)
INSTANCE_LABELS = frozenset(
    (
        "node.kubernetes.io/instance-type",
        "beta.kubernetes.io/instance-type",
        "karpenter.k8s.aws/instance-family",
        "alpha.eksctl.io/instance-type",
        "kubernetes.azure.com/sku-name",
    )
)
MACHINE_KEYS = frozenset(
    """accelerator accelerators acceleratorType accelerator_type compute instanceType InstanceType instance_type
    machineType machine_type""".split()
)
"""Keys by which a deployment names its card or its kind of machine."""
TPU_LABEL = "cloud.google.com/gke-tpu-accelerator"


@dataclass(frozen=True, slots=True)
class Machine:
    """Accelerator as text that the evidence may know, or a word such as `amd`, and how many of it."""

    gpu: Located[str] = Located()
    count: Located[int] = Located()

    def or_else(self, other: Machine) -> Machine:
        return Machine(
            self.gpu if self.gpu.is_set else other.gpu, self.count if self.count.is_set else other.count
        )


NO_MACHINE = Machine()


def of_image(image: Located[str]) -> Machine:
    """The accelerator that the name or the tag of an image is made for."""
    if not image.value:
        return NO_MACHINE
    parts = [part for part in re.split(r"[/:_.\-@]+", image.value.lower()) if part in IMAGE_PARTS]
    if not parts:
        return NO_MACHINE
    chosen = min(parts, key=VENDORS.__contains__)
    return Machine(Located(IMAGE_PARTS[chosen], Known.DERIVED, image.span, origin="image name"))


def of_path(path: str) -> Machine:
    """The accelerator that a folder is named after."""
    for part in path.lower().split("/")[:-1]:
        if part in FOLDERS:
            return Machine(Located(FOLDERS[part], Known.DERIVED, origin=f"folder {part}"))
    return NO_MACHINE


def without_accelerator(resources: Mapping | None) -> Machine:
    """The CPU, where the limits of a container name none of the devices that a cluster lends, which have a `/`."""
    limits = resources.mapping("limits") if resources is not None else None
    if limits is None or not limits.entries or any("/" in name for name in limits.entries):
        return NO_MACHINE
    return Machine(Located("cpu", Known.DERIVED, limits.span, origin="limits without an accelerator"))


def of_resources(resources: Mapping | None) -> Machine:
    """`resources:` of a container: limits before requests."""
    if resources is None:
        return NO_MACHINE
    found = NO_MACHINE
    for side in ("limits", "requests"):
        for name, entry in _entries(resources.mapping(side)):
            found = found.or_else(_of_resource(name, entry))
    return found


def _entries(mapping: Mapping | None) -> Iterable[tuple[str, Entry]]:
    return mapping.entries.items() if mapping is not None else ()


def _of_resource(name: str, entry: Entry) -> Machine:
    count = counted(entry.value)
    nvidia = NVIDIA_RESOURCE.match(name)
    if nvidia is not None:
        card = nvidia["card"] or ""
        gpu = Located(card, Known.STATED, entry.span) if is_card(card) else Located()
        return Machine(gpu, count)
    for pattern, word in RESOURCES:
        if pattern.match(name):
            return Machine(Located(word, Known.STATED, entry.span), count)
    return NO_MACHINE


def is_card(text: str) -> bool:
    from ecolint import evidence

    return bool(text) and evidence.resolve_gpu(text) is not None


def counted(node: AnyNode | None) -> Located[int]:
    """A number of devices."""
    if not isinstance(node, Scalar) or node.is_null:
        return Located()
    known = Known.DERIVED if node.sheet.origin else Known.STATED
    try:
        return Located(int(node.text), known, node.span, node.span)
    except ValueError:
        return Located(None, Known.DYNAMIC, node.span, node.span)


def named(node: AnyNode | None, span: Span | None = None) -> Located[str]:
    """The name of an accelerator or an instance type; several to choose from are not known."""
    if isinstance(node, Sequence):
        return (
            named(node.items[0], span) if len(node.items) == 1 else _open(node.span if node.items else None)
        )
    if not isinstance(node, Scalar) or node.is_null:
        return Located()
    if not node.is_settled:
        return _open(node.span)
    known = Known.DERIVED if node.sheet.origin else Known.STATED
    return Located(node.text, known, span or node.span, node.span)


def _open(span: Span | None) -> Located[str]:
    return Located(None, Known.DYNAMIC, span) if span is not None else Located()


def of_labels(labels: Mapping | None) -> Machine:
    """A node selector."""
    found = NO_MACHINE
    for name, entry in _entries(labels):
        found = found.or_else(_of_label(name, entry.value, entry.span))
    return found


def _of_label(name: str, value: AnyNode, span: Span) -> Machine:
    if name == TPU_LABEL:
        return Machine(Located("tpu", Known.STATED, span))
    if name in NAME_LABELS or name in INSTANCE_LABELS:
        gpu = named(value, span)
        return Machine(gpu) if gpu.is_dynamic or _card(gpu.value or "") else NO_MACHINE
    return NO_MACHINE


def _card(text: str) -> str:
    """The card that a name or a kind of machine means; empty where that is not known."""
    from ecolint import evidence

    gpu = evidence.card_of(text)
    return gpu.base_name if gpu is not None else ""


def of_affinity(affinity: Mapping | None) -> Machine:
    """`affinity:` of a pod: the terms that nodes must meet."""
    found = NO_MACHINE
    if affinity is None:
        return found
    terms = affinity.mappings(
        "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"
    )
    for term in terms:
        for expression in term.mappings("matchExpressions"):
            if expression.text("operator") == "In":
                values = expression.get("values")
                if values is not None:
                    found = found.or_else(_of_label(expression.text("key"), values, expression.span))
    return found


def of_pod(pod: Mapping) -> Machine:
    """What the whole pod asks for by node selector and affinity."""
    return of_labels(pod.mapping("nodeSelector")).or_else(of_affinity(pod.mapping("affinity")))


def of_document(document: AnyNode) -> Machine:
    """The one accelerator that a whole document names by such keys."""
    found: dict[str, Machine] = {}
    for mapping in walk(document):
        for key, entry in mapping.entries.items():
            asked = of_request(entry.value) if key in MACHINE_KEYS else NO_MACHINE
            card = _card(asked.gpu.value or "")
            if card:
                found.setdefault(card, asked)
    return next(iter(found.values())) if len(found) == 1 else NO_MACHINE


def of_request(node: AnyNode | None) -> Machine:
    """`A100:2`, `{A100: 2}`, or a list of one of these."""
    if isinstance(node, Sequence) and len(node.items) == 1:
        return of_request(node.items[0])
    if isinstance(node, Mapping):
        items = list(node.entries.items())
        if len(items) != 1:
            return Machine(_open(node.span))
        name, entry = items[0]
        return Machine(Located(name, Known.STATED, entry.span, entry.key.span), counted(entry.value))
    if isinstance(node, Scalar) and not node.is_null and node.is_settled:
        name, sign, count = node.text.partition(":")
        number = Located(int(count), Known.STATED, node.span) if sign and count.isdigit() else Located()
        return Machine(Located(_fold(name), Known.STATED, node.span, node.span), number)
    return Machine(named(node))


def _fold(name: str) -> str:
    return "tpu" if name.lower().startswith("tpu-") else name


def of_names(nodes: Iterator[Scalar]) -> Machine:
    """Labels of a runner or a queue, of which a part may name a card or an instance type."""
    from ecolint import evidence

    for node in nodes:
        if not node.is_settled:
            continue
        parts = re.split(r"[\s,\[\]_]+|(?<=[a-z])-|-(?=[a-z])|\.(?=nvidia)", node.text.lower())
        for text in (node.text, *parts, re.sub(r"^linux\.(?:aws\.)?|\.nvidia.*", "", node.text)):
            gpu = evidence.resolve_gpu(text) if any(sign.isdigit() for sign in text) else None
            instance = evidence.resolve_instance(text)
            if (gpu is not None and gpu.is_nvidia) or instance is not None:
                return Machine(Located(text, Known.DERIVED, node.span, origin=f"label {node.text}"))
    return NO_MACHINE
