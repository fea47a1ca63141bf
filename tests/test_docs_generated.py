"""The generated parts of the documentation are up to date."""

from __future__ import annotations

import pytest

from docs.generate import ROOT, generated


@pytest.mark.parametrize(("path", "text"), list(generated()), ids=lambda value: getattr(value, "name", ""))
def test_up_to_date(path, text) -> None:
    hint = f"run python -m docs.generate ({path.relative_to(ROOT)})"
    assert path.exists(), hint
    assert path.read_text(encoding="utf-8") == text, hint
