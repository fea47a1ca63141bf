"""What a hover says, and what it never lets through."""

from __future__ import annotations

from lsprotocol import types

from ecolint.server.hover import prose
from tests.conftest import INT8

PLAIN = types.TextDocumentClientCapabilities(
    hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.PlainText])
)
HOSTILE = INT8.replace(
    "mistralai/Mistral-7B-v0.1", "![](https://tracker.example/x.png)<img src=x>\\u202e</code>`&lt;*b*"
)


def test_the_parts_of_an_answer(editor, write) -> None:
    write(
        "ecolint.toml", "cost = { requests-per-day = 1000, tokens-per-request = 300, price-per-kwh = 0.2 }\n"
    )
    ed = editor(options={"gpu": "RTX 4090D"})
    (finding,) = ed.open("app.py", INT8)
    told = ed.hover("app.py", finding.range.end)
    for part in (
        "**[ECO001](https://github.com/ecolint/ecolint/blob/main/docs/rules/ECO001.md)**",
        "- **Setup**: transformers · mistralai/Mistral-7B-v0.1 (7.24B) · INT8",
        "- **Measured**: FP16 -> 5661 J/1k tokens; INT8 (default threshold) -> 7401 J/1k tokens (+30.7%",
        "- **Confidence**: ★",
        "- **Cost**: wastes ",
        "**Fix (unsafe: may change results, memory or latency)**: Set llm_int8_threshold=0.0",
        "```\nBitsAndBytesConfig(load_in_8bit=True, llm_int8_threshold=0.0)\n```",
        "**Risk**: Uses 27.0 to 42.3 % less energy",
        "Evidence: zenodo.org/records/18900289",
    ):
        assert part in told


def test_clients_without_markdown_get_the_text_report(editor) -> None:
    ed = editor(text_document=PLAIN)
    (finding,) = ed.open("app.py", INT8)
    told = ed.hover("app.py", finding.range.start)
    assert "**" not in told
    assert "Measured:   INT8 (default threshold) -> 7401 J/1k tokens" in told
    assert "\x1b" not in told


def test_text_of_the_repository_stays_text(editor) -> None:
    ed = editor()
    (finding,) = ed.open("app.py", HOSTILE)
    told = ed.hover("app.py", finding.range.start)
    assert "tracker.example" in told
    assert "![](" not in told
    assert "<img" not in told.replace("\\<img", "")
    assert "\u202e" not in told


def test_escapes() -> None:
    assert prose("llm_int8_threshold, `a*b`, _it_ ~~no~~ +17 ~ +147%") == (
        "llm_int8_threshold, `a*b`, \\_it\\_ \\~\\~no\\~\\~ +17 ~ +147%"
    )
    assert prose("a\n# b") == "a\\n# b".replace("\\n", "\\\\n")
    assert prose("&amp; & &#42; [x](command:y)") == "\\&amp; & \\&#42; \\[x\\](command:y)"
