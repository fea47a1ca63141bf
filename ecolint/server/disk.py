"""What is read from disk on behalf of an open file: settings, and facts of other files of its tree.

It is kept for a few seconds, so that typing does not read it again and again.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from ecolint import baseline
from ecolint.baseline import BaselineError
from ecolint.discovery.trees import repository_root
from ecolint.repository import Repository
from ecolint.scanner import Run
from ecolint.server.ignored import is_passed_over
from ecolint.server.known import Known
from ecolint.settings import search
from ecolint.settings.files import SettingsError, load
from ecolint.settings.keys import DEFAULTS, Settings

KEPT = 5.0
"""Seconds for which what was read counts as fresh, if nobody says that it changed."""
PLACED = re.compile(r"(?P<path>.+?)(?::(?P<line>\d+))?: (?P<reason>.*)", re.S)


@dataclass(frozen=True, slots=True)
class Defect:
    """A settings file or baseline that cannot be used: its path, the line from 1 where it is known, and why."""

    path: str
    line: int | None
    reason: str

    @classmethod
    def of(cls, error: SettingsError | BaselineError) -> Defect:
        match = PLACED.fullmatch(str(error))
        if match is None:
            return cls("", None, str(error))
        return cls(match["path"], int(match["line"]) if match["line"] else None, match["reason"])

    def __str__(self) -> str:
        where = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{where}: {self.reason}"


@dataclass
class Disk:
    """Not for several threads at once."""

    _repositories: dict[str, Repository] = field(default_factory=dict)
    _passed_over: dict[tuple[str, str, bool], bool] = field(default_factory=dict)
    _last_good: dict[str, Settings] = field(default_factory=dict)
    _baselines: dict[str, tuple[Known | None, Defect | None]] = field(default_factory=dict)
    _read_at: float = 0.0

    def refresh(self, *, changed: bool) -> None:
        """Forget what was read, if something changed or it was read long ago."""
        now = time.monotonic()
        if not changed and now - self._read_at < KEPT:
            return
        self._read_at = now
        self._repositories.clear()
        self._passed_over.clear()
        self._baselines.clear()
        search.forget()
        load.cache_clear()

    def repository(self, top: str) -> Repository:
        """The tree that the files of a workspace's folder belong to."""
        root = repository_root(top) or top
        return self._repositories.setdefault(root, Repository(root))

    def passed_over(self, path: str, top: str, respect_gitignore: bool) -> bool:
        """Whether a scan of the folder `top` would not come to a file, whatever the settings exclude."""
        key = (path, top, respect_gitignore)
        if key not in self._passed_over:
            self._passed_over[key] = is_passed_over(path, top, respect_gitignore)
        return self._passed_over[key]

    def settings(self, folder: str) -> tuple[Settings, Defect | None]:
        """Settings in force for an absolute folder. Where they cannot be read, the last ones that could be, and
        what is wrong."""
        try:
            found = Run(()).settings_for(folder)
        except SettingsError as error:
            return self._last_good_of(folder), Defect.of(error)
        self._last_good[folder] = found
        return found, None

    def known(self, path: str) -> tuple[Known | None, Defect | None]:
        """The findings that a baseline knows, or what is wrong with it."""
        if path not in self._baselines:
            try:
                self._baselines[path] = Known(path, baseline.read(path)), None
            except BaselineError as error:
                self._baselines[path] = None, Defect.of(error)
        return self._baselines[path]

    def _last_good_of(self, folder: str) -> Settings:
        while folder not in self._last_good:
            above = os.path.dirname(folder)
            if above == folder:
                return DEFAULTS
            folder = above
        return self._last_good[folder]


def top_of(path: str, roots: Sequence[str]) -> str:
    """The innermost of the workspace's folders that holds a file; where none does, its repository or folder."""
    holding = [root for root in roots if path.startswith(root.rstrip(os.sep) + os.sep)]
    folder = os.path.dirname(path)
    return max(holding, key=len, default="") or repository_root(folder) or folder
