"""From setups to findings: what is known besides the file is filled in, rules judge, levels are capped."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ecolint.conditions import EXCEPTION, ONLY, both, either
from ecolint.finding import Applicability, Finding, Fix, FoundSetup, Level, Region, Undecided
from ecolint.fingerprints import content_fingerprint
from ecolint.inference import Context, InferenceSetup, Known, Located, Place, Use
from ecolint.records import replace
from ecolint.rules.base import Doubt, Rule, Verdict
from ecolint.rules.refused import refused
from ecolint.rules.registry import rules
from ecolint.settings.policy import Policy
from ecolint.source import SourceFile, Span
from ecolint.statements import Cell

if TYPE_CHECKING:
    from ecolint.repository import Repository
    from ecolint.suppressions import Annotation

CONTEXT_WORDS = {
    Use.TRAINING: "the model is trained here ({}), and the measurements are of inference",
    Use.TEST: "it belongs to a test ({})",
    Use.DOCS: "the file is documentation ({})",
    Use.CONVERSION: "the model is only loaded to be saved again ({}), and the measurements are of inference",
}
MOST_NAMES = 5
"""Other models that a finding names."""
NOT_EDITED = frozenset((Use.TRAINING, Use.TEST, Use.CONVERSION))


Judged = tuple[Rule, Verdict, InferenceSetup, Region]


def region_of(source: SourceFile, span: Span, cells: Sequence[Cell] = ()) -> Region:
    """Lines and columns of a span, in notebooks also cell and line in the cell."""
    start, end = source.position(span.start), source.position(max(span.start, span.end))
    before = bisect_right(cells, span.start, key=lambda item: item.span.start)
    cell = cells[before - 1] if before and span.start <= cells[before - 1].span.end else None
    cell_line = max(1, bisect_right(cell.line_starts, span.start)) if cell is not None else None
    return Region(
        span, start.line, start.column, end.line, end.column, cell.index if cell else None, cell_line
    )


def complete(
    setup: InferenceSetup,
    policy: Policy,
    annotations: Sequence[Annotation],
    line_of: Callable[[int], int],
) -> InferenceSetup:
    """The setup with what annotations, settings and the command line add to it."""
    changes: dict[str, Any] = {}
    if policy.context is not None:
        changes["context"] = Context(Use(policy.context), "context in the settings")
    if not setup.gpu.is_known and policy.default_gpu is not None:
        changes["gpu"] = Located(policy.default_gpu, Known.DERIVED, origin="gpu in the settings")
    lines = _lines(setup, line_of) if annotations else frozenset()
    for annotation in annotations:
        if annotation.lines is not None and annotation.lines.isdisjoint(lines):
            continue
        origin = f"annotation on line {annotation.line}"
        for name, value in annotation.values:
            if name == "context":
                changes["context"] = Context(Use(value), origin)
            elif name == "params":
                changes["params_b"] = Located(float(value.rstrip("bB")), Known.DERIVED, origin=origin)
            else:
                changes[name] = Located(value, Known.DERIVED, origin=origin)
    if policy.gpu is not None:
        changes["gpu"] = Located(policy.gpu, Known.DERIVED, origin="--gpu")
    result = replace(setup, **changes) if changes else setup
    size = policy.params.get(result.model.value or "") if result.model.is_known else None
    if size is not None and not result.params_b.is_known:
        result = replace(result, params_b=Located(size, Known.DERIVED, origin="params in the settings"))
    return result


def _lines(setup: InferenceSetup, line_of: Callable[[int], int]) -> frozenset[int]:
    """Lines of a setup, and those on which its values stand."""
    bounds = ((line_of(span.start), line_of(span.end)) for span in _spans(setup))
    return frozenset(line for first, last in bounds for line in range(first, last + 1))


def judge(
    source: SourceFile,
    found: Sequence[FoundSetup],
    policy: Policy,
    cells: Sequence[Cell],
    repository: Repository,
    sign: str = "",
) -> tuple[list[Finding], list[Undecided]]:
    """What the selected rules say of the setups of one file, in the order of the file. `sign` starts a comment that
    may be added to it; empty where none may."""
    verdicts: list[Judged] = []
    undecided: list[Undecided] = []
    for item in found:
        for rule in rules():
            if rule.code not in policy.codes:
                continue
            for said in rule.check(item.setup):
                region = region_of(source, _told_at(said, source), cells)
                if isinstance(said, Doubt):
                    undecided.append(Undecided(rule.code, rule.name, source.path, region, said.reason))
                else:
                    verdicts.append((rule, said, item.setup, region))
    verdicts = _agreed(found, verdicts)
    shared = _shared(found, verdicts)
    conditions = _conditions(verdicts)
    findings = [
        _finding(
            judged, conditions[id(judged)], source, sign, None if id(judged[1]) in shared else repository
        )
        for judged in verdicts
    ]
    return _merged(findings), list(dict.fromkeys(undecided))


def _told_at(said: Verdict | Doubt, source: SourceFile) -> Span:
    """The span of what was said; of a flag alone where its value stands elsewhere."""
    flags = said.fields if isinstance(said, Verdict) else ()
    flag = next((item for item in flags if item.place is Place.FLAG and item.span == said.span), None)
    if flag is None:
        return said.span
    from ecolint.edits.extent import own_span

    return own_span(flag, source) or said.span


def _agreed(found: Sequence[FoundSetup], verdicts: Sequence[Judged]) -> list[Judged]:
    """The verdicts without those on an option that serves another setup, of which the same is not said."""
    said: dict[tuple[str, Span], set[int]] = {}
    for rule, verdict, setup, _ in verdicts:
        if verdict.unanimous:
            said.setdefault((rule.code, verdict.span), set()).add(id(setup))
    if not said:
        return list(verdicts)
    given: dict[Span, set[int]] = {}
    for item in found:
        for span in _given(item.setup):
            given.setdefault(span, set()).add(id(item.setup))
    return [
        judged
        for judged in verdicts
        if not judged[1].unanimous or given.get(judged[1].span, set()) <= said[judged[0].code, judged[1].span]
    ]


def _shared(found: Sequence[FoundSetup], verdicts: Sequence[Judged]) -> frozenset[int]:
    """Ids of verdicts whose fix would change another setup, of the same call or with the same settings, that does not
    ask for it or is not to be changed."""
    asking = [item for item in verdicts if item[1].fix is not None and item[1].fix.changes]
    if not asking:
        return frozenset()
    peers = Counter(span for item in found for span in _spans(item.setup))
    asked: dict[tuple[object, ...], set[int]] = {}
    keys: list[tuple[int, Span, tuple[object, ...]]] = []
    for rule, said, setup, _ in asking:
        fix = said.fix
        assert fix is not None
        changed = {change.at.span for change in fix.changes if change.at.span is not None}
        for span in _places(setup) | changed:
            if peers[span] > 1:
                key = (rule.code, span, fix.signature)
                keys.append((id(said), span, key))
                if _may_change(fix, setup):
                    asked.setdefault(key, set()).add(id(setup))
    return frozenset(said for said, span, key in keys if len(asked.get(key, ())) < peers[span])


def _places(setup: InferenceSetup) -> set[Span]:
    """Where a setup stands: its call, and the arguments by which it is quantised."""
    return {setup.span, *(option.value.span for option in setup.loading if option.value.span is not None)}


def _spans(setup: InferenceSetup) -> set[Span]:
    """Where a setup and all that it is told by stand."""
    spans = {value.span for _, value in setup.located() if value.span is not None}
    return spans | _given(setup) | _places(setup)


def _may_change(fix: Fix, setup: InferenceSetup) -> bool:
    """Whether a fix may be made in a setup: what is trained, tested or saved only keeps its behaviour."""
    return setup.context.use not in NOT_EDITED or fix.applicability is Applicability.SAFE


def _given(setup: InferenceSetup) -> set[Span]:
    """Where the options stand that a setup is given."""
    return {option.value.span for option in setup.options if option.value.span is not None}


def _conditions(verdicts: Sequence[Judged]) -> dict[int, str | None]:
    """The condition of each judgement, by its id: where the same is said of several setups in one place, any of theirs
    is enough."""
    alike: dict[tuple[str, Span, str], list[tuple[int, str | None]]] = {}
    for judged in verdicts:
        rule, said, setup, region = judged
        own = _condition(said, setup)
        alike.setdefault((rule.code, region.span, said.message), []).append((id(judged), own))
    return {
        judged: own and either(other for _, other in items if other)
        for items in alike.values()
        for judged, own in items
    }


def _finding(
    judged: Judged, condition: str | None, source: SourceFile, sign: str, repository: Repository | None
) -> Finding:
    """The finding of a verdict; without a repository it is not to be edited."""
    rule, verdict, setup, region = judged
    level = verdict.level or rule.level
    details = [*refused(setup), *_derivation(verdict), *verdict.details]
    message = verdict.message
    if condition:
        level = level.at_most(Level.NOTE)
        message = f"{message.rstrip('.')} ({condition})."
    if setup.context.use is not Use.INFERENCE:
        level = level.at_most(Level.NOTE)
        details.append(f"Note only: {CONTEXT_WORDS[setup.context.use].format(setup.context.reason)}.")
    match = verdict.match
    if match is not None:
        details.extend(f"Note on the rows: {note}" for note in match.notes if "on board power" not in note)
        if match.band:
            details.append(f"This GPU was not measured: allow {match.band} around the figures of the rows.")
    return Finding(
        rule=rule.code,
        name=rule.name,
        level=level,
        path=source.path,
        region=region,
        message=message,
        fingerprint="",
        setup=setup,
        details=tuple(details),
        overhead=verdict.overhead,
        rows=(*match.quoted, *match.contrast) if match else (),
        confidence=match.confidence if match else None,
        fix=_fix(verdict.fix, setup, source, repository),
        boundaries=match.boundaries if match else (),
        questions=tuple(filter(None, (question.asked(sign) for question in verdict.questions))),
        source_note=verdict.source_note,
    )


def _condition(verdict: Verdict, setup: InferenceSetup) -> str | None:
    """The condition on a verdict: one on what it rests on tells less of what has no part in it than the setup's."""
    told = [value.when for value in verdict.fields if value.when]
    if verdict.of_absence or setup.when == EXCEPTION:
        return both((setup.when, *told))
    of_fields = [text for text in told if text.startswith(ONLY)]
    return both(of_fields) or setup.when or next(iter(told), None)


