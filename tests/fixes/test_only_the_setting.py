"""However the words of a command are spread, its fixes take out the setting, raise it, or leave everything as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ecolint.finding import FileReport
from ecolint.fixes import Selection, fixed
from ecolint.repository import Repository
from ecolint.scanner import scan
from ecolint.settings.keys import DEFAULTS
from ecolint.settings.policy import CommandLineChoices, policy_for
from ecolint.source import SourceFile

HEAD = ["vllm", "serve", "Qwen/Qwen2.5-1.5B-Instruct"]
LIMITS = (["--max-num-seqs", "1"], ["--max-num-seqs=1"])
OTHERS = (["--port", "80"], ["--dtype=half"], ["--host", "0.0.0.0"], ["--trust-remote-code"])

Words = list[str]


@st.composite
def commands(draw: st.DrawFn) -> tuple[Words, Words, int]:
    """The words of a command, those without its limit, and where the second part of them begins."""
    limit = draw(st.sampled_from(LIMITS))
    before = [word for words in draw(st.lists(st.sampled_from(OTHERS), max_size=2)) for word in words]
    after = [word for words in draw(st.lists(st.sampled_from(OTHERS), max_size=2)) for word in words]
    whole = [*HEAD, *before, *limit, *after]
    return whole, [*HEAD, *before, *after], draw(st.integers(3, len(whole)))


def _flow(words: Words) -> str:
    return json.dumps(words)


def _block(words: Words) -> str:
    return "".join(f"\n        - {json.dumps(word)}" for word in words) or " []"


def _manifest(words: Words, cut: int, form: Callable[[Words], str]) -> tuple[str, str]:
    return "pod.yaml", (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: v}\nspec:\n  containers:\n    - name: a\n"
        f"      image: vllm/vllm-openai:v0.9.1\n      command: {form(words[:cut])}\n"
        f"      resources: {{limits: {{nvidia.com/gpu: 1}}}}\n      args: {form(words[cut:])}\n"
    )


def _words_of_manifest(text: str) -> Words:
    container = yaml.safe_load(text)["spec"]["containers"][0]
    assert container["resources"] == {"limits": {"nvidia.com/gpu": 1}}
    return [*container["command"], *container["args"]]


def _dockerfile(words: Words, cut: int) -> tuple[str, str]:
    first, second = json.dumps(words[:cut]), json.dumps(words[cut:])
    return "Dockerfile", f"FROM vllm/vllm-openai:v0.9.1\nENTRYPOINT {first}\nEXPOSE 80\nCMD {second}\n"


def _words_of_dockerfile(text: str) -> Words:
    assert "\nEXPOSE 80\n" in text
    return [word for line in re.findall(r"\[.*\]", text) for word in json.loads(line)]


def _appended(words: Words, cut: int) -> tuple[str, str]:
    rest = "".join(f"command.append({word!r})\nport = 8000\n" for word in words[cut:])
    return (
        "run.py",
        f"import subprocess\ncommand = {words[:cut]!r}\nport = 1\n{rest}subprocess.run(command)\n",
    )


def _extended(words: Words, cut: int) -> tuple[str, str]:
    text = f"command = list({tuple(words[:cut])!r})\nport = 8000\ncommand += {words[cut:]!r}\n"
    return "run.py", f"import subprocess\n{text}subprocess.run(command)\n"


def _words_of_program(text: str) -> Words:
    lines = text.replace("import subprocess\n", "").replace("subprocess.run(command)\n", "")
    names: dict[str, Any] = {}
    exec(lines, names)
    assert names["port"] in (1, 8000)
    command: Words = names["command"]
    return command


FORMS: dict[str, tuple[Callable[[Words, int], tuple[str, str]], Callable[[str], Words]]] = {
    "flow lists": (lambda words, cut: _manifest(words, cut, _flow), _words_of_manifest),
    "block lists": (lambda words, cut: _manifest(words, cut, _block), _words_of_manifest),
    "instructions": (_dockerfile, _words_of_dockerfile),
    "appended": (_appended, _words_of_program),
    "extended": (_extended, _words_of_program),
}


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=40)
@given(command=commands())
def test_only_the_setting_changes(form: str, command: tuple[Words, Words, int]) -> None:
    whole, without, cut = command
    written, words_of = FORMS[form]
    name, text = written(whole, cut)
    after = fixed(
        name, text.encode(), lambda data: _report(name, data), Selection(unsafe=True)
    ).after.decode()
    assert words_of(after) in [whole, without, *_raised(whole)]


def _report(name: str, data: bytes) -> FileReport:
    return scan(SourceFile(name, data), Repository(None), policy_for(DEFAULTS, CommandLineChoices(), name))


def _raised(words: Words) -> Iterator[Words]:
    yield [word.replace("--max-num-seqs=1", "--max-num-seqs=16") for word in words]
    at = words.index("--max-num-seqs") if "--max-num-seqs" in words else len(words)
    yield [*words[: at + 1], *(["16"] if at < len(words) else []), *words[at + 2 :]]
