"""Where every printed figure comes from: rows, claims, declared arithmetic, inputs, vendor figures."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Iterator

from ecolint import evidence
from ecolint.advice.answer import Answer
from ecolint.advice.situation import ORDER_OF_MAGNITUDE
from ecolint.evidence.tables import table

UNITS = r"%|J/req\w*|J/1k tok\w*|tok/s|GB/s|GB|W\b|ms|kWh|kg|USD|EUR|B\b|g CO2e"
NUMBER = r"[+-]?\d+(?:\.\d+)?"
QUANTITY = re.compile(rf"(?<![\w.\-])({NUMBER})(?: (?:to|->) ({NUMBER}))?(?: ?({UNITS}))")
ASSUMED = (0.12, 390.0, 30.0, 128.0, 20.0, 12.0, 17.0)
"""Price, grams of CO2e, days and tokens that are printed as assumptions; head-room; drift between nights."""
FORMULA = (2.0, 1.0, 0.5625, 0.515869140625, 1.2, 100.0, 1000.0, 1e9, 3_600_000.0, 30.0, 128.0, 0.12, 390.0)
_OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def evaluate(formula: str) -> float:
    """The value of an arithmetic expression of plain numbers."""

    def value(node: ast.expr) -> float:
        if isinstance(node, ast.BinOp):
            return _OPERATIONS[type(node.op)](value(node.left), value(node.right))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -value(node.operand)
        assert isinstance(node, ast.Constant), ast.dump(node)
        assert isinstance(node.value, (int, float))
        return float(node.value)

    return value(ast.parse(formula, mode="eval").body)


def leaves(formula: str) -> list[float]:
    return [float(text) for text in re.findall(r"\d+(?:\.\d+)?", formula)]


def _verbatim(answer: Answer) -> Iterator[str]:
    """Text that is quoted as it stands: sources' notes, the seed's sentences, configuration, names."""
    for one in evidence.rows():
        yield from (one.id, one.model, one.note, one.software)
    for claim in evidence.claims().values():
        yield claim.text
    for pattern in evidence.antipatterns():
        yield pattern.claim
    yield from evidence.boundaries().values()
    yield from evidence.supplementary().values()
    yield from (evidence.ASSUMED_BATCH_1, ORDER_OF_MAGNITUDE, evidence.FOOTER, evidence.DATASET_TAG)
    for gpu in evidence.all_gpus():
        yield gpu.name
    yield from (cells["sentence"] for cells in table("architectures"))
    if answer.config is not None:
        yield from (answer.config.snippet, answer.config.note)
    yield from answer.situation.ask.notes
    yield answer.situation.ask.model or ""


def untraceable(text: str, answer: Answer) -> list[str]:
    """Printed quantities that equal no figure of the evidence, no computation and no input."""
    for known in sorted(filter(None, set(_verbatim(answer))), key=len, reverse=True):
        text = text.replace(known, " ")
    values = list(known_values(answer))
    percentages = [value for value, _ in evidence.percentages()]
    percentages += [made.value for made in answer.computations if made.unit == "%"]
    percentages += [value for value in (answer.situation.ask.limits.perplexity_pct,) if value is not None]
    percentages += [20.0, 12.0, 17.0]
    wrong = []
    for found in QUANTITY.finditer(text):
        pool = percentages if found[3] == "%" else values
        wrong += [
            found[0] for part in (found[1], found[2]) if part and not any(_equal(part, one) for one in pool)
        ]
    return wrong


def _equal(printed: str, value: float) -> bool:
    places = len(printed.partition(".")[2])
    return abs(abs(float(printed)) - abs(value)) <= 0.5 * 10**-places + 1e-9 * abs(value) + 1e-9


def known_values(answer: Answer) -> Iterator[float]:
    """Figures that may be printed with a unit other than percent."""
    yield from (value for value, _ in evidence.figures())
    yield from inputs(answer)
    yield from ASSUMED
    for made in answer.computations:
        yield made.value
        yield from leaves(made.formula)


def inputs(answer: Answer) -> Iterator[float]:
    """What was asked for, and the vendor figures of the card."""
    situation = answer.situation
    ask = situation.ask
    given = (
        *(ask.params_b, situation.params_b, situation.vram_gb, ask.limits.vram_gb, ask.limits.latency_ms),
        *(ask.limits.cost, ask.cost.price_per_kwh, ask.cost.carbon_intensity, ask.cost.requests_per_day),
        *(ask.cost.tokens_per_request, situation.model.total_b if situation.model else None),
        *(situation.model.active_b if situation.model else None, float(situation.batch_size)),
    )
    for gpu in (situation.gpu, situation.platform):
        if gpu is not None:
            given += (gpu.vram_gb, gpu.memory_bandwidth_gb_s, gpu.tdp_w)
    yield from (value for value in given if value is not None)


def unfounded_steps(answer: Answer) -> list[str]:
    """Computations that do not give their value, or whose operands come from nowhere."""
    shapes = {8.0, 640.0}
    with open("ecolint/advice/shapes.csv", encoding="utf-8") as lines:
        for line in lines.read().splitlines()[1:]:
            shapes.update(float(cell) for cell in line.split(",")[1:])
    pool = [*(value for value, _ in evidence.figures()), *inputs(answer), *FORMULA, *shapes]
    pool += [one.value for one in answer.computations]
    pool += [640.0 * batch for batch in (1, 2, 3, 4, 8, 16, 64, 1024)]
    pool += [float(row.batch_size) for row in evidence.rows() if row.batch_size]
    wrong = []
    for made in answer.computations:
        if abs(evaluate(made.formula) - made.value) > 1e-6 * max(1.0, abs(made.value)):
            wrong.append(f"{made.name}: {made.formula} is not {made.value}")
        wrong += [
            f"{made.name}: {leaf} in {made.formula}"
            for leaf in leaves(made.formula)
            if not any(abs(leaf - abs(one)) <= 1e-9 * max(1.0, leaf) for one in pool)
        ]
    return wrong