def _derivation(verdict: Verdict) -> Iterator[str]:
    """Where the value comes from that is judged, where it does not stand at the place that is reported."""
    for value in verdict.fields[:1]:
        if value.known is Known.DERIVED and value.origin and value.span == verdict.span:
            yield f"Known from: {value.origin}."


def _fix(
    fix: Fix | None, setup: InferenceSetup, source: SourceFile, repository: Repository | None
) -> Fix | None:
    """The fix with its edits, if it may be made; without any it is advice, whatever it might change."""
    if fix is None:
        return None
    if repository is None or not _may_change(fix, setup):
        fix = replace(fix, changes=())
    elif fix.changes:
        from ecolint.edits.resolve import resolved

        fix = resolved(fix, source, repository)
    return fix if fix.edits else replace(fix, applicability=Applicability.DISPLAY)


def _merged(findings: Iterable[Finding]) -> list[Finding]:
    """One finding per rule and place: of several setups that share a setting, the gravest judgement. It names the
    other models that the same is said of."""
    alike: dict[tuple[str, Span], list[Finding]] = {}
    for finding in findings:
        alike.setdefault((finding.rule, finding.region.span), []).append(finding)
    found = (_gravest(items) for items in alike.values())
    return sorted(found, key=lambda item: (item.region.span, item.rule))


