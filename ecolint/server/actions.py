"""Remedies of findings as code actions: their fixes, all safe fixes at once, a comment that silences one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from lsprotocol.types import CodeAction, CodeActionContext, CodeActionKind, Range

from ecolint.edits.parsing_check import fault
from ecolint.finding import Applicability
from ecolint.fixes import Selection, fixed, with_edits
from ecolint.records import dataclass
from ecolint.reporters.brief import PROMISES, sentence
from ecolint.reporters.escaping import visible
from ecolint.server.changes import workspace_edit
from ecolint.server.diagnostics import FINGERPRINT, SOURCE, diagnostic
from ecolint.server.documents import Document
from ecolint.server.linting import Linted, Placed, Units
from ecolint.server.suppress import silenced
from ecolint.source import SourceFile

FIX_ALL = f"{CodeActionKind.SourceFixAll.value}.{SOURCE}"
MOST_READ = 200_000
"""Bytes that are read again at most to try the actions of a request, if it is about more than one finding."""
KINDS = (CodeActionKind.QuickFix.value, FIX_ALL)


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks for: a part of a document, a range there, and what it knows of it. `versioned` says that
    it takes edits for one version of a text."""

    part: int | None
    range: Range
    context: CodeActionContext
    versioned: bool

    def wants(self, kind: str) -> bool:
        """Whether actions of a kind are asked for."""
        only = self.context.only
        return only is None or any(kind == one or kind.startswith(f"{one}.") for one in map(_value, only))

    def concerns(self, placed: Placed) -> bool:
        """Whether a finding touches the range, or is among the diagnostics that the client names."""
        named = (item.data for item in self.context.diagnostics if item.source == SOURCE)
        if any(
            isinstance(data, dict) and data.get(FINGERPRINT) == placed.finding.fingerprint for data in named
        ):
            return True
        mine, asked = placed.range, self.range
        return placed.part == self.part and mine.start <= asked.end and asked.start <= mine.end


def _value(kind: CodeActionKind | str) -> str:
    return kind.value if isinstance(kind, CodeActionKind) else kind


def actions(linted: Linted, request: Request, units: Units) -> Iterator[CodeAction]:
    """Actions for a range, the safest first."""
    if request.wants(CodeActionKind.QuickFix.value):
        most = max(1, MOST_READ // (len(linted.document.data) or 1))
        concerned = list(islice(filter(request.concerns, linted.placed), most))
        found = [fix for one in concerned if (fix := _fix(linted, one, request, units)) is not None]
        yield from sorted(found, key=lambda action: not action.is_preferred)
        for one in concerned:
            silent = silenced(linted, one.finding)
            if silent is not None:
                title = f"Silence {one.finding.rule} here with a comment"
                yield _action(linted, one, title, [part.text for part in silent.parts], request, units)
    if request.wants(FIX_ALL):
        yield from _fix_all(linted, request, units)


def _fix(linted: Linted, placed: Placed, request: Request, units: Units) -> CodeAction | None:
    fix = placed.finding.fix
    if fix is None or not fix.edits:
        return None
    document = linted.document
    after = with_edits(SourceFile(document.path, document.data), fix.edits)
    changed = _changed(document, after)
    if changed is None or fault(document.path, document.data, after):
        return None
    safe = fix.applicability is Applicability.SAFE
    title = f"{visible(fix.title)} [{placed.finding.rule}] ({PROMISES[fix.applicability]})"
    if fix.price and not safe:
        title += f". {sentence(fix.price)}"
    action = _action(linted, placed, title, changed, request, units)
    action.is_preferred = safe or None
    return action


def _action(
    linted: Linted, placed: Placed, title: str, texts: Sequence[str], request: Request, units: Units
) -> CodeAction:
    return CodeAction(
        title,
        kind=CodeActionKind.QuickFix,
        diagnostics=[diagnostic(placed)],
        edit=workspace_edit(linted.document, texts, units, versioned=request.versioned),
    )


def _fix_all(linted: Linted, request: Request, units: Units) -> Iterator[CodeAction]:
    scope, document = linted.scope, linted.document
    selection = Selection()
    chosen = [one.finding for one in linted.placed if selection.takes(one.finding)]
    if scope is None or not chosen:
        return
    result = fixed(document.path, document.data, scope.report, selection, linted.report)
    changed = _changed(document, result.after) if result.changed else None
    if changed is not None:
        yield CodeAction(
            "Make all safe fixes of ecolint",
            kind=FIX_ALL,
            edit=workspace_edit(document, changed, units, versioned=request.versioned),
        )


def _changed(document: Document, data: bytes) -> Sequence[str] | None:
    """The texts of a document's parts in other bytes; None where its parts would not be the same."""
    try:
        return document.texts(data)
    except (ValueError, KeyError, TypeError):
        return None
