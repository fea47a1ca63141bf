"""Writing reports: to the terminal and to files, in one or several formats."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable

from ecolint.cli.entry import tell
from ecolint.cli.faults import Misused
from ecolint.cli.looks import terminal_width as terminal_width
from ecolint.cli.looks import wants_color as wants_color
from ecolint.cli.looks import write_out as write_out
from ecolint.discovery.reading import read_file
from ecolint.faults import Fault
from ecolint.finding import Report
from ecolint.records import dataclass
from ecolint.reporters.base import RenderContext
from ecolint.reporters.registry import reporter, reporters
from ecolint.source import SourceFile

STDOUT = "-"


@dataclass(frozen=True, slots=True)
class Target:
    """One output: a format and the file it goes to; None is stdout."""

    format: str
    path: str | None


def targets(format: str | None, outputs: Iterable[str], default: str = "text") -> tuple[Target, ...]:
    """Outputs asked for by --format and --output. Raises Misused for an unknown format, and for two at one place.

    `--output sarif=out.sarif` names format and file, `--output out.sarif` takes --format. Where a file takes
    the only format asked for, nothing is printed; where formats are named with files, --format is printed.
    `-` stands for stdout.
    """
    found = []
    plain = False
    for text in outputs:
        name, separator, path = text.partition("=")
        if separator and name in reporters():
            if not path:
                raise Misused(f"--output {text}: names no file")
            found.append(Target(name, _file(path)))
        elif separator and not os.path.dirname(name) and path and name.isalpha():
            raise Misused(f"--output {text}: unknown format {name!r}; {_known()}")
        elif text in reporters():
            raise Misused(
                f"--output {text}: is a format, not a file; there are --format {text} and --output {text}=FILE"
            )
        else:
            plain = True
            found.append(Target(format or _by_suffix(text) or default, _file(text)))
    if not plain and (format or all(target.path is not None for target in found)):
        found.append(Target(format or default, None))
    places = [target.path and os.path.abspath(target.path) for target in found]
    for place, target in zip(places, found, strict=True):
        if places.count(place) > 1:
            raise Misused(f"{target.path or 'stdout'} takes one report only")
    return tuple(found)


def _file(path: str) -> str | None:
    return None if path == STDOUT else path


def _known() -> str:
    return f"there are {', '.join(reporters())}"


def _by_suffix(path: str) -> str | None:
    suffix = path.rpartition(".")[2].lower()
    suffix = {"md": "markdown", "xml": "junit", "htm": "html"}.get(suffix, suffix)
    return suffix if suffix in reporters() else None


def write(report: Report, target: Target, context: RenderContext) -> None:
    """Render a report to its target. Raises Fault where it cannot be written."""
    if target.path is None:
        write_out(rendered(report, target, context), format=target.format)
        return
    if target.format == "github":
        append_job_summary(report, context)
    write_file(target.path, reporter(target.format).render(report, context))


def rendered(report: Report, target: Target, context: RenderContext) -> str:
    """A report as it is printed."""
    if target.format == "github":
        append_job_summary(report, context)
    return reporter(target.format).text(report, context)


def append_job_summary(report: Report, context: RenderContext) -> None:
    """Add to the summary of a job in GitHub Actions, where the run is part of one."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    from ecolint.reporters.markdown import job_summary

    try:
        with open(path, "a", encoding="utf-8", errors="backslashreplace") as handle:
            handle.write(job_summary(report, context))
    except OSError as error:
        tell(f"cannot write the job summary: {error.strerror or error}")


def write_file(path: str, pieces: Iterable[str]) -> None:
    """Write a file as a whole or not at all. Raises Fault where it cannot be written."""
    folder = os.path.dirname(os.path.abspath(path))
    temporary = ""
    try:
        os.makedirs(folder, exist_ok=True)
        if _is_written_in_place(path):
            with open(path, "w", encoding="utf-8", errors="backslashreplace") as special:
                special.writelines(pieces)
            return
        import tempfile

        with tempfile.NamedTemporaryFile(
            "w", dir=folder, delete=False, encoding="utf-8", errors="backslashreplace", prefix=".ecolint-"
        ) as handle:
            temporary = handle.name
            handle.writelines(pieces)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, path)
        temporary = ""
    except OSError as error:
        raise Fault(f"cannot write {path}: {error.strerror or error}") from None
    finally:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def _is_written_in_place(path: str) -> bool:
    """Whether a path is no file of its own: a pipe or device, or a name of a stream such as /dev/stdout."""
    is_stream = os.path.abspath(path).startswith(("/dev/", "/proc/"))
    return os.path.exists(path) and (is_stream or not os.path.isfile(path))


def read_source(path: str) -> SourceFile | None:
    """A scanned file again, by the path it is reported under."""
    try:
        data = read_file(path)
    except OSError:
        return None
    return SourceFile(path, data) if data is not None else None
