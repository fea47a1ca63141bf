"""Edits on bytes and files: nothing outside an edit changes, and no file is ever torn."""

from __future__ import annotations

import ast
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecolint.edits.parsing_check import fault
from ecolint.edits.patch import unified
from ecolint.finding import Applicability, Edit, Finding
from ecolint.fixes import applied, with_edits, without_overlaps, write
from ecolint.parsers.pythonic.syntax.grammar import decoded
from ecolint.repository import Repository
from ecolint.scanner import scan
from ecolint.settings.keys import DEFAULTS
from ecolint.settings.policy import CommandLineChoices, policy_for
from ecolint.source import SourceFile
from tests.conftest import INT8, Ecolint
from tests.expectations import FIXTURES, fixtures
from tests.fixes.cases import cases

FIXED_INT8 = INT8.replace("load_in_8bit=True", "load_in_8bit=True, llm_int8_threshold=0.0")


def _findings() -> list[tuple[SourceFile, list[Finding]]]:
    choices = CommandLineChoices(select=("ECO",))
    found = []
    files = [(path, FIXTURES) for path in fixtures()] + [
        (case.before, case.before.parent) for case in cases()
    ]
    for path, root in files:
        source = SourceFile(path.relative_to(root).as_posix(), path.read_bytes())
        report = scan(source, Repository(str(root)), policy_for(DEFAULTS, choices, source.path))
        fixable = [item for item in report.findings if item.fix is not None and item.fix.edits]
        if fixable:
            found.append((source, fixable))
    return found


FIXABLE = _findings()


def test_fixtures_have_fixes_of_both_kinds() -> None:
    kinds = {item.fix.applicability for _, found in FIXABLE for item in found if item.fix is not None}
    assert kinds == {Applicability.SAFE, Applicability.UNSAFE}
    assert len(FIXABLE) > 60


@pytest.mark.parametrize("number", range(len(FIXABLE)), ids=lambda n: f"{FIXABLE[n][0].path}-{n}")
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_selection_of_fixes_keeps_the_other_bytes(number: int, data: st.DataObject) -> None:
    source, found = FIXABLE[number]
    chosen = without_overlaps(data.draw(st.lists(st.sampled_from(found), unique_by=id)))
    result = applied(source, chosen)
    edits = sorted(edit for item in chosen if item.fix is not None for edit in item.fix.edits)
    at = moved = 0
    encoding = source.encoding[0]
    for edit in edits:
        assert result[at + moved : edit.start + moved] == source.data[at : edit.start]
        text = edit.text.encode(encoding)
        assert result[edit.start + moved : edit.start + moved + len(text)] == text
        moved += len(text) - (edit.end - edit.start)
        at = edit.end
    assert result[at + moved :] == source.data[at:]
    assert fault(source.path, source.data, result) == ""
    _still_reads(source, result)


def _still_reads(source: SourceFile, result: bytes) -> None:
    text = decoded(SourceFile(source.path, result)).text
    if source.path.endswith(".py"):
        try:
            ast.parse(decoded(source).text)
        except SyntaxError:
            return
        ast.parse(text)
    elif source.path.endswith((".json", ".ipynb")):
        json.loads(text)
    elif source.path.endswith(".sh") and shutil.which("bash") and b"\r" not in result:
        subprocess.run(["bash", "-n"], input=result, check=True, capture_output=True, timeout=20)


@pytest.mark.parametrize(
    ("edits", "after"),
    [
        ((Edit(0, 1, "X"), Edit(1, 2, "Y")), b"XYcd"),
        ((Edit(2, 2, "--"),), b"ab--cd"),
        ((Edit(0, 4, ""),), b""),
    ],
)
def test_edits(edits: tuple[Edit, ...], after: bytes) -> None:
    assert with_edits(SourceFile("x", b"abcd"), edits) == after


@pytest.mark.parametrize("edits", [(Edit(0, 2, ""), Edit(1, 3, "")), (Edit(3, 9, ""),), (Edit(2, 1, ""),)])
def test_overlapping_or_wild_edits_are_refused(edits: tuple[Edit, ...]) -> None:
    with pytest.raises(ValueError):
        with_edits(SourceFile("x", b"abcd"), edits)


