"""Code actions: which are offered, and what the text is after each."""

from __future__ import annotations

from lsprotocol import types

from tests.conftest import INT8

UNUSED = INT8 + "x = 1  # ecolint: ignore[ECO004]\n\ny = 2\n# ecolint: ignore[ECO006]\n"
WHOLE = types.Range(types.Position(0, 0), types.Position(99, 0))


def kinds(actions) -> list[str]:
    return [str(getattr(action.kind, "value", action.kind)) for action in actions]


def test_all_safe_fixes_at_once(editor) -> None:
    ed = editor()
    assert [item.code for item in ed.open("app.py", UNUSED)] == ["ECO001", "ECO901", "ECO901"]
    (action,) = ed.actions("app.py", WHOLE, "source.fixAll")
    assert action.kind == "source.fixAll.ecolint"
    fixed = ed.after("app.py", action)
    assert fixed == INT8 + "x = 1\n\ny = 2\n"
    assert [item.code for item in ed.replace("app.py", fixed)] == ["ECO001"]
    assert ed.actions("app.py", WHOLE, "source.fixAll.ecolint") == [], "nothing safe is left"


def test_a_wide_selection_of_a_large_file_is_about_its_first_findings(editor) -> None:
    ed = editor()
    text = UNUSED + "# some words\n" * 6_000
    ed.open("app.py", text)
    assert kinds(ed.actions("app.py", WHOLE, "quickfix")) == ["quickfix"] * 3
    line = UNUSED.count("\n") - 1
    last = types.Range(types.Position(line, 0), types.Position(line, 9))
    assert kinds(ed.actions("app.py", last, "quickfix")) == ["quickfix"]
    (everything,) = ed.actions("app.py", WHOLE, "source.fixAll")
    assert ed.after("app.py", everything) == INT8 + "x = 1\n\ny = 2\n" + "# some words\n" * 6_000


def test_only_what_is_asked_for(editor) -> None:
    ed = editor()
    ed.open("app.py", UNUSED)
    assert kinds(ed.actions("app.py", WHOLE, "quickfix")) == ["quickfix"] * 4
    assert kinds(ed.actions("app.py", WHOLE, "source")) == ["source.fixAll.ecolint"]
    assert ed.actions("app.py", WHOLE, "refactor", "source.organizeImports") == []
    everything = ed.actions("app.py", WHOLE)
    assert kinds(everything) == ["quickfix"] * 4 + ["source.fixAll.ecolint"]
    assert [bool(action.is_preferred) for action in everything[:4]] == [True, True, False, False]
    nowhere = types.Range(types.Position(0, 0), types.Position(0, 1))
    assert kinds(ed.actions("app.py", nowhere, "quickfix")) == []


def test_diagnostics_that_the_client_names(editor) -> None:
    ed = editor()
    found = ed.open("app.py", UNUSED)
    nowhere = types.Range(types.Position(0, 0), types.Position(0, 0))
    titles = [item.title for item in ed.actions("app.py", nowhere, "quickfix", diagnostics=found[:1])]
    assert [title.partition(" [")[0] for title in titles] == [
        "Set llm_int8_threshold=0.0",
        "Silence ECO001 here with a comment",
    ]


def test_a_second_rule_joins_the_comment_that_is_there(editor) -> None:
    line = "vllm serve Qwen/Qwen2.5-1.5B --quantization bitsandbytes --max-num-seqs 1"
    text = f"{line}  # ecolint: ignore[ECO004] -- one user\n"
    ed = editor()
    (finding,) = ed.open("start.sh", text, "shellscript")
    silence = ed.actions("start.sh", finding.range)[-1]
    after = ed.after("start.sh", silence)
    assert after == f"{line}  # ecolint: ignore[ECO004, {finding.code}] -- one user\n"
    assert ed.replace("start.sh", after) == []


def test_a_comment_above_where_none_can_follow(editor) -> None:
    text = (
        "FROM vllm/vllm-openai:v0.11.0\r\nCMD --model Qwen/Qwen2.5-7B-Instruct \\\r\n  --max-num-seqs 1\r\n"
    )
    ed = editor()
    (finding,) = ed.open("Dockerfile", text, "dockerfile")
    silence = ed.actions("Dockerfile", finding.range)[-1]
    after = ed.after("Dockerfile", silence)
    assert after == text.replace("CMD", "# ecolint: ignore[ECO004]\r\nCMD")
    assert ed.replace("Dockerfile", after) == []


def test_no_comment_where_the_format_has_none(editor) -> None:
    text = '{"quantization_config": {"load_in_8bit": true, "quant_method": "bitsandbytes"}}\n'
    ed = editor()
    (finding, *_) = ed.open("config.json", text, "json")
    assert [
        title for title in (a.title for a in ed.actions("config.json", finding.range)) if "Silence" in title
    ] == []


def test_actions_are_about_the_newest_text(editor) -> None:
    ed = editor()
    ed.open("app.py", INT8)
    uri, moved = ed.uri("app.py"), f"# a line above\n{INT8}"
    document = types.VersionedTextDocumentIdentifier(2, uri)
    change = types.TextDocumentContentChangeWholeDocument(moved)
    ed.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))
    ed.texts[uri] = (2, moved)
    below = types.Range(types.Position(4, 30), types.Position(4, 30))
    fixed = ed.after("app.py", ed.actions("app.py", below)[0])
    assert fixed == moved.replace("load_in_8bit=True", "load_in_8bit=True, llm_int8_threshold=0.0")
