"""The hooks, under pre-commit and prek, installed from a copy of this repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ecolint.parsers.registry import formats
from tests.adoption.conftest import INT8, SMALL_NF4, git

HERE = Path(__file__).parents[2]
MANIFEST = yaml.safe_load((HERE / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
FILES = re.compile(MANIFEST[0]["files"])
UNUSUAL = {
    "Modelfile": "FROM qwen2.5:1.5b-instruct-q4_0\n",
    "deploy/vllm.service": (
        "[Service]\nExecStart=/usr/bin/vllm serve Qwen/Qwen2.5-1.5B-Instruct --quantization bitsandbytes\n"
    ),
    "Dockerfile": (
        "FROM vllm/vllm-openai:v0.6.3\n"
        'CMD ["--model", "Qwen/Qwen2.5-1.5B", "--quantization", "bitsandbytes"]\n'
    ),
}


def names_of_formats() -> list[str]:
    listed = [(item.name, glob) for item in formats() for glob in (*item.names, *item.paths)]
    return [re.sub(r"\[([^\]])[^\]]*\]", r"\1", glob) for name, glob in listed if name != "markdown"]


@pytest.mark.parametrize("glob", names_of_formats())
def test_the_hook_is_given_every_file_that_ecolint_reads(glob: str) -> None:
    for name in (glob.replace("*", "x"), "some/folder/" + glob.replace("*", "a-b")):
        assert FILES.search(name), name


def test_the_hook_is_not_given_everything() -> None:
    for name in ("README.md", "a.css", "data.csv", "src/lib.rs", "page.html", "poetry.lock", "x.environment"):
        assert not FILES.search(name), name


def test_the_starting_configuration_names_a_hook_that_exists() -> None:
    from ecolint.settings.starter import STARTERS

    config = yaml.safe_load(STARTERS["pre-commit"].text)
    wanted = {hook["id"] for repo in config["repos"] for hook in repo["hooks"]}
    assert wanted <= {hook["id"] for hook in MANIFEST}
    assert all(hook["require_serial"] for hook in MANIFEST)


def _program(name: str) -> str:
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed: pip install -e '.[hooks]'")
    return found


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A repository with the files of this one as they are now, and its commit."""
    if not (HERE / ".git").exists():
        pytest.skip("not a clone, so there is nothing to clone")
    root = tmp_path_factory.mktemp("hook") / "ecolint"
    for path in filter(
        None, git(HERE, "ls-files", "--cached", "--others", "--exclude-standard", "-z").split("\0")
    ):
        if not path.startswith(("tests/", "examples/", "benchmarks/")) and (HERE / path).is_file():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(HERE / path, root / path)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "copy")
    return root, git(root, "rev-parse", "HEAD").strip()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Environment in which the hooks are installed once."""
    folder = tmp_path_factory.mktemp("store")
    hidden = ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "PYTHONPATH", "SKIP")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    return environment | {
        "PRE_COMMIT_HOME": str(folder / "pre-commit"),
        "PREK_HOME": str(folder / "prek"),
        "PRE_COMMIT_COLOR": "never",
        "NO_COLOR": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }


@pytest.fixture
def sample(tmp_path: Path, clone: tuple[Path, str]) -> Path:
    """A repository with the hook in its configuration, and settings that exclude a folder."""
    root = tmp_path / "sample"
    root.mkdir()
    git(root, "init", "-q")
    git(root, "config", "user.name", "Ada")
    git(root, "config", "user.email", "ada@example.org")
    (root / ".pre-commit-config.yaml").write_text(
        yaml.safe_dump({"repos": [{"repo": str(clone[0]), "rev": clone[1], "hooks": [{"id": "ecolint"}]}]})
    )
    (root / "ecolint.toml").write_text('exclude = ["vendor"]\n')
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "one")
    return root


def _run(folder: Path, environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=600
    )


def _write(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    git(root, "add", "-A")


BAD = INT8.format(name="model", model="mistralai/Mistral-7B-Instruct-v0.3")
GOOD = BAD.replace("load_in_8bit=True", "load_in_8bit=True, llm_int8_threshold=0.0")


@pytest.mark.hooks
@pytest.mark.parametrize("program", ["pre-commit", "prek"])
def test_a_commit_fails_is_fixed_and_passes(program: str, sample: Path, store: dict[str, str]) -> None:
    tool = _program(program)
    assert _run(sample, store, tool, "install").returncode == 0
    _write(sample, {"app.py": BAD, "vendor/old.py": BAD, "notes.md": "load_in_8bit=True\n"})
    failed = _run(sample, store, "git", "commit", "-m", "bad")
    said = failed.stdout + failed.stderr
    assert failed.returncode == 1, said
    assert "app.py:5:" in said
    assert "ECO001" in said
    assert "vendor" not in said
    assert said.count("No findings") + said.count("1 finding:") == 1
    _write(sample, {"app.py": GOOD})
    passed = _run(sample, store, "git", "commit", "-m", "good")
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert git(sample, "log", "--format=%s").split() == ["good", "one"]


@pytest.mark.hooks
@pytest.mark.parametrize("program", ["pre-commit", "prek"])
def test_files_without_a_type_of_their_own(program: str, sample: Path, store: dict[str, str]) -> None:
    tool = _program(program)
    script = SMALL_NF4.format(model="Qwen/Qwen2.5-1.5B-Instruct", port=1)
    _write(sample, {**UNUSUAL, "bin/start": script, ".env": "QUANTIZE=bitsandbytes\n"})
    done = _run(sample, store, tool, "run", "--all-files")
    assert done.returncode == 1, done.stdout + done.stderr
    for path in ("deploy/vllm.service:", "Dockerfile:", "bin/start:", "Modelfile:"):
        assert path in done.stdout, done.stdout


@pytest.mark.hooks
@pytest.mark.parametrize("program", ["pre-commit", "prek"])
def test_a_name_is_no_option(program: str, sample: Path, store: dict[str, str]) -> None:
    """A file that somebody called like an option must not make a scan write."""
    tool = _program(program)
    _write(sample, {"--output=.git/config": "", "-bad.py": BAD})
    before = (sample / ".git/config").read_text()
    done = _run(sample, store, tool, "run", "--all-files")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "-bad.py:5:" in done.stdout
    assert (sample / ".git/config").read_text() == before


@pytest.mark.hooks
def test_try_repo(clone: tuple[Path, str], sample: Path, store: dict[str, str]) -> None:
    tool = _program("pre-commit")
    _write(sample, {"bad.py": BAD, "good.py": GOOD})
    command = (tool, "try-repo", str(clone[0]), "ecolint", "--ref", clone[1], "--files")
    failed = _run(sample, store, *command, "bad.py", "good.py")
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "bad.py:5:" in failed.stdout
    passed = _run(sample, store, *command, "good.py")
    assert passed.returncode == 0, passed.stdout + passed.stderr
