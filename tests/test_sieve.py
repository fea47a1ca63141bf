"""The sieve and the glance at Python modules pass over nothing in which the default rules find something."""

from __future__ import annotations

import ast
import io
import keyword
import re
import tokenize
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecolint.frameworks import telling
from ecolint.frameworks.base import Setting
from ecolint.frameworks.registry import frameworks
from ecolint.parsers.pythonic.glancing.lexis import code_of
from ecolint.repository import Repository
from ecolint.rules.registry import rules
from ecolint.scanner import scan
from ecolint.settings.keys import DEFAULTS
from ecolint.settings.policy import CommandLineChoices, policy_for
from ecolint.sieve import search, vocabulary
from ecolint.source import SourceFile
from tests.expectations import FIXTURES, _root, fixtures

FIXED = FIXTURES.parent / "fixtures_fixed"
MODULES = sorted(path for path in (*FIXTURES.rglob("*.py"), *FIXED.rglob("*.py")))
OWN = sorted((FIXTURES.parent.parent / "ecolint").rglob("*.py"))
JUDGED = frozenset(
    ("batch_limit", "compiled", "compute_dtype", "double_quant", "int8_threshold", "load_in_4bit", "load_in_8bit",
     "precision", "quantizer")
)  # fmt: skip
"""Fields of which one is set wherever a rule that is on by default speaks, but for loops of requests."""


OPTIONS = frozenset(("compute_dtype", "double_quant", "int8_threshold"))


def by_name(words: tuple[bytes, ...], names: tuple[str, ...]) -> bool:
    """Whether words tell of a framework wherever it is named."""
    return not words or all(any(word in name.encode() for word in words) for name in names)


def said(source: SourceFile, root: Path, *, thorough: bool) -> object:
    policy = policy_for(DEFAULTS, CommandLineChoices(), source.path)
    report = scan(source, Repository(str(root)), policy, thorough=thorough)
    return report.findings, report.undecided, report.suppressed


def test_words_are_those_of_the_vocabularies() -> None:
    namespace: dict[str, object] = {}
    exec(compile(telling.sieve_words(), "gathered", "exec"), namespace)
    tables = [name for name in namespace if name.isupper()]
    assert len(tables) > 8
    for name in tables:
        assert getattr(vocabulary, name) == namespace[name], "run python -m ecolint.frameworks.telling"


def test_patterns_of_callees_match_as_they_do_elsewhere() -> None:
    patterns = {pattern for item in frameworks() for pattern in item.other_calls}
    written = "|".join(vocabulary.OTHER_CALLS)
    assert "(?>" not in written, "unknown to Python 3.10"
    owners = (
        "",
        "a.",
        "AutoTokenizer.",
        "CLIPProcessor\n.",
        "my.Tokenizer.x.Tokenizer.",
        "AutoConfig",
        "x.AutoConfig.",
    )
    callees = [
        owner + name for owner in owners for name in ("from_pretrained", ".from_pretrained", "Tokenizer", "")
    ]
    expected = [any(fnmatchcase(callee, pattern) for pattern in patterns) for callee in callees]
    assert [re.match(written, callee) is not None for callee in callees] == expected
    assert {True, False} == set(expected)


def test_words_fit_the_fast_search() -> None:
    """Above 48 words the automaton takes a third longer, above 64 it is several times slower, and words below four
    bytes slow it down."""
    assert len(search.IN_PYTHON) <= 48
    assert all(len(word) >= 4 for word in search.IN_PYTHON)


def is_judged(setting: Setting) -> bool:
    """Whether a setting by itself may give a finding: options of a quantisation that another setting switches on,
    that something is compiled, or one of many words, do not."""
    return (
        setting.field in JUDGED - OPTIONS
        and setting.values is None
        and not (setting.field == "compiled" and setting.switch and setting.on is True)
    )


