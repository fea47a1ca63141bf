"""The vocabularies as a whole: their names, anchors, tables and snippets."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ecolint.frameworks import arguments, trees
from ecolint.frameworks.base import Form, Framework, Remedy, Setting, Snippet
from ecolint.frameworks.programs import program_end
from ecolint.frameworks.reading import heads_of
from ecolint.frameworks.registry import anchors, framework, frameworks, understand, wanted_calls
from ecolint.inference import InferenceSetup, Known, Located, Pinned
from ecolint.source import Span
from ecolint.statements import Call, CommandLine, Config, Symbol
from tests.frameworks.making import line, located, one

PYTHON_OWN = frozenset(("transformers", "torchao"))
SERVING = tuple(
    item
    for item in frameworks()
    if item.name in {f.name for f in frameworks()} - PYTHON_OWN and item.settings
)


def test_names_are_unique_and_sorted() -> None:
    names = [item.name for item in frameworks()]
    assert names == sorted(set(names))
    for name in ("vllm", "tgi", "sglang", "llamacpp", "ollama", "tensorrt-llm", "triton", "lmdeploy"):
        assert framework(name).name == name


def test_anchors_are_few_long_and_free_of_one_another() -> None:
    found = anchors()
    assert len(found) <= 80
    assert all(len(item) >= 4 for item in found)
    assert not any(one != other and one in other for one in found for other in found)
    for weak in (b"batch_size", b"model", b"quantization", b"torch", b"max_batch_size"):
        assert not any(item in weak for item in found)


def test_every_program_image_and_call_of_ours_holds_an_anchor() -> None:
    """A file that starts a program is not passed over by the sieve. Programs with names of their own excepted:
    those are judged only with options that are anchors themselves."""
    named_otherwise = {
        "server",
        "main",
        "quantize",
        "server.py",
        "start_linux.sh",
        "swift",
        "transformers",
        "transformers-cli",
        "openllm",
    }
    for item in SERVING:
        for program in item.programs:
            words = program.split()
            if (
                set(words) & named_otherwise
                or words[-1].endswith((".py", ".sh", ".bat"))
                or item.name in ("ms-swift", "llamacpp")
            ):
                continue
            assert any(anchor in program.encode() for anchor in anchors()), program


def test_wanted_calls_are_all_patterns() -> None:
    assert "vllm.LLM" in wanted_calls()
    assert list(wanted_calls()) == sorted(set(wanted_calls()))
    assert not any("*" in pattern.rpartition(".")[2] for pattern in wanted_calls()), (
        "readers look for last names"
    )


def test_fields_exist() -> None:
    known = {item.name for item in fields(InferenceSetup)}
    for item in frameworks():
        for setting in item.settings:
            assert not setting.field or setting.field.startswith("option:") or setting.field in known, setting


@pytest.mark.parametrize("item", SERVING, ids=lambda item: item.name)
def test_no_flag_means_two_things(item: Framework) -> None:
    for flag, meant in arguments.table_of(item).items():
        named = [setting.field for setting in meant]
        assert len(named) == len(set(named)), (flag, named)
        assert not any(setting.field == "" for setting in meant) or len(meant) == 1, flag
        assert len({setting.switch for setting in meant}) == 1, flag


OTHER_KEYS = frozenset(("f16", "parameters", "adapter"))
"""Keys that change what no rule judges."""
COMMENT = re.compile(r"\s{2,}#.*")
FLAG = re.compile(r"(?:^|\s)(--?[A-Za-z][\w.-]*)")
VARIABLE = re.compile(r"^([A-Z][A-Z0-9_]+)=")
ENTRY = re.compile(r"^([a-z_0-9]+):")
CALL = re.compile(r"(?:llm|engine)\.generate\(prompts, sampling_params\)$|pipe\(prompts\)$")
KEYWORDS = re.compile(
    r'^(?:(?:engine_kwargs|deployment_config)=\{"(\w+)|.*?(?:Llama|LLM)\((?:model=\.\.\., )?(\w+)=|([a-z]\w+)=\d+$)'
)
EVERY_SNIPPET = [
    (item, snippet, f"{item.name}-{remedy.value}-{number}")
    for item in SERVING
    for remedy, several in item.snippets.items()
    for number, snippet in enumerate(several)
]
SHAPED = (Form.CALL, Form.YAML, Form.JSON)
SNIPPETS = [pytest.param(*one[:2], id=one[2]) for one in EVERY_SNIPPET if one[1].form not in SHAPED]
SHAPED_SNIPPETS = [pytest.param(*one[:2], id=one[2]) for one in EVERY_SNIPPET if one[1].form in SHAPED]
CARRIERS = frozenset(("engine_kwargs", "backend_config", "model", "kv_cache_config"))
"""Keys and keywords that hold settings, and are none themselves."""


def known_words(item: Framework) -> set[str]:
    return {setting.keyword.rpartition(".")[2] for setting in item.settings if setting.keyword}


@pytest.mark.parametrize(("item", "snippet"), SNIPPETS)
def test_snippets_use_words_that_the_vocabulary_knows(item: Framework, snippet: Snippet) -> None:
    checked = 0
    for raw in snippet.text.splitlines():
        text = COMMENT.sub("", raw)
        if text.startswith(("pip install ", "FROM ", "@")):
            checked += 1
            continue
        owner = owner_of(item, text)
        table = arguments.table_of(owner)
        for flag in FLAG.findall(text.replace("python -m", "python")):
            name = arguments.normal(flag, owner.underscores)
            assert {name, name.replace("--no-", "--")} & table.keys(), (flag, owner.name)
            checked += 1
        variable = VARIABLE.match(text)
        if variable is not None:
            assert any(variable[1] in setting.variables for setting in owner.settings), variable[1]
            checked += 1
        entry = ENTRY.match(text)
        if entry is not None and not owner.name.startswith("triton"):
            assert entry[1] in known_words(item) | OTHER_KEYS, entry[1]
        keyword = KEYWORDS.match(text)
        if keyword is not None:
            assert (keyword[1] or keyword[2] or keyword[3]) in known_words(item), text
        checked += (
            bool(entry)
            + bool(keyword)
            + bool(CALL.match(text))
            + bool(program_end(line(text).words, heads_of(frameworks())))
        )
    assert checked, snippet.text


@pytest.mark.parametrize(("item", "snippet"), SHAPED_SNIPPETS)
def test_snippets_in_the_form_of_a_file_parse_and_name_known_words(item: Framework, snippet: Snippet) -> None:
    known = known_words(item) | CARRIERS
    known |= {part for setting in item.settings for part in setting.keyword.split(".")}
    known |= {name for setting in item.settings for name in setting.variables}
    names = set(names_in(snippet))
    assert names
    assert names <= known


def names_in(snippet: Snippet) -> Iterator[str]:
    """Keys and keywords of a text in the form of a file, which must parse."""
    if snippet.form is Form.CALL and not snippet.text.startswith('"'):
        for node in ast.walk(ast.parse(snippet.text)):
            if isinstance(node, ast.Call):
                yield from (keyword.arg or "" for keyword in node.keywords)
    elif snippet.form is Form.YAML:
        yield from keys_in(yaml.safe_load(snippet.text))
    else:
        yield from keys_in(json.loads("{" + snippet.text + "}"))


def keys_in(tree: object) -> Iterator[str]:
    for key, value in tree.items() if isinstance(tree, dict) else ():
        yield key
        yield from keys_in(value)


def owner_of(item: Framework, text: str) -> Framework:
    """The framework whose program a snippet's line starts."""
    found = program_end(line(text).words, heads_of(frameworks()))
    if found is None:
        return item
    return next(other for other in frameworks() if " ".join(found[0]) in other.programs)


