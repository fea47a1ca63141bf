"""Digests are those of the standard library, whatever this Python is built with."""

from __future__ import annotations

import hashlib

import pytest

from ecolint import digests


@pytest.mark.parametrize("name", sorted(digests.HOMES))
@pytest.mark.parametrize("homes", [None, (), ("_no_such_module",)])
def test_digest(name: str, homes: tuple[str, ...] | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if homes is not None:
        monkeypatch.setitem(digests.HOMES, name, homes)
    for data in (b"", b"abc", bytes(range(256)) * 100):
        assert digests.hexadecimal(name, data) == hashlib.new(name, data).hexdigest()
