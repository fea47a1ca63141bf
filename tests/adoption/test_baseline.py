"""Known findings stay known when code moves, and nothing else does."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from ecolint import baseline
from ecolint.baseline import BaselineError
from tests.adoption.conftest import INT8, SMALL_NF4, Tree

MODELS = (
    "mistralai/Mistral-7B-Instruct-v0.3",
    "Qwen/Qwen2.5-7B-Instruct",
    "meta-llama/Llama-3.1-8B-Instruct",
)


def old_repository(tree: Tree) -> None:
    """25 files with 50 findings, all of them `warning`."""
    for number in range(15):
        functions = [
            INT8.format(name=f"a{number}", model=MODELS[number % 3]),
            INT8.format(name=f"b{number}", model=MODELS[number % 3]).split("\n\n\n", 1)[1],
        ]
        tree.write(f"serve/app_{number}.py", "\n\n".join(functions))
    for number in range(10):
        serve = SMALL_NF4.format(model="Qwen/Qwen2.5-1.5B-Instruct", port=8000 + number)
        again = serve.replace("#!/bin/sh\n", "").replace("1.5B", "0.5B")
        tree.write(f"deploy/start_{number}.sh", serve + again)


def moved_around(tree: Tree) -> None:
    """The same code elsewhere: lines above, functions swapped, files renamed, a function in another file."""
    chance = random.Random(7)
    for path in sorted((tree.root / "serve").glob("*.py")):
        head, first, second = path.read_text().split("\n\n\n")
        lines = "".join(f"import module_{chance.randrange(99)}\n" for _ in range(chance.randrange(1, 30)))
        path.write_text("\n\n\n".join((lines + head, second.rstrip(), first)) + "\n")
    (tree.root / "serve/app_3.py").rename(tree.root / "serve/renamed.py")
    one = tree.root / "serve/app_4.py"
    head, first, second = one.read_text().split("\n\n\n")
    one.write_text("\n\n\n".join((head, first)) + "\n")
    other = tree.root / "serve/app_5.py"
    other.write_text(other.read_text() + "\n\n" + second)
    script = tree.root / "deploy/start_0.sh"
    script.write_text(script.read_text().replace(" --port", " \\\n    --port"))


def test_fifty_known_findings_moved_around_and_one_new(tree: Tree) -> None:
    old_repository(tree)
    first = tree.scan()
    assert len(first.report["findings"]) == 50
    assert first.status == 1
    made = tree.scan("--baseline", "known.json", "--update-baseline")
    assert made.status == 0
    assert made.report["summary"]["in_baseline"] == 50

    moved_around(tree)
    again = tree.scan("--baseline", "known.json")
    assert again.places == []
    assert (again.status, again.report["summary"]["in_baseline"]) == (0, 50)

    path = tree.root / "serve/app_7.py"
    path.write_text(
        path.read_text().replace("def load_b7", "X = 1\n\n\ndef load_new():\n    pass\n\n\ndef load_b7")
    )
    path.write_text(
        path.read_text().replace(
            "    pass\n", '    return BitsAndBytesConfig(load_in_8bit=True, llm_int8_skip_modules=["h"])\n'
        )
    )
    added = tree.scan("--baseline", "known.json")
    assert len(added.places) == 1
    assert added.report["summary"]["in_baseline"] == 50
    line = path.read_text().splitlines()[added.report["findings"][0]["line"] - 1]
    assert "llm_int8_skip_modules" in line
    assert added.status == 1


def test_a_second_identical_finding_is_new(tree: Tree) -> None:
    text = INT8.format(name="a", model=MODELS[0])
    tree.write("app.py", text)
    tree.scan("--baseline", "known.json", "--update-baseline")
    tree.write("app.py", text + "\n\n" + text.split("\n\n\n", 1)[1])
    assert len(tree.scan("--baseline", "known.json").places) == 1


def test_the_file_is_the_same_whatever_the_order_and_the_folder(tree: Tree) -> None:
    old_repository(tree)
    tree.scan("--baseline", "known.json", "--update-baseline")
    written = (tree.root / "known.json").read_bytes()
    tree.scan("--baseline", "known.json", "--update-baseline", "serve", "deploy")
    assert (tree.root / "known.json").read_bytes() == written
    tree.scan("--baseline", "../known.json", "--update-baseline", "../deploy", ".", cwd="serve")
    assert (tree.root / "known.json").read_bytes() == written
    assert tree.scan("--baseline", "../known.json", ".", cwd="serve").places == []
    document = json.loads(written)
    assert [one["path"] for one in document["findings"]] == sorted(
        one["path"] for one in document["findings"]
    )
    assert all(name not in one for one in document["findings"] for name in ("line", "column"))


def test_it_shrinks_on_update_and_says_so_before(tree: Tree) -> None:
    old_repository(tree)
    tree.scan("--baseline", "known.json", "--update-baseline")
    (tree.root / "deploy/start_0.sh").unlink()
    path = tree.root / "serve/app_0.py"
    path.write_text(
        path.read_text().replace("load_in_8bit=True", "load_in_8bit=True, llm_int8_threshold=0.0", 1)
    )
    told = tree.scan("--baseline", "known.json")
    assert "3 of 50 known findings are gone" in told.err
    updated = tree.scan("--baseline", "known.json", "--update-baseline")
    assert "47 known findings, 0 added, 3 removed" in updated.err
    assert len(baseline.read(str(tree.root / "known.json"))) == 47
    assert tree.scan("--baseline", "known.json").err == ""


def test_an_update_keeps_what_it_did_not_look_at(tree: Tree) -> None:
    old_repository(tree)
    tree.scan("--baseline", "known.json", "--update-baseline")
    written = (tree.root / "known.json").read_bytes()
    for options in (("serve",), ("--select", "ECO003"), ("--exclude", "deploy"), ("--min-confidence", "3")):
        tree.scan("--baseline", "known.json", "--update-baseline", *options)
        assert (tree.root / "known.json").read_bytes() == written, options


def test_a_copy_in_another_file_is_not_a_move(tree: Tree) -> None:
    text = INT8.format(name="a", model=MODELS[0])
    tree.write("app.py", text)
    tree.scan("--baseline", "known.json", "--update-baseline")
    tree.write("copy.py", text)
    assert [one.split(":")[0] for one in tree.scan("--baseline", "known.json").places] == ["copy.py"]
    assert [one.split(":")[0] for one in tree.scan("--baseline", "known.json", "copy.py").places] == [
        "copy.py"
    ]


def test_the_settings_may_name_it(tree: Tree) -> None:
    tree.write("ecolint.toml", 'baseline = "ci/known.json"\n')
    tree.write("serve/app.py", INT8.format(name="a", model=MODELS[0]))
    missing = tree.scan()
    assert missing.status == 2
    assert "ci/known.json: there is no such baseline, named in " in missing.err
    assert missing.err.endswith("ecolint.toml; --update-baseline writes it\n")
    assert tree.scan("--update-baseline").status == 0
    assert (tree.root / "ci/known.json").is_file()
    assert tree.scan(cwd="serve").status == 0
    assert tree.scan("--no-baseline").status == 1


def test_a_file_that_is_missing_or_has_nothing_to_update(tree: Tree) -> None:
    assert tree.scan("--baseline", "nope.json").status == 2
    assert tree.scan("--update-baseline").status == 2
    assert tree.scan("--baseline", "x.json", "--update-baseline", "--diff-base", "HEAD").status == 2
    assert tree.scan("--baseline", "x.json", "--no-baseline").status == 2


GOOD = (
    '{"schema_version": 1,\n "findings": [\n  {"path": "a.py", "rule": "ECO001", "text": "x", '
    '"fingerprint": "f", "context": "c", "name": "n"}%s\n]}'
)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("{\n<<<<<<< HEAD\n", 2),
        ("[]", 1),
        ('{"schema_version": 2, "findings": []}', 1),
        ('{"schema_version": "1", "findings": []}', 1),
        (GOOD % ',\n  {"path": 3}', 4),
        (GOOD % ",\n\n  7", 5),
        ("[" * 100_000, 1),
        ('{"schema_version": ' + "9" * 5000 + ', "findings": []}', 1),
        ('{"schema_version": 1,\n "findings": ["\xff"]}', 2),
    ],
)
def test_a_damaged_file_is_named_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "known.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(BaselineError, match=rf"known\.json:{line}: "):
        baseline.read(str(path))


def test_a_damaged_file_ends_the_run(tree: Tree) -> None:
    tree.write("known.json", "{\n nonsense")
    done = tree.scan("--baseline", "known.json", "--update-baseline")
    assert done.status == 2
    assert "known.json:2: not a baseline" in done.err
    assert done.err.count("\n") == 1


def test_entries_survive_a_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    path.write_text(GOOD % "", encoding="utf-8")
    entries = baseline.read(str(path))
    path.write_text(baseline.as_text([*entries, *entries]), encoding="utf-8")
    assert baseline.read(str(path)) == entries
    assert json.loads(baseline.as_text(()))["findings"] == []


def test_of_equal_findings_the_one_in_other_surroundings_is_new(tree: Tree) -> None:
    text = INT8.format(name="a", model=MODELS[0])
    tree.write("app.py", text)
    tree.scan("--baseline", "known.json", "--update-baseline")
    head, body = text.split("\n\n\n", 1)
    above = body.replace("load_a", "load_b").replace("=True)", '=True, llm_int8_skip_modules=["lm_head"])')
    tree.write("app.py", "\n\n\n".join((head, above.rstrip(), body)))
    assert tree.scan("--baseline", "known.json").places == ["app.py:5 ECO001"]


def test_stdin_is_compared_too(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    text = INT8.format(name="a", model=MODELS[0])
    tree.write("app.py", text)
    tree.scan("--baseline", "known.json", "--update-baseline")
    for data, status in ((text, 0), (text + text.replace("load_a", "load_b"), 1)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data.encode())))
        assert tree.scan("-", "--stdin-filename", "app.py", "--baseline", "known.json").status == status
