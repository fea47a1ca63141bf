"""The card that a module asks for where its functions run in somebody's cloud, as Modal's do."""

from __future__ import annotations

from collections.abc import Collection

from ecolint.inference import Known, Located

MODULES = ("modal.",)
ASKED = "gpu="
CLASSES = "modal.gpu."


def card_of(nearby: Collection[str]) -> Located[str]:
    """The only card that a module asks for; `nearby` is as in `Call.nearby`."""
    if not any(name.startswith(MODULES) for name in nearby):
        return Located()
    names = {name.removeprefix(ASKED) for name in nearby if name.startswith(ASKED)}
    names |= {name.removeprefix(CLASSES) for name in nearby if name.startswith(CLASSES)}
    cards = {name.partition(":")[0] for name in names}
    if len(cards) != 1:
        return Located()
    return Located(cards.pop(), Known.DERIVED, origin="the function's gpu=")
