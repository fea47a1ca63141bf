"""One life of the server, as an editor leads it; typing; files on disk that others depend on."""

from __future__ import annotations

import subprocess
import sys

import pytest
from lsprotocol import types

from ecolint.rules.registry import find
from tests.adoption.conftest import git
from tests.conftest import INT8

QUIET = INT8.replace("load_in_8bit=True", "load_in_8bit=True, llm_int8_threshold=0.0")
ELSEWHERE = """from transformers import AutoModelForCausalLM, BitsAndBytesConfig
from settings import QUANTIZE

config = BitsAndBytesConfig(load_in_8bit=QUANTIZE)
model = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-v0.1", quantization_config=config)
model.generate()
"""


def insertion(line: int, character: int, text: str) -> types.TextEdit:
    at = types.Position(line, character)
    return types.TextEdit(types.Range(at, at), text)


def test_one_life(editor, tmp_path) -> None:
    ed = editor()
    assert ed.server.server_info.name == "ecolint"
    (finding,) = ed.open("app.py", INT8)
    assert (finding.code, finding.source, finding.severity) == (
        "ECO001",
        "ecolint",
        types.DiagnosticSeverity.Warning,
    )
    assert finding.code_description.href == find("ECO001").link
    assert "+17 ~ +147%" in finding.message
    assert "★" in finding.message
    assert finding.range == types.Range(types.Position(3, 28), types.Position(3, 45))

    told = ed.hover("app.py", types.Position(3, 30))
    assert "7401 J/1k tokens" in told
    assert "llm_int8_threshold=0.0" in told
    assert "zenodo.org/records/18900289" in told
    assert ed.hover("app.py", types.Position(0, 0)) is None

    fix = ed.actions("app.py", finding.range)[0]
    assert fix.kind == types.CodeActionKind.QuickFix
    assert "unsafe" in fix.title
    assert "perplexity" in fix.title
    assert not fix.is_preferred
    assert ed.replace("app.py", ed.after("app.py", fix)) == []

    assert [item.code for item in ed.replace("app.py", INT8)] == ["ECO001"]
    commented = ed.after("app.py", ed.actions("app.py", finding.range)[-1])
    assert "load_in_8bit=True)  # ecolint: ignore[ECO001]\n" in commented
    assert ed.replace("app.py", commented) == []

    ed.replace("app.py", INT8)
    ed.close("app.py")
    assert ed.shown("app.py") == []
    assert ed.messages == ed.logged == []
    assert ed.quit() == 0
    assert sorted(tmp_path.rglob("*")) == [], "the server writes nothing"


def test_typing_the_setting_makes_and_unmakes_the_finding(editor) -> None:
    ed = editor()
    assert ed.open("app.py", INT8.replace("load_in_8bit=True", "")) == []
    found = ed.change("app.py", insertion(3, 28, "load_in_8bit"), insertion(3, 40, "=True"))
    assert [item.code for item in found] == ["ECO001"]
    gone = types.TextEdit(found[0].range, "")
    assert ed.change("app.py", gone) == []


def test_a_burst_of_changes_is_answered_for_the_last_version(editor) -> None:
    ed = editor()
    ed.open("app.py", QUIET)
    uri = ed.uri("app.py")
    for version in range(2, 42):
        text = INT8 if version == 41 else QUIET + "#" * version
        document = types.VersionedTextDocumentIdentifier(version, uri)
        change = types.TextDocumentContentChangeWholeDocument(text)
        ed.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))
    ed.texts[uri] = (41, INT8)
    assert ed.hover("app.py", types.Position(3, 30)), "an answer is about the newest text, without a pause"
    ed.until(lambda: ed.published[uri].version == 41)
    assert ed.codes("app.py") == ["ECO001"]


def test_formats(editor) -> None:
    compose = "services:\n  s:\n    image: vllm/vllm-openai:v0.11.0\n    command: --model Qwen/Qwen2.5-7B-Instruct --max-num-seqs 1\n"
    image = (
        'FROM vllm/vllm-openai:v0.11.0\nCMD ["--model", "Qwen/Qwen2.5-7B-Instruct", "--max-num-seqs", "1"]\n'
    )
    serve = "vllm serve Qwen/Qwen2.5-7B-Instruct --max-num-seqs 1\n"
    ed = editor()
    for name, language, text, codes in (
        ("compose.yaml", "yaml", compose, ["ECO004"]),
        ("start.sh", "shellscript", serve, ["ECO004"]),
        ("serve", "shellscript", f"#!/bin/sh\n{serve}", ["ECO004"]),
        ("Dockerfile", "dockerfile", image, ["ECO004"]),
        ("Modelfile", "modelfile", "FROM qwen2.5:1.5b-instruct-q4_K_M\n", ["ECO002"]),
        ("bad.py", "python", "config = BitsAndBytesConfig(load_in_8bit=True\n", ["ECO902"]),
        ("notes.txt", "plaintext", INT8, []),
        ("README.md", "markdown", f"```python\n{INT8}```\n", []),
    ):
        assert [item.code for item in ed.open(name, text, language)] == codes, name


