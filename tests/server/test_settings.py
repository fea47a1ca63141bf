"""Settings files and the editor's own options: in force, changed, broken, repaired."""

from __future__ import annotations

from lsprotocol import types

from tests.conftest import INT8


def change_options(ed, value) -> None:
    ed.settings = value
    params = types.DidChangeConfigurationParams({"ecolint": value})
    ed.client.workspace_did_change_configuration(params)


def test_changed_settings_are_in_force_at_once(editor, write) -> None:
    ed = editor()
    ed.open("app.py", INT8)
    assert [one.method for one in ed.registered] == ["workspace/didChangeWatchedFiles"]
    ed.write("ecolint.toml", 'ignore = ["ECO001"]\n')
    ed.until(lambda: ed.codes("app.py") == [])
    ed.write("ecolint.toml", 'per-file-ignores = { "tests/*" = ["ECO001"] }\n')
    ed.until(lambda: ed.codes("app.py") == ["ECO001"])
    ed.write("ecolint.toml", 'exclude = ["app.py"]\n')
    ed.until(lambda: ed.codes("app.py") == [])


def test_broken_settings_are_told_and_the_last_good_ones_stay(editor, write) -> None:
    write("pyproject.toml", '[tool.ecolint]\nignore = ["ECO001"]\n')
    ed = editor()
    assert ed.open("app.py", INT8) == []
    ed.write("pyproject.toml", '[project]\nname = "x"\n\n[tool.ecolint]\nignoer = ["ECO001"]\n')
    ed.until(lambda: bool(ed.messages and ed.shown("pyproject.toml")))
    (message,) = ed.messages
    assert "? Until it is repaired" in message
    assert f"{ed.root / 'pyproject.toml'}:5: unknown setting 'ignoer'; did you mean 'ignore'?" in message
    (fault,) = ed.shown("pyproject.toml")
    assert fault.range.start.line == 4
    assert fault.severity == types.DiagnosticSeverity.Error
    assert ed.replace("app.py", f"# typed\n{INT8}") == [], "the last good settings are in force"
    assert ed.open("other.py", INT8) == []
    assert len(ed.messages) == 1, "one fault is told once"
    ed.write("pyproject.toml", "[tool.ecolint]\n")
    ed.until(lambda: ed.codes("app.py") == ["ECO001"] and ed.shown("pyproject.toml") == [])
    assert ed.quit() == 0


def test_settings_that_are_broken_from_the_start(editor, write) -> None:
    write("ecolint.toml", "select = [\n")
    ed = editor()
    assert [item.code for item in ed.open("app.py", INT8)] == ["ECO001"]
    ed.until(lambda: bool(ed.messages))
    assert "not valid TOML" in ed.messages[0]
    text = "select = [\n"
    (fault,) = ed.open("ecolint.toml", text, "toml")
    assert "not valid TOML" in fault.message
    ed.replace("ecolint.toml", 'select = ["ECO004"]\n')
    ed.save("ecolint.toml")
    ed.until(lambda: ed.codes("app.py") == [] and ed.shown("ecolint.toml") == [])


def test_options_of_the_start(editor) -> None:
    ed = editor(options={"gpu": "RTX 4090D", "extendSelect": ["ECO1"], "minConfidence": 1})
    (finding,) = ed.open("app.py", INT8)
    assert "GPU not known" not in ed.hover("app.py", finding.range.start)
    assert "RTX 4090D (ada)" in ed.hover("app.py", finding.range.start)


def test_options_win_over_settings_files_and_can_be_changed(editor, write) -> None:
    write("ecolint.toml", 'select = ["ECO004"]\n')
    ed = editor(options={"select": "ECO001"})
    assert [item.code for item in ed.open("app.py", INT8)] == ["ECO001"]
    change_options(ed, {"ignore": ["int8-default-threshold"]})
    ed.until(lambda: ed.codes("app.py") == [])
    change_options(ed, {"exclude": ["nothing"]})
    ed.until(lambda: ed.codes("app.py") == ["ECO001"])
    change_options(ed, {"exclude": ["*.py"], "trace": {"server": "off"}})
    ed.until(lambda: ed.codes("app.py") == [])


def test_options_of_a_client_that_cannot_be_asked(editor) -> None:
    ed = editor(workspace=types.WorkspaceClientCapabilities())
    (finding,) = ed.open("app.py", INT8)
    assert ed.registered == []
    fix = ed.actions("app.py", finding.range)[0]
    assert fix.edit.document_changes is None
    assert "llm_int8_threshold=0.0" in ed.after("app.py", fix)
    change_options(ed, {"ignore": ["ECO001"]})
    ed.until(lambda: ed.codes("app.py") == [])


def test_wrong_options_are_told_and_not_used(editor) -> None:
    ed = editor(options={"gpu": "RTX 4090D"})
    ed.open("app.py", INT8)
    change_options(ed, {"gpuu": "T4"})
    ed.until(lambda: bool(ed.messages))
    assert "unknown setting 'gpuu'; did you mean 'gpu'?" in ed.messages[0]
    change_options(ed, {"gpu": "GeForce 9999"})
    ed.until(lambda: len(ed.messages) == 2)
    assert "GeForce 9999" in ed.messages[1]
    change_options(ed, ["gpu"])
    ed.until(lambda: len(ed.messages) == 3)
    (finding,) = ed.shown("app.py")
    assert "RTX 4090D" in ed.hover("app.py", finding.range.start)


def test_required_reasons_leave_the_comment_to_the_author(editor, write) -> None:
    write("ecolint.toml", "require-reason = true\n")
    ed = editor()
    (finding,) = ed.open("app.py", INT8)
    titles = [action.title for action in ed.actions("app.py", finding.range)]
    assert [title for title in titles if title.startswith("Silence")] == []


def test_a_baseline_leaves_out_what_it_knows(editor, ecolint, write, monkeypatch) -> None:
    write("ecolint.toml", 'baseline = "known.json"\n')
    write("app/main.py")
    assert ecolint("scan", "--update-baseline", ".").status == 0
    ed = editor()
    assert ed.open("app/main.py", INT8) == []
    twice = (
        INT8
        + "other = BitsAndBytesConfig(load_in_8bit=True)\nAutoModelForCausalLM.from_pretrained('x', quantization_config=other)\n"
    )
    (new,) = ed.replace("app/main.py", twice)
    assert new.range.start.line == 6
    silence = ed.actions("app/main.py", new.range)[-1]
    assert ed.replace("app/main.py", ed.after("app/main.py", silence)) == []
    assert [item.code for item in ed.open("app/copy.py", INT8)] == ["ECO001"]
    ed.write("known.json", "[]\n")
    ed.until(lambda: ed.codes("app/main.py") == ["ECO001"] and bool(ed.shown("known.json")))
    assert "not a baseline" in ed.messages[0]
