"""text-generation-webui: `python server.py` with its loaders' options."""

from __future__ import annotations

from ecolint.frameworks import bnb_switches, gguf, words
from ecolint.frameworks.base import FOUR_BIT_BNB, Form, Framework, Remedy, Setting, Snippet
from ecolint.frameworks.programs import base_name, text_of
from ecolint.inference import InferenceSetup, Precision
from ecolint.records import replace
from ecolint.repository import Repository
from ecolint.source import SourceFile
from ecolint.statements import CommandLine, Statement

SCRIPT = "server.py"
MARKS = (b"text-generation-webui", b"text_generation_webui", b"from modules import", b"from modules.")
"""What stands in its own script, or in a file that fetches it."""
SETTINGS: tuple[Setting, ...] = (
    Setting("model", ("--model",), "model"),
    Setting("load_in_8bit", ("--load-in-8bit",), "load_in_8bit", switch=True),
    Setting("load_in_4bit", ("--load-in-4bit",), "load_in_4bit", switch=True),
    Setting(
        "option:quant_type",
        ("--quant_type", "--quant-type"),
        "quant_type",
        values={word: word for word in FOUR_BIT_BNB},
    ),
    Setting("double_quant", ("--use_double_quant", "--use-double-quant"), "use_double_quant", switch=True),
    words.dtype("--compute_dtype", "--compute-dtype", keyword="compute_dtype", field="compute_dtype"),
    words.dtype("--cache-type", "--cache_type", keyword="cache_type", field="kv_cache_dtype"),
    Setting("gpu", ("--cpu",), "cpu", switch=True, on="cpu"),
    Setting("option:loader", ("--loader",), "loader"),
    words.unread(
        "--model-dir --listen-port --listen-host --gpu-split --ctx-size --gpu-layers --threads --extensions --lora"
    ),
    words.unread(
        "--listen --share --api --chat --auto-devices --bf16 --trust-remote-code --verbose", switch=True
    ),
)


def refined(setup: InferenceSetup, statement: Statement) -> InferenceSetup | None:
    """Scripts named `server.py` are many: only one with these loaders' options is taken for this one."""
    setup = bnb_switches.with_precision(setup, Precision.NF4)
    telling = setup.load_in_8bit.is_set or setup.load_in_4bit.is_set or bool(setup.options)
    setup = gguf.with_named_type(replace(setup, options=()), "the name of the GGUF file")
    return setup if telling or setup.precision.is_set else None


def surveyed(
    statements: tuple[Statement, ...], source: SourceFile, repository: Repository
) -> tuple[Statement, ...]:
    """Without the starts of a `server.py` that the repository has and that is another one."""
    found = [item for item in statements if isinstance(item, CommandLine) and _script(item)]
    if not found or any(mark in source.data for mark in MARKS):
        return statements
    folder = source.path.rpartition("/")[0]
    own = {script: _is_other(script, folder, repository) for script in set(map(_script, found))}
    return tuple(
        item for item in statements if not (isinstance(item, CommandLine) and own.get(_script(item), False))
    )


def _script(line: CommandLine) -> str:
    """The `server.py` that is started, as it is written; empty for any other program."""
    for word in line.words[:4]:
        text = text_of(word)
        if base_name(text) == SCRIPT:
            return text
    return ""


def _is_other(script: str, folder: str, repository: Repository) -> bool:
    """Whether the script stands in the repository, and is not this one's."""
    name = script.removeprefix("./").lstrip("/")
    places = dict.fromkeys((f"{folder}/{name}".lstrip("/"), name, f"{folder}/{SCRIPT}".lstrip("/"), SCRIPT))
    for place in places:
        source = repository.read(place)
        if source is not None:
            return not any(mark in source.data for mark in MARKS)
    return False


FRAMEWORK = Framework(
    name="textgen-webui",
    title="text-generation-webui",
    anchors=(b"load-in-8bit", b"load-in-4bit", b"text-generation-webui"),
    settings=SETTINGS,
    images=("text-generation-webui*", "textgen-webui*"),
    programs=(
        "python server.py",
        "server.py",
        "start_linux.sh",
        "start_macos.sh",
        "start_windows.bat",
        "start_wsl.bat",
    ),
    configs=("textgen-webui",),
    prefixes=True,
    refine=refined,
    survey=surveyed,
    snippets={
        Remedy.SINGLE_QUANTIZATION: (
            Snippet("use_double_quant: false", form=Form.YAML),
            Snippet("python server.py --model <model> --load-in-4bit", "Leave out --use_double_quant."),
        ),
        Remedy.HALF_PRECISION: (
            Snippet("load_in_8bit: false\nload_in_4bit: false", form=Form.YAML),
            Snippet("python server.py --model <model>", "Leave out --load-in-8bit and --load-in-4bit."),
        ),
        Remedy.NF4: (Snippet("python server.py --model <model> --load-in-4bit --quant_type nf4"),),
        Remedy.NF4_DOUBLE_QUANT: (
            Snippet("python server.py --model <model> --load-in-4bit --quant_type nf4 --use_double_quant"),
        ),
    },
)
