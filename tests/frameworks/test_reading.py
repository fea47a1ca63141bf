"""The reading by table: programs, images, flags, environment, trees."""

from __future__ import annotations

import pytest

from ecolint.frameworks import reading
from ecolint.frameworks.arguments import parse
from ecolint.frameworks.base import Framework, Setting, as_int
from ecolint.frameworks.places import pairs, part
from ecolint.frameworks.programs import image_path, is_image, program_end
from ecolint.inference import Known, Located, Place, Precision
from ecolint.source import Span
from tests.frameworks.making import call, line, one, setups, word

HEADS = {
    "vllm": [("vllm", "serve")],
    "python": [("python", "-m", "vllm.entrypoints.*"), ("python", "server.py")],
}


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("vllm serve x", 2),
        ("/opt/venv/bin/vllm serve x", 2),
        ("python -m vllm.entrypoints.openai.api_server --model x", 3),
        ("/usr/bin/python3.11 -m vllm.entrypoints.openai.api_server", 3),
        ("python3 -u -W ignore -m vllm.entrypoints.api_server", 6),
        ("$PYTHON -m vllm.entrypoints.api_server", 3),
        ("uv run --with vllm vllm serve x", 6),
        ("torchrun --nproc_per_node 2 -m vllm.entrypoints.api_server", 5),
        ("python /srv/textgen/server.py --listen", 2),
        ("echo vllm serve x", None),
        ("uv sync --extra vllm serve", None),
        ("uv pip install vllm serve", None),
        ("vllm bench serve", None),
        ("vllm", None),
        ("python -m vllm", None),
        ("pip install vllm serve", None),
        ("", None),
    ],
)
def test_programs(text: str, rest: int | None) -> None:
    found = program_end(line(text).words, HEADS)
    assert (found[1] if found else None) == rest


@pytest.mark.parametrize(
    ("image", "matches"),
    [
        ("vllm/vllm-openai", True),
        ("vllm/vllm-openai:v0.6.3", True),
        ("registry.example:5000/mirror/vllm/vllm-openai@sha256:abc", True),
        ("vllm/vllm-openai:${TAG:-latest}", True),
        ("${REGISTRY:-docker.io/x}/vllm/vllm-openai:{{ .Values.tag }}", True),
        ("docker://vllm/vllm-openai", True),
        ("acme/not-vllm/vllm-openai-ui/app", False),
        ("vllm-openai", False),
        ("", False),
    ],
)
def test_images(image: str, matches: bool) -> None:
    assert is_image(image, ("vllm/vllm-openai",)) is matches


def test_image_path_keeps_a_port_and_drops_the_tag() -> None:
    assert image_path("Host:5000/A/b:1.2") == "host:5000/a/b"


TABLE = Framework(
    "x",
    "X",
    (b"xxxx",),
    (
        Setting("model", ("--model", "-m")),
        Setting("batch_limit", ("--max-num-seqs",), convert=as_int),
        Setting("compiled", ("--enforce-eager",), switch=True, on=False),
        Setting("dtype", ("--dtype", "-d")),
        Setting("", ("--names",), many=True),
    ),
    programs=("x run",),
    model_positional=True,
    underscores=True,
    prefixes=True,
)


def fields(text: str, framework: Framework = TABLE) -> dict[str, object]:
    found = list(reading.read(framework, line(text)))
    assert len(found) == 1
    return {name: value.value for name, value in found[0].located() if value.is_set}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x run m --max-num-seqs 1", {"model": "m", "batch_limit": 1}),
        ("x run m --max-num-seqs=1", {"model": "m", "batch_limit": 1}),
        ("x run m --max_num_seqs 1", {"model": "m", "batch_limit": 1}),
        ("x run m --max-num-seq 1", {"model": "m", "batch_limit": 1}),
        ("x run m --max-num-seqs 1 --max-num-seqs 64", {"model": "m", "batch_limit": 64}),
        ("x run m -dhalf", {"model": "m", "dtype": "half"}),
        ("x run --max-num-seqs many m", {"model": "m"}),
        ("x run --max-num-seqs -1 m", {"model": "m", "batch_limit": -1}),
        ("x run --enforce-eager m", {"model": "m", "compiled": False}),
        ("x run --enforce-eager=false m", {"model": "m", "compiled": True}),
        ("x run --enforce-eager False m", {"model": "m", "compiled": True}),
        ("x run --no-enforce-eager m", {"model": "m", "compiled": True}),
        ("x run --enforce-eager --no-enforce-eager m", {"model": "m", "compiled": True}),
        ("x run --names a b c", {}),
        ("x run --names a b -- m", {"model": "m"}),
        ("x run --unknown value m", {"model": "m"}),
        ("x run --unknown --dtype half m", {"model": "m", "dtype": "half"}),
        ("x run --unknown=value m", {"model": "m"}),
        ("x run m --dtype", {"model": "m"}),
        ("x run m --dtype --max-num-seqs 2", {"model": "m", "batch_limit": 2}),
        ("x run $MODEL $@", {"model": "$MODEL"}),
        ("x run m $EXTRA --max-num-seqs 1", {"model": "m", "batch_limit": 1}),
    ],
)
def test_flags(text: str, wanted: dict[str, object]) -> None:
    assert fields(text) == wanted


