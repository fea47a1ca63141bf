"""Where remembered results are kept: a folder of the user's own, never in a scanned tree."""

from __future__ import annotations

import os
import stat
import sys

SWITCH = "ECOLINT_NO_CACHE"
PLACE = "ECOLINT_CACHE_DIR"


def is_switched_off() -> bool:
    """Whether the environment asks for no cache."""
    return os.environ.get(SWITCH, "") not in ("", "0")


def named_folder() -> str | None:
    """The cache folder that the environment means, whether it is there or not."""
    named = os.environ.get(PLACE)
    if named:
        return os.path.abspath(named)
    if os.name == "nt":
        local = os.environ.get("LOCALAPPDATA")
        return os.path.join(local, "ecolint", "Cache") if local else None
    home = os.path.expanduser("~")
    if not os.path.isabs(home):
        return None
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Caches", "ecolint")
    caches = os.environ.get("XDG_CACHE_HOME", "")
    return os.path.join(caches if os.path.isabs(caches) else os.path.join(home, ".cache"), "ecolint")


def usable_folder(scanned: list[str]) -> str | None:
    """The cache folder, made if need be; None where there is none to be trusted.

    It must belong to the user, must not be writable for others, and must not lie below a scanned folder: a
    repository could bring one with it.
    """
    folder = named_folder()
    if folder is None:
        return None
    try:
        folder = os.path.realpath(folder)
        if any(_is_below(folder, os.path.realpath(top)) for top in scanned):
            return None
        os.makedirs(folder, mode=0o700, exist_ok=True)
        status = os.stat(folder)
    except (OSError, ValueError):
        return None
    if not stat.S_ISDIR(status.st_mode):
        return None
    if hasattr(os, "geteuid") and (status.st_uid != os.geteuid() or status.st_mode & 0o022):
        return None
    return folder


def _is_below(path: str, top: str) -> bool:
    return path == top or path.startswith(top.rstrip(os.sep) + os.sep)
