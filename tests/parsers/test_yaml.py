"""YAML that is templated, broken, huge, hostile or merely odd."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
import yaml as pyyaml
from hypothesis import given
from hypothesis import strategies as st

from ecolint.inference import InferenceSetup, Known, Located
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar, Sequence
from ecolint.parsers.trees.yaml_tree import Broken, read_yaml
from ecolint.parsers.yaml import read
from ecolint.repository import Repository
from ecolint.scanner import scan
from ecolint.settings.keys import Settings
from ecolint.settings.policy import CommandLineChoices, policy_for
from ecolint.source import Fragment, SourceFile
from ecolint.statements import CommandLine, Config

SERVICE = """services:
  llm:
    image: vllm/vllm-openai:v0.8.5
    command: --model Qwen/Qwen2.5-7B-Instruct --max-num-seqs 1
"""
FLAG = "--max-num-seqs 1"


def report(text: str, path: str = "compose.yaml") -> Any:
    source = SourceFile(path, text.encode("utf-8"))
    policy = policy_for(Settings(), CommandLineChoices(), path)
    return scan(source, Repository(None), policy), source


def found(text: str, path: str = "compose.yaml") -> list[tuple[str, str, int]]:
    """Rule, text and line of each finding."""
    result, source = report(text, path)
    return [(item.rule, source.cut(item.region.span), item.region.line) for item in result.findings]


def setups(text: str, path: str = "compose.yaml") -> list[InferenceSetup]:
    return [item.setup for item in report(text, path)[0].setups]


def test_broken_document_does_not_hide_the_others() -> None:
    broken = "kind: Pod\nargs: [--max-num-seqs, 1\nnext: {\n"
    assert found(f"{SERVICE}---\n{broken}---\n{SERVICE}") == [
        ("ECO004", FLAG, 4),
        ("ECO902", *_line_of(broken, "ECO902", 5)),
        ("ECO004", FLAG, 13),
    ]


def _line_of(broken: str, rule: str, first: int) -> tuple[str, int]:
    """Text and line of the finding about a broken document that starts after line `first`."""
    only = next(item for item in found(broken) if item[0] == rule)
    return only[1], only[2] + first


def test_broken_document_without_keyword_is_not_told() -> None:
    assert found(f"{SERVICE}---\nname: [unclosed\n") == [("ECO004", FLAG, 4)]


def test_tab_as_indentation_is_told() -> None:
    text = SERVICE.replace("    image", "\timage")
    assert [item[0] for item in found(text)] == ["ECO902"]


def test_tab_after_a_value_is_harmless() -> None:
    assert found(SERVICE.replace("v0.8.5", "v0.8.5\t# pinned")) == [("ECO004", FLAG, 4)]


def test_commands_that_share_too_much_are_read_as_far_as_it_goes() -> None:
    words = ", ".join(f"--o{number}=1" for number in range(5000))
    shared = f"{SERVICE}  base: {{image: a, command: [vllm, serve, a, {words}]}}\n"
    users = "".join(f"  s{number}: {{extends: base}}\n" for number in range(500))
    (first, *_, last) = found(shared + users)
    assert first == ("ECO004", FLAG, 4)
    assert last[0] == "ECO902"
    assert 10 < last[2] < 100


def test_aliases_are_followed_as_far_as_it_goes() -> None:
    words = ", ".join(f"--o{number}=1" for number in range(5000))
    shared = f"x: &words [--max-num-seqs, 1, {words}]\n{SERVICE}"
    users = "".join(f"  s{number}: {{image: vllm/vllm-openai, command: *words}}\n" for number in range(500))
    result = found(shared + users)
    assert [item[0] for item in result if item[2] == 5] == ["ECO004"]
    assert len(result) < 20


def test_last_of_duplicate_keys_counts() -> None:
    extra = "    command: --model Qwen/Qwen2.5-7B-Instruct --max-num-seqs 64\n"
    assert found(SERVICE + extra) == []
    assert found(SERVICE.replace("    command", f"{extra}    command")) == [("ECO004", FLAG, 5)]


def test_anchors_aliases_and_merge_keys() -> None:
    text = """x-engine: &engine
  image: vllm/vllm-openai:v0.8.5
  environment: &env
    HF_HOME: /cache
services:
  one:
    <<: *engine
    command: --model Qwen/Qwen2.5-7B-Instruct --max-num-seqs 1
  two:
    <<: [*engine]
    image: example/other:1
    environment: *env
    command: --max-num-seqs 1
"""
    assert found(text) == [("ECO004", FLAG, 8)]


def test_alias_that_names_nothing() -> None:
    assert isinstance(report(SERVICE + "  other: *missing\n")[0].findings, tuple)


def test_helm_template_with_a_condition() -> None:
    text = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "chart.fullname" . }}
spec:
  template:
    spec:
      containers:
        - name: llm
          image: "vllm/vllm-openai:{{ .Values.tag | default "v0.8.5" }}"
          args:
            - --model
            - {{ .Values.model | quote }}
            {{- if .Values.single }}
            - --max-num-seqs=1
            {{- end }}
"""
    result, source = report(text, "chart/templates/deployment.yaml")
    assert [(item.rule, item.level.value, source.cut(item.region.span)) for item in result.findings] == [
        ("ECO004", "note", "--max-num-seqs=1")
    ]
    model = result.setups[0].setup.model
    assert model.known is Known.DYNAMIC