def test_python_form_in_comments_is_known() -> None:
    for snippets in framework("vllm").snippets.values():
        for snippet in snippets:
            for keyword in re.findall(r"LLM\(model=\.\.\., (\w+)=", snippet.text):
                assert keyword in known_words(framework("vllm"))


@pytest.mark.parametrize(
    ("item", "remedy", "field", "value"),
    [
        ("vllm", Remedy.NF4, "precision", "nf4"),
        ("vllm", Remedy.FP8, "precision", "fp8"),
        ("tgi", Remedy.NF4, "precision", "nf4"),
        ("tgi", Remedy.INT8_WEIGHT_ONLY, "quantizer", "eetq"),
        ("sglang", Remedy.NF4, "precision", "nf4"),
        ("sglang", Remedy.FP8_KV_CACHE, "kv_cache_dtype", "fp8_e4m3"),
        ("llamacpp", Remedy.NF4, "precision", "gguf-q4"),
        ("llamacpp", Remedy.BATCHING, "batch_limit", 4),
        ("vllm", Remedy.BATCHING, "batch_limit", 16),
        ("lm-eval", Remedy.INT8_PURE, "int8_threshold", 0.0),
        ("lm-eval", Remedy.NF4, "precision", "nf4"),
        ("lm-eval", Remedy.NF4_DOUBLE_QUANT, "double_quant", True),
        ("textgen-webui", Remedy.NF4_DOUBLE_QUANT, "double_quant", True),
        ("textgen-webui", Remedy.NF4, "precision", "nf4"),
        ("transformers-cli", Remedy.NF4, "precision", "nf4"),
        ("tensorrt-llm", Remedy.BATCHING, "batch_limit", 32),
        ("lmdeploy", Remedy.BATCHING, "batch_limit", 128),
        ("ms-swift", Remedy.NF4, "precision", "nf4"),
    ],
)
def test_a_snippet_means_its_remedy(item: str, remedy: Remedy, field: str, value: Any) -> None:
    snippet = framework(item).snippet(remedy, {})
    assert snippet is not None
    text = COMMENT.sub("", snippet.text.splitlines()[-1])
    found = getattr(one(text).setup, field)
    assert getattr(found.value, "value", found.value) == value


