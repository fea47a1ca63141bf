"""`ecolint scan --fix` and `--diff`: which fixes are applied, and what is said of it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from ecolint.cli.entry import tell
from ecolint.cli.looks import write_bytes
from ecolint.discovery.reading import read_file
from ecolint.discovery.trees import repository_root, root_of
from ecolint.finding import Applicability, FileReport, Finding, Report
from ecolint.fixes import Fixed, Selection, fixed, write
from ecolint.records import dataclass
from ecolint.scanner import Run, scan_text


@dataclass(frozen=True, slots=True)
class Choice:
    """What the command line asks for. `narrowed` says that some findings were left out of the report on purpose."""

    unsafe: bool
    narrowed: bool


def fixed_files(report: Report, run: Run, choice: Choice, scanned: Mapping[str, bytes]) -> Iterator[Fixed]:
    """Each file of the report that has fixes to apply, with them applied in memory. `scanned` are the bytes of files
    that the report is about; others are read."""
    selection = Selection(choice.unsafe)
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        found.setdefault(finding.path, []).append(finding)
    for path, findings in found.items():
        fingerprints = frozenset(item.fingerprint for item in findings if selection.takes(item))
        if not fingerprints:
            continue
        data = scanned[path] if path in scanned else _read(path)
        if data is None:
            yield Fixed(path, b"", b"", problem="not changed: it cannot be read")
            continue
        is_whole = path in scanned and not choice.narrowed
        yield fixed(
            path,
            data,
            _rescan(path, run),
            Selection(choice.unsafe, fingerprints if choice.narrowed else None),
            FileReport(path, tuple(findings)) if is_whole else None,
        )


def _rescan(path: str, run: Run) -> Callable[[bytes], FileReport]:
    root = tree_of(path, run)

    def scan(data: bytes) -> FileReport:
        report = scan_text(path, data, run, root)
        return FileReport(path, report.findings)

    return scan


def _read(path: str) -> bytes | None:
    try:
        return read_file(path)
    except OSError:
        return None


def applied_in(paths: Iterable[str]) -> str:
    """Absolute folder that the paths of a diff are relative to, so that `git apply` takes them there: the working
    directory or, where files outside of it are named, the root of the repository that all are in."""
    here = os.getcwd()
    named = [os.path.abspath(path) for path in paths]
    if not all(_is_below(path, here) for path in named):
        roots = {repository_root(path if os.path.isdir(path) else os.path.dirname(path)) for path in named}
        if len(roots) == 1:
            return roots.pop() or here
    return here


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def show_diff(files: Iterable[Fixed], found: Iterable[Finding], folder: str) -> int:
    """Print the changes as one unified diff that is applied in a folder, and to stderr what cannot be changed;
    returns how many of the findings it fixes. What only shows when another one is fixed is none of them."""
    from ecolint.edits.patch import unified

    elsewhere = folder != os.getcwd()
    if elsewhere:
        tell(f"Paths of the diff are relative to {folder}")
    known = {finding.fingerprint for finding in found}
    count = 0
    for item in files:
        if item.problem:
            tell(f"{item.path}: {item.problem}")
        count += sum(finding.fingerprint in known for finding in item.findings)
        path = os.path.relpath(item.path, folder).replace(os.sep, "/") if elsewhere else item.path
        write_bytes(unified(path, item.before, item.after))
    return count


def tell_of_diff(count: int, found: Iterable[Finding], *, unsafe: bool) -> None:
    """Say on stderr how much of what was found a diff fixes, and what it could."""
    found = list(found)
    if found:
        more = _could_be(found, unsafe)
        tell(f"The diff fixes {count} of {_number(len(found), 'finding')}.{more}")


def apply(files: Iterable[Fixed], run: Run) -> list[Fixed]:
    """Write the fixed files; those that are not written come back with the reason."""
    result = []
    for item in files:
        if item.changed:
            problem = write(item.path, item.before, item.after, tree_of(item.path, run))
            if problem:
                item = Fixed(item.path, item.before, item.before, (), problem)
        result.append(item)
    return result


def tree_of(path: str, run: Run) -> str:
    """The folder that a scanned file belongs to: its repository, or else what was named on the command line."""
    absolute = os.path.abspath(path)
    for named in map(os.path.abspath, run.paths):
        if os.path.isdir(named) and _is_below(absolute, named):
            return repository_root(named) or named
    return root_of(os.path.dirname(absolute))


def tell_of_fixes(files: Iterable[Fixed], left: Iterable[Finding], *, unsafe: bool) -> None:
    """Say on stderr what was fixed and what it may change, what was not, and what could be."""
    files = list(files)
    count = sum(len(item.findings) for item in files)
    changed = [item for item in files if item.changed]
    left = list(left)
    if count:
        tell(f"Fixed {_number(count, 'finding')} in {_number(len(changed), 'file')}:")
    for item in changed:
        for line, times in Counter(_line(item.path, finding) for finding in item.findings).items():
            tell(f"  {line}" + (f" ({times} times)" if times > 1 else ""))
    for item in files:
        if item.problem:
            tell(f"{item.path}: {item.problem}")
    told = f"{_number(len(left), 'finding')} left" if left else "No findings left"
    more = _could_be(left, unsafe)
    tell(f"{told}.{more}")


def _line(path: str, finding: Finding) -> str:
    fix = finding.fix
    assert fix is not None
    risk = f". {fix.price}" if fix.price and fix.applicability is Applicability.UNSAFE else ""
    return f"{path}: {finding.rule} {fix.title} ({fix.applicability.value}){risk}"


def _could_be(left: Iterable[Finding], unsafe: bool) -> str:
    kinds = Counter(item.fix.applicability for item in left if item.fix is not None and item.fix.edits)
    number = kinds[Applicability.UNSAFE]
    if unsafe or not number:
        return ""
    return f" {number} could be fixed with --unsafe-fixes, at the price that is told with each."


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
