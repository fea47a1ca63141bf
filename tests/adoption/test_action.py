"""The action's steps, run the way GitHub runs them: inputs, environment files, outputs, conditions."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.adoption.conftest import INT8, Tree, git

HERE = Path(__file__).parents[2]
ACTION = yaml.safe_load((HERE / "action.yml").read_text(encoding="utf-8"))
BAD = INT8.format(name="model", model="mistralai/Mistral-7B-Instruct-v0.3")
MARK = "<!-- ecolint-report -->"
BASH = shutil.which("bash")
pytestmark = pytest.mark.skipif(BASH is None or os.name == "nt", reason="bash is not installed")

GH = '''\
#!{python}
"""Stands in for GitHub's command line: keeps the comments of one pull request in a file."""
import json, os, sys

if os.environ["GH_TOKEN"] == "read-only" and "--method" in sys.argv or os.environ["GH_TOKEN"] == "none":
    sys.exit("HTTP 403: Resource not accessible by integration")
path = {store!r}
comments = json.load(open(path)) if os.path.exists(path) else []
words = sys.argv[2:]
if "--method" in words:
    method, address = words[words.index("--method") + 1 :][:2]
    name, _, file = words[words.index("--field") + 1].partition("=@")
    text = open(file, encoding="utf-8").read()
    if method == "POST":
        assert address == "repos/acme/chat/issues/7/comments", address
        comments.append({{"id": len(comments) + 1, "body": text}})
    else:
        number = int(address.removeprefix("repos/acme/chat/issues/comments/"))
        comments[number - 1]["body"] = text
    json.dump(comments, open(path, "w"))
else:
    mark = words[words.index("--jq") + 1].split('"')[1]
    print(*(one["id"] for one in comments if one["body"].startswith(mark)), sep="\\n")