@pytest.mark.parametrize(
    ("version", "remedy", "part"),
    [
        ("0.27.1", Remedy.NF4, "vllm serve <model> --quantization bitsandbytes"),
        ("0.28.0", Remedy.NF4, "vllm-bnb-plugin"),
        ("*", Remedy.NF4, "vllm-bnb-plugin"),
        ("0.19.0", Remedy.FP8, "--quantization fp8 "),
        ("0.20.0", Remedy.FP8, "fp8_per_tensor"),
    ],
)
def test_versions_of_vllm(version: str, remedy: Remedy, part: str) -> None:
    snippet = framework("vllm").snippet(remedy, {"vllm": Pinned(version, f"vllm=={version}", "r.txt")})
    assert snippet is not None
    assert part in snippet.text
    assert ("pip install" in snippet.text) is (part == "vllm-bnb-plugin")


FLAGS = sorted({flag for item in SERVING for setting in item.settings for flag in setting.flags})
PROGRAMS = sorted({program for item in SERVING for program in item.programs})
LISTED = [
    {"a": 1},
    [1, None],
    "nf4",
    "bitsandbytes",
    "1",
    1,
    True,
    None,
    "$X",
    "-",
    "--",
    "=",
    "{",
    "x=y,z",
    "é" * 3,
]
texts = st.one_of(st.text(max_size=12), st.sampled_from([str(item) for item in LISTED]))
words = st.one_of(texts, st.sampled_from(FLAGS), st.builds("{}={}".format, st.sampled_from(FLAGS), texts))
known = st.sampled_from([Known.STATED, Known.DERIVED, Known.DYNAMIC])
spans = st.one_of(st.none(), st.builds(lambda a, b: Span(a, a + b), st.integers(0, 9), st.integers(0, 99)))
places = st.builds(Located, words, known, spans, spans)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(PROGRAMS),
    st.lists(places, max_size=8),
    st.sampled_from(["", "vllm/vllm-openai", "x:y@z"]),
)
def test_no_command_line_raises(program: str, rest: list[Located[str]], image: str) -> None:
    first = tuple(Located(part, Known.STATED, Span(0, 1)) for part in program.split())
    made = CommandLine(
        (*first, *rest), Span(0, 9), {"OLLAMA_NUM_PARALLEL": located("?")}, Located(image or None)
    )
    for setup in understand(made):
        assert setup.framework in {item.name for item in frameworks()}


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts, st.just(Symbol("a.b"))),
    lambda inside: st.one_of(
        st.dictionaries(
            st.one_of(st.sampled_from(sorted({s.keyword for i in SERVING for s in i.settings})), texts),
            inside.map(located),
            max_size=4,
        ),
        st.lists(inside.map(located), max_size=3).map(tuple),
    ),
    max_leaves=8,
)
KINDS = sorted({kind for item in SERVING for kind in item.configs})
CALLEES = ["vllm.LLM", "llama_cpp.Llama", "lmdeploy.pipeline", "tensorrt_llm.LLM", "ray.serve.llm.LLMConfig"]
KEYWORDS_OF_ALL = sorted(
    {setting.keyword.split(".")[0] for item in SERVING for setting in item.settings if setting.keyword}
)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(KINDS),
    st.sampled_from(CALLEES),
    st.dictionaries(st.sampled_from(KEYWORDS_OF_ALL), values, max_size=6),
)
def test_no_tree_raises(kind: str, callee: str, tree: dict[str, Any]) -> None:
    entries = {key: Located(value, Known.STATED, Span(0, 1)) for key, value in tree.items()}
    list(understand(Config(kind, entries, Span(0, 9))))
    list(understand(Call(callee, Span(0, 9), Span(0, 1), tuple(entries.values())[:1], entries)))


def test_deep_trees_are_not_followed() -> None:
    value: Any = 1
    for _ in range(5000):
        value = {"engine_kwargs": Located(value, Known.STATED)}
    tree = {"engine_kwargs": Located(value, Known.STATED), "compilation_config": Located(value, Known.STATED)}
    list(understand(Config("ray-serve", tree, Span(0, 9))))
    list(understand(Config("vllm-config", tree, Span(0, 9))))
    assert trees.plain(value) is not None


def test_settings_read_written_values() -> None:
    setting = Setting("x", values={"a": 1})
    assert setting.value_of(" A ") == 1
