"""Versions that a repository asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecolint.repository import Repository
from ecolint.stack import at_least, excludes_older, newest_admitted, stack_of


@pytest.mark.parametrize(
    ("specifier", "newest", "newer_than_0_48"),
    [
        ("==0.45.0", "0.45.0", False),
        ("==0.45.*", "0.46.dev0", False),
        ("<0.48", "0.48.dev0", False),
        ("<=0.48", "0.48", True),
        (">=0.43,<0.49", "0.49.dev0", True),
        ("~=0.45.1", "0.46.dev0", False),
        ("~=0.45", "1.dev0", True),
        (">=0.43", "*", True),
        ("!=0.44", "*", True),
        ("", "*", True),
    ],
)
def test_newest_admitted(specifier: str, newest: str, newer_than_0_48: bool) -> None:
    assert newest_admitted(specifier) == newest
    assert at_least(newest, "0.48") is newer_than_0_48


@pytest.mark.parametrize(
    ("name", "text", "version"),
    [
        ("requirements.txt", "bitsandbytes==0.45.0  # pinned\n", "0.45.0"),
        ("requirements-gpu.txt", "--extra-index-url x\nbitsandbytes[cuda] >=0.43 , <0.46\n", "0.46.dev0"),
        ("requirements.in", "bitsandbytes\n", "*"),
        ("constraints.txt", "Bitsandbytes == 0.44.1 ; python_version > '3.8'\n", "0.44.1"),
        ("pyproject.toml", '[project]\ndependencies = ["bitsandbytes~=0.45.0", "x"]\n', "0.46.dev0"),
        ("pyproject.toml", '[tool.poetry.dependencies]\nbitsandbytes = "^0.45.1"\n', "0.46.dev0"),
        (
            "pyproject.toml",
            '[tool.poetry.dependencies]\nbitsandbytes = {version = "0.45.2", optional = true}\n',
            "0.45.2",
        ),
        (
            "Pipfile.lock",
            '{\n  "default": {\n    "bitsandbytes": {\n      "hashes": ["sha256:0"],\n      "version": "==0.45.3"\n    }\n  }\n}\n',
            "0.45.3",
        ),
        ("uv.lock", '[[package]]\nname = "bitsandbytes"\nversion = "0.45.3"\n', "0.45.3"),
        ("environment.yml", "dependencies:\n  - bitsandbytes=0.45.0=py310\n", "0.45.0"),
        ("environment.yml", "dependencies:\n  - pip:\n    - bitsandbytes==0.45.1\n", "0.45.1"),
        ("setup.py", 'setup(install_requires=["bitsandbytes<=0.47"])\n', "0.47"),
        ("Dockerfile", "FROM x\nRUN pip install torch \\\n    bitsandbytes==0.45.5 && echo ok\n", "0.45.5"),
    ],
)
def test_where_versions_are_stated(tmp_path, name: str, text: str, version: str) -> None:
    (tmp_path / name).write_text(text)
    (tmp_path / "src").mkdir()
    stack = stack_of("src/app.py", Repository(str(tmp_path)))
    assert stack["bitsandbytes"].version == version
    assert stack["bitsandbytes"].path == name


def test_nearest_folder_counts(tmp_path) -> None:
    (tmp_path / "requirements.txt").write_text("bitsandbytes==0.45.0\ntransformers==4.47\n")
    (tmp_path / "service").mkdir()
    (tmp_path / "service" / "requirements.txt").write_text("bitsandbytes==0.49.1\n")
    stack = stack_of("service/app.py", Repository(str(tmp_path)))
    assert stack["bitsandbytes"].version == "0.49.1"
    assert stack["transformers"].version == "4.47"


def test_lock_file_beats_requirement(tmp_path) -> None:
    (tmp_path / "requirements.txt").write_text("bitsandbytes\n")
    (tmp_path / "uv.lock").write_text('[[package]]\nname = "bitsandbytes"\nversion = "0.45.3"\n')
    assert stack_of("app.py", Repository(str(tmp_path)))["bitsandbytes"].version == "0.45.3"


def test_no_statement_no_stack(tmp_path) -> None:
    (tmp_path / "requirements.txt").write_text("requests\n")
    assert stack_of("app.py", Repository(str(tmp_path))) == {}


@pytest.mark.parametrize(
    ("text", "excluded"),
    [
        ("transformers==5.1.0", True),
        ("transformers>=5", True),
        ("transformers~=5.1", True),
        ("transformers>=5.0,<6", True),
        ("transformers==5.*", True),
        ("transformers>=4.40,<6", False),
        ("transformers>=4.40,!=5.0.0", False),
        ("transformers<=5.0", False),
        ("transformers<6", False),
        ("transformers==4.*", False),
        ("transformers", False),
    ],
)
def test_versions_that_a_requirement_leaves_out(text: str, excluded: bool, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text(text)
    pinned = stack_of("app.py", Repository(str(tmp_path)))["transformers"]
    assert excludes_older(pinned, "5.0") is excluded
