from __future__ import annotations

from pathlib import Path

import pytest

from ecolint.repository import Repository
from ecolint.statements import ANY_OTHER
from tests.parsers.lines import command, commands, cut, environment, words


@pytest.mark.parametrize(
    "value",
    [
        "/usr/bin/vllm serve a",
        "-/usr/bin/vllm serve a",
        "+!/usr/bin/vllm serve 'a'",
        '/usr/bin/vllm serve \\\n  # why\n  "a"',
        "/usr/bin/env X=1 /usr/bin/vllm serve a",
        '/bin/sh -c "exec /usr/bin/vllm serve a"',
        "/usr/bin/vllm serve $M",
        "/usr/bin/vllm serve ${M}",
    ],
)
def test_commands(value: str) -> None:
    text = f"[Unit]\nExecStart=no\n[Service]\nEnvironment=M=a\nExecStart={value}\n"
    assert words(command("systemd", text)) == ["/usr/bin/vllm", "serve", "a"]


def test_an_empty_command_clears_earlier_ones() -> None:
    assert words(command("systemd", "[Service]\nExecStart=a\nExecStart=\nExecStart=b\n")) == ["b"]


def test_environment() -> None:
    text = "[Service]\nEnvironment=\"A=b c\" 'D=e' F=g\nEnvironment=A=2\n; Environment=X=1\nExecStart=x\n"
    line = command("systemd", text)
    assert environment(line) == {"A": "2", "D": "e", "F": "g"}
    assert cut(text, line.environment["F"].span) == "F=g"


def test_a_drop_in_is_environment_alone() -> None:
    line = command("systemd", '[Service]\nEnvironment="OLLAMA_NUM_PARALLEL=1"\n')
    assert (words(line), environment(line)) == ([], {"OLLAMA_NUM_PARALLEL": "1"})
    assert commands("systemd", "[Service]\nRestart=always\n") == []


def test_specifiers_depend_on_run_time() -> None:
    line = command("systemd", "[Service]\nExecStart=/bin/x %i %%\n")
    assert [word.is_dynamic for word in line.words] == [False, True, False]


def test_environment_file_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "env").write_text("A=1\nB=$X\n")
    text = "[Service]\nEnvironmentFile=-/conf/env\nExecStart=x\n"
    (line,) = commands_in(tmp_path, text)
    assert environment(line) == {"A": "1", "B": "$X"}
    assert line.environment["A"].origin == "file conf/env"
    assert cut(text, line.environment["A"].span) == "EnvironmentFile=-/conf/env"
    assert line.environment["B"].is_dynamic


def test_environment_file_that_is_not_there(tmp_path: Path) -> None:
    (line,) = commands_in(tmp_path, "[Service]\nEnvironmentFile=/not/there\nEnvironment=A=1\nExecStart=x\n")
    assert [line.environment[name].is_dynamic for name in ("A", ANY_OTHER)] == [True, True]


def commands_in(root: Path, text: str) -> list:  # type: ignore[type-arg]
    from tests.parsers.lines import statements

    return statements("systemd", text, Repository(str(root)))


def test_container_unit() -> None:
    line = command("systemd", "[Container]\nImage=i:1\nEnvironment=A=b\nExec=--model m\n")
    assert (words(line), line.image.value, environment(line)) == (["--model", "m"], "i:1", {"A": "b"})