def test_without_prefixes_underscores_and_equals() -> None:
    plain = Framework("y", "Y", (), TABLE.settings, programs=("x run",), equals=False)
    assert fields("x run --max_num_seqs 1", plain) == {}
    assert fields("x run --max-num-seq 1", plain) == {}
    assert fields("x run --max-num-seqs=1", plain) == {}
    assert fields("x run -dhalf", plain) == {}


def test_ambiguous_prefix_is_not_understood() -> None:
    assert fields("x run --m other first") == {"model": "first"}


@pytest.mark.parametrize("text", ["x run --help", "x run m -h", "x run --version"])
def test_help_starts_nothing(text: str) -> None:
    assert list(reading.read(TABLE, line(text))) == []


def test_spans_cover_flag_and_value() -> None:
    read = one("vllm serve m --max-num-seqs   1 --dtype=half -q 'fp8'")
    assert read.cut("batch_limit") == "--max-num-seqs   1"
    assert read.cut_value("batch_limit") == "1"
    assert read.cut("dtype") == "--dtype=half"
    assert read.cut_value("dtype") == "half"
    assert read.cut("precision") == "-q 'fp8'"
    assert read.setup.precision.place is Place.FLAG


def test_a_value_from_a_variable_keeps_its_own_place() -> None:
    text = "N=1\n" + "#" * 300 + "\nvllm serve m --max-num-seqs $N"
    words = list(line(text).words[2:])
    words[-1] = Located("1", Known.DERIVED, Span(2, 3), Span(2, 3), origin="variable N")
    taken = parse(reading_framework(), words[2:])
    value = taken.given[-1].value
    assert value.value_span == Span(2, 3)
    assert text[value.span.start : value.span.end] == "--max-num-seqs"
    assert value.origin == "variable N"


def reading_framework() -> Framework:
    from ecolint.frameworks.registry import framework

    return framework("vllm")


def test_dynamic_values_are_dynamic() -> None:
    setup = one("vllm serve $MODEL --max-num-seqs $N --quantization=$Q").setup
    assert setup.model.is_dynamic
    assert setup.batch_limit.is_dynamic
    assert setup.precision.is_dynamic


def test_flags_override_the_environment() -> None:
    environment = {"QUANTIZE": "bitsandbytes", "DTYPE": "float16"}
    setup = one("text-generation-launcher --quantize eetq", environment=environment).setup
    assert setup.quantizer.is_("eetq")
    assert setup.dtype.is_("float16")


def test_machine_and_model_of_the_statement() -> None:
    more = {"gpu": Located("l4", Known.DERIVED), "model": Located("Qwen/Qwen2-7B", Known.DERIVED)}
    setup = one("", image="vllm/vllm-openai", **more).setup
    assert setup.gpu.is_("l4")
    assert setup.model.is_("Qwen/Qwen2-7B")
    assert one("--model a/b", image="vllm/vllm-openai", **more).setup.model.is_("a/b")


def test_condition_is_carried() -> None:
    assert one("vllm serve m", when="only with --quantize").setup.when == "only with --quantize"


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("--model a/b", 1),
        ("a/b --max-num-seqs 1", 1),
        ("", 1),
        ("$ARGS", 1),
        ("vllm serve a/b", 1),
        ("python3 -m vllm.entrypoints.openai.api_server --model a/b", 1),
        ("bash -c x", 0),
        ("/bin/sleep infinity", 0),
        ("nvidia-smi", 0),
        ("./start.sh", 0),
    ],
)
def test_words_for_an_image(words: str, count: int) -> None:
    assert len(setups(words, image="vllm/vllm-openai:latest")) == count


def test_pairs_inside_a_word() -> None:
    read = one("lm_eval --model hf --model_args pretrained=a/b,load_in_8bit=True")
    assert read.cut("load_in_8bit") == "load_in_8bit=True"
    assert read.cut_value("load_in_8bit") == "True"
    assert read.cut("model") == "pretrained=a/b"


def test_pairs_of_a_dynamic_word() -> None:
    found = pairs(word("pretrained=$M,load_in_8bit=True,,x", 0))
    assert found["pretrained"].is_dynamic
    assert found["load_in_8bit"].is_("True")
    assert found.keys() == {"pretrained", "load_in_8bit"}


def test_part_counts_bytes() -> None:
    assert part(Located("äb=ü", Known.STATED, Span(10, 16)), 3, 4) == Span(14, 16)
    assert part(Located("a=b", Known.STATED, Span(10, 99)), 2, 3) == Span(10, 99)
    assert part(Located("a=b"), 2, 3) is None


@pytest.mark.parametrize("key", ["max_num_seqs", "max-num-seqs", "maxNumSeqs"])
def test_keys_in_any_spelling(key: str) -> None:
    from tests.frameworks.making import config

    assert config("vllm-config", {"model": "m", key: 1}).batch_limit.is_(1)


def test_symbols_and_enumerations() -> None:
    from ecolint.statements import Symbol

    assert call("vllm.LLM", "m", dtype=Symbol("torch.float32")).dtype.is_("float32")


def test_precision_of_an_unlisted_word() -> None:
    setup = one("vllm serve m --quantization moe_wna16").setup
    assert setup.precision.is_(Precision.OTHER)
    assert setup.quantizer.is_("moe_wna16")


@pytest.mark.parametrize("written", ["None", "null", "''", "none"])
def test_words_that_quantise_nothing(written: str) -> None:
    setup = one(f"vllm serve m --quantization {written}").setup
    assert not setup.precision.is_set
    assert not setup.quantizer.is_set
