"""Kilowatt-hours, money and CO2e of a month, from joules and a volume of requests. All operands are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ecolint.advice.computation import Computation, plain
from ecolint.evidence import Row, row
from ecolint.settings import Cost

DAYS_PER_MONTH = 30
TOKENS_PER_REQUEST = 128.0
PRICE_PER_KWH, PRICE_CURRENCY = 0.12, "USD"
CARBON_INTENSITY = 390.0
JOULES_PER_KWH = 3_600_000
BOARD_ONLY = "GPU board only: without CPU, power supply, cooling and idle time."


@dataclass(frozen=True, slots=True)
class Volume:
    """Requests a day, generated tokens of each, price of a kWh (None: not known), grams of CO2e a kWh.

    `assumptions` tell which of them were not given.
    """

    requests_per_day: float
    tokens_per_request: float
    price_per_kwh: float | None
    carbon_intensity: float
    currency: str
    assumptions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Monthly:
    """A month of 30 days: kWh, money in the volume's currency (None without a price), kg of CO2e."""

    kwh: float
    money: float | None
    co2_kg: float
    computations: tuple[Computation, ...]


@dataclass(frozen=True, slots=True)
class Saving:
    """What a month costs before and after, and the row that says so. `saved` may be negative."""

    before: Monthly
    after: Monthly
    volume: Volume
    row_id: str

    @property
    def computations(self) -> tuple[Computation, ...]:
        """Every step to the six figures and the three differences, each once."""
        steps = dict.fromkeys((*self.before.computations, *self.after.computations))
        pairs = [("energy", self.before.kwh, self.after.kwh, "kWh")]
        if self.before.money is not None and self.after.money is not None:
            pairs.append(("cost", self.before.money, self.after.money, self.volume.currency))
        pairs.append(("CO2e", self.before.co2_kg, self.after.co2_kg, "kg"))
        saved = (
            Computation(f"saved: {name} a month", f"{plain(first)} - {plain(second)}", first - second, unit)
            for name, first, second, unit in pairs
        )
        return (*steps, *saved)

    @property
    def saved_kwh(self) -> float:
        return self.before.kwh - self.after.kwh

    @property
    def saved_money(self) -> float | None:
        if self.before.money is None or self.after.money is None:
            return None
        return self.before.money - self.after.money

    @property
    def saved_co2_kg(self) -> float:
        return self.before.co2_kg - self.after.co2_kg


def volume_of(cost: Cost | None) -> Volume | None:
    """The volume with its defaults, None where no number of requests is given."""
    if cost is None or not cost.requests_per_day:
        return None
    said = [f"Assumption: a month of {DAYS_PER_MONTH} days."]
    if cost.tokens_per_request is None:
        said.append(f"Assumption: {TOKENS_PER_REQUEST:g} new tokens a request, as in the seed's table.")
    price = cost.price_per_kwh
    if price is None and cost.currency == PRICE_CURRENCY:
        price = PRICE_PER_KWH
        said.append(f"Assumption: {price:g} {PRICE_CURRENCY} a kWh; the author's skill uses that price.")
    elif price is None:
        said.append(f"No price of a kWh in {cost.currency} is given, so no money is printed.")
    if cost.carbon_intensity is None:
        said.append(f"Assumption: {CARBON_INTENSITY:g} g CO2e a kWh; the author's skill uses that intensity.")
    return Volume(
        cost.requests_per_day,
        cost.tokens_per_request if cost.tokens_per_request is not None else TOKENS_PER_REQUEST,
        price,
        cost.carbon_intensity if cost.carbon_intensity is not None else CARBON_INTENSITY,
        cost.currency,
        tuple(said),
    )


def monthly(j_per_1k_tok: float, volume: Volume, name: str = "") -> Monthly:
    """A month of requests at so many joules for 1000 generated tokens."""
    tokens = volume.tokens_per_request
    kwh = j_per_1k_tok / 1000 * tokens * volume.requests_per_day * DAYS_PER_MONTH / JOULES_PER_KWH
    each = f"{plain(j_per_1k_tok)} / 1000 * {plain(tokens)} * {plain(volume.requests_per_day)} * {DAYS_PER_MONTH}"
    label = f"{name} " if name else ""
    steps = [Computation(f"{label}energy a month", f"{each} / {JOULES_PER_KWH}", kwh, "kWh")]
    money = None
    if volume.price_per_kwh is not None:
        money = kwh * volume.price_per_kwh
        formula = f"{plain(kwh)} * {plain(volume.price_per_kwh)}"
        steps.append(Computation(f"{label}cost a month", formula, money, volume.currency))
    co2 = kwh * volume.carbon_intensity / 1000
    formula = f"{plain(kwh)} * {plain(volume.carbon_intensity)} / 1000"
    steps.append(Computation(f"{label}CO2e a month", formula, co2, "kg"))
    return Monthly(kwh, money, co2, tuple(steps))


def saving_of_rows(rows: Sequence[Row], volume: Volume) -> Saving | None:
    """What a month at the first sound row with a baseline costs over that baseline; None without such a row.

    Rows that a doubtful source states do not count, nor those without joules for 1000 tokens.
    """
    for measured in rows:
        base = row(measured.baseline_id) if measured.baseline_id else None
        if base is None or measured.quality == "caution" or base.quality == "caution":
            continue
        if measured.energy_j_per_1k_tok is not None and base.energy_j_per_1k_tok is not None:
            before = monthly(measured.energy_j_per_1k_tok, volume)
            return Saving(before, monthly(base.energy_j_per_1k_tok, volume), volume, measured.id)
    return None
