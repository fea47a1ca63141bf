"""What findings cost a month, in words and as values; nothing where the settings give no volume."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ecolint.finding import Finding
from ecolint.reporters.base import RenderContext

Json = dict[str, Any]


def cost_words(finding: Finding, context: RenderContext) -> str:
    """`12.30 kWh, 1.48 USD, 4.80 kg CO2e a month (row …)`; empty where no row gives it."""
    if context.cost is None or not finding.rows:
        return ""
    from ecolint.cost import saving_of_finding, volume_of

    volume = volume_of(context.cost)
    saving = saving_of_finding(finding, volume) if volume is not None else None
    if saving is None or volume is None:
        return ""
    parts = _parts(saving.saved_kwh, saving.saved_money, saving.saved_co2_kg, volume.currency)
    return f"wastes {parts} a month (row {saving.row_id})"


def _parts(kwh: float, money: float | None, co2_kg: float, currency: str) -> str:
    paid = f", {money:.2f} {currency}" if money is not None else ""
    return f"{kwh:.2f} kWh{paid}, {co2_kg:.2f} kg CO2e"


def total_lines(findings: Sequence[Finding], context: RenderContext) -> Iterator[str]:
    """The sum, how it was counted, and what was assumed; nothing without a volume."""
    if context.cost is None:
        return
    from ecolint.cost import BOARD_ONLY, total_of, volume_of

    volume = volume_of(context.cost)
    if volume is None:
        return
    savings = total_of(findings, volume)
    if not savings:
        return
    money = [one.saved_money for one in savings if one.saved_money is not None]
    parts = _parts(
        sum(one.saved_kwh for one in savings),
        sum(money) if len(money) == len(savings) else None,
        sum(one.saved_co2_kg for one in savings),
        volume.currency,
    )
    yield f"Waste in total: {parts} a month, each setup at {volume.requests_per_day:g} requests a day."
    yield from volume.assumptions
    yield BOARD_ONLY


def cost_object(finding: Finding, context: RenderContext) -> Json:
    """`{"cost": …}` to go with a finding; empty without a volume."""
    if context.cost is None:
        return {}
    from ecolint.cost import saving_of_finding, volume_of

    volume = volume_of(context.cost)
    if volume is None:
        return {}
    saving = saving_of_finding(finding, volume) if finding.rows else None
    return {"cost": saving.as_json() if saving is not None else None}


def total_object(findings: Sequence[Finding], context: RenderContext) -> Json:
    """`{"cost": …}` to go with the report; empty without a volume."""
    if context.cost is None:
        return {}
    from ecolint.cost import total_of, volume_of

    volume = volume_of(context.cost)
    if volume is None:
        return {}
    savings = total_of(findings, volume)
    money = [one.saved_money for one in savings if one.saved_money is not None]
    return {
        "cost": {
            "wasted": {
                "kwh": sum(one.saved_kwh for one in savings),
                "money": sum(money)
                if len(money) == len(savings) and volume.price_per_kwh is not None
                else None,
                "co2_kg": sum(one.saved_co2_kg for one in savings),
            },
            "setups": len(savings),
            **volume.as_json(),
        }
    }
