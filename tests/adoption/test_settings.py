"""Settings files, through the command line: which one counts, for which files, and what is wrong with it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jsonschema
import pytest

from ecolint.settings.files import SettingsError, load
from ecolint.settings.keys import KEYS
from ecolint.settings.schema import schema
from ecolint.settings.starter import settings_file
from tests.adoption.conftest import INT8, Tree

NF4_3B = """\
from transformers import AutoModelForCausalLM, BitsAndBytesConfig

model = AutoModelForCausalLM.from_pretrained(
    "meta-llama/Llama-3.2-3B-Instruct",
    quantization_config=BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4"),
)
"""
APP = INT8.format(name="a", model="mistralai/Mistral-7B-Instruct-v0.3")


def gpus(tree: Tree, *arguments: str) -> dict[str, str | None]:
    return {one["path"]: one["setup"]["gpu"] for one in tree.scan(*arguments).report["findings"]}


def test_a_gpu_per_folder(tree: Tree) -> None:
    for folder in ("search", "chat", "batch/night"):
        tree.write(f"services/{folder}/app.py", NF4_3B)
    tree.write("services/chat/annotated.py", "# ecolint: gpu=a800\n" + NF4_3B)
    tree.write(
        "pyproject.toml",
        '[tool.ecolint]\ngpu = "RTX 4090D"\n\n'
        '[[tool.ecolint.overrides]]\nfiles = ["services/search/**"]\ngpu = "T4"\n\n'
        '[[tool.ecolint.overrides]]\nfiles = ["services/batch"]\ngpu = "g5.xlarge"\n',
    )
    found = gpus(tree)
    assert found["services/search/app.py"] == "T4"
    assert found["services/chat/app.py"] == "RTX 4090D"
    assert found["services/chat/annotated.py"] == "A800 80GB PCIe"
    assert found["services/batch/night/app.py"] == "A10G"
    assert set(gpus(tree, "--gpu", "RTX 5090").values()) == {"RTX 5090"}
    shown = tree.ecolint("config", "--show", "services/search/app.py", "--format", "json").report
    assert shown["settings"]["gpu"] == {
        "value": "T4",
        "from": "pyproject.toml (override for services/search/**)",
    }
    assert shown["files"] == ["pyproject.toml"]


def test_the_nearest_file_wins_and_is_not_merged(tree: Tree) -> None:
    tree.write("ecolint.toml", 'ignore = ["ECO001"]\n')
    tree.write("pyproject.toml", '[tool.ecolint]\nselect = ["ECO9"]\n')
    tree.write("app.py", APP)
    tree.write("own/.ecolint.toml", 'fail-on = "error"\n')
    tree.write("own/app.py", APP)
    tree.write("other/pyproject.toml", "[tool.black]\nline-length = 100\n")
    tree.write("other/app.py", APP)
    assert tree.scan().places == ["own/app.py:5 ECO001"]
    assert tree.scan(cwd="own").status == 0
    assert tree.scan("--isolated", cwd="own").status == 1


def test_extend_starts_from_another_file_whose_globs_stay_where_they_were(tree: Tree) -> None:
    tree.write(
        "ecolint.toml",
        'gpu = "T4"\nignore = ["ECO006"]\nexclude = ["/services/a/old", "generated"]\n'
        'per-file-ignores = { "/services/a/tools/*" = ["ECO001"] }\n'
        '[[overrides]]\nfiles = ["/services/a/gpu/**"]\ngpu = "a800"\n',
    )
    tree.write("services/a/ecolint.toml", 'extend = "../../ecolint.toml"\nignore = ["ECO004"]\n')
    for path in ("main.py", "old/x.py", "generated/x.py", "tools/x.py", "gpu/x.py"):
        tree.write(f"services/a/{path}", APP)
    assert gpus(tree) == {"services/a/main.py": "T4", "services/a/gpu/x.py": "A800 80GB PCIe"}
    shown = tree.ecolint("config", "--show", "gpu/x.py", "--format", "json", cwd="services/a").report
    assert shown["settings"]["ignore"] == {"value": ["ECO004"], "from": "ecolint.toml"}
    assert shown["settings"]["exclude"]["from"] == "../../ecolint.toml"
    assert shown["settings"]["gpu"]["from"] == "../../ecolint.toml (override for /services/a/gpu/**)"
    assert "ECO004" not in shown["rules"]
    excluded = tree.ecolint("config", "--show", "services/a/old/x.py")
    assert "excluded by '/services/a/old'" in excluded.out


def test_extend_in_a_circle_or_to_nothing(tree: Tree) -> None:
    tree.write("a/ecolint.toml", 'extend = "../b/ecolint.toml"\n')
    tree.write("b/ecolint.toml", 'extend = "../a/ecolint.toml"\n')
    tree.write("c/ecolint.toml", 'extend = "missing.toml"\n')
    tree.write("d/ecolint.toml", 'extend = "pyproject.toml"\n')
    tree.write("d/pyproject.toml", "[project]\n")
    expected = {
        "a": "ecolint.toml:1: extend: settings files extend one another in a circle",
        "c": "ecolint.toml:1: extend: there is no file ",
        "d": "no [tool.ecolint] table",
    }
    for folder, words in expected.items():
        found = tree.scan(cwd=folder)
        assert (found.status, found.err.count("\n")) == (2, 1)
        assert words in found.err


def test_rules_by_file(tree: Tree) -> None:
    tree.write("ecolint.toml", '[per-file-ignores]\n"jobs/*" = "int8-default-threshold"\n')
    tree.write("jobs/app.py", APP)
    tree.write("serve/jobs/app.py", APP)
    tree.write("app.py", APP)
    assert tree.scan().places == ["app.py:5 ECO001", "serve/jobs/app.py:5 ECO001"]


def test_the_command_line_selects_over_the_settings(tree: Tree) -> None:
    tree.write("ecolint.toml", 'ignore = ["ECO0"]\n[per-file-ignores]\n"jobs/*" = ["ECO001"]\n')
    tree.write("jobs/app.py", APP)
    tree.write("app.py", APP)
    found = ["app.py:5 ECO001"]
    assert tree.scan().places == []
    assert tree.scan("--select", "ECO001").places == found
    assert tree.scan("--extend-select", "int8-default-threshold").places == found
    assert tree.scan("--select", "ECO001", "--ignore", "ECO0").places == []
    tree.write("ecolint.toml", 'select = ["ECO9"]\nextend-select = ["ECO001"]\nignore = ["ECO902"]\n')
    tree.write("broken.py", APP + "load_in_8bit=True)\n")
    assert tree.scan("--select", "ECO2").places == []
    assert "broken.py:7 ECO902" in tree.scan("--select", "ECO9").places


def test_excluded_also_when_named_or_on_stdin(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    tree.write("ecolint.toml", 'exclude = ["vendor", "*.gen.py"]\n')
    for path in ("vendor/x.py", "app.gen.py", "app.py"):
        tree.write(path, APP)
    assert tree.scan("vendor/x.py", "app.gen.py", "app.py").places == ["app.py:5 ECO001"]
    assert tree.ecolint("scan", "--list-files").out == "app.py\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(APP.encode())))
    assert tree.scan("-", "--stdin-filename", "vendor/new.py").places == []


def test_settings_for_one_file_only(tree: Tree) -> None:
    tree.write(
        "ecolint.toml",
        '[[overrides]]\nfiles = ["train/*"]\ncontext = "training"\n'
        '[[overrides]]\nfiles = "quick/*"\nselect = "ECO2"\n'
        '[[overrides]]\nfiles = ["quick/a.py"]\nextend_select = ["ECO001"]\n',
    )
    for path in ("train/app.py", "quick/a.py", "quick/b.py", "app.py"):
        tree.write(path, APP)
    report = tree.scan().report
    assert {one["path"]: one["level"] for one in report["findings"]} == {
        "app.py": "warning",
        "train/app.py": "note",
        "quick/a.py": "warning",
    }


BAD = {
    "gpuu = 'T4'": (1, "unknown setting 'gpuu'; did you mean 'gpu'?"),
    "\ngpu = 'A8000'": (2, "unknown GPU 'A8000'; did you mean"),
    "gpu = 'toaster'": (1, "see `ecolint evidence --gpus`"),
    "gpu = 4090": (1, "must be a string"),
    "fail-on = 'warn'": (1, "did you mean 'warning'?"),
    "select = ['ECO0', 'EC0001']": (1, "unknown rule 'EC0001'; did you mean ECO001"),
    "min-confidence = 4": (1, "must be at least 1 and at most 3"),
    "min_confidence = true": (1, "must be a whole number"),
    "exclude = [1]": (1, "must be a list of strings"),
    "include-docs = 'yes'": (1, "must be true or false"),
    "x = ": (1, "not valid TOML"),
    "[cost]\nprice-kwh = 1": (2, "unknown setting 'price-kwh'; did you mean 'price-per-kwh'?"),
    "\ncost = { requests-per-day = 1, price-per-kwh = -1 }": (2, "must be at least 0"),
    "cost = { fooo = 1 }": (1, "unknown setting 'fooo'"),
    "cost = { gpu = 'T4' }": (1, "'gpu' can only be set at the top"),
    "\n\n\ngpuu = 'T4'": (4, "did you mean 'gpu'?"),
    "[params]\n'a/b' = 'x'": (1, "must be a number"),
    "gpu = 'T4'\n[[overrides]]\nfiles = ['a']\n[[overrides]]\nfiles = ['b']\ngpu = 'T'": (6, "unknown GPU"),
    "[[overrides]]\ngpu = 'T4'": (1, "an override needs `files`"),
    "[overrides]\nfiles = ['b']": (1, "must be written as [["),
    "[[overrides]]\nfiles = ['b']\nexclude = ['c']": (3, "'exclude' can only be set at the top"),
    "[[overrides]]\nfiles = ['b']\nexlude = ['c']": (3, "unknown setting 'exlude'"),
    "[per-file-ignores]\n'a' = ['NOPE']": (1, "unknown rule 'NOPE'"),
    "baseline = ['x']": (1, "must be a string"),
    "a = " + "[" * 10_000: (None, ""),
}


@pytest.mark.parametrize("text", BAD)
def test_what_is_wrong_is_told_with_file_and_line(tree: Tree, text: str) -> None:
    line, words = BAD[text]
    tree.write("ecolint.toml", text)
    tree.write("app.py", APP)
    found = tree.scan()
    assert (found.status, found.out, found.err.count("\n")) == (2, "", 1)
    assert words in found.err
    assert f"ecolint.toml{f':{line}' if line else ''}: " in found.err


@pytest.mark.parametrize("number", ["inf", "-inf", "nan"])
def test_numbers_are_finite(tree: Tree, number: str) -> None:
    tree.write("ecolint.toml", f"[cost]\nprice-per-kwh = {number}\n")
    found = tree.scan()
    assert (found.status, found.err.count("\n")) == (2, 1)
    assert f"ecolint.toml:2: price-per-kwh: must be a finite number, not {number}" in found.err


def test_the_line_is_that_of_our_table_in_pyproject(tree: Tree) -> None:
    tree.write("pyproject.toml", '[tool.ruff]\nexclude = ["a"]\n\n[tool.ecolint]\nexclude = 3\n')
    tree.write("app.py", APP)
    assert "pyproject.toml:5: exclude: must be" in tree.scan().err


def test_a_pyproject_of_others_may_be_broken(tree: Tree) -> None:
    tree.write("template/pyproject.toml", "[project]\nname = {{ cookiecutter.name }}\n")
    tree.write("template/app.py", APP)
    assert tree.scan().places == ["template/app.py:5 ECO001"]


@pytest.mark.parametrize("name", ["ecolint.toml", "pyproject.toml"])
def test_a_byte_order_mark_is_no_mistake(tree: Tree, name: str) -> None:
    table = "[tool.ecolint]\n" if name == "pyproject.toml" else ""
    tree.write(name, f"\ufeff{table}gpu = 'A8000'\n")
    tree.write("app.py", APP)
    scanned = tree.scan()
    assert scanned.status == 2
    assert f"{name}:{2 if table else 1}: gpu: unknown GPU 'A8000'" in scanned.err


def test_bytes_that_are_no_text(tree: Tree) -> None:
    (tree.root / "ecolint.toml").write_bytes(b'gpu = "\xff"\n')
    found = tree.scan()
    assert (found.status, found.err.count("\n")) == (2, 1)
    assert "not valid UTF-8" in found.err


def uncommented() -> str:
    return "".join(line[3:] if line.startswith("#: ") else line for line in settings_file().splitlines(True))


def test_the_starting_file_explains_every_setting_and_each_example_works(tmp_path: Path) -> None:
    import tomli

    text = uncommented()
    assert list(tomli.loads(text)) == list(KEYS)
    (tmp_path / "ecolint.toml").write_text('gpu = "T4"\n')
    (tmp_path / "own").mkdir()
    path = tmp_path / "own/ecolint.toml"
    path.write_text(text)
    found = load(str(path))
    assert found.gpu == "RTX 4090D"
    assert found.for_path("services/search/app.py").gpu == "T4"
    assert found.cost is not None
    path.write_text(settings_file())
    assert load(str(tmp_path / "own/ecolint.toml"))


def test_the_schema_that_ships_is_up_to_date(tree: Tree) -> None:
    shipped = Path(__file__).parents[2] / "ecolint/schemas/settings.schema.json"
    assert json.loads(shipped.read_text(encoding="utf-8")) == schema()
    assert tree.ecolint("config", "--schema").out == shipped.read_text(encoding="utf-8")
    jsonschema.Draft7Validator.check_schema(schema())


@pytest.mark.parametrize("text", [uncommented(), "", *BAD])
def test_the_schema_says_what_the_reader_says(tmp_path: Path, text: str) -> None:
    import tomli

    (tmp_path / "missing").mkdir()
    path = tmp_path / "missing/ecolint.toml"
    path.write_text(text)
    (tmp_path / "ecolint.toml").write_text("")
    try:
        load(str(path))
        is_accepted = True
    except SettingsError:
        is_accepted = False
    try:
        data = tomli.loads(text)
    except (tomli.TOMLDecodeError, RecursionError):
        return
    if "GPU" in BAD.get(text, (0, ""))[1] or "gpus" in BAD.get(text, (0, ""))[1]:
        return
    assert jsonschema.Draft7Validator(schema()).is_valid(data) is is_accepted


def test_init_writes_each_file_once(tree: Tree) -> None:
    tree.write("pyproject.toml", "[project]\nname = 'x'\n")
    first = tree.ecolint("init")
    assert first.status == 0
    written = {path: (tree.root / path).read_bytes() for path in ("ecolint.toml", ".pre-commit-config.yaml")}
    tree.write("ecolint.toml", "# mine\n")
    again = tree.ecolint("init")
    assert again.status == 0
    assert again.out.count("stays as it is") == 3
    assert (tree.root / "ecolint.toml").read_text() == "# mine\n"
    assert (tree.root / ".pre-commit-config.yaml").read_bytes() == written[".pre-commit-config.yaml"]
    printed = tree.ecolint("init", "--stdout", "settings", "gitlab", "azure")
    assert written["ecolint.toml"].decode() in printed.out
    assert "gl-code-quality-report.json" in printed.out
    assert not (tree.root / ".gitlab-ci.yml").exists()


def test_init_leaves_settings_in_pyproject_alone(tree: Tree) -> None:
    tree.write("pyproject.toml", "[tool.ecolint]\n")
    assert "pyproject.toml exists and stays" in tree.ecolint("init", "settings").out
    assert not (tree.root / "ecolint.toml").exists()


def test_init_where_nothing_can_be_written(tree: Tree) -> None:
    tree.write(".github", "a file, not a folder\n")
    found = tree.ecolint("init", "github")
    assert (found.status, found.err.count("\n")) == (2, 1)


def test_the_starting_files_are_valid_yaml_without_gaps() -> None:
    import yaml

    from ecolint.settings.starter import STARTERS

    for starter in STARTERS.values():
        if starter.template:
            assert yaml.safe_load(starter.text)
            assert "{homepage}" not in starter.text
            assert "{tag}" not in starter.text


def test_settings_of_a_run_are_those_of_the_folder_it_is_started_in(tree: Tree) -> None:
    own = 'fail-on = "error"\ncache = false\ncost = { requests-per-day = 50_000 }\nignore = ["ECO006"]\n'
    tree.write("p/ecolint.toml", own)
    tree.write("p/app.py", APP)
    shown = tree.ecolint("config", "--show", "p/app.py", "--format", "json").report["settings"]
    assert shown["ignore"] == {"value": ["ECO006"], "from": "p/ecolint.toml"}
    assert shown["fail-on"] == {"value": "warning", "from": "default"}
    assert shown["cost"] == {"value": None, "from": "default"}
    assert "cost" not in tree.scan("p").report
    shown = tree.ecolint("config", "--show", "app.py", "--format", "json", cwd="p").report["settings"]
    assert (shown["fail-on"]["value"], shown["cache"]["value"]) == ("error", False)
    assert shown["cost"]["value"]["requests-per-day"] == 50_000
    assert "cost" in tree.scan(cwd="p").report


def test_config_shows_defaults_and_errors(tree: Tree) -> None:
    shown = tree.ecolint("config")
    assert "no settings file" in shown.out
    assert shown.out.count("default") == len(KEYS) - 2
    assert tree.ecolint("config", "--show", "nope.py").status == 2
    tree.write("ecolint.toml", "# nothing yet\n")
    assert "from ecolint.toml" in tree.ecolint("config").out
    tree.write("ecolint.toml", "bad = 1\n")
    assert tree.ecolint("config").status == 2
    assert tree.ecolint("config", "--isolated").status == 0
