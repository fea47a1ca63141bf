"""Figures in words. Nothing here computes; at most two decimals are printed."""

from __future__ import annotations

from ecolint.evidence import Row

MINUS = "-"


def _short(value: float, places: int) -> str:
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def joules(value: float, unit: str) -> str:
    """Joules with one decimal at most: `47.0 J/request`, `5661 J/1k tokens`."""
    return f"{value:.1f} {unit}" if unit.startswith("J/req") else f"{_short(value, 1)} {unit}"


def amount(value: float, unit: str) -> str:
    """A number with two decimals at most and its unit: `34.72 tok/s`."""
    return f"{_short(value, 2)} {unit}"


def percent(value: float) -> str:
    """A percentage without sign: `34%`."""
    return f"{_short(abs(value), 1)}%"


def signed(value: float) -> str:
    """A change: `-34%`, `+9.2%`."""
    text = _short(value, 1)
    return f"{text if text.startswith(MINUS) or text == '0' else '+' + text}%"


def reach(values: tuple[float, ...]) -> str:
    """A range of changes: `-34.5 to -5.3%`; one value alone where there is one."""
    low, high = min(values), max(values)
    return signed(low) if low == high else f"{signed(low).rstrip('%')} to {signed(high)}"


def savings(values: tuple[float, ...]) -> str:
    """Savings without sign, the smallest first: `11.4 to 15.1%`. The values are changes, all negative."""
    low, high = min(-value for value in values), max(-value for value in values)
    return percent(low) if low == high else f"{percent(low).rstrip('%')} to {percent(high)}"


def energy_of(row: Row, baseline: Row | None = None) -> tuple[float | None, str]:
    """A row's energy in the unit that it shares with its baseline, joules for 1000 tokens first."""
    pairs = (
        (row.energy_j_per_1k_tok, baseline.energy_j_per_1k_tok if baseline else None, "J/1k tokens"),
        (row.energy_j_per_request, baseline.energy_j_per_request if baseline else None, "J/request"),
    )
    if baseline is not None:
        for value, before, unit in pairs:
            if value is not None and before is not None:
                return value, unit
    return next(((value, unit) for value, _, unit in pairs if value is not None), (None, ""))
