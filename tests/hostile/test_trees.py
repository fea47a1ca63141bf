"""A scan of a hostile repository ends, stays inside, runs nothing of it, and reports what others can read."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

import ecolint
from ecolint.reporters.registry import reporters
from tests.conftest import INT8
from tests.hostile import tree, watched

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="such names and files are not to be had there"),
]
SECONDS = 120
"""A scan that is not done by then hangs."""
FORMATS = tuple(sorted(reporters()))
LIVE = re.compile(
    rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]"
)
HOME = Path(ecolint.__file__).parents[1]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tree.HostileTree:
    return tree.build(tmp_path_factory.mktemp("hostile"))


def scan(
    root: Path, *arguments: str, log: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """`ecolint scan` as a program of its own."""
    program = [sys.executable, watched.__file__, str(log)] if log else [sys.executable, "-m", "ecolint"]
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "PYTEST", "GITHUB_"))
    }
    inherited = {
        **kept,
        "PYTHONPATH": str(HOME),
        "XDG_CACHE_HOME": str(root.parent / "cache"),
        "PYTHONSAFEPATH": "1",
    }
    return subprocess.run(
        [*program, "scan", *arguments],
        cwd=root,
        env={**inherited, **environment},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=SECONDS,
        check=False,
    )


@pytest.fixture(scope="module")
def reports(hostile: tree.HostileTree, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The report of one run in every format."""
    folder = tmp_path_factory.mktemp("reports")
    outputs = [f"--output={name}={folder}/report.{name}" for name in FORMATS]
    done = scan(hostile.root, "--select=ALL", "--show-undecided", "--show-setups", *outputs)
    assert done.returncode == 1, done.stderr
    assert b"Traceback" not in done.stderr
    return {name: (folder / f"report.{name}").read_bytes() for name in FORMATS}


def test_every_file_that_is_one_is_scanned(reports: dict[str, bytes]) -> None:
    report = json.loads(reports["json"])
    paths = {finding["path"] for finding in report["findings"] if finding["rule"] == "ECO001"}
    for name in tree.NAMES:
        text = name.decode("utf-8", "replace")
        if text.isprintable() and b"\xff" not in name and b"\xe9" not in name:
            assert text in paths
    assert "nested/good.py" in paths
    assert "module/good.py" in paths
    for name in ("bom8", "bom16le", "bom16be", "bom32le", "bom32be", "cr", "formfeed"):
        assert f"contents/{name}.py" in paths
    assert "contents/crlf.sh" in {finding["path"] for finding in report["findings"]}


def test_what_cannot_be_read_is_told(reports: dict[str, bytes]) -> None:
    report = json.loads(reports["json"])
    told = {finding["path"] for finding in report["findings"] if finding["rule"] == "ECO902"}
    assert {"contents/nul.py", "contents/bytes.py", "contents/nul.yaml", "contents/odd16.py"} <= told


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_live_is_in_a_report(reports: dict[str, bytes], name: str) -> None:
    assert not LIVE.search(reports[name])


