"""Which charts answer something about this repository."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from ecolint.advice.from_file import precision_of
from ecolint.charts import Chart, Mark, Table, crossover_chart, energy_chart
from ecolint.charts.crossover import NAMES
from ecolint.charts.marks import letter
from ecolint.charts.wording import short_model
from ecolint.evidence import Gpu, Kind, Measured, crossover, preferred
from ecolint.finding import Finding, FoundSetup, Report
from ecolint.inference import Use
from ecolint.records import dataclass
from ecolint.reporters.base import RenderContext
from ecolint.reporters.page.by_folder import folder_charts
from ecolint.reporters.quotes import span_of
from ecolint.reporters.setups import view
from ecolint.rules.assessment import Subject

MOST_MARKS = 12
MOST_MODELS = 6
KINDS: dict[Kind, frozenset[Measured]] = {
    "nf4": frozenset({Measured.NF4, Measured.NF4_DQ}),
    "int8": frozenset({Measured.INT8_PURE, Measured.INT8_DEFAULT}),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Charts that answer one question. `left_out` tells what they do not show; `table` sums them up."""

    id: str
    title: str
    lead: str
    charts: tuple[Chart, ...]
    left_out: str = ""
    table: Table | None = None


def groups(report: Report, context: RenderContext) -> tuple[Group, ...]:
    """Every question that has an answer."""
    asked = (_crossovers(report.setups), _energy(report.findings), *folder_groups(report, context))
    return tuple(group for group in asked if group.charts)


def folder_groups(report: Report, context: RenderContext) -> Iterator[Group]:
    """Overhead by folder, and what it costs where volumes are set."""
    overhead, costs = folder_charts(report.findings, context)
    yield Group(
        "folders",
        "Overhead by folder",
        "What the quoted rows of each folder's findings span; points are the figures expected of single findings.",
        overhead,
    )
    yield Group("costs", "Cost and CO₂e by folder", "What the findings waste a month.", costs)


@dataclass(frozen=True, slots=True)
class _Model:
    """One model of the repository: its mark, and the architectures that its setups name; None is any."""

    mark: Mark
    architectures: frozenset[str | None]

    def is_on(self, architecture: str) -> bool:
        return bool(self.architectures & {architecture, None})


def _crossovers(setups: Sequence[FoundSetup]) -> Group:
    subjects = (Subject(found.setup) for found in setups)
    sized = [subject for subject in subjects if subject.params_b and not subject.is_foreign]
    used = {spoken.measured for subject in sized if (spoken := precision_of(subject.setup)) is not None}
    models, left = _models(sized)
    drawn: list[tuple[Kind, str, Chart]] = []
    for kind, settings in KINDS.items():
        if kind == "int8" and not used & settings:
            continue
        for architecture in preferred(kind):
            marks = [model.mark for model in models if model.is_on(architecture)]
            if marks and (chart := crossover_chart(architecture, kind, marks)).table.rows:
                drawn.append((kind, architecture, chart))
    return Group(
        "crossovers",
        "Where this repository's models stand",
        "Measured energy against FP16 by model size, and the size at which quantisation is said to start saving "
        "energy. Letters are the models found here.",
        tuple(chart for _, _, chart in drawn),
        f"{left} more models are not marked." if left else "",
        _standings(models, [(kind, architecture) for kind, architecture, _ in drawn]),
    )


def _models(subjects: Iterable[Subject]) -> tuple[list[_Model], int]:
    """Models by size, quantised ones and those in most places first where there are many, and how many more."""
    found: defaultdict[tuple[str, float], list[Subject]] = defaultdict(list)
    for subject in subjects:
        found[short_model(subject.model_name or "model not named").lower(), subject.params_b or 0.0].append(
            subject
        )
    most = sorted(found, key=lambda key: (-sum(map(_is_quantised, found[key])), -len(found[key]), key))[
        :MOST_MARKS
    ]
    models = []
    for number, key in enumerate(sorted(most, key=lambda key: (key[1], key[0]))):
        places = Counter(map(_found_as, found[key]))
        name = min(
            (one.model_name or "model not named" for one in found[key]), key=lambda one: (len(one), one)
        )
        words = ", ".join(_times(kind, times) for kind, times in sorted(places.items()))
        on = frozenset(subject.architecture for subject in found[key])
        models.append(_Model(Mark(name, key[1], words, letter(number)), on))
    return models, len(found) - len(models)


def _times(kind: str, times: int) -> str:
    return kind if times == 1 else f"{kind}\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}{times}"


def _is_quantised(subject: Subject) -> bool:
    spoken = precision_of(subject.setup)
    return spoken is not None and spoken.measured is not Measured.FP16


def _found_as(subject: Subject) -> str:
    seen = view(subject.setup)
    precision = seen.precision.upper() if seen.precision else "precision not known"
    return precision if seen.context == Use.INFERENCE.value else f"{precision} in {seen.context}"


def _standings(models: Sequence[_Model], drawn: Sequence[tuple[Kind, str]]) -> Table:
    """Below which crossovers every model is, of the architectures that are drawn."""
    kinds = list(dict.fromkeys(kind for kind, _ in drawn))
    rows = []
    for model in models:
        cells = []
        for kind in kinds:
            asked = [name for one, name in drawn if one == kind and model.is_on(name)]
            under = [name for name in asked if model.mark.params_b < (crossover(name, kind).value_b or 0.0)]
            cells.append(", ".join(NAMES.get(name, name) for name in under) or "none")
        rows.append(
            (model.mark.letter, model.mark.label, f"{model.mark.params_b:g}", model.mark.note, *cells)
        )
    heads = (f"Below the {kind.upper()} crossover of" for kind in kinds)
    return Table(("", "Model", "Size (B)", "Found as", *heads), tuple(rows))


def _energy(findings: Sequence[Finding]) -> Group:
    models: dict[tuple[str, str], tuple[Gpu | None, float | None]] = {}
    counted: Counter[tuple[str, str]] = Counter()
    used: dict[tuple[str, str], set[Measured]] = defaultdict(set)
    for finding in findings:
        if finding.setup is None or span_of(finding.rows) is None:
            continue
        subject = Subject(finding.setup)
        if subject.model_name is None or subject.is_foreign:
            continue
        key = (subject.model_name, subject.gpu.name if subject.gpu is not None else "")
        models.setdefault(key, (subject.gpu, subject.params_b))
        counted[key] += 1
        if (spoken := precision_of(finding.setup)) is not None:
            used[key].add(spoken.measured)
    ordered = sorted(counted, key=lambda key: (-counted[key], key))
    drawn = (energy_chart(key[0], models[key][0], models[key][1], used=used[key]) for key in ordered)
    charts = [chart for chart in drawn if chart is not None]
    return Group(
        "energy",
        "Measured energy of each setting",
        "For the models with findings, what was measured of each setting on their card, against FP16 of the same "
        "session.",
        tuple(charts[:MOST_MODELS]),
        f"{len(charts) - MOST_MODELS} more models are not drawn." if len(charts) > MOST_MODELS else "",
    )
