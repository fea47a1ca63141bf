from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from ecolint.inference import Known
from ecolint.parsers.makeish.variables import as_shell
from ecolint.source import Fragment
from tests.parsers.lines import command, commands, cut, environment, words

TEXT = """\
MODEL ?= a/b
FLAGS := --max-num-seqs 1 \\
         --dtype half   # why
MORE = --late
FLAGS += $(MORE)
OTHER := $(MORE)
PYTHON = $(VENV)/bin/python
NP := 1
export A = 1
ifdef DEBUG
LEVEL = x
endif
LOOP = $(LOOP)

.PHONY: serve
serve run: deps | other
\t@echo vllm serve
\t-@CUDA_VISIBLE_DEVICES=0 vllm serve $(MODEL) ${FLAGS} \\
\t\t--np=$(NP) --level $(LEVEL) --home $$HOME --x $(shell vllm x) $(LOOP)
one: ; vllm one
define CANNED
\tvllm canned
endef
"""


def test_recipes() -> None:
    serve, one = commands("makefile", TEXT, "vllm")
    assert words(serve)[:9] == [
        "vllm",
        "serve",
        "a/b",
        "--max-num-seqs",
        "1",
        "--dtype",
        "half",
        "--late",
        "--np=1",
    ]
    assert words(one) == ["vllm", "one"]
    assert serve.note == "target serve"
    assert environment(serve) == {"A": "1", "CUDA_VISIBLE_DEVICES": "0"}
    unknown = [word.value for word in serve.words if word.is_dynamic]
    assert unknown == ["${LEVEL}", "$HOME", "${shell vllm x}", "${LOOP}"]
    assert serve.words[2].known is Known.DERIVED
    assert serve.words[2].origin == "default of $(MODEL)"


def test_flags_are_found_where_they_stand() -> None:
    serve = commands("makefile", TEXT, "vllm")[0]
    assert [cut(TEXT, word.span) for word in serve.words[2:9]] == [
        "a/b", "--max-num-seqs", "1", "--dtype", "half", "--late", "--np=$(NP)",
    ]  # fmt: skip


def test_arguments_of_make_itself_start_nothing() -> None:
    assert words(command("makefile", "a:\n\t$(MAKE) -np 1 vllm\n"))[0] == "${MAKE}"


def test_target_variables_depend_on_the_target() -> None:
    text = "M = a\nx: M = b\nx:\n\tvllm $(M)\ny:\n\tvllm $(M)\nz: M ?= c\nz:\n\tvllm $(M)\n"
    own, other, default = commands("makefile", text, "vllm")
    assert own.words[1].value == "b"
    assert other.words[1].is_dynamic
    assert default.words[1].is_dynamic


def test_justfile() -> None:
    text = """\
model := "a/b"
n := `nproc`
export A := 'x'
@serve port="80" *rest: deps
    @vllm serve {{model}} --port {{ port }} \\
        --n {{ n }} {{rest}}
script:
    #!/usr/bin/env bash
    if true; then
      vllm {{ model }}
    fi
py:
    #!/usr/bin/env ruby
    vllm no
"""
    serve, script = commands("justfile", text, "vllm")
    assert words(serve)[:6] == ["vllm", "serve", "a/b", "--port", "80", "--n"]
    assert [word.is_dynamic for word in serve.words[6:]] == [True, True]
    assert (environment(serve), serve.note) == ({"A": "x"}, "recipe serve")
    assert serve.words[4].origin == "default of port"
    assert words(script) == ["vllm", "a/b"]


@given(st.text("$(){}ab\u65e5 \n"))
def test_what_make_writes_keeps_its_place_as_shell(text: str) -> None:
    shell = as_shell(Fragment.of(text))
    encoded = text.encode()
    for index, sign in enumerate(shell.text):
        written = encoded[shell.starts[index] : shell.ends[index]].decode()
        assert sign in (written, {"(": "{", ")": "}"}.get(written))
    assert len(text) - len(shell.text) == re.findall(r"\$[$({]", text).count("$$")