def _gravest(findings: Sequence[Finding]) -> Finding:
    best = max(findings, key=_weight)
    others = dict.fromkeys(
        name for item in findings if item.level is best.level and (name := _model_of(item)) != _model_of(best)
    )
    names = [name for name in others if name]
    if not names:
        return best
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return replace(best, details=(*best.details, f"The same goes for {', '.join(names[:MOST_NAMES])}{more}."))


def _model_of(finding: Finding) -> str | None:
    setup = finding.setup
    return setup.model.value if setup is not None and setup.model.is_known else None


def _weight(finding: Finding) -> tuple[int, bool]:
    """Of equal levels, what always holds is graver."""
    return finding.level.weight, finding.setup is None or finding.setup.when is None


def with_fingerprints(findings: Iterable[Finding], source: SourceFile) -> list[Finding]:
    """The findings with content fingerprints; equal constructs are told apart by their order."""
    seen: Counter[tuple[str, str]] = Counter()
    result = []
    for finding in findings:
        construct = " ".join(source.cut(finding.region.span).split())
        occurrence = seen[finding.rule, construct]
        seen[finding.rule, construct] += 1
        fingerprint = content_fingerprint(finding.rule, finding.path, construct, occurrence)
        result.append(replace(finding, fingerprint=fingerprint))
    return result