'''


@dataclass
class Job:
    """A job with this action as its only step after the checkout."""

    root: Path
    temporary: Path
    event: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    token: str = "token"
    install: bool = False

    def __post_init__(self) -> None:
        self.temporary.mkdir(exist_ok=True)
        (self.temporary / "bin").mkdir(exist_ok=True)
        self._program("ecolint", f'#!/bin/sh\nexec "{sys.executable}" -m ecolint "$@"\n')
        self._program("gh", GH.format(python=sys.executable, store=str(self.temporary / "comments.json")))

    def _program(self, name: str, text: str) -> None:
        path = self.temporary / "bin" / name
        path.write_text(text)
        path.chmod(0o755)

    @property
    def comments(self) -> list[str]:
        path = self.temporary / "comments.json"
        return [one["body"] for one in json.loads(path.read_text())] if path.exists() else []

    def run(self, **inputs: str) -> Done:
        """All steps in their order, until one fails; `always()` ones run nevertheless."""
        unknown = {name.replace("_", "-") for name in inputs} - set(ACTION["inputs"])
        assert not unknown
        given = {name: str(item.get("default", "")) for name, item in ACTION["inputs"].items()}
        given |= {name.replace("_", "-"): value for name, value in inputs.items()}
        given["token"] = self.token
        summary = self.temporary / "summary"
        summary.write_text("")
        kept = {
            "PATH": f"{self.temporary / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.temporary),
        }
        kept |= {"PYTHONPATH": "" if self.install else str(HERE), "LANG": "C.UTF-8", **self.environment}
        for name in (
            "PIP_INDEX_URL",
            "PIP_CONFIG_FILE",
            "PIP_EXTRA_INDEX_URL",
            "SSL_CERT_FILE",
            "GIT_CONFIG_GLOBAL",
        ):
            if name in os.environ:
                kept[name] = os.environ[name]
        kept |= {
            "GITHUB_ACTION_PATH": str(HERE),
            "GITHUB_WORKSPACE": str(self.root),
            "GITHUB_REPOSITORY": "acme/chat",
            "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_ACTIONS": "true",
            "CI": "true",
            "RUNNER_TEMP": str(self.temporary),
        }
        known: dict[str, Any] = {"inputs": given, "steps": {}, "github": {"event": self.event}}
        done = Done()
        for number, step in enumerate(ACTION["runs"]["steps"]):
            condition = str(step.get("if", ""))
            if not _holds(condition, known) or (done.status and "always()" not in condition):
                continue
            if "uses" in step:
                outputs = self._other_action(step, known, done)
            elif step["run"].endswith('install.sh"') and not self.install:
                continue
            else:
                outputs = self._script(step, known, kept, number, done)
            known["steps"][step.get("id", "")] = {"outputs": outputs}
        done.outputs = {name: _filled(item["value"], known) for name, item in ACTION["outputs"].items()}
        done.summary = summary.read_text(encoding="utf-8")
        return done

    def _other_action(self, step: dict[str, Any], known: dict[str, Any], done: Done) -> dict[str, str]:
        if step["uses"].startswith("actions/setup-python@"):
            return {"python-path": sys.executable}
        assert step["uses"].startswith("github/codeql-action/upload-sarif@")
        assert step["continue-on-error"] is True
        path = Path(_filled(step["with"]["sarif_file"], known))
        done.uploaded = json.loads(path.read_text(encoding="utf-8"))
        return {}

    def _script(
        self, step: dict[str, Any], known: dict[str, Any], kept: dict[str, str], number: int, done: Done
    ) -> dict[str, str]:
        assert step["shell"] == "bash"
        files = {name: self.temporary / f"{name}_{number}" for name in ("GITHUB_OUTPUT", "GITHUB_ENV")}
        for path in files.values():
            path.write_text("")
        environment = kept | {name: str(path) for name, path in files.items()}
        environment |= {name: _filled(value, known) for name, value in step.get("env", {}).items()}
        script = self.temporary / f"step_{number}.sh"
        script.write_text(_filled(step["run"], known))
        words = (str(BASH), "--noprofile", "--norc", "-e", "-o", "pipefail", str(script))
        ran = subprocess.run(
            words,
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        done.log += ran.stdout + ran.stderr
        done.status = done.status or ran.returncode
        kept |= _pairs(files["GITHUB_ENV"])
        return _pairs(files["GITHUB_OUTPUT"])


@dataclass
class Done:
    """What the job came to."""

    status: int = 0
    log: str = ""
    summary: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    uploaded: dict[str, Any] | None = None


def _pairs(path: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in path.read_text(encoding="utf-8").splitlines())


def _value(expression: str, known: dict[str, Any]) -> str:
    at: Any = known
    for word in expression.strip().split("."):
        at = at.get(word) if isinstance(at, dict) else None
    return "" if at is None else str(at)


def _filled(text: str, known: dict[str, Any]) -> str:
    return re.sub(r"\$\{\{(.*?)\}\}", lambda match: _value(match[1], known), str(text))


def _holds(condition: str, known: dict[str, Any]) -> bool:
    text = condition.strip().removeprefix("${{").removesuffix("}}")
    for part in filter(None, (item.strip() for item in text.split("&&"))):
        if part == "always()":
            continue
        match = re.fullmatch(r"(\S+) (==|!=) '(.*)'", part)
        assert match is not None, f"a condition this test does not know: {part}"
        if (_value(match[1], known) == match[3]) is not (match[2] == "=="):
            return False
    return True


@pytest.fixture
def job(tree: Tree, tmp_path: Path) -> Job:
    tree.write("app.py", BAD)
    tree.write("other.py", "x = 1\n")
    tree.commit()
    return Job(tree.root, tmp_path / "runner")


def test_without_inputs_on_a_push(job: Job) -> None:
    done = job.run()
    assert done.status == 1
    assert re.search(r"^::warning file=app\.py,line=5,", done.log, re.M)
    assert done.uploaded is not None
    assert [one["ruleId"] for one in done.uploaded["runs"][0]["results"]] == ["ECO001"]
    counts = {name: done.outputs[name] for name in ("passed", "findings", "errors", "warnings", "notes")}
    assert counts == {"passed": "false", "findings": "1", "errors": "0", "warnings": "1", "notes": "0"}
    assert json.loads(Path(done.outputs["report"]).read_text())["findings"][0]["rule"] == "ECO001"
    assert done.summary.count("## ecolint: 1 finding") == 1
    assert job.comments == []
    assert "No pull request" in done.log


def test_nothing_found(job: Job) -> None:
    (job.root / "app.py").write_text("x = 1\n")
    done = job.run()
    assert (done.status, done.outputs["passed"], done.outputs["findings"]) == (0, "true", "0")
    assert done.uploaded is not None
    assert done.uploaded["runs"][0]["results"] == []


def test_one_comment_is_kept_up_to_date(job: Job) -> None:
    job.event = {"pull_request": {"number": 7}}
    job.run()
    assert len(job.comments) == 1
    assert job.comments[0].startswith(MARK)
    assert "1 finding" in job.comments[0]
    (job.root / "app.py").write_text("x = 1\n")
    job.run()
    assert len(job.comments) == 1
    assert "no findings" in job.comments[0]


def test_no_comment_is_begun_without_findings(job: Job) -> None:
    job.event = {"pull_request": {"number": 7}}
    (job.root / "app.py").write_text("x = 1\n")
    assert job.run().status == 0
    assert job.comments == []


@pytest.mark.parametrize("token", ["read-only", "none"])
def test_a_pull_request_from_a_fork_is_not_failed_for_missing_rights(job: Job, token: str) -> None:
    job.event = {"pull_request": {"number": 7}}
    job.token = token
    (job.root / "app.py").write_text(BAD)
    done = job.run(fail_on="never")
    assert done.status == 0
    assert "::notice title=ecolint::" in done.log
    assert "1 finding" in done.summary


def test_inputs(job: Job) -> None:
    (job.root / "with space").mkdir()
    (job.root / "with space/known.json").write_text('{"schema_version": 1, "findings": []}\n')
    done = job.run(
        paths="app.py\n  other.py",
        args="--select=ECO001\n\n  --baseline=with space/known.json \r\n",
        gpu="RTX 4090D",
        fail_on="error",
        annotations="false",
        sarif_upload="false",
        comment="false",
    )
    assert (done.status, done.outputs["passed"], done.outputs["warnings"]) == (0, "true", "1")
    assert "::warning" not in done.log
    assert done.uploaded is None
    assert done.summary.count("## ecolint: 1 finding") == 1
    assert MARK not in done.summary
    report = json.loads(Path(done.outputs["report"]).read_text())
    assert report["findings"][0]["setup"]["gpu"] == "RTX 4090D"
    assert report["summary"]["in_baseline"] == 0


def test_inputs_cannot_run_anything(job: Job) -> None:
    hostile = "$(touch pwned) `touch pwned` ; touch pwned"
    job.run(paths=hostile, args=hostile, gpu=hostile, fail_on=hostile)
    job.run(paths=hostile)
    assert not list(job.root.glob("pwned*"))


def test_changed_lines_of_a_pull_request(job: Job) -> None:
    git(job.root, "update-ref", "refs/remotes/origin/main", "HEAD")
    (job.root / "other.py").write_text(BAD)
    job.environment["GITHUB_BASE_REF"] = "main"
    done = job.run(diff_only="true")
    assert (done.status, done.outputs["findings"]) == (1, "1")
    assert "file=other.py" in done.log


def test_a_run_that_fails_itself(job: Job) -> None:
    (job.root / "ecolint.toml").write_text("gpuu = 1\n")
    done = job.run()
    assert done.status == 2
    assert "unknown setting 'gpuu'" in done.log
    assert "::error title=ecolint::" in done.log
    assert done.outputs["passed"] == "false"
    assert done.uploaded is None


@pytest.mark.hooks
def test_the_action_installs_what_it_came_with(job: Job) -> None:
    job.install = True
    (job.temporary / "bin/ecolint").unlink()
    done = job.run()
    assert done.status == 1, done.log
    assert re.search(r"^ecolint \d", done.log, re.M)
    assert done.outputs["findings"] == "1"


def test_every_input_is_used() -> None:
    text = yaml.safe_dump(ACTION["runs"])
    assert [name for name in ACTION["inputs"] if f"inputs.{name} " not in text] == []
