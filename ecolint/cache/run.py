"""Whether and where a run of the command line remembers."""

from __future__ import annotations

import os
import sys
import time

from ecolint.cache import store
from ecolint.cache.build import build
from ecolint.cache.place import is_switched_off, usable_folder
from ecolint.discovery.roots import repository_root

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ecolint.cache.memory import Memory
    from ecolint.settings.search import Scope

FORMAT = 2
"""Counts changes of what the files in the cache folder hold."""
CHOICES = (
    "gpu", "select", "extend_select", "ignore", "min_confidence", "no_ignores", "include_docs", "isolated",
)  # fmt: skip
"""Options that change what is found in a file."""
TIMELESS = (None, "text", "concise", "gitlab", "sarif")
"""Formats that tell no time, or only how long the run took."""


class Cache:
    """The cache of one run: its memory of files, and of what the same run has printed."""

    def __init__(self, folder: str, options: dict[str, Any], scope: Scope, started: int) -> None:
        self._folder = folder
        self._options = options
        self._scope = scope
        self._started = started
        self._program = (FORMAT, build(), sys.version, sys.implementation.cache_tag)
        self._memory: Memory | None = None
        self._output = self._output_path()

    def _output_path(self) -> str | None:
        """Where the output of such a run is remembered; None where it may differ from run to run."""
        options = self._options
        if options["format_"] not in TIMELESS:
            return None
        from ecolint.cli.looks import appearance

        given = sorted((name, value) for name, value in options.items() if name not in ("jobs", "no_cache"))
        key = (self._program, os.getcwd(), given, appearance(options["color"]), day())
        return os.path.join(self._folder, f"output-{store.name_of(key)}")

    def output(self, started: float) -> tuple[str, int] | None:
        """What the same run printed before, with its exit status, if it would print it again."""
        if self._output is None:
            return None
        from ecolint.cache.memo import recalled

        return recalled(self._output, started)

    def forget_output(self) -> None:
        """Do not remember the output of this run, as it says more than that."""
        self._output = None

    @property
    def memory(self) -> Memory:
        """What is remembered of files."""
        if self._memory is None:
            from ecolint.cache.memory import Memory

            choices = tuple(self._options[name] for name in CHOICES)
            self._memory = Memory(self._folder, (self._program, choices), self._scope, self._started)
        return self._memory

    def keep(self, text: str, seconds: float, status: int) -> None:
        """Remember what this run has found and printed. Where that fails, the next run has more to do."""
        saved = True
        if self._output is not None:
            from ecolint.cache.memo import keep

            saved = keep(self._output, text, seconds, status, self.memory, self._scope)
        saved &= self.memory.save()
        if not saved and os.environ.get("ECOLINT_DEBUG"):
            print("ecolint: not all could be remembered in the cache folder", file=sys.stderr)


def day() -> tuple[int, ...]:
    """The local date."""
    return tuple(time.localtime()[:3])


def cache_of(options: dict[str, Any], scope: Scope) -> Cache | None:
    """The cache of a run; None where it must not have one, or cannot."""
    if options["no_cache"] or options["show_setups"] or options["format_"] == "html" or is_switched_off():
        return None
    started = time.time_ns()
    tops = [os.path.abspath(path) for path in scope.paths]
    folder = usable_folder([repository_root(top) or top for top in tops])
    return Cache(folder, options, scope, started) if folder is not None else None
