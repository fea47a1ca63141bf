"""Procfile, .env, Modelfile, config.pbtxt, CMD_FLAGS.txt and Markdown."""

from __future__ import annotations

import pytest

from ecolint.inference import Known
from ecolint.parsers.dotenv import is_template
from ecolint.source import Unreadable
from ecolint.statements import Call
from tests.parsers.lines import command, commands, config, cut, environment, statements, words


def test_procfile() -> None:
    text = "web: A=1 vllm serve m\n# x: y\nworker-2:  bash -c 'vllm n' &\n"
    web, worker = commands("procfile", text)
    assert (words(web), environment(web), web.note) == (["vllm", "serve", "m"], {"A": "1"}, "process web")
    assert words(worker) == ["vllm", "n"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A=b", "b"),
        ("export A=b;", "b"),
        ("A = b c # why", "b c"),
        ("A='b # c'", "b # c"),
        ('A="b c" # why', "b c"),
        ("A=#", ""),
        ("A=b#c", "b#c"),
        ("A=", ""),
        ("A=x\nA=b", "b"),
        ("B=b\nA=${B}/c", "b/c"),
        ("A=b\r\nB=c", "b"),
    ],
)
def test_dotenv(text: str, value: str) -> None:
    assert environment(command("dotenv", text))["A"] == value


def test_dotenv_places_and_comments() -> None:
    text = "# A=no\n  #B=no\nexport C='d'  # e\nF=$G\n"
    line = command("dotenv", text)
    assert set(line.environment) == {"C", "F"}
    assert cut(text, line.environment["C"].span) == "C='d'"
    assert line.environment["F"].known is Known.DYNAMIC


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (".env.example", True),
        ("env.template", True),
        (".env.sample", True),
        (".env", False),
        ("prod.env", False),
    ],
)
def test_templates(name: str, expected: bool) -> None:
    assert is_template(name) is expected


MODELFILE = '''\
# FROM no
from "qwen2.5:1.5b-q4_K_M"
PARAMETER num_ctx 4096
SYSTEM """
FROM no
PARAMETER temperature 2
"""
Parameter stop "a b"
FROM second
'''


def test_modelfile() -> None:
    found = config("modelfile", MODELFILE)
    assert {name: entry.value for name, entry in found.tree.items()} == {
        "from": "qwen2.5:1.5b-q4_K_M",
        "parameter.num_ctx": "4096",
        "system": "\nFROM no\nPARAMETER temperature 2\n",
        "parameter.stop": "a b",
    }
    assert cut(MODELFILE, found.tree["parameter.num_ctx"].span) == "PARAMETER num_ctx 4096"
    assert cut(MODELFILE, found.tree["from"].value_span) == "qwen2.5:1.5b-q4_K_M"
    assert found.span == found.tree["from"].span


def test_modelfile_without_from_says_nothing() -> None:
    assert statements("modelfile", "PARAMETER num_ctx 1\n") == []


PBTXT = """\
name: "a" 'b' # c }
max_batch_size: 8
rate: 1.5e3
model_transaction_policy { decoupled: True } # }
dynamic_batching: < preferred_batch_size: [ 4, 8 ] >
instance_group [ { kind: KIND_GPU; count: 1 }, { kind: KIND_CPU } ]
limit: ${max}
empty []
"""


def test_pbtxt() -> None:
    tree = config("pbtxt", PBTXT).tree
    assert [tree[name].value for name in ("name", "max_batch_size", "rate")] == ["ab", 8, 1500.0]
    assert tree["model_transaction_policy"].value["decoupled"].value is True
    assert [item.value for item in tree["dynamic_batching"].value["preferred_batch_size"].value] == [4, 8]
    assert [item.value["kind"].value for item in tree["instance_group"].value] == ["KIND_GPU", "KIND_CPU"]
    assert tree["limit"].known is Known.DYNAMIC
    assert cut(PBTXT, tree["max_batch_size"].span) == "max_batch_size: 8"
    assert cut(PBTXT, tree["model_transaction_policy"].value_span) == "{ decoupled: True }"


@pytest.mark.parametrize("text", ["a: {", "a: [1, 2", "}", "a: 1 ]", "a: 'x", "a {" * 100])
def test_malformed_pbtxt_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        statements("pbtxt", text)


def test_command_flags() -> None:
    text = "# --no\n--load-in-8bit --model 'a b'\n\n--listen\n"
    line = command("cmdflags", text)
    assert words(line) == ["python", "server.py", "--load-in-8bit", "--model", "a b", "--listen"]
    assert cut(text, line.words[2].span) == "--load-in-8bit"


MARKDOWN = """\
# vllm heading

```console
(venv) $ vllm one \\
>   --é 1
output vllm
user@host:~$ vllm two
```
1. List
   ~~~~bash title="x"
   # comment
   vllm three
   ~~~~
> ```sh
> vllm four
> ```

    vllm indented

```text
vllm five
```
```Dockerfile
FROM i
CMD ["vllm", "six"]
```
```{.python}
import vllm
vllm.LLM("m")
```
```bash
vllm seven
"""


def test_markdown() -> None:
    found = commands("markdown", MARKDOWN, "vllm")
    assert [words(line)[1] for line in found] == ["one", "two", "three", "four", "six", "seven"]
    assert [cut(MARKDOWN, line.words[1].span) for line in found] == [words(line)[1] for line in found]
    assert cut(MARKDOWN, found[0].words[2].span) == "--é"
    calls = [item for item in statements("markdown", MARKDOWN) if isinstance(item, Call)]
    assert [cut(MARKDOWN, item.span) for item in calls] == ['vllm.LLM("m")']
