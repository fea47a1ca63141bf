"""docs/questions.md says what ecolint answers today."""

from __future__ import annotations

import importlib.util
from pathlib import Path

SCRIPT = Path("docs/generate_questions.py")


def test_page_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("generate_questions", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert len(module.QUESTIONS) == 10
    expected, found = module.page(), module.PAGE.read_text(encoding="utf-8")
    assert found == expected, "run python docs/generate_questions.py"
