"""Totals of orders by customer."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True)
class Order:
    customer: str
    amount: Decimal
    paid: bool


def read_orders(path: Path) -> list[Order]:
    with path.open(newline="", encoding="utf-8") as handle:
        return [
            Order(row["customer"], Decimal(row["amount"]), row["paid"] == "yes")
            for row in csv.DictReader(handle)
        ]


def totals(orders: list[Order]) -> dict[str, Decimal]:
    result: dict[str, Decimal] = defaultdict(Decimal)
    for order in orders:
        if order.paid:
            result[order.customer] += order.amount
    return dict(result)


def largest(orders: list[Order], count: int) -> list[tuple[str, Decimal]]:
    ranked = sorted(totals(orders).items(), key=lambda item: (-item[1], item[0]))
    return ranked[:count]


if __name__ == "__main__":
    for customer, amount in largest(read_orders(Path("orders.csv")), 10):
        print(f"{customer:<30} {amount:>12}")
