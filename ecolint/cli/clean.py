"""The report of a run that found nothing, as `ecolint.reporters.text` would print it."""

from __future__ import annotations

from ecolint import FOOTER
from ecolint.cli.looks import wants_color

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

GOOD = "\x1b[1;32m{}\x1b[0m"


def clean_report(scanned: int, seconds: float, options: dict[str, Any]) -> str:
    """Text for so many files without a candidate among them, scanned in so many seconds."""
    if options["quiet"]:
        return ""
    told = "No findings"
    if wants_color(options["color"]):
        told = GOOD.format(told)
    files = "1 file" if scanned == 1 else f"{scanned} files"
    return f"{told}\n{files} scanned, 0 parsed in {seconds:.2f} s\n{FOOTER}\n"
