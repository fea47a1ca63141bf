"""Where the settings of a file are, found without reading them: most trees have none."""

from __future__ import annotations

import os

from ecolint.discovery.reading import read_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ecolint.discovery.trees import Found, Tree
    from ecolint.settings.keys import Settings

FILE_NAMES = ("ecolint.toml", ".ecolint.toml", "pyproject.toml")
SHARED = "pyproject.toml"
LARGEST = 4_000_000
"""Bytes of a settings file that are looked at to see whether it names ecolint."""
_NEAREST: dict[str, str | None] = {}


def nearest_file(folder: str) -> str | None:
    """Path of the settings file that holds for an absolute folder: in it, or in the nearest folder above.

    Raises SettingsError where a pyproject.toml that names ecolint cannot be read.
    """
    passed = []
    found = None
    while folder not in _NEAREST:
        passed.append(folder)
        found = _file_in(folder)
        above = os.path.dirname(folder)
        if found is not None or above == folder:
            break
        folder = above
    else:
        found = _NEAREST[folder]
    _NEAREST.update(dict.fromkeys(passed, found))
    return found


def _file_in(folder: str) -> str | None:
    prefix = folder.rstrip(os.sep) + os.sep
    for name in FILE_NAMES:
        path = prefix + name
        if os.access(path, os.F_OK) and os.path.isfile(path) and (name != SHARED or _has_table(path)):
            return path
    return None


def forget() -> None:
    """Look for settings files anew."""
    _NEAREST.clear()


def _has_table(path: str) -> bool:
    try:
        text = read_file(path, limit=LARGEST)
        if text is not None and b"ecolint" not in text:
            return False
    except OSError:
        pass
    from ecolint.settings.files import has_table

    return has_table(path)


class Scope:
    """What a run looks at: the named paths, and what leaves files out. A plain class, as every run makes one.

    `config` is a settings file that replaces the search for one; `respect_gitignore` is None where the settings
    decide. Where it is not `thorough`, modules in which the default rules find nothing are not wanted either;
    settings that select other rules make it thorough. `wanted` tells of a file whether it is to be scanned at all.
    `read` are the settings files that were, in a dictionary without values.
    """

    __slots__ = (
        "_stamps",
        "config",
        "exclude",
        "isolated",
        "paths",
        "read",
        "respect_gitignore",
        "thorough",
        "wanted",
    )

    def __init__(
        self,
        paths: tuple[str, ...],
        *,
        config: str | None = None,
        isolated: bool = False,
        exclude: tuple[str, ...] = (),
        respect_gitignore: bool | None = None,
        wanted: Callable[[Found], bool] | None = None,
        thorough: bool = True,
    ) -> None:
        self.paths = paths
        self.config = config
        self.isolated = isolated
        self.exclude = exclude
        self.respect_gitignore = respect_gitignore
        self.wanted = wanted
        self.thorough = thorough
        self.read: dict[str, None] = {}
        self._stamps: dict[str, str] = {}

    def settings_file(self, folder: str) -> str | None:
        """Path of the settings file in force in an absolute folder. Raises SettingsError."""
        if self.isolated:
            return None
        return os.path.abspath(self.config) if self.config else nearest_file(folder)

    def settings_for(self, folder: str) -> Settings | None:
        """Settings in force in an absolute folder, None for the defaults. Raises SettingsError."""
        path = self.settings_file(folder)
        if path is None:
            return None
        from ecolint.settings.files import load

        settings = load(path)
        self.stamp(folder)
        if settings.select or settings.extend_select or settings.overrides:
            self.thorough = True
        return settings

    def stamp(self, folder: str) -> str:
        """What tells apart the settings in force in an absolute folder; empty for the defaults.

        Raises SettingsError.
        """
        path = self.settings_file(folder)
        if path is None:
            return ""
        if path not in self._stamps:
            from ecolint.cache.store import name_of
            from ecolint.settings.files import chain

            files = chain(path)
            self.read.update(dict.fromkeys(files))
            self._stamps[path] = name_of(tuple(files.items()))
        return self._stamps[path]

    def respects_gitignore(self) -> bool:
        """Whether ignored files are left out."""
        if self.respect_gitignore is not None:
            return self.respect_gitignore
        settings = self.settings_for(os.getcwd())
        return settings is None or settings.respect_gitignore

    def kept(self, tree: Tree, paths: list[str]) -> list[str]:
        """Those of a tree's paths that no setting leaves out. Raises SettingsError."""
        if self.wanted is not None or self.exclude:
            return [path for path in paths if not self.leaves_out(tree.found(path))]
        last = None
        excluding = set()
        prefix = tree.prefix
        for path in paths:
            folder = path[: max(path.rfind("/"), 0)]
            if folder != last:
                last = folder
                settings = self.settings_for(prefix + folder if folder else tree.root)
                if settings is not None and settings.exclude:
                    excluding.add(folder)
        if not excluding:
            return paths
        return [
            path
            for path in paths
            if path[: max(path.rfind("/"), 0)] not in excluding or not self.leaves_out(tree.found(path))
        ]

    def leaves_out(self, found: Found) -> bool:
        """Whether a file is not to be scanned. Raises SettingsError."""
        if self.exclude:
            from ecolint.discovery.globs import matches

            if any(matches(found.relative, glob) for glob in self.exclude):
                return True
        settings = self.settings_for(os.path.dirname(found.path))
        if settings is not None and settings.exclude:
            below = os.path.relpath(found.path, settings.root).replace(os.sep, "/")
            if settings.excluding(below) is not None:
                return True
        return self.wanted is not None and not self.wanted(found)
