"""The card that a module asks for where it runs in a cloud, as Modal's functions and the endpoints of
SageMaker and Vertex AI do."""

from __future__ import annotations

from collections.abc import Collection

from ecolint.inference import Known, Located
from ecolint.records import dataclass


@dataclass(frozen=True, slots=True)
class Cloud:
    """`modules` begin the callees by which it is told; `keywords` and `classes` begin what names the card; `needs` are
    methods of which one is called where it is asked for."""

    modules: tuple[str, ...]
    origin: str
    keyword: str
    classes: str = ""
    needs: str = ""


CLOUDS = (
    Cloud(("modal.",), "the function's gpu=", "gpu=", "modal.gpu."),
    Cloud(("sagemaker.",), "instance_type= of the endpoint", "instance_type=", needs=".deploy"),
    Cloud(
        ("google.cloud.aiplatform.",),
        "accelerator_type= of the endpoint",
        "accelerator_type=",
        needs=".deploy",
    ),
)
NOTEBOOK = "notebook gpuType="
"""Beginning of the entry that says what card a notebook is opened on."""
ANY_CARD = "?"
"""What a function asks for where the text does not tell it."""
CARD_KEYWORDS = frozenset(cloud.keyword.removesuffix("=") for cloud in CLOUDS)


def card_of(nearby: Collection[str]) -> Located[str]:
    """The only card that a module asks for; `nearby` is as in `Call.nearby`."""
    for cloud in CLOUDS:
        if any(name.startswith(cloud.modules) for name in nearby):
            cards = _asked(cloud, nearby)
            if len(cards) == 1 and ANY_CARD not in cards:
                return Located(cards.pop(), Known.DERIVED, origin=cloud.origin)
    return next(
        (of_notebook(name.removeprefix(NOTEBOOK)) for name in nearby if name.startswith(NOTEBOOK)), Located()
    )


def of_notebook(card: str) -> Located[str]:
    """The card that a notebook's own metadata names."""
    return Located(card, Known.DERIVED, origin="the metadata of the notebook") if card else Located()


def _asked(cloud: Cloud, nearby: Collection[str]) -> set[str]:
    if cloud.needs and not any(name.endswith(cloud.needs) for name in nearby):
        return set()
    names = {name.removeprefix(cloud.keyword) for name in nearby if name.startswith(cloud.keyword)}
    if cloud.classes:
        names |= {name.removeprefix(cloud.classes) for name in nearby if name.startswith(cloud.classes)}
    return {name.partition(":")[0] for name in names}