def test_names_that_have_to_be_encoded(editor) -> None:
    ed = editor()
    (finding,) = ed.open("größe & co/#1 a%20b.py", INT8)
    uri = ed.uri("größe & co/#1 a%20b.py").replace("%26", "&").replace("%C3%B6", "%c3%b6")
    place = types.TextDocumentIdentifier(uri)
    assert ed.request("textDocument/hover", types.HoverParams(place, finding.range.start))
    context = types.CodeActionContext([])
    assert ed.request("textDocument/codeAction", types.CodeActionParams(place, finding.range, context))


def test_unused_suppressions_are_faded_and_can_be_removed(editor) -> None:
    ed = editor()
    (finding,) = ed.open("app.py", "x = 1  # ecolint: ignore[ECO001]\n")
    assert finding.code == "ECO901"
    assert finding.severity == types.DiagnosticSeverity.Information
    assert list(finding.tags) == [types.DiagnosticTag.Unnecessary]
    fix = ed.actions("app.py", finding.range, "quickfix")[0]
    assert fix.is_preferred
    assert ed.after("app.py", fix) == "x = 1\n"


def test_a_constant_of_another_file_is_read_again_when_it_is_saved(editor, write) -> None:
    write("settings.py", "QUANTIZE = False\n")
    ed = editor()
    assert ed.open("app.py", ELSEWHERE) == []
    ed.open("settings.py", "QUANTIZE = False\n")
    ed.replace("settings.py", "QUANTIZE = True\n")
    ed.save("settings.py")
    ed.until(lambda: ed.codes("app.py") == ["ECO001"])
    ed.write("settings.py", "QUANTIZE = False\n")
    ed.until(lambda: ed.codes("app.py") == [])


def test_versions_in_requirement_files_are_read_again(editor, write) -> None:
    write("requirements.txt", "bitsandbytes==0.45.5\ntransformers==4.46.3\n")
    ed = editor(options={"gpu": "RTX 4090D"})
    (before,) = ed.open("app.py", INT8)
    ed.write("requirements.txt", "bitsandbytes==0.49.0\ntransformers==4.57.0\n")
    ed.until(lambda: ed.shown("app.py")[0].message != before.message)
    assert ed.shown("app.py")[0].message.count("★") < before.message.count("★")


def test_files_that_a_scan_passes_over_are_left_alone(editor, write) -> None:
    write(".git/HEAD", "ref: refs/heads/main\n")
    write(".gitignore", "/build/\nscratch*.py\n")
    write("env/pyvenv.cfg", "")
    ed = editor()
    for name in ("build/app.py", "scratch1.py", "env/lib/app.py", "node_modules/x/app.py"):
        assert ed.open(name, INT8) == [], name
    assert [item.code for item in ed.open("app/build.py", INT8)] == ["ECO001"]


def test_a_tracked_file_is_not_ignored(editor, write, tmp_path) -> None:
    write(".gitignore", "scratch*.py\n")
    write("scratch1.py")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-f", "scratch1.py")
    ed = editor()
    assert [item.code for item in ed.open("scratch1.py", INT8)] == ["ECO001"]
    assert ed.open("scratch2.py", INT8) == []


def test_every_folder_of_a_workspace_has_its_own_settings(editor, write, tmp_path) -> None:
    write("one/ecolint.toml", 'ignore = ["ECO001"]\n')
    write("two/ecolint.toml", 'exclude = ["old"]\n')
    ed = editor(tmp_path / "one")
    folder = types.WorkspaceFolder((tmp_path / "two").as_uri(), "two")
    ed.client.workspace_did_change_workspace_folders(
        types.DidChangeWorkspaceFoldersParams(types.WorkspaceFoldersChangeEvent(added=[folder], removed=[]))
    )
    assert ed.open("app.py", INT8) == []
    assert [item.code for item in ed.open("../two/app.py", INT8)] == ["ECO001"]
    assert ed.open("../two/old/app.py", INT8) == []


def test_a_client_that_goes_away_ends_the_server(tmp_path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ecolint", "server"], cwd=tmp_path, input=b"", capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")


def test_messages_that_nobody_should_send_do_not_end_it(editor) -> None:
    ed = editor()
    ed.client.protocol.notify("$/unheard-of", {"x": 1})
    with pytest.raises(Exception, match=r"(?i)method not found"):
        ed.request("textDocument/unheardOf", {})
    missing = types.TextDocumentIdentifier(ed.uri("never-opened.py"))
    assert ed.request("textDocument/hover", types.HoverParams(missing, types.Position(0, 0))) is None
    assert ed.actions("never-opened.py", types.Range(types.Position(0, 0), types.Position(0, 0))) == []
    untitled = types.TextDocumentItem("untitled:Untitled-1", "python", 1, INT8)
    ed.client.text_document_did_open(types.DidOpenTextDocumentParams(untitled))
    assert [item.code for item in ed.open("app.py", INT8)] == ["ECO001"]
    assert "untitled:Untitled-1" not in ed.published
    assert ed.quit() == 0


def test_the_same_findings_as_the_command_line(editor, ecolint, write) -> None:
    write("app.py")
    report = ecolint("scan", "--isolated", "--format", "json", ".").report
    ed = editor()
    (shown,) = ed.open("app.py", INT8)
    (told,) = report["findings"]
    assert shown.data == {"fingerprint": told["fingerprint"]}
    assert (told["line"], told["column"]) == (shown.range.start.line + 1, shown.range.start.character + 1)
