"""What is said of files that were named on the command line and are not scanned."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from ecolint.discovery.kinds import may_be_script
from ecolint.reporters.escaping import visible

HINT = "; to read a text from stdin: ecolint scan - --stdin-filename NAME"


def tell(paths: Iterable[str]) -> bool:
    """A line on stderr for each absolute path of a file of no kind that ecolint reads; returns whether there is any.

    Nothing is said of an ordinary file without a suffix, such as hooks name: it was opened, and is no script.
    """
    here = os.getcwd().rstrip(os.sep) + os.sep
    told = False
    for path in paths:
        is_ordinary = os.path.isfile(path) and not path.startswith("/dev/")
        if is_ordinary and may_be_script(path):
            continue
        told = True
        tell_of(path.removeprefix(here), "" if is_ordinary else HINT)
    return told


def tell_of(name: str, hint: str = "") -> None:
    """A line on stderr for something that is of no kind that ecolint reads."""
    said = f"ecolint: {visible(name)}: not scanned, it is no kind of file that ecolint reads{hint}"
    print(said, file=sys.stderr)
