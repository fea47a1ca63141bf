from __future__ import annotations

import pytest

from tests.parsers.lines import command, commands, cut, environment, words


def test_the_program_is_entrypoint_and_command() -> None:
    line = command("dockerfile", 'FROM i:1\nENTRYPOINT ["vllm", "serve"]\nCMD ["m", "--q"]\n')
    assert (words(line), line.image.value) == (["vllm", "serve", "m", "--q"], "i:1")


@pytest.mark.parametrize(
    "text",
    [
        'CMD ["vllm", "serve", "m"]',
        'CMD ["vllm", \\\n  # why\n  "serve", \\\n\n "m"]',
        "CMD vllm serve m",
        "CMD exec vllm serve \\\n   m",
        'CMD ["bash", "-lc", "exec vllm serve \\\n  m"]',
        'cmd [ "sh" , "-c" , "vllm \\"serve\\" m" ]',
        "ENTRYPOINT vllm serve m\nCMD [\"ignored\"]",
        'ENTRYPOINT ["/entrypoint.sh"]\nCMD ["vllm", "serve", "m"]',
        'ENTRYPOINT ["tini", "--", "/docker-entrypoint.sh"]\nCMD vllm serve m',
        'ENTRYPOINT ["vllm", "serve"]\nCMD ["x"]\nCMD ["m"]',
        "ENV M=m\nCMD vllm serve $M",
        "ARG M=m\nENV N=${M}\nCMD vllm serve ${N}",
        "ENV M m\nCMD vllm serve $M",
    ],
)  # fmt: skip
def test_forms(text: str) -> None:
    assert words(command("dockerfile", f"FROM i\n{text}\n", "vllm")) == ["vllm", "serve", "m"]


def test_other_escape_sign() -> None:
    assert words(command("dockerfile", "# escape=`\nFROM i\nCMD vllm `\n  m\n")) == ["vllm", "m"]


@pytest.mark.parametrize("text", ["CMD ['vllm', 'serve']", 'CMD ["vllm", "serve",]', 'CMD ["vllm" "serve"]'])
def test_a_malformed_array_is_shell_text(text: str) -> None:
    (line,) = commands("dockerfile", f"FROM i\n{text}\n")
    assert line.words[0].value != "vllm"


def test_environment_alone_of_an_engine_image() -> None:
    text = 'FROM r/text-generation-inference:2 AS x\nENV QUANTIZE=bitsandbytes \\\n  A="b c"\n'
    line = command("dockerfile", text)
    assert (words(line), line.image.value) == ([], "r/text-generation-inference:2")
    assert environment(line) == {"QUANTIZE": "bitsandbytes", "A": "b c"}
    assert cut(text, line.environment["QUANTIZE"].span) == "QUANTIZE=bitsandbytes"


def test_older_form_of_env() -> None:
    text = "FROM i\nENV A b c  d\nENV OLLAMA_NUM_PARALLEL 1\n"
    line = command("dockerfile", text)
    assert environment(line) == {"A": "b c  d", "OLLAMA_NUM_PARALLEL": "1"}
    assert cut(text, line.environment["OLLAMA_NUM_PARALLEL"].span) == "OLLAMA_NUM_PARALLEL 1"


def test_stages_inherit() -> None:
    text = """\
ARG TAG=v1
FROM i:${TAG} AS base
ENV A=1
ENTRYPOINT ["vllm", "serve"]
CMD ["old"]
FROM other AS unrelated
FROM base
ENV B=2
CMD ["m"]
"""
    first, second = commands("dockerfile", text)
    assert words(first) == ["vllm", "serve", "old"]
    assert words(second) == ["vllm", "serve", "m"]
    assert environment(second) == {"A": "1", "B": "2"}
    assert second.image.value == "i:v1"
    assert second.image.origin == "default of ARG TAG"


def test_build_steps_are_marked() -> None:
    text = """\
FROM i
RUN --mount=type=cache,target=/x --network=none ollama serve & sleep 5; ollama pull x
RUN ["ollama", "pull", "y"]
RUN <<EOF
ollama pull z
EOF
RUN bash -e <<'EOF' && echo done
ollama pull u
EOF
CMD ollama serve
"""
    found = commands("dockerfile", text, "ollama")
    assert [(words(line)[1:], line.note) for line in found] == [
        (["serve"], "RUN"),
        (["pull", "x"], "RUN"),
        (["pull", "y"], "RUN"),
        (["pull", "z"], "RUN"),
        (["pull", "u"], "RUN"),
        (["serve"], ""),
    ]


def test_files_in_here_documents() -> None:
    text = "FROM i\nCOPY --chown=1 <<EOF <<B /app/start.sh\nvllm m\nEOF\nB\nRUN cat > s.sh <<E\nvllm n\nE\n"
    assert [words(line) for line in commands("dockerfile", text, "vllm")] == [["vllm", "m"], ["vllm", "n"]]


def test_places_in_the_exec_form() -> None:
    text = 'FROM i\nCMD ["bash", "-c", "vllm m --n \\\n   1 \\"q\\" \\u0041"]\n'
    line = command("dockerfile", text)
    assert words(line) == ["vllm", "m", "--n", "1", "q", "A"]
    assert [cut(text, word.span) for word in line.words] == ["vllm", "m", "--n", "1", '\\"q\\"', "\\u0041"]
