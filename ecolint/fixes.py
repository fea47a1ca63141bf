"""Applying fixes: edits on bytes, in passes, with a check of what came out; files written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from bisect import bisect_right, insort
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from ecolint.finding import Applicability, Edit, FileReport, Finding
from ecolint.source import SourceFile, Span

PASSES = 10
"""Bound of the passes over one file."""
UNREADABLE = "ECO902"
Rescan = Callable[[bytes], FileReport]


@dataclass(frozen=True, slots=True)
class Fixed:
    """What was fixed in one file. `problem` says why the file is left as it was; then `after` is `before`."""

    path: str
    before: bytes
    after: bytes
    findings: tuple[Finding, ...] = ()
    problem: str = ""

    @property
    def changed(self) -> bool:
        return self.after != self.before


@dataclass(frozen=True, slots=True)
class Selection:
    """Which fixes may be applied: those of findings with one of these fingerprints (None: of all findings)."""

    unsafe: bool = False
    fingerprints: frozenset[str] | None = None

    def takes(self, finding: Finding) -> bool:
        fix = finding.fix
        if fix is None or not fix.edits or not self.admits(fix.applicability):
            return False
        return self.fingerprints is None or finding.fingerprint in self.fingerprints

    def admits(self, applicability: Applicability) -> bool:
        return applicability is Applicability.SAFE or (self.unsafe and applicability is Applicability.UNSAFE)


@dataclass
class _State:
    data: bytes
    done: list[Finding] = field(default_factory=list)


def fixed(
    path: str, data: bytes, rescan: Rescan, selection: Selection, first: FileReport | None = None
) -> Fixed:
    """A file with its fixes applied, in as many passes as it takes until nothing is left to change.

    Where fixes bring back what the file was some passes before, those made since then are not made.

    `rescan` gives the findings of the file with other bytes, `first` those of it as it is. Nothing is written.
    """
    from ecolint.edits.parsing_check import fault

    state = _State(data)
    report = first or rescan(data)
    broken = _unreadable(report)
    known = {data: 0}
    for _ in range(PASSES):
        chosen = without_overlaps([item for item in report.findings if selection.takes(item)])
        if not chosen:
            break
        after = applied(SourceFile(path, state.data), chosen)
        if after in known:
            state = _State(after, state.done[: known[after]])
            break
        reason = fault(path, state.data, after)
        if not reason:
            report = rescan(after)
            reason = "could not be read any more" if _unreadable(report) > broken else ""
        if reason:
            return Fixed(path, data, data, problem=f"left as it was: fixed, it {reason}")
        state.data = after
        state.done.extend(chosen)
        known[after] = len(state.done)
    return Fixed(path, data, state.data, tuple(state.done))


def _unreadable(report: FileReport) -> int:
    return sum(item.rule == UNREADABLE for item in report.findings)


def without_overlaps(findings: Iterable[Finding]) -> list[Finding]:
    """Findings whose edits can be made together: in the order of the file, those left out that touch one before.

    Of the unsafe fixes of one setup only the first by rule is made, for it may leave nothing to the others.
    """
    taken: list[Edit] = []
    chosen: list[Finding] = []
    first = _first_of_setups(findings := list(findings))
    for finding in sorted(findings, key=lambda item: (item.region.span, item.rule)):
        edits = finding.fix.edits if finding.fix is not None else ()
        if first.get(_setup_of(finding), finding.rule) != finding.rule:
            continue
        if not any(_touches(edit, taken) for edit in edits):
            for edit in edits:
                insort(taken, edit)
            chosen.append(finding)
    return chosen


def _setup_of(finding: Finding) -> Span | None:
    unsafe = finding.fix is not None and finding.fix.applicability is Applicability.UNSAFE
    return finding.setup.span if finding.setup is not None and unsafe else None


def _first_of_setups(findings: Iterable[Finding]) -> dict[Span | None, str]:
    first: dict[Span | None, str] = {}
    for finding in findings:
        at = _setup_of(finding)
        if at is not None:
            first[at] = min(first.get(at, finding.rule), finding.rule)
    return first


def _touches(edit: Edit, taken: Sequence[Edit]) -> bool:
    """Whether an edit touches one of those in the order of the file, none of which overlap."""
    before = bisect_right(taken, edit.end, key=lambda item: item.start)
    return before > 0 and taken[before - 1].end >= edit.start


def applied(source: SourceFile, findings: Sequence[Finding]) -> bytes:
    """The bytes of a file with the fixes of these findings, which must not overlap."""
    return with_edits(source, [edit for item in findings if item.fix is not None for edit in item.fix.edits])


def with_edits(source: SourceFile, edits: Iterable[Edit]) -> bytes:
    """The bytes of a file with edits that do not overlap; text is encoded like the file.

    Raises ValueError where edits overlap or lie outside the file.
    """
    encoding = source.encoding[0]
    pieces: list[bytes] = []
    at = 0
    for edit in sorted(edits):
        if not at <= edit.start <= edit.end <= len(source.data):
            raise ValueError(f"edit {edit} overlaps another one or lies outside the file")
        pieces += [source.data[at : edit.start], edit.text.encode(encoding)]
        at = edit.end
    return b"".join([*pieces, source.data[at:]])


def write(path: str, before: bytes, after: bytes, root: str) -> str:
    """Put `after` in the place of a file that still holds `before`, keeping its mode. Returns why not, or "".

    The file is replaced as a whole. A symbolic link that leads out of `root` is refused; one that does not is
    kept, and the file it leads to is replaced.
    """
    real, top = os.path.realpath(path), os.path.realpath(root)
    if real != top and not real.startswith(top.rstrip(os.sep) + os.sep):
        return "not changed: a symbolic link leads out of the tree"
    temporary = ""
    try:
        status = os.stat(real)
        if not stat.S_ISREG(status.st_mode):
            return "not changed: no regular file"
        if not os.access(real, os.W_OK):
            return "not changed: it may not be written"
        with tempfile.NamedTemporaryFile(
            dir=os.path.dirname(real), prefix=".ecolint-", delete=False
        ) as handle:
            temporary = handle.name
            handle.write(after)
            handle.flush()
            os.fsync(handle.fileno())
        with contextlib.suppress(OSError, AttributeError):
            os.chown(temporary, status.st_uid, status.st_gid)
        os.chmod(temporary, stat.S_IMODE(status.st_mode))
        with open(real, "rb") as handle_now:
            if handle_now.read() != before:
                return "not changed: another program changed it meanwhile"
        os.replace(temporary, real)
        temporary = ""
    except OSError as error:
        return f"not changed: {error.strerror or error}"
    finally:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
    return ""