def test_nothing_live_reaches_the_terminal(hostile: tree.HostileTree) -> None:
    done = scan(hostile.root, "--select=ALL", "--show-undecided", "--color=never", ".")
    assert not LIVE.search(done.stdout)
    assert not LIVE.search(done.stderr)
    colored = scan(hostile.root, "--color=always", ".")
    assert not LIVE.search(re.sub(rb"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\", b"", colored.stdout))


def test_reports_are_well_formed(reports: dict[str, bytes]) -> None:
    schema = json.loads((HOME / "ecolint/schemas/report.schema.json").read_bytes())
    jsonschema.validate(json.loads(reports["json"]), schema)
    for line in reports["jsonl"].splitlines():
        json.loads(line)
    sarif = json.loads(reports["sarif"])
    assert sarif["version"] == "2.1.0"
    for result in sarif["runs"][0]["results"]:
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/%]+", uri), uri
    for item in json.loads(reports["gitlab"]):
        assert item["location"]["path"]
    ElementTree.fromstring(reports["junit"])


def test_no_name_or_text_is_a_command_to_github(reports: dict[str, bytes]) -> None:
    for line in reports["github"].decode().splitlines():
        if line.lstrip().startswith(("::", "##[", "##vso")):
            assert re.match(r"::(?:error|warning|notice|group|endgroup|debug)(?: [^\r\n]*?)?::", line)
            assert "injected" not in line.split("::")[1] or "file=" in line
            assert not line.startswith("::error::injected")
    assert b"\n::error::injected" not in reports["github"]
    assert b"::set-output" not in reports["github"].replace(b"%3A%3A", b"").split(b"file=")[0]


def test_tables_of_markdown_keep_their_cells(reports: dict[str, bytes]) -> None:
    import markdown_it

    html = (
        markdown_it.MarkdownIt("commonmark", {"html": True})
        .enable("table")
        .render(reports["markdown"].decode())
    )
    assert "<script" not in html
    assert "onerror=1&gt;" in html or "<img" not in html
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.S)
    tables = re.findall(r"<table>(.*?)</table>", html, re.S)
    assert rows
    for table in tables:
        widths = {row.count("<td") + row.count("<th") for row in re.findall(r"<tr>(.*?)</tr>", table, re.S)}
        assert len(widths) == 1


def test_nothing_outside_is_read_and_nothing_inside_is_run(hostile: tree.HostileTree, tmp_path: Path) -> None:
    log = tmp_path / "log"
    done = scan(hostile.root, "--select=ALL", "--jobs=1", "--include-docs", "--format=json", ".", log=log)
    assert done.returncode == 1, done.stderr
    faults = list(violations(log, hostile.root))
    assert faults == []
    assert tree.SECRET.encode() not in done.stdout
    assert not (hostile.root / "sprung").exists()


def violations(log: Path, root: Path) -> Iterator[list[str]]:
    """Events that no scan of a tree may cause."""
    program = [
        HOME / "ecolint",
        Path(watched.__file__),
        *(Path(path) for path in (sys.prefix, sys.base_prefix, *sysconfig.get_paths().values())),
    ]
    allowed = [os.path.realpath(path) for path in program]
    inside = os.path.realpath(root)
    cache = os.path.realpath(root.parent / "cache")
    for line in log.read_bytes().splitlines():
        event, *told = json.loads(line)
        if event in ("open", "os.listdir", "os.scandir"):
            path = told[0]
            if path.isdecimal() or path in ("None", os.devnull):
                continue
            real = os.path.realpath(os.path.join(root, path))
            writes = event == "open" and any(sign in told[1] for sign in "wax+")
            if _is_in(real, cache) or (not writes and any(_is_in(real, one) for one in (inside, *allowed))):
                continue
            yield [event, *told]
        elif event == "import":
            if len(told) > 1 and _is_in(os.path.realpath(told[1]), inside):
                yield [event, *told]
        elif event == "exec":
            if "TRAP" in told[0] or _is_in(os.path.realpath(told[0].split(" ")[0]), inside):
                yield [event, *told]
        elif event == "subprocess.Popen":
            if os.path.basename(told[0]) != "git":
                yield [event, *told]
        elif event in ("os.mkdir", "os.remove", "os.rename", "os.chmod") and _is_in(
            os.path.realpath(told[0]), cache
        ):
            continue
        elif event not in (
            "os.fork",
            "os.posix_spawn",
            "os.exec",
            "marshal.load",
            "marshal.loads",
            "code.__new__",
        ):
            yield [event, *told]


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def test_the_watch_works(tmp_path: Path) -> None:
    """The log shows what a scan must not do, when something does it."""
    root = tmp_path / "repo"
    root.mkdir()
    (tmp_path / "outside").write_text("x")
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); from tests.hostile.watched import watch; watch(sys.argv[2])\n"
        "import socket, subprocess, os; open('../outside').close(); socket.socket().close(); open('new', 'w').close()\n"
        "exec(compile('x = \"TRAP\"', 'a', 'exec')); subprocess.run(['true'])\n"
    )
    subprocess.run([sys.executable, "-c", script, str(HOME), str(tmp_path / "log")], cwd=root, check=True)
    events = [event for event, *_ in violations(tmp_path / "log", root)]
    assert events.count("open") == 2
    assert {"socket.__new__", "exec", "subprocess.Popen"} <= set(events)


