"""The measured rows. Columns and qualities are described in `data/README.md`."""

from __future__ import annotations

from enum import Enum
from functools import cache

from ecolint.evidence.tables import number, table, whole
from ecolint.records import dataclass

UNUSABLE = frozenset({"implausible", "no_value"})


class Measured(str, Enum):
    """Precisions that measurements.csv tells apart."""

    FP16 = "fp16"
    NF4 = "nf4"
    NF4_DQ = "nf4_dq"
    INT8_DEFAULT = "int8_default"
    INT8_PURE = "int8_pure"
    FP8_TORCHAO_EAGER = "fp8_torchao_eager"
    FP8 = "fp8"


@dataclass(frozen=True, slots=True)
class Row:
    """One measured configuration; None where the source gives no value.

    Sizes in billions of parameters, as the source states them; energy in joules (per 1000 generated tokens
    of the whole batch, or per request), throughput in tokens per second, power in watts. `delta_*` are
    percent against `baseline_id`, positive is more; `delta_gross_pct` is the same comparison on board power.
    """

    id: str
    gpu: str
    architecture: str
    model: str
    params_b: float
    precision: str
    batch_size: int | None
    energy_j_per_1k_tok: float | None
    energy_j_per_request: float | None
    throughput_tok_s: float | None
    power_w: float | None
    baseline_id: str
    delta_energy_pct: float | None
    delta_basis: str
    delta_ppl_pct: float | None
    n_runs: int | None
    software: str
    date: str
    source_id: str
    note: str
    accounting: str
    delta_gross_pct: float | None
    quality: str

    @property
    def needs_note(self) -> bool:
        """Whether the row may be shown only together with its note."""
        return self.quality in ("caution", "conflict")


@cache
def rows() -> tuple[Row, ...]:
    """Every row of measurements.csv in file order, unusable ones included."""
    return tuple(
        Row(
            id=cells["id"],
            gpu=cells["gpu"],
            architecture=cells["architecture"],
            model=cells["model"],
            params_b=float(cells["params_b"]),
            precision=cells["precision"],
            batch_size=whole(cells["batch_size"]),
            energy_j_per_1k_tok=number(cells["energy_j_per_1k_tok"]),
            energy_j_per_request=number(cells["energy_j_per_request"]),
            throughput_tok_s=number(cells["throughput_tok_s"]),
            power_w=number(cells["power_w"]),
            baseline_id=cells["baseline_id"],
            delta_energy_pct=number(cells["delta_energy_pct"]),
            delta_basis=cells["delta_basis"],
            delta_ppl_pct=number(cells["delta_ppl_pct"]),
            n_runs=whole(cells["n_runs"]),
            software=cells["software"],
            date=cells["date"],
            source_id=cells["source_id"],
            note=cells["note"],
            accounting=cells["accounting"],
            delta_gross_pct=number(cells["delta_gross_pct"]),
            quality=cells["quality"],
        )
        for cells in table("measurements")
    )


@cache
def _by_id() -> dict[str, Row]:
    return {one.id: one for one in rows()}


def row(id: str) -> Row:
    """The row of that id. Raises KeyError."""
    return _by_id()[id]


def usable(row: Row) -> bool:
    """Neither marked implausible nor without a value."""
    return row.quality not in UNUSABLE


def select(
    gpu: str | None = None,
    model: str | None = None,
    precision: Measured | str | None = None,
    architecture: str | None = None,
    batch_size: int | None = None,
    include_unusable: bool = False,
) -> tuple[Row, ...]:
    """Rows that match every given value, in file order.

    `gpu` and `model` may be any name that `resolve_gpu` and `resolve_model` understand: a GPU selects its
    rows only, a model those of the same checkpoint line and size. Names nobody knows select nothing.
    """
    from ecolint.evidence.identity import same_gpu, same_model

    wanted = Measured(precision).value if precision is not None else None
    return tuple(
        one
        for one in rows()
        if (include_unusable or usable(one))
        and (wanted is None or one.precision == wanted)
        and (architecture is None or one.architecture == architecture)
        and (batch_size is None or one.batch_size == batch_size)
        and (gpu is None or same_gpu(one.gpu, gpu))
        and (model is None or same_model(one.model, model))
    )
