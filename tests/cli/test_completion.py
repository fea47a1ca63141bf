"""What a shell is told to complete, by the variables that click's scripts set."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("ecolint sca", ["plain,scan"]),
        ("ecolint scan src/ap", ["file,src/ap"]),
        ("ecolint scan --output re", ["file,re"]),
        ("ecolint scan --baseline b", ["file,b"]),
        ("ecolint scan --stdin-filename s", ["file,s"]),
        ("ecolint config --show s", ["file,s"]),
        ("ecolint optimize --from s", ["file,s"]),
        ("ecolint scan --format js", ["plain,json", "plain,jsonl"]),
        ("ecolint scan --fail-on w", ["plain,warning"]),
        ("ecolint scan --select nf4-d", ["plain,nf4-double-quant"]),
        ("ecolint scan --select eco9", ["plain,ECO901", "plain,ECO902"]),
        ("ecolint scan --ignore ECO001,ECO10", [f"plain,ECO001,ECO10{number}" for number in (1, 2, 3)]),
        ("ecolint rule nf4-b", ["plain,nf4-below-crossover"]),
    ],
)
def test_what_is_offered(ecolint, monkeypatch: pytest.MonkeyPatch, words: str, offered: list[str]) -> None:
    monkeypatch.setenv("_ECOLINT_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
    assert ecolint().stdout.split() == offered
