"""Roots of the trees that files belong to."""

from __future__ import annotations

import os


def repository_root(folder: str) -> str | None:
    """Nearest folder, from an absolute one upward, that holds a `.git` folder or file."""
    while not os.path.lexists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
    return folder


def root_of(folder: str) -> str:
    """Root of the tree that a file in an absolute folder belongs to."""
    here = os.getcwd()
    inside = folder == here or folder.startswith(here.rstrip(os.sep) + os.sep)
    return repository_root(folder) or (here if inside else folder)