@pytest.mark.parametrize("name", ["compose.yaml.j2", "compose.yml.tpl", "compose.yaml.example"])
def test_jinja(name: str) -> None:
    text = """services:
{% for model in models %}
  llm-{{ model.name }}:
    image: vllm/vllm-openai:v0.8.5
    command: --model {{ model.id }} --max-num-seqs 1
{% endfor %}
"""
    assert [item[:2] for item in found(text, name)] == [("ECO004", FLAG)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark(end: str, mark: str) -> None:
    assert found(mark + ("# größe 🙂\n" + SERVICE).replace("\n", end)) == [("ECO004", FLAG, 5)]


def test_alias_bomb() -> None:
    lines = ["model: Qwen/Qwen2.5-7B-Instruct", "max-num-seqs: 1", "enforce-eager: true"]
    lines += ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    start = time.perf_counter()
    result, _ = report("\n".join(lines) + "\n", "vllm.yaml")
    assert time.perf_counter() - start < 5
    assert "ECO004" in {item.rule for item in result.findings}


def test_merge_bomb() -> None:
    lines = ["m0: &m0 {" + ", ".join(f"k{n}: {n}" for n in range(500)) + "}"]
    lines += [
        f"m{n}: &m{n} {{<<: [{', '.join(f'*m{i}' for i in range(n))}], own{n}: 1}}" for n in range(1, 120)
    ]
    start = time.perf_counter()
    report("\n".join(lines) + "\n" + SERVICE)
    assert time.perf_counter() - start < 5


def test_alias_inside_its_own_anchor() -> None:
    assert found("x: &x\n  y: *x\n" + SERVICE) == [("ECO004", FLAG, 6)]


@pytest.mark.parametrize("sign", ["[", "{a: ", "- "])
def test_deep_nesting(sign: str) -> None:
    start = time.perf_counter()
    result, _ = report(SERVICE + "x-deep: " + sign * 20_000 + "\n")
    assert time.perf_counter() - start < 10
    assert {item.rule for item in result.findings} <= {"ECO902", "ECO004"}


def test_time_grows_with_size_alone() -> None:
    """Four times as many services take about four times as long."""

    def seconds(services: int) -> float:
        body = "".join(
            f"  s{n}:\n    image: example/worker:{n}\n"
            f"    environment: {{A: '{n}', B: \"x\"}}\n    command: run --n {n}\n"
            for n in range(services)
        )
        source = SourceFile("compose.yaml", (SERVICE + body).encode())
        start = time.perf_counter()
        assert len(read(source, Repository(None)).statements) >= 1
        return time.perf_counter() - start

    small, large = seconds(1_000), seconds(4_000)
    assert large < 10 * small + 1


def test_ten_megabytes_of_text() -> None:
    text = SERVICE + "x-notes: |\n" + "  vllm serve notes that nobody runs, line after line\n" * 200_000
    start = time.perf_counter()
    assert found(text) == [("ECO004", FLAG, 4)]
    assert time.perf_counter() - start < 10


def scalars(node: AnyNode) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Mapping):
        for entry in node.entries.values():
            yield entry.key
            yield from scalars(entry.value)
    else:
        assert isinstance(node, Sequence)
        for item in node.items:
            yield from scalars(item)


WORDS = st.text(st.sampled_from("ab1é🙂-_ .:#'\"\\$\n\t{}[],&*!%@`|>"), max_size=12)
VALUES = st.recursive(
    WORDS | st.integers(-99, 99) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES, st.sampled_from([None, True, False]), st.sampled_from([20, 80]), st.booleans())
def test_spans_lie_in_the_file_and_plain_scalars_read_as_written(
    value: Any, flow: bool | None, width: int, escaped: bool
) -> None:
    text = pyyaml.safe_dump(value, default_flow_style=flow, width=width, allow_unicode=not escaped)
    source = SourceFile("x.yaml", text.encode("utf-8"))
    for root in read_yaml(source.fragment):
        assert not isinstance(root, Broken)
        if "{{" in text or "{%" in text or "{#" in text:
            continue
        for scalar in scalars(root):
            assert 0 <= scalar.span.start <= scalar.span.end <= len(source.data)
            assert scalar.content.text == scalar.text
            if scalar.plain and "\n" not in source.cut(scalar.span):
                assert source.cut(scalar.span) == scalar.text


@given(VALUES)
def test_trees_say_what_the_library_says(value: Any) -> None:
    text = pyyaml.safe_dump(value, allow_unicode=True)
    if "{{" in text or "{%" in text or "{#" in text:
        return
    (root,) = read_yaml(Fragment.of(text))
    assert not isinstance(root, Broken)
    assert plain(root) == texts(value)


def plain(node: AnyNode) -> Any:
    if isinstance(node, Scalar):
        return None if node.is_null else node.text
    if isinstance(node, Mapping):
        return {key: plain(entry.value) for key, entry in node.entries.items() if key != "<<"}
    return [plain(item) for item in node.items]


def texts(value: Any) -> Any:
    """The written form of scalars, as `plain` gives it."""
    if isinstance(value, dict):
        return {key: texts(item) for key, item in value.items() if key != "<<"}
    if isinstance(value, list):
        return [texts(item) for item in value]
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


@given(st.text(max_size=300) | st.lists(st.sampled_from(SERVICE.split()), max_size=30).map("\n".join))
def test_no_text_is_too_odd(text: str) -> None:
    source = SourceFile("compose.yaml", text.replace("\0", "").encode("utf-8", "replace"))
    for statement in read(source, Repository(None)).statements:
        assert statement.span.end <= len(source.data)
        held: list[Located[Any]] = []
        if isinstance(statement, CommandLine):
            held = [*statement.words, *statement.environment.values()]
        elif isinstance(statement, Config):
            held = list(statement.tree.values())
        for item in held:
            assert item.span is None or 0 <= item.span.start <= item.span.end <= len(source.data)