def test_edit_text_is_encoded_like_the_file() -> None:
    source = SourceFile("x", "\ufeffab".encode("utf-16-le"))
    assert with_edits(source, (Edit(4, 4, "é"),)) == "\ufeffaéb".encode("utf-16-le")


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("a.py", b"f(a, b)", b"f(a b)"),
        ("a.json", b'{"a": 1}', b'{"a": 1,}'),
        ("a.ipynb", b"{}", b"{"),
        ("a.yaml", b"a: &x 1\nb: *x", b"b: *x"),
        ("a.txt", b"abc", b"\xff"),
    ],
)
def test_results_that_no_longer_parse_are_found(name: str, before: bytes, after: bytes) -> None:
    assert fault(name, before, after)
    assert fault(name, before, before) == ""
    assert fault(name, after, after) == ""


@pytest.mark.parametrize("mode", [0o751, 0o2755, 0o4700])
def test_mode_is_kept(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "run.sh"
    path.write_bytes(b"old")
    path.chmod(mode)
    assert write(str(path), b"old", b"new", str(tmp_path)) == ""
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o7777 == mode
    assert [entry.name for entry in tmp_path.iterdir()] == ["run.sh"]


def test_file_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"edited by hand")
    assert "meanwhile" in write(str(path), b"as it was read", b"new", str(tmp_path))
    assert path.read_bytes() == b"edited by hand"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.py"]


def test_link_out_of_the_tree_is_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_bytes(b"old")
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "a.py").symlink_to(outside)
    assert "symbolic link" in write(str(tree / "a.py"), b"old", b"new", str(tree))
    assert outside.read_bytes() == b"old"


def test_link_within_the_tree_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.py").write_bytes(b"old")
    (tmp_path / "a.py").symlink_to("real.py")
    assert write(str(tmp_path / "a.py"), b"old", b"new", str(tmp_path)) == ""
    assert (tmp_path / "a.py").is_symlink()
    assert (tmp_path / "real.py").read_bytes() == b"new"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_read_only_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    path.chmod(0o444)
    assert write(str(path), b"old", b"new", str(tmp_path)).startswith("not changed")


def test_unsafe_fixes_are_only_made_when_asked_for(ecolint: Ecolint, tmp_path: Path) -> None:
    path = tmp_path / "app.py"
    path.write_text(INT8)
    outcome = ecolint("scan", "--fix", "--isolated")
    assert path.read_text() == INT8
    assert outcome.status == 1
    assert "1 could be fixed with --unsafe-fixes" in outcome.stderr
    outcome = ecolint("scan", "--fix", "--unsafe-fixes", "--isolated")
    assert path.read_text() == FIXED_INT8
    assert outcome.status == 0
    assert "against FP16" in outcome.stderr


def test_diff_writes_nothing_and_keeps_the_status(ecolint: Ecolint, tmp_path: Path) -> None:
    path = tmp_path / "app.py"
    path.write_text(INT8)
    outcome = ecolint("scan", "--diff", "--unsafe-fixes", "--isolated")
    assert path.read_text() == INT8
    assert outcome.status == 1
    assert outcome.stdout.startswith("--- a/app.py\n+++ b/app.py\n")
    assert outcome.stderr == "The diff fixes 1 of 1 finding.\n"


def test_a_diff_counts_what_was_found(ecolint: Ecolint, tmp_path: Path) -> None:
    """Without the default threshold, INT8 still wastes on this model: that is mended too, and was not found."""
    (tmp_path / "app.py").write_text(
        "from transformers import AutoModelForCausalLM, BitsAndBytesConfig\n"
        "model = AutoModelForCausalLM.from_pretrained(\n"
        '    "Qwen/Qwen2.5-1.5B", quantization_config=BitsAndBytesConfig(load_in_8bit=True)\n'
        ")\n"
        "model.generate(ids)\n"
    )
    outcome = ecolint("scan", "--diff", "--unsafe-fixes", "--isolated")
    assert "load_in_8bit" in outcome.stdout
    assert outcome.stderr == "The diff fixes 1 of 1 finding.\n"


