"""`ecolint server` as a command."""

from __future__ import annotations

import importlib.util

import pytest


@pytest.mark.parametrize("words", [("server",), ("server", "--stdio")])
def test_without_the_extra_it_says_what_to_install(ecolint, monkeypatch, words) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == "pygls" else real(name, *a)
    )
    outcome = ecolint(*words)
    assert outcome.status == 2
    assert outcome.stdout == ""
    assert "pip install 'ecolint[lsp]'" in outcome.stderr
    assert "Traceback" not in outcome.stderr
