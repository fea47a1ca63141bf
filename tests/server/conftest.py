"""A fixture that starts editors in an empty folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.server.editor import Editor


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Callable[..., Editor]]:
    """Starts an editor whose workspace is the empty folder, or another one."""
    started: list[Editor] = []

    def start(root: Path = tmp_path, **options: object) -> Editor:
        started.append(Editor(root, **options))
        return started[-1]

    yield start
    for one in started:
        one.dispose()
