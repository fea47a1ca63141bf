"""Kilowatt-hours, money and CO2e of a month, from joules and a volume of requests. All operands are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ecolint.advice.computation import Computation, plain
from ecolint.evidence import Row, double_quant_pairs, row
from ecolint.evidence.nearness import NEAR, Sized, distance, of_query
from ecolint.finding import Finding
from ecolint.inference import InferenceSetup, Use
from ecolint.records import dataclass
from ecolint.settings.keys import Cost

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

    def as_json(self) -> dict[str, Any]:
        return {
            "requests_per_day": self.requests_per_day,
            "tokens_per_request": self.tokens_per_request,
            "price_per_kwh": self.price_per_kwh,
            "currency": self.currency,
            "carbon_intensity": self.carbon_intensity,
            "assumptions": list(self.assumptions),
        }


@dataclass(frozen=True, slots=True)
class Monthly:
    """A month of 30 days: kWh, money in the volume's currency (None without a price), kg of CO2e."""

    kwh: float
    money: float | None
    co2_kg: float
    computations: tuple[Computation, ...]

    def as_json(self) -> dict[str, float | None]:
        return {"kwh": self.kwh, "money": self.money, "co2_kg": self.co2_kg}


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

    def as_json(self) -> dict[str, Any]:
        """Before, after and the difference of a month, with the volume and what was assumed."""
        return {
            "row": self.row_id,
            "now": self.before.as_json(),
            "then": self.after.as_json(),
            "saved": {"kwh": self.saved_kwh, "money": self.saved_money, "co2_kg": self.saved_co2_kg},
            **self.volume.as_json(),
        }


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


def saving_of_finding(finding: Finding, volume: Volume) -> Saving | None:
    """What a month costs as the finding has it, and with its waste gone, by one sound row that it quotes.

    The row is the one nearest the finding's figure, or the median, among those of a near model size; None
    without such a row, where the row shows no waste, and outside of inference.
    """
    if finding.setup is None or finding.setup.context.use is not Use.INFERENCE:
        return None
    sized = _sized(finding.setup)
    pairs = [pair for one in finding.rows if distance(one, sized) <= NEAR and (pair := _pair(one, finding))]
    if not pairs:
        return None
    ordered = sorted(pairs, key=lambda pair: _share(*pair))
    wanted = finding.overhead.expected_pct if finding.overhead is not None else None
    measured, better = ordered[(len(ordered) - 1) // 2]
    if wanted is not None:
        measured, better = min(ordered, key=lambda pair: abs((_share(*pair) - 1) * 100 - wanted))
    if _joules(measured) <= _joules(better):
        return None
    now, then = monthly(_joules(measured), volume, "now:"), monthly(_joules(better), volume, "then:")
    return Saving(now, then, volume, measured.id)


def _sized(setup: InferenceSetup) -> Sized:
    model = setup.model.value if setup.model.is_known else None
    return of_query(model, setup.params_b.value if setup.params_b.is_known else None)


def _joules(measured: Row) -> float:
    return measured.energy_j_per_1k_tok or 0.0


def _share(measured: Row, better: Row) -> float:
    return _joules(measured) / _joules(better)


def _pair(measured: Row, finding: Finding) -> tuple[Row, Row] | None:
    """A row and the one that it wastes energy against: FP16, plain NF4, or a larger batch of the same session."""
    better = row(measured.baseline_id) if measured.baseline_id else _larger_batch(measured, finding.rows)
    if finding.overhead is not None and finding.overhead.relative_to == "nf4":
        better = next((single for single, double, _ in double_quant_pairs() if double is measured), None)
    if better is None or "caution" in (measured.quality, better.quality):
        return None
    return (measured, better) if _joules(measured) and _joules(better) else None


def _larger_batch(measured: Row, others: Sequence[Row]) -> Row | None:
    if measured.batch_size != 1:
        return None
    session = (measured.source_id, measured.gpu, measured.model, measured.precision, measured.date)
    same = (one for one in others if (one.batch_size or 0) > 1)
    return next(
        (one for one in same if (one.source_id, one.gpu, one.model, one.precision, one.date) == session), None
    )


def total_of(findings: Sequence[Finding], volume: Volume) -> tuple[Saving, ...]:
    """The savings that add up: of each setup the largest, as its findings share its requests."""
    best: dict[object, Saving] = {}
    for finding in findings:
        saving = saving_of_finding(finding, volume)
        if saving is None:
            continue
        key = (
            (finding.path, finding.setup.span)
            if finding.setup is not None
            else (finding.path, finding.region)
        )
        if key not in best or saving.saved_kwh > best[key].saved_kwh:
            best[key] = saving
    return tuple(best.values())
