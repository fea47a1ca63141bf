"""Findings about the scan itself: files that cannot be read, ignores that ignore nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from ecolint.finding import Applicability, Edit, Finding, Fix
from ecolint.judge import region_of
from ecolint.rules.registry import find, matching
from ecolint.settings.policy import Policy
from ecolint.source import SourceFile, Span
from ecolint.statements import Cell, Problem, line_counter

if TYPE_CHECKING:
    import datetime

    from ecolint.suppressions import Ignore


def unreadable(source: SourceFile, problem: Problem) -> Finding:
    """ECO902 for a part of a file that could not be read."""
    line = min(max(problem.line, 1), len(source.line_starts))
    span = source.line_span(line)
    region = region_of(source, Span(span.start, span.start))
    return _about_scan("ECO902", source, region.span, f"Cannot be read: {problem.reason.rstrip('.')}.")


def _about_scan(
    code: str,
    source: SourceFile,
    span: Span,
    message: str,
    cells: Sequence[Cell] = (),
    fix: Fix | None = None,
) -> Finding:
    rule = find(code)
    assert rule is not None
    return Finding(
        rule.code, rule.name, rule.level, source.path, region_of(source, span, cells), message, "", fix=fix
    )


def apply_ignores(
    source: SourceFile,
    findings: Sequence[Finding],
    ignores: Iterable[Ignore],
    policy: Policy,
    cells: Sequence[Cell],
    *,
    in_full: bool,
) -> tuple[list[Finding], list[tuple[Finding, str]]]:
    """Findings that stay, with those about unused ignores, and findings silenced with the reason given. Where the
    file was not read in full, an ignore may be meant for what was not."""
    suppressed: list[tuple[Finding, str]] = []
    if not policy.use_ignores:
        return list(findings), suppressed
    kept = _Kept(line_counter(source, cells), findings)
    for ignore in ignores:
        fault = _fault(ignore, policy)
        used: set[str] = set()
        unused: tuple[str, ...] = ()
        if not fault:
            codes = frozenset().union(*(matching(word) for word in ignore.rules))
            hit = kept.taken(ignore, codes)
            used = {item.rule for item in hit}
            suppressed.extend((item, ignore.reason) for item in hit)
            needed = used | kept.placeless
            words = [
                word for word in ignore.rules if matching(word) & policy.codes and not matching(word) & needed
            ]
            if ignore.unknown:
                fault = ignore.unknown
            elif not words or not in_full:
                continue
            else:
                fault = f"{', '.join(words)} {'is' if len(words) == 1 else 'are'} not reported here"
                unused = tuple(words) if used else ()
        if "ECO901" in policy.codes:
            kept.add(_unused(source, ignore, fault, cells, unused))
    return sorted(kept.findings(), key=lambda item: (item.region.span, item.rule)), suppressed


NOWHERE = Span(0, 0)


class _Kept:
    """Findings that no ignore has silenced yet, by rule and by the lines at which an ignore may hold for them."""

    def __init__(self, line_of: Callable[[int], int], findings: Iterable[Finding]) -> None:
        self._line_of = line_of
        self._of_rule: defaultdict[str, dict[int, Finding]] = defaultdict(dict)
        self._at_line: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
        self._count = 0
        self.placeless: set[str] = set()
        """Rules of findings of which no place is known, for which any ignore may be meant."""
        for finding in findings:
            self.add(finding)

    def add(self, finding: Finding) -> None:
        self._of_rule[finding.rule][self._count] = finding
        if finding.region.span == NOWHERE and finding.setup is not None and finding.setup.span != NOWHERE:
            self.placeless.add(finding.rule)
        for line in {*self._lines(finding), *self._statement(finding)}:
            self._at_line[line].append((self._count, finding.rule))
        self._count += 1

    def findings(self) -> list[Finding]:
        return [item for items in self._of_rule.values() for item in items.values()]

    def taken(self, ignore: Ignore, codes: frozenset[str]) -> list[Finding]:
        """The findings that an ignore of some rules holds for, which are no longer kept."""
        hit: dict[int, Finding] = {}
        if ignore.lines is None or len(ignore.lines) > self._count:
            for code in codes & self._of_rule.keys():
                hit.update((n, item) for n, item in self._of_rule[code].items() if self._covers(ignore, item))
        else:
            for line in ignore.lines:
                for number, rule in self._at_line.get(line, ()):
                    item = self._of_rule[rule].get(number) if rule in codes else None
                    if item is not None and self._covers(ignore, item):
                        hit[number] = item
        for number, item in hit.items():
            del self._of_rule[item.rule][number]
        return [hit[number] for number in sorted(hit)]

    def _covers(self, ignore: Ignore, finding: Finding) -> bool:
        """Whether an ignore holds for a finding: on one of its lines, alone above the statement it is in, or at the
        first or last line of the statement it is about, where the finding stands elsewhere."""
        if ignore.lines is None or not ignore.lines.isdisjoint(self._lines(finding)):
            return True
        lines = self._statement(finding)
        is_elsewhere = finding.setup is not None and not finding.setup.span.contains(finding.region.span)
        return (len(ignore.lines) > 1 and lines[0] in ignore.lines) or (
            is_elsewhere and not ignore.lines.isdisjoint(lines)
        )

    def _statement(self, finding: Finding) -> tuple[int, int]:
        """Lines at which the statement of a finding begins and ends."""
        span = finding.region.span if finding.setup is None else finding.setup.span
        return self._line_of(span.start), self._line_of(max(span.start, span.end - 1))

    def _lines(self, finding: Finding) -> range:
        span = finding.region.span
        return range(self._line_of(span.start), self._line_of(max(span.start, span.end - 1)) + 1)


def today() -> datetime.date:
    import datetime

    return datetime.date.today()


def _fault(ignore: Ignore, policy: Policy) -> str:
    if ignore.fault:
        return ignore.fault
    if ignore.until is not None and ignore.until < today():
        return f"ended on {ignore.until.isoformat()}"
    if policy.require_reason and not ignore.reason:
        return "gives no reason, which the settings require"
    return ""


def _unused(
    source: SourceFile, ignore: Ignore, fault: str, cells: Sequence[Cell], words: tuple[str, ...]
) -> Finding:
    """ECO901 for a comment as a whole or, where others of its rules are needed, for some of its words."""
    fix = None
    if words:
        start = ignore.span.start + source.data[ignore.span.start : ignore.span.end].index(b"[") + 1
        end = source.data.index(b"]", start)
        text = ", ".join(word for word in ignore.rules if word not in words)
        fix = Fix("", "", Applicability.SAFE, f"Take out {', '.join(words)}", edits=(Edit(start, end, text),))
    elif not ignore.fault and not ignore.unknown:
        edit = Edit(*_removal(source, ignore.span), "")
        fix = Fix("", "", Applicability.SAFE, "Remove the comment", edits=(edit,))
    effect = "is broader than needed" if words else "has no effect"
    if fault == ignore.unknown and ignore.rules:
        effect = "has no effect in part"
    ending = "" if fault.endswith("?") else "."
    message = f"This ecolint comment {effect}: {fault}{ending}"
    return _about_scan("ECO901", source, ignore.span, message, cells, fix)


def _removal(source: SourceFile, span: Span) -> tuple[int, int]:
    """Bytes to delete for a comment: with the blanks before it, and with its line where nothing else stands."""
    line = source.line_span(source.line_of(span.start))
    before = source.data[line.start : span.start]
    start = line.start + len(before.rstrip(b" \t"))
    if before.strip() or source.data[span.end : line.end].strip():
        return start, span.end
    end = line.end
    while (
        end < len(source.data)
        and source.data[end : end + 1] in b"\r\n"
        and source.line_of(end) == source.line_of(span.start)
    ):
        end += 1
    return line.start, end
