"""Whether a scan of a folder would come to a file at all, whatever the settings exclude."""

from __future__ import annotations

import os

from ecolint.discovery import gitindex
from ecolint.discovery.trees import repository_root
from ecolint.discovery.walk import ENVIRONMENT, SKIPPED_FOLDERS, IgnoreFiles


def is_passed_over(path: str, top: str, respect_gitignore: bool) -> bool:
    """Whether a file below an absolute folder lies in one that is not entered, or is ignored and not tracked."""
    folder = top
    for name in os.path.relpath(os.path.dirname(path), top).split(os.sep):
        folder = os.path.join(folder, name) if name != os.curdir else folder
        if folder != top and (name in SKIPPED_FOLDERS or os.path.exists(os.path.join(folder, ENVIRONMENT))):
            return True
    return respect_gitignore and _is_ignored(path, top)


def _is_ignored(path: str, top: str) -> bool:
    root = repository_root(top) or top
    ignores = IgnoreFiles(root)
    if ignores.leave_out(top):
        ignores = IgnoreFiles(top)
    if not (ignores.match(path, False) or ignores.leave_out(os.path.dirname(path))):
        return False
    index = gitindex.read(root)
    return index is None or index.offset(os.path.relpath(path, root).replace(os.sep, "/")) is None
