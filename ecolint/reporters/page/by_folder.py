"""Overhead and cost of a repository's folders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from ecolint.charts import Bar, Chart, Table, bar_chart, lane_chart
from ecolint.charts.lanes import Dot, Lane
from ecolint.finding import Finding
from ecolint.reporters.base import RenderContext
from ecolint.reporters.quotes import percent, span_of
from ecolint.reporters.terminal import counted

MOST = 12
HERE = "(in the folder itself)"


def by_folder(findings: Sequence[Finding]) -> tuple[str, Mapping[str, list[Finding]]]:
    """The folder that all findings are in, and the findings by the folders below it."""
    parts = [finding.path.split("/")[:-1] for finding in findings]
    shared = 0
    while parts and all(len(one) > shared and one[shared] == parts[0][shared] for one in parts):
        shared += 1
    groups: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding, folders in zip(findings, parts, strict=True):
        groups[folders[shared] if len(folders) > shared else HERE].append(finding)
    return "/".join(parts[0][:shared]) if parts else "", dict(sorted(groups.items()))


def folder_charts(
    findings: Sequence[Finding], context: RenderContext
) -> tuple[tuple[Chart, ...], tuple[Chart, ...]]:
    """The chart of overhead and those of cost; none without figures."""
    root, groups = by_folder(findings)
    where = f"folder of {root}" if root else "folder"
    return tuple(_overhead(groups, where)), tuple(_costs(groups, where, context))


def _expected(findings: Sequence[Finding]) -> list[float]:
    """Distinct figures against FP16 that rows give for single findings, in percent."""
    return sorted(
        {
            one.overhead.expected_pct
            for one in findings
            if one.overhead is not None
            and one.overhead.expected_pct is not None
            and one.overhead.relative_to == "fp16"
        }
    )


def _overhead(groups: Mapping[str, list[Finding]], where: str) -> Iterator[Chart]:
    lanes = []
    without = []
    for folder, findings in groups.items():
        reach = span_of([row for one in findings for row in one.rows])
        number = counted(len(findings), "finding")
        if reach is None:
            without.append((folder, f"{number}: no figure against FP16", ""))
            continue
        words = percent(reach[0]) if reach[0] == reach[1] else f"{percent(reach[0])} to {percent(reach[1])}"
        dots = tuple(Dot(value, "point plain", f"{percent(value)} expected") for value in _expected(findings))
        lanes.append(Lane(folder, f"{number}: {words}", reach=reach, dots=dots))
    lanes.sort(key=lambda lane: (-max(lane.values), lane.label))
    if not lanes:
        return
    cells = ((one.label, one.shown, ", ".join(percent(dot.value) for dot in one.dots)) for one in lanes)
    table = Table(("Folder", "Energy of the quoted rows", "Expected of single findings"), (*cells, *without))
    beyond = (("more ", max(0, len(lanes) - MOST)), ("without a figure against FP16 ", len(without)))
    notes = tuple(f"{counted(number, 'folder')} {what}in the table." for what, number in beyond if number)
    yield lane_chart(
        f"Overhead by {where}",
        lanes[:MOST],
        "; ".join(f"{one.label}: {one.shown}" for one in lanes[:MOST]) + ".",
        table,
        axis="energy of the quoted rows against FP16",
        notes=notes,
    )


def _costs(groups: Mapping[str, list[Finding]], where: str, context: RenderContext) -> Iterator[Chart]:
    from ecolint.cost import total_of, volume_of

    volume = volume_of(context.cost)
    if volume is None:
        return
    kwh: dict[str, float] = {}
    money: dict[str, float] = {}
    co2: dict[str, float] = {}
    for folder, findings in groups.items():
        savings = total_of(findings, volume)
        if not savings:
            continue
        kwh[folder] = sum(one.saved_kwh for one in savings)
        co2[folder] = sum(one.saved_co2_kg for one in savings)
        if all(one.saved_money is not None for one in savings):
            money[folder] = sum(one.saved_money or 0.0 for one in savings)
    amounts = (
        ("Energy", "kWh", kwh),
        ("Money", volume.currency, money),
        ("CO₂e", "kg CO₂e", co2),
    )
    for title, unit, values in amounts:
        if values:
            yield _amounts(f"{title} wasted by {where}", unit, values)


def _amounts(title: str, unit: str, values: Mapping[str, float]) -> Chart:
    ordered = sorted(values, key=lambda folder: (-values[folder], folder))
    bars = [Bar(folder, values[folder], f"{values[folder]:.2f} {unit} a month") for folder in ordered]
    return bar_chart(title, bars[:MOST], columns=("Folder", title), axis=f"{unit} a month")