def test_every_judged_setting_of_a_call_is_told_by_a_word() -> None:
    for item in frameworks():
        if not item.telling_keywords:
            continue
        for setting in item.settings:
            if is_judged(setting) and setting.keyword:
                assert setting.keyword.encode().startswith(item.telling_keywords), (
                    item.name,
                    setting,
                )


def test_every_judged_setting_of_a_line_is_told_by_a_word() -> None:
    for item in frameworks():
        if by_name(item.telling_lines, (*item.programs, *item.images)):
            continue
        for setting in filter(is_judged, item.settings):
            for flag in setting.flags:
                spelled = {flag.encode(), b'"' + flag.encode() + b'"', b" " + flag.encode() + b" "}
                told = any(word in text for word in item.telling_lines for text in spelled)
                assert told or flag in ("-cc", "-O"), (item.name, flag)
            for name in setting.variables:
                assert any(word in name.encode() for word in item.telling_lines), (item.name, name)


@pytest.mark.parametrize("path", fixtures(), ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_fixtures_say_the_same_with_and_without_the_glance(path: Path) -> None:
    root = _root(path)
    source = SourceFile(path.relative_to(root).as_posix(), path.read_bytes())
    assert said(source, root, thorough=False) == said(source, root, thorough=True)


@pytest.mark.parametrize(
    "path", sorted(FIXED.rglob("*.py")), ids=lambda path: path.relative_to(FIXED).as_posix()
)
def test_fixed_files_say_the_same_with_and_without_the_glance(path: Path) -> None:
    source = SourceFile(path.name, path.read_bytes())
    assert said(source, path.parent, thorough=False) == said(source, path.parent, thorough=True)


AROUND = (
    'cache = {"it\'s": 1}  # he said "no"\n',
    "text = '''\n>>> model.generate(x)\n'''\n",
    "x = f\"{cache['a']!r:>{10}} {{}}\"\n",
    "def other(xs):\n    for x in xs:\n        yield x\n",
    "import subprocess\n",
    "\tif_ = 1\n".lstrip(),
    "a = r'\\ \\''\nb = '\\\\'\n",
    "# `load_in_8bit` is (not) what you [want\n",
    "y = (1,\n     2)  # )\n",
    "class A:\n    '''`from_pretrained(`'''\n    def f(self): return self.g()\n",
)


@given(
    st.sampled_from(MODULES),
    st.lists(st.sampled_from(AROUND), max_size=4),
    st.lists(st.sampled_from(AROUND), max_size=4),
)
@settings(max_examples=150, deadline=None)
def test_what_stands_around_a_finding_does_not_hide_it(
    path: Path, before: list[str], after: list[str]
) -> None:
    text = path.read_bytes()
    if text.startswith(search.WIDE_BOMS) or b"coding:" in text[:100] or b"__future__" in text:
        return
    data = "".join(before).encode() + text + b"\n" + "".join(after).encode()
    root = _root(path) if FIXTURES in path.parents else path.parent
    source = SourceFile(path.relative_to(root).as_posix(), data)
    assert said(source, root, thorough=False) == said(source, root, thorough=True)


LOADS = (
    'AutoModelForCausalLM.from_pretrained("Qwen/Qwen2-1.5B", {0})',
    'AutoModelForCausalLM.from_pretrained("unsloth/Llama-3.2-1B-bnb-4bit", {0})',
    'pipeline("text-generation", "Qwen/Qwen2-1.5B", model_kwargs=dict({0}))',
    'HuggingFacePipeline.from_model_id("Qwen/Qwen2-1.5B", model_kwargs={{**dict({0})}})',
)
GIVEN = (
    "",
    "load_in_8bit=True",
    "**OPTIONS",
    'quantization_config={"load_in_4bit": True}',
    "quantization_config=CONFIG",
    "torch_dtype='auto'",
)
PLACES = (
    "model = {load}\n",
    "def load():\n    return {load}\nmodel = load()\n",
    (
        "class Engine:\n    def __init__(self):\n        self.model = {load}\n    def run(self, xs):\n"
        "        return [self.model.generate(x) for x in xs]\n"
    ),
    "Load = AutoModelForCausalLM.from_pretrained\ndef make():\n    return Load('Qwen/Qwen2-1.5B', load_in_8bit=True)\n",
    (
        "def run(model, prompts):\n    out = []\n    for prompt in prompts:\n        out.append(model.generate(prompt))\n"
        "run({load}, ['a', 'b'])\n"
    ),
    (
        "model = {load}\ndef answer(prompt):\n    return model.generate(prompt)\ndef main(prompts):\n"
        "    while prompts:\n        print(answer(prompts.pop()))\n"
    ),
)
HEAD = """from transformers import AutoModelForCausalLM, BitsAndBytesConfig, pipeline
from langchain_huggingface import HuggingFacePipeline
OPTIONS = {"load_in_8bit": True}
CONFIG = BitsAndBytesConfig(load_in_4bit=True)
"""


@given(st.sampled_from(LOADS), st.sampled_from(GIVEN), st.sampled_from(PLACES), st.booleans())
@settings(max_examples=200, deadline=None)
def test_loads_of_many_forms_say_the_same(load: str, given: str, place: str, head: bool) -> None:
    lines = HEAD if head else HEAD.replace("OPTIONS = ", "_ = ").replace("CONFIG = ", "__ = ")
    source = SourceFile("serve.py", (lines + place.format(load=load.format(given))).encode())
    assert said(source, FIXTURES, thorough=False) == said(source, FIXTURES, thorough=True)


ENGINE_CALLS = (
    "{name}('facebook/opt-125m', {given})",
    "{name}(model='facebook/opt-125m', **dict({given}))",
    "{name}('facebook/opt-125m', **SHARED)",
    "{name}('facebook/opt-125m', **make())",
    "build({name}, {given})",
    "{name}(*['facebook/opt-125m'], **vars(Settings))",
    "{name}(\n    'facebook/opt-125m',  # (\n    {given}\n)",
)
ENGINE_GIVEN = (
    "enforce_eager=True",
    "enforce_eager = True",
    "quantization='bitsandbytes', load_format='bitsandbytes'",
    "max_num_seqs=1",
    "dtype='auto'",
)
ENGINE_HEADS = (
    "from vllm import LLM\n",
    "from vllm import LLM as Engine\n",
    "import vllm\n",
    "from vllm import LLM\nEngine = LLM\n",
    "import vllm\nEngine = vllm.LLM\n",
    'from vllm import LLM\nENGINES = {\n    "vllm": LLM,\n    "other": None,\n}\nEngine = ENGINES["vllm"]\n',
)
ENGINE_AROUND = """SHARED = {shared}
def make():
    options = {{}}
    options["enforce_eager"] = True
    return options
class Settings:
    max_num_seqs: int = 1
def build(engine, **options):
    return engine('facebook/opt-125m', **options)
"""


@given(
    st.sampled_from(ENGINE_CALLS),
    st.sampled_from(ENGINE_GIVEN),
    st.sampled_from(ENGINE_HEADS),
    st.sampled_from(("{'enforce_eager': True}", "dict(\n    max_num_seqs = 1\n)", "{}")),
)
@settings(max_examples=200, deadline=None)
def test_engines_of_many_forms_say_the_same(call: str, given: str, head: str, shared: str) -> None:
    name = "Engine" if "Engine" in head else ("LLM" if "LLM" in head else "vllm.LLM")
    text = head + ENGINE_AROUND.format(shared=shared) + f"llm = {call.format(name=name, given=given)}\n"
    source = SourceFile("serve.py", text.encode())
    assert said(source, FIXTURES, thorough=False) == said(source, FIXTURES, thorough=True)


STARTED = (
    'subprocess.run(["{program}", "-m", "llama-7b.Q8_0.gguf", "-np", "1"])',
    'subprocess.Popen(["./{program}", "-m", MODEL, "-np", "1"], env=os.environ)',
    'subprocess.run([os.path.join(FOLDER, "{program}"), "--model", MODEL, "--parallel", "1"])',
    'subprocess.run([FOLDER + "/{program}", "-m", MODEL, "-np", "1"], check=True)',
    'subprocess.check_call([f"{{FOLDER}}/{program}", "-m", MODEL, "-np", "1"])',
    'os.system("{program} -m llama-7b.Q8_0.gguf -np 1")',
    'os.system("cd build && ./{program} -m llama-7b.Q8_0.gguf -np 1")',
    'os.system(f"{{FOLDER}}/{program} -m {{MODEL}} -np 1")',
    'run = ["nohup", "{program}", "-m", MODEL, "-np", "1"]\nsubprocess.run(run)',
)


@pytest.mark.parametrize("program", ["llama-server", "server", "main", "llama-cli"])
@pytest.mark.parametrize("call", STARTED)
def test_programs_of_many_forms_say_the_same(call: str, program: str) -> None:
    head = 'import asyncio, os, subprocess\nFOLDER = "/opt/llama"\nMODEL = "models/llama-7b.Q8_0.gguf"\n'
    source = SourceFile("serve.py", (head + call.format(program=program) + "\n").encode())
    assert said(source, FIXTURES, thorough=False) == said(source, FIXTURES, thorough=True)


ALONE = (
    'import os\nos.system("vllm serve %s --max-num-seqs 1" % "Qwen/Qwen2-7B")\n',
    'from functools import partial\nfrom vllm import LLM\nmake = partial(LLM, max_num_seqs=1)\nmake("Qwen/Qwen2-7B")\n',
    (
        "import functools\nfrom transformers import AutoModelForCausalLM as A\n"
        "load = functools.partial(\n    A.from_pretrained,\n    load_in_8bit=True,\n)\nload('Qwen/Qwen2-7B').generate()\n"
    ),
    (
        "from argparse import ArgumentParser\nfrom vllm import LLM\np = ArgumentParser()\n"
        "p.add_argument('--model')\np.add_argument('--max_num_seqs', default=1)\nLLM(**vars(p.parse_args()))\n"
    ),
)
"""Modules in which nothing but one form tells."""


@pytest.mark.parametrize("text", ALONE)
def test_a_form_tells_by_itself(text: str) -> None:
    source = SourceFile("serve.py", text.encode())
    found = said(source, FIXTURES, thorough=False)
    assert "ECO00" in str(found)
    assert found == said(source, FIXTURES, thorough=True)


PROMPTS = (
    "{one}",
    "[{one}]",
    "f'Answer: {{{one}}}'",
    "**tokenizer({one}, return_tensors='pt')",
    "**tokenizer(\n            f'{{{one}}}?',\n            return_tensors='pt',\n        )",
    "template.format(question={one}['question'])",
    "input_ids=encode({one}), max_new_tokens=32",
    "max_new_tokens=32",
    "prompts[0]",
)
LOOPS = (
    "for {one} in prompts:\n    {call}\n",
    "for number, {one} in enumerate(prompts):\n\n    text = {one}\n    {call}\n",
    "for {one} in tqdm(\n    prompts,\n    total=3,\n):\n    {call}\n",
    "answers = [{call} for {one} in prompts]\n",
    "answers = [\n    {call}\n    for {one} in prompts\n    if {one}\n]\n",
    "answers = {{{one}: ({call}) for {one} in prompts}}\n",
    "while prompts:\n    {one} = prompts.pop()\n    {call}\n",
    "def ask({one}):\n    return {call}\nfor item in prompts: print(ask(item))\n",
    "def ask({one}):\n    return {call}\ndef run():\n    for item in prompts:\n        print(ask(item))\n",
    "def ask(*, {one}):\n  answer = {call}\n  return answer\nwhile True:\n  ask({one}=queue.get())\n",
    (
        "class A:\n  def ask(self, {one}: str) -> str:\n    return {call}\n  def run(self):\n    for item in prompts:\n"
        "      self.ask(item)\n"
    ),
    "for batch in loader:\n    {one} = batch\n    {call}\n",
    "for {one} in model.stream(prompts[0]):\n    pass\n{call}\n",
    "for key in (1, 2):\n    for {one} in prompts:\n        if key:\n            x = {one}\n            {call}\n",
    "{one} = prompts[0]\n{call}\n",
)


@given(
    st.sampled_from(PROMPTS),
    st.sampled_from(LOOPS),
    st.sampled_from(("prompt", "row", "text_batch", "item", "x")),
    st.sampled_from(("model.generate", "self_model . generate", "client.chat", "pipe.model.generate")),
)
@settings(max_examples=300, deadline=None)
def test_loops_of_many_forms_say_the_same(prompt: str, loop: str, one: str, method: str) -> None:
    call = f"{method}({prompt.format(one=one)})"
    head = 'from transformers import AutoModelForCausalLM\nmodel = AutoModelForCausalLM.from_pretrained("gpt2")\n'
    source = SourceFile("serve.py", (head + loop.format(one=one, call=call)).encode())
    assert said(source, FIXTURES, thorough=False) == said(source, FIXTURES, thorough=True)


def test_rules_that_are_on_speak_of_judged_fields_only() -> None:
    """With none of these fields set no rule that is on by default says anything, so the words of these tell."""
    from ecolint.inference import InferenceSetup, Known, Located, Precision
    from ecolint.source import Span

    every = InferenceSetup.__dataclass_fields__
    other = {name: Located("x", Known.STATED, Span(0, 1)) for name in every.keys() - JUDGED - {
        "framework", "span", "options", "loading", "context", "stack", "when", "request_loop", "params_b",
        "further_loops"
    }}  # fmt: skip
    for framework in frameworks():
        setup = InferenceSetup(framework.name, Span(0, 1), **other)
        for rule in rules():
            if rule.default:
                assert list(rule.check(setup)) == [], (rule.code, framework.name)
    assert Precision.INT8


def names_in(code: bytes) -> set[str]:
    found = set()
    word = ""
    for character in code.decode("utf-8", "replace") + " ":
        if character.isidentifier() or (word and character.isalnum()):
            word += character
        else:
            found.add(word)
            word = ""
    return found


@pytest.mark.parametrize("path", [*OWN[::4], *MODULES], ids=lambda path: path.name)
def test_code_is_what_the_tokenizer_says(path: Path) -> None:
    data = path.read_bytes()
    parts = code_of(data)
    if parts is None:
        return
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(data.decode("utf-8-sig"), newline="").readline))
    except (tokenize.TokenError, SyntaxError, UnicodeDecodeError):
        return
    wanted = {
        token.string
        for token in tokens
        if token.type == tokenize.NAME and not keyword.iskeyword(token.string)
    }
    assert wanted <= names_in(b"\n".join(parts)), wanted - names_in(b"\n".join(parts))


PIECES = st.sampled_from(
    [
        '"',
        "'",
        '"""',
        "'''",
        "\\",
        "\n",
        "#",
        "f",
        "r",
        "b",
        "rb",
        "{",
        "}",
        "{{",
        "x",
        " ",
        "(",
        ")",
        "=",
        ";",
        "\r",
        "é",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join), st.lists(PIECES, max_size=12).map("".join))
@example('f"}} {x:{y["', '"]}}" ')
@example('f"{x["', '"]}"')
@example('"a" "" \'\' \'"\' ', "")
@settings(max_examples=1500, deadline=None)
def test_a_name_in_code_is_never_taken_for_a_string(before: str, after: str) -> None:
    """Wherever Python's own parser finds a call in text, the code without strings holds it, or nothing is said."""
    text = f"{before}from_pretrained(1){after}"
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    calls = any(
        isinstance(node, ast.Call) and getattr(node.func, "id", "").endswith("from_pretrained")
        for node in ast.walk(tree)
    )
    parts = code_of(text.encode())
    assert not calls or parts is None or any(b"from_pretrained" in part for part in parts)
