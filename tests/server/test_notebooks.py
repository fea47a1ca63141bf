"""Notebooks: by their cells, as editors with a notebook view send them, and as the JSON that they are."""

from __future__ import annotations

import json

from lsprotocol import types

from tests.server.editor import applied

IMPORTS = "import torch\nfrom transformers import AutoModelForCausalLM, BitsAndBytesConfig\nEIGHT = True\n"
CONFIG = "text = '😀\\n'; config = BitsAndBytesConfig(load_in_8bit=EIGHT)"
MODEL = (
    'model = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-v0.1", quantization_config=config)\n'
    "model.generate(torch.ones(1, 1))"
)
CELLS = (IMPORTS, CONFIG, MODEL)


def cell_uri(number: int) -> str:
    return f"vscode-notebook-cell:/nb.ipynb#{number}"


def open_notebook(ed, *texts: str) -> None:
    cells = [
        types.NotebookCell(types.NotebookCellKind.Code, cell_uri(number)) for number in range(len(texts))
    ]
    items = [types.TextDocumentItem(cell_uri(number), "python", 1, text) for number, text in enumerate(texts)]
    ed.texts.update({item.uri: (1, item.text) for item in items})
    notebook = types.NotebookDocument(ed.uri("nb.ipynb"), "jupyter-notebook", 1, cells)
    ed.client.notebook_document_did_open(types.DidOpenNotebookDocumentParams(notebook, items))


def change_cell(ed, number: int, version: int, text: str) -> None:
    uri = cell_uri(number)
    ed.texts[uri] = (version, text)
    document = types.VersionedTextDocumentIdentifier(version, uri)
    content = types.NotebookDocumentCellContentChanges(
        document, [types.TextDocumentContentChangeWholeDocument(text)]
    )
    changed = types.NotebookDocumentCellChanges(text_content=[content])
    ed.client.notebook_document_did_change(
        types.DidChangeNotebookDocumentParams(
            types.VersionedNotebookDocumentIdentifier(version, ed.uri("nb.ipynb")),
            types.NotebookDocumentChangeEvent(cells=changed),
        )
    )


def shown(ed, number: int) -> list[types.Diagnostic]:
    found = ed.published.get(cell_uri(number))
    return list(found.diagnostics) if found else []


def actions(ed, number: int, place: types.Range) -> list[types.CodeAction]:
    params = types.CodeActionParams(
        types.TextDocumentIdentifier(cell_uri(number)), place, types.CodeActionContext([])
    )
    return list(ed.run(ed.client.text_document_code_action_async(params)))


def test_cells_make_one_program(editor) -> None:
    ed = editor()
    open_notebook(ed, *CELLS)
    ed.until(lambda: bool(shown(ed, 1)))
    (finding,) = shown(ed, 1)
    column = CONFIG.index("load_in_8bit") + 1
    assert finding.code == "ECO001"
    assert finding.range == types.Range(types.Position(0, column), types.Position(0, column + 18))
    assert (shown(ed, 0), shown(ed, 2)) == ([], [])
    params = types.HoverParams(types.TextDocumentIdentifier(cell_uri(1)), finding.range.start)
    told = ed.run(ed.client.text_document_hover_async(params))
    assert "mistralai/Mistral-7B-v0.1" in told.contents.value

    for action in actions(ed, 1, finding.range):
        ((uri, edits),) = ed.edits(action).items()
        assert uri == cell_uri(1)
        version, text = ed.texts[uri]
        change_cell(ed, 1, version + 1, applied(text, edits, "utf-16"))
        ed.until(lambda: shown(ed, 1) == [])
        change_cell(ed, 1, version, CONFIG)
        ed.until(lambda: bool(shown(ed, 1)))

    change_cell(ed, 0, 2, IMPORTS.replace("True", "False"))
    ed.until(lambda: shown(ed, 1) == [])
    change_cell(ed, 0, 3, IMPORTS)
    ed.until(lambda: bool(shown(ed, 1)))
    ed.client.notebook_document_did_close(
        types.DidCloseNotebookDocumentParams(
            types.NotebookDocumentIdentifier(ed.uri("nb.ipynb")),
            [types.TextDocumentIdentifier(cell_uri(number)) for number in range(3)],
        )
    )
    ed.until(lambda: shown(ed, 1) == [])
    assert ed.logged == []
    assert ed.quit() == 0


def test_a_cell_that_is_removed_takes_its_findings_along(editor) -> None:
    ed = editor()
    open_notebook(ed, *CELLS)
    ed.until(lambda: bool(shown(ed, 1)))
    removed = types.NotebookDocumentCellChangeStructure(
        types.NotebookCellArrayChange(1, 1, []), did_close=[types.TextDocumentIdentifier(cell_uri(1))]
    )
    ed.client.notebook_document_did_change(
        types.DidChangeNotebookDocumentParams(
            types.VersionedNotebookDocumentIdentifier(2, ed.uri("nb.ipynb")),
            types.NotebookDocumentChangeEvent(cells=types.NotebookDocumentCellChanges(structure=removed)),
        )
    )
    ed.until(lambda: shown(ed, 1) == [])


def test_a_notebook_as_text(editor) -> None:
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": text.splitlines(keepends=True)}
        for text in CELLS
    ]
    text = json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}, indent=1) + "\n"
    ed = editor()
    (finding,) = ed.open("nb.ipynb", text, "json")
    line = text.splitlines()[finding.range.start.line]
    assert line[finding.range.start.character : finding.range.end.character] == "load_in_8bit=EIGHT"
    titles = [action.title for action in ed.actions("nb.ipynb", finding.range)]
    assert [title for title in titles if "Silence" in title] == []
    fixed = ed.after("nb.ipynb", ed.actions("nb.ipynb", finding.range)[0])
    assert "llm_int8_threshold=0.0" in "".join(json.loads(fixed)["cells"][1]["source"])
    assert ed.replace("nb.ipynb", fixed) == []


def test_a_cell_that_cannot_be_parsed_is_told_where_it_is(editor) -> None:
    ed = editor()
    open_notebook(ed, IMPORTS, "x = 1\nconfig = BitsAndBytesConfig(load_in_8bit=\n", MODEL, "")
    ed.until(lambda: bool(shown(ed, 1)))
    (finding,) = shown(ed, 1)
    assert finding.code == "ECO902"
    assert finding.range == types.Range(types.Position(1, 0), types.Position(1, 41))
    assert shown(ed, 0) == shown(ed, 2) == shown(ed, 3) == []


def test_a_shell_line_of_a_cell_can_be_silenced(editor) -> None:
    ed = editor()
    serve = "!vllm serve Qwen/Qwen2.5-7B-Instruct --max-num-seqs 1"
    open_notebook(ed, "x = 1\n", f"{serve}\ny = 2")
    ed.until(lambda: bool(shown(ed, 1)))
    (finding,) = shown(ed, 1)
    silence = actions(ed, 1, finding.range)[-1]
    ((uri, edits),) = ed.edits(silence).items()
    text = applied(ed.texts[uri][1], edits, "utf-16")
    assert text == f"{serve}  # ecolint: ignore[ECO004]\ny = 2"
    change_cell(ed, 1, 2, text)
    ed.until(lambda: shown(ed, 1) == [])