def test_names_on_the_command_line(hostile: tree.HostileTree) -> None:
    for name in ("pipe.py", "links/zero.py", "socket.py", "links/loop.py", "links/dangling.py"):
        done = scan(hostile.root, name, "--format=concise")
        assert done.returncode in (1, 2), name
        assert b"Traceback" not in done.stderr + done.stdout
    linked = scan(hostile.root, "--format=json", "links/out", "links/secret.py")
    assert linked.returncode == 1, "what is named is meant, link or not"


def test_a_list_of_files_on_a_terminal(hostile: tree.HostileTree) -> None:
    import pty

    master, slave = pty.openpty()
    words = [sys.executable, "-m", "ecolint", "scan", "--list-files", "."]
    process = subprocess.Popen(
        words, cwd=hostile.root, env={**os.environ, "PYTHONPATH": str(HOME)}, stdout=slave, stderr=slave
    )
    os.close(slave)
    told = b""
    while True:
        try:
            read = os.read(master, 65_536)
        except OSError:
            break
        told += read
    os.close(master)
    process.wait(SECONDS)
    assert told
    assert not LIVE.search(told.replace(b"\r\n", b"\n"))


WITHOUT_RIGHTS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")
"""Takes from root what lets it read everything."""


@pytest.mark.skipif(os.geteuid() == 0 and shutil.which("setpriv") is None, reason="needs setpriv")
def test_folders_and_files_that_may_not_be_read(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    (root / "locked").mkdir(parents=True)
    (root / "locked/inner.py").write_text(INT8)
    (root / "good.py").write_text(INT8)
    (root / "secret.py").write_text(INT8)
    (root / "secret.py").chmod(0)
    (root / "locked").chmod(0)
    words = [sys.executable, "-m", "ecolint", "scan", "--isolated", "--format=json", "."]
    try:
        done = subprocess.run(
            [*(WITHOUT_RIGHTS if os.geteuid() == 0 else ()), *words],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(HOME)},
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    finally:
        (root / "locked").chmod(0o755)
    assert b"Traceback" not in done.stderr
    report = json.loads(done.stdout)
    found = {(item["path"], item["rule"]) for item in report["findings"]}
    assert found == {("good.py", "ECO001"), ("secret.py", "ECO902")}
    assert b"locked" in done.stderr


def test_files_that_come_go_and_change_meanwhile(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    outside = tmp_path / "outside.py"
    outside.write_text(INT8.replace("mistralai/Mistral-7B-v0.1", tree.SECRET))
    for number in range(60):
        (root / f"stable{number}.py").write_text(INT8)
    stop = threading.Event()

    def flip() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            path = root / f"moving{number % 20}.py"
            path.unlink(missing_ok=True)
            if number % 3 == 0:
                path.write_text(INT8 * (number % 7))
            elif number % 3 == 1:
                os.mkfifo(path)
            else:
                path.mkdir()
                path.rmdir()

    thread = threading.Thread(target=flip)
    thread.start()
    try:
        for jobs in ("1", "2"):
            done = scan(root, "--isolated", "--format=json", "--jobs", jobs, ".")
            assert done.returncode == 1, done.stderr
            assert b"Traceback" not in done.stderr
            found = {item["path"] for item in json.loads(done.stdout)["findings"] if item["rule"] == "ECO001"}
            assert {f"stable{number}.py" for number in range(60)} <= found
    finally:
        stop.set()
        thread.join()


def test_one_line_of_200_megabytes(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    with open(root / "line.py", "wb") as handle:
        handle.write(INT8.encode() + b"x = '")
        for _ in range(200):
            handle.write(b"a" * 1_000_000)
    (root / "good.py").write_text(INT8)
    started = time.monotonic()
    done = scan(root, "--isolated", "--format=json", ".")
    assert time.monotonic() - started < SECONDS
    report = json.loads(done.stdout)
    assert {(item["path"], item["rule"]) for item in report["findings"]} == {
        ("good.py", "ECO001"),
        ("line.py", "ECO902"),
    }
    told = next(item["message"] for item in report["findings"] if item["path"] == "line.py")
    assert told == "Cannot be read: larger than 20 MB, not read."


SPECIAL_SETTINGS = ('extend = "{}"\n', 'baseline = "{}"\n')


@pytest.mark.parametrize("special", ["/dev/zero", "/dev/urandom", "pipe"])
@pytest.mark.parametrize("text", SPECIAL_SETTINGS)
def test_settings_that_point_to_what_never_ends(tmp_path: Path, text: str, special: str) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    os.mkfifo(root / "pipe")
    (root / "ecolint.toml").write_text(text.format(special))
    (root / "good.py").write_text(INT8)
    done = scan(root, ".")
    assert done.returncode == 2
    assert done.stderr.startswith(b"Error: ")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("written", ["../stolen.json", "/tmp/stolen.json", "link/stolen.json"])
def test_settings_do_not_choose_a_file_outside_to_write(tmp_path: Path, written: str) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    (root / "link").symlink_to(tmp_path)
    (root / "ecolint.toml").write_text(f'baseline = "{written}"\n')
    (root / "good.py").write_text(INT8)
    done = scan(root, "--update-baseline", ".")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"must stand in the folder of the settings file" in done.stderr
    assert not (tmp_path / "stolen.json").exists()


def test_settings_whose_globs_would_take_forever(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    bomb = "*a" * 40 + "b"
    (root / "ecolint.toml").write_text(f'exclude = ["{bomb}", "{"**/a/" * 60}b"]\n')
    (root / ("a" * 200 + ".py")).write_text(INT8)
    assert scan(root, ".").returncode == 1


def test_a_gitignore_that_would_take_forever(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    (root / ".gitignore").write_text("*a" * 40 + "b\n")
    (root / ("a" * 200 + ".py")).write_text(INT8)
    assert scan(root, ".").returncode == 1


@pytest.mark.parametrize("place", [".gitignore", ".git/info/exclude", "sub/.gitignore"])
def test_ignore_files_that_are_none(tmp_path: Path, place: str) -> None:
    root = tmp_path / "repo"
    (root / place).parent.mkdir(parents=True)
    (root / "sub").mkdir(exist_ok=True)
    os.mkfifo(root / place)
    for name in ("good.py", "sub/good.py"):
        (root / name).write_text(INT8)
    assert scan(root, ".").returncode == 1


@pytest.mark.parametrize("is_tracked", [False, True])
def test_a_deep_folder_ends_no_scan(tmp_path: Path, is_tracked: bool) -> None:
    root = tmp_path / "repo"
    deep = root / ("d/" * 300)
    deep.mkdir(parents=True)
    for folder in (root, deep):
        (folder / "a.py").write_text(INT8)
    if is_tracked:
        subprocess.run(["git", "init", "-q", str(root)], check=True)
    outcome = scan(root, ".", "--format", "json")
    assert [len(item["path"]) for item in json.loads(outcome.stdout)["findings"]] == [4, 604]


@pytest.mark.parametrize("name", ["HEAD", "index", "config"])
def test_pipes_in_the_folder_of_git_are_not_waited_for(tmp_path: Path, name: str) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    (root / "a.py").write_text(INT8)
    (root / ".git" / name).unlink(missing_ok=True)
    os.mkfifo(root / ".git" / name)
    started = time.monotonic()
    assert scan(root, ".").returncode == 1
    assert time.monotonic() - started < 20


def test_modules_in_the_scanned_folder_are_not_imported(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    for name in ("yaml", "click", "json", "tomli", "rich", "ahocorasick_rs", "tokenize", "sitecustomize"):
        (root / f"{name}.py").write_text("open('sprung', 'w').close()\nraise SystemExit(0)\n")
    (root / "good.py").write_text(INT8)
    (root / "good.yaml").write_text("services: {a: {image: vllm/vllm-openai, command: --max-num-seqs 1}}\n")
    done = scan(root, ".", PYTHONSAFEPATH="")
    assert not (root / "sprung").exists()
    assert done.returncode == 1
