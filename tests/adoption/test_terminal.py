"""What appears on a terminal only: links, colours, the progress bar; and the counts below the findings."""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Iterator

import pytest

from ecolint.cli import progress
from ecolint.cli.hyperlinks import shows_links
from tests.adoption.conftest import INT8, SMALL_NF4, Tree

APP = INT8.format(name="a", model="mistralai/Mistral-7B-Instruct-v0.3")
LINK = "\x1b]8;;https://"


@pytest.mark.parametrize(
    ("environment", "links"),
    [
        ({}, False),
        ({"TERM": "xterm-256color"}, False),
        ({"VTE_VERSION": "6003"}, True),
        ({"VTE_VERSION": "4205"}, False),
        ({"VTE_VERSION": "²"}, False),
        ({"TERM_PROGRAM": "vscode"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"WT_SESSION": "x"}, True),
        ({"WT_SESSION": "x", "CI": "true"}, False),
        ({"WT_SESSION": "x", "TERM": "tmux-256color"}, False),
        ({"WT_SESSION": "x", "FORCE_HYPERLINK": "0"}, False),
        ({"TERM": "dumb", "FORCE_HYPERLINK": "1"}, True),
    ],
)
def test_terminals_that_show_links(environment: dict[str, str], links: bool) -> None:
    assert shows_links(environment) is links


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals")
@pytest.mark.parametrize(("variable", "links"), [("1", True), ("0", False)])
def test_links_on_a_terminal(tree: Tree, variable: str, links: bool) -> None:
    import pty
    import subprocess

    tree.write("app.py", APP)
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "FORCE_HYPERLINK": variable}
    environment.pop("NO_COLOR", None)
    words = (sys.executable, "-m", "ecolint", "scan")
    environment["PYTHONPATH"] = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    process = subprocess.Popen(words, cwd=tree.root, env=environment, stdout=theirs, stderr=theirs)
    os.close(theirs)
    out = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:
            break
        if not piece:
            break
        out += piece
    process.wait()
    os.close(ours)
    assert "ECO001" in out.decode()
    assert "\x1b[" in out.decode()
    assert (LINK in out.decode()) is links


def test_nothing_of_a_terminal_in_a_pipe(tree: Tree) -> None:
    tree.write("app.py", APP)
    found = tree.ecolint("scan")
    assert "\x1b" not in found.out + found.err
    assert found.err == ""


def slow(number: int) -> Iterator[int]:
    for item in range(number):
        time.sleep(0.02)
        yield item


def test_a_bar_for_long_scans_only(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert list(progress.shown(slow(6), 6, patience=60)) == list(range(6))
    assert stderr.getvalue() == ""
    assert list(progress.shown(slow(12), 12, patience=0.01)) == list(range(12))
    assert "scanning" in stderr.getvalue()
    assert not progress.is_watched(quiet=False)


def test_the_bar_is_taken_away_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[bool] = []

    class Bar:
        task_ids = (0,)

        def update(self, task: int, completed: int) -> None:
            raise KeyboardInterrupt

        def stop(self) -> None:
            stopped.append(True)

    monkeypatch.setattr(progress, "_started", lambda done, total: Bar())
    with pytest.raises(KeyboardInterrupt):
        list(progress.shown(slow(9), 9, patience=0.0))
    assert stopped == [True]


def test_counts_of_what_is_not_shown(tree: Tree) -> None:
    tree.write("old.py", APP)
    tree.scan("--baseline", "known.json", "--update-baseline")
    tree.write("silenced.py", APP.replace("=True)", "=True)  # ecolint: ignore[ECO001] -- why"))
    tree.write("start.sh", SMALL_NF4.format(model="Qwen/Qwen2.5-1.5B", port=1))
    tree.write("open.sh", 'vllm serve "$MODEL" --quantization bitsandbytes\n')
    hidden = tree.ecolint("scan", "--baseline", "known.json", "--min-confidence", "3")
    assert " ".join(hidden.out.split()).startswith(
        "No findings · 1 suppressed · 2 below min-confidence 1 undecided (--show-undecided) "
    )
    assert hidden.status == 0
    (tree.root / "start.sh").unlink()
    known = tree.ecolint("scan", "--baseline", "known.json")
    assert known.out.startswith(
        "No findings · 1 suppressed · 1 in the baseline · 1 undecided (--show-undecided)\n"
    )


def test_statistics(tree: Tree) -> None:
    tree.write("a.py", APP)
    tree.write("b.py", APP)
    tree.write("start.sh", SMALL_NF4.format(model="Qwen/Qwen2.5-1.5B", port=1))
    found = tree.ecolint("scan", "--statistics", "--format", "concise", "--gpu", "RTX 4090D")
    rows = [line.split()[:3] for line in found.out.splitlines() if line.startswith("     ")]
    assert rows == [["2", "ECO001", "int8-default-threshold"], ["1", "ECO002", "nf4-below-crossover"]]