def test_an_empty_diff_says_what_could_be_fixed(ecolint: Ecolint, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(INT8)
    outcome = ecolint("scan", "--diff", "--isolated")
    assert (outcome.status, outcome.stdout) == (1, "")
    assert outcome.stderr.startswith("The diff fixes 0 of 1 finding. 1 could be fixed with --unsafe-fixes")
    assert ecolint("scan", "--diff", "--isolated", "--quiet").stderr == ""
    (tmp_path / "app.py").write_text("")
    assert ecolint("scan", "--diff", "--isolated").stderr == ""


@pytest.mark.parametrize(("named", "place"), [("..", "."), ("../k8s", "."), (".", "serve")])
def test_git_applies_a_diff_of_files_elsewhere(
    ecolint: Ecolint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str, place: str
) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    for folder in ("k8s", "serve"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "app.py").write_text(INT8)
    monkeypatch.chdir(tmp_path / "serve")
    outcome = ecolint("scan", named, "--diff", "--unsafe-fixes", "--isolated")
    assert ("relative to" in outcome.stderr) is (place == ".")
    subprocess.run(["git", "apply", "-"], input=outcome.stdout.encode(), cwd=tmp_path / place, check=True)
    changed = {path.parent.name for path in tmp_path.glob("*/app.py") if path.read_text() == FIXED_INT8}
    assert changed == {"..": {"k8s", "serve"}, "../k8s": {"k8s"}, ".": {"serve"}}[named]


@pytest.mark.parametrize(
    "arguments", [("--unsafe-fixes",), ("--fix", "--diff"), ("--fix", "-", "--stdin-filename", "a.py")]
)
def test_options_that_do_not_go_together(ecolint: Ecolint, arguments: tuple[str, ...]) -> None:
    assert ecolint("scan", *arguments).status == 2


def test_known_findings_are_not_fixed(ecolint: Ecolint, tmp_path: Path) -> None:
    path = tmp_path / "app.py"
    path.write_text(INT8)
    ecolint("scan", "--isolated", "--baseline", "known.json", "--update-baseline")
    ecolint("scan", "--isolated", "--baseline", "known.json", "--fix", "--unsafe-fixes")
    assert path.read_text() == INT8


def test_what_is_trained_is_only_edited_safely(ecolint: Ecolint, tmp_path: Path) -> None:
    text = INT8.replace("model.generate(torch.ones(1, 1))", "model = prepare_model_for_kbit_training(model)")
    text = "from peft import prepare_model_for_kbit_training\n" + text
    (tmp_path / "train.py").write_text(text)
    ecolint("scan", "--fix", "--unsafe-fixes", "--isolated")
    assert (tmp_path / "train.py").read_text() == text


def test_what_is_tested_is_only_edited_safely(ecolint: Ecolint, tmp_path: Path) -> None:
    (tmp_path / "test_app.py").write_text(INT8)
    ecolint("scan", "--fix", "--unsafe-fixes", "--isolated")
    assert (tmp_path / "test_app.py").read_text() == INT8


@pytest.mark.slow
@pytest.mark.parametrize("delay", [0.0, 0.05, 0.15, 0.4])
def test_killed_run_leaves_each_file_old_or_new(tmp_path: Path, delay: float) -> None:
    body = INT8 + "# padding\n" * 200
    new = FIXED_INT8 + "# padding\n" * 200
    paths = [tmp_path / f"serve_{number}.py" for number in range(200)]
    for path in paths:
        path.write_text(body)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    run = subprocess.Popen(
        [sys.executable, "-m", "ecolint", "scan", "--fix", "--unsafe-fixes", "--isolated", "--jobs", "1"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while run.poll() is None and paths[0].read_text() == body and time.monotonic() < deadline:
        time.sleep(0.002)
    time.sleep(delay)
    run.send_signal(signal.SIGKILL)
    run.wait(30)
    texts = [path.read_text() for path in paths]
    assert set(texts) <= {body, new}
    assert new in texts


CHOSEN_ELSEWHERE = {
    "parameter default": "def load(n=1):\n    return LLM(MODEL, max_num_seqs=n).generate(['x'])\n",
    "argument of a caller": "def load(n):\n    return LLM(MODEL, max_num_seqs=n).generate(['x'])\n\n\nload(1)\n",
    "environment": "LLM(MODEL, max_num_seqs=int(os.environ.get('N', '1'))).generate(['x'])\n",
    "small and large in a loop": "for name in ['Qwen/Qwen2.5-1.5B', 'Qwen/Qwen2.5-72B']:\n"
    "    LLM(name, quantization='bitsandbytes').generate(['x'])\n",
    "name given by a caller": "def load(name):\n    LLM(name, quantization='bitsandbytes').generate(['x'])\n\n\n"
    "load('Qwen/Qwen2.5-1.5B')\n",
}


@pytest.mark.parametrize("body", CHOSEN_ELSEWHERE.values(), ids=CHOSEN_ELSEWHERE)
def test_what_is_chosen_elsewhere_is_not_edited(ecolint: Ecolint, tmp_path: Path, body: str) -> None:
    text = f"import os\nfrom vllm import LLM\n\nMODEL = 'meta-llama/Llama-3.1-8B'\n{body}"
    (tmp_path / "app.py").write_text(text)
    outcome = ecolint("scan", "--fix", "--unsafe-fixes", "--isolated", "--format", "json")
    assert outcome.codes
    assert (tmp_path / "app.py").read_text() == text


def test_new_findings_beside_known_ones_are_fixed(ecolint: Ecolint, tmp_path: Path) -> None:
    old, new = tmp_path / "old.py", tmp_path / "new.py"
    old.write_text(INT8)
    ecolint("scan", "--isolated", "--baseline", "known.json", "--update-baseline")
    new.write_text(INT8)
    outcome = ecolint("scan", "--isolated", "--baseline", "known.json", "--fix", "--unsafe-fixes")
    assert outcome.status == 0
    assert old.read_text() == INT8
    assert new.read_text() == FIXED_INT8


@pytest.mark.parametrize("name", ["with space.py", "größe.py", 'quo"te.py', "back\\slash.py", "ta\tb.py"])
def test_diff_of_strange_file_names(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(INT8.rstrip("\n"))
    diff = b"".join(unified(name, path.read_bytes(), FIXED_INT8.encode()))
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True, timeout=20)
    subprocess.run(["git", "apply", "-"], input=diff, cwd=tmp_path, check=True, timeout=20)
    assert path.read_text() == FIXED_INT8


def test_scan_of_another_folder_is_fixed(ecolint: Ecolint, tmp_path: Path) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    (folder / "app.py").write_text(INT8)
    here = tmp_path / "here"
    here.mkdir()
    os.chdir(here)
    outcome = ecolint("scan", "../there", "--isolated", "--fix", "--unsafe-fixes")
    assert outcome.status == 0
    assert (folder / "app.py").read_text() == FIXED_INT8


ONLY_ITEM = """services:
  one:
    image: ghcr.io/ggml-org/llama.cpp:server
    environment:
      - LLAMA_ARG_N_PARALLEL=1
    restart: always
"""
SWITCH = """import os
from transformers import AutoModelForCausalLM
AutoModelForCausalLM.from_pretrained("m/l-7b", load_in_8bit=os.getenv("Q8", "1") == "1")
"""


@pytest.mark.parametrize(("name", "text"), [("compose.yaml", ONLY_ITEM), ("load.py", SWITCH)])
def test_what_would_break_the_file_is_not_edited(name: str, text: str) -> None:
    source = SourceFile(name, text.encode())
    report = scan(source, Repository(None), policy_for(DEFAULTS, CommandLineChoices(), name))
    assert report.findings
    assert not [item for item in report.findings if item.fix is not None and item.fix.edits]
