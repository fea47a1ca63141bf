"""llama.cpp: its server, command-line tools and images."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ecolint.frameworks import arguments, gguf, reading, words
from ecolint.frameworks.base import Coerced, Framework, Remedy, Setting, Snippet
from ecolint.frameworks.hardware import backend_device
from ecolint.frameworks.programs import text_of
from ecolint.inference import InferenceSetup, Known, Located, Place
from ecolint.records import replace
from ecolint.statements import CommandLine, Statement

SERVERS = ("llama-server", "server")
TOOLS = ("llama-cli", "llama-completion", "llama-run", "llama-mtmd-cli", "llama-simple-chat", "main")
QUANTIZERS = ("llama-quantize", "quantize")
FULL_IMAGE_PROGRAMS: Mapping[str, str] = {
    "--server": "llama-server",
    "-s": "llama-server",
    "--run": "llama-cli",
    "-r": "llama-cli",
    "--run-legacy": "llama-completion",
    "--quantize": "llama-quantize",
    "-q": "llama-quantize",
}
"""First words that images with the tag `full` understand, and the program that each of them starts."""
FILE = "the name of the GGUF file"
CPU_TAG = re.compile(r"(?:server|light|full)(?:-b\d+)?")
"""Tags of images that are built for no card; the others go on with its kind."""
BUILD = re.compile(r"(?:^|[-_])b(\d{3,5})(?:[-_]|$)")
SLOTS_SINCE = 7000
"""A build of November 2025. From then on, and a little before, the server takes four slots by itself."""
OTHERS_DEFAULT = ("gpt-oss",)
"""Repositories that hold no Q4_K_M file."""


def file_precision(name: Any) -> Any:
    """Number format that a file name tells."""
    found = gguf.named_type(str(name))
    return Coerced.UNKNOWN if found is None else gguf.type_precision(found)


SETTINGS: tuple[Setting, ...] = (
    Setting("model", ("-m", "--model"), "model", ("LLAMA_ARG_MODEL",)),
    Setting("model", ("-mu", "--model-url"), "model_url", ("LLAMA_ARG_MODEL_URL",), fallback=True),
    Setting("model", ("-hf", "-hfr", "--hf-repo"), "hf_repo", ("LLAMA_ARG_HF_REPO",), fallback=True),
    Setting("option:hub", ("-hf", "-hfr", "--hf-repo"), "hf_repo", ("LLAMA_ARG_HF_REPO",)),
    Setting("precision", ("-hff", "--hf-file"), "hf_file", ("LLAMA_ARG_HF_FILE",), convert=file_precision),
    words.dtype(
        "-ctk",
        "--cache-type-k",
        keyword="cache_type_k",
        variables=("LLAMA_ARG_CACHE_TYPE_K",),
        field="kv_cache_dtype",
    ),
    Setting(
        "batch_limit", ("-np", "--parallel"), "parallel", ("LLAMA_ARG_N_PARALLEL",), convert=words.as_limit
    ),
    Setting(
        "gpu",
        ("-ngl", "--gpu-layers", "--n-gpu-layers"),
        "n_gpu_layers",
        ("LLAMA_ARG_N_GPU_LAYERS",),
        values={"0": "cpu"},
    ),
    Setting("gpu", ("-dev", "--device"), "device", ("LLAMA_ARG_DEVICE",), convert=backend_device),
    Setting(
        "option:embedding",
        ("--embedding", "--embeddings"),
        "embeddings",
        ("LLAMA_ARG_EMBEDDINGS",),
        switch=True,
    ),
    Setting(
        "option:embedding", ("--reranking", "--rerank"), "reranking", ("LLAMA_ARG_RERANKING",), switch=True
    ),
    words.unread(
        "-c --ctx-size -b --batch-size -ub --ubatch-size -n --predict -t --threads -tb --threads-batch -ctv "
        "--cache-type-v -sm --split-mode -ts --tensor-split -mg --main-gpu -fa --flash-attn --host --port -md "
        "--model-draft --mmproj --temp --top-k --top-p --min-p -s --seed -p --prompt -f --file -a --alias --api-key "
        "--chat-template --lora --rope-scaling --log-file --imatrix --timeout -to --slot-save-path --threads-http"
    ),
    words.unread(
        "-cb --cont-batching -nocb --no-cont-batching -kvu --kv-unified -no-kvu --no-kv-unified --mlock --no-mmap "
        "--metrics --slots --no-slots --jinja -v --verbose -i --interactive -cnv --conversation --no-webui "
        "--log-disable --no-warmup --check-tensors --context-shift --allow-requantize --leave-output-tensor --pure",
        switch=True,
    ),
)


def read(statement: Statement) -> Iterable[InferenceSetup]:
    """Setups of the tools; the images' tags tell which of them runs."""
    if not isinstance(statement, CommandLine):
        return reading.read(FRAMEWORK, statement)
    line = with_image_program(statement)
    program = reading.program_of(FRAMEWORK, line)
    if program in QUANTIZERS:
        return quantized(line)
    room, cpu = _room(line.image), _cpu(line)
    return [
        replace(judged, batch_room=room, gpu=judged.gpu if judged.gpu.is_set else cpu)
        for setup in reading.read_command(FRAMEWORK, line)
        if (judged := _judged(setup, program)) is not None
    ]


def with_image_program(line: CommandLine) -> CommandLine:
    """The line with the program that the image puts before its words."""
    if not reading.runs_image(FRAMEWORK, line) or reading.program_of(FRAMEWORK, line):
        return line
    tag = _tag(line.image)
    rest = line.words
    if tag.startswith("full"):
        program = FULL_IMAGE_PROGRAMS.get(text_of(rest[0]), "") if rest else ""
        rest = rest[1:]
    else:
        program = {"server": "llama-server", "light": "llama-cli"}.get(tag.partition("-")[0], "")
    if not program or (rest and not text_of(rest[0]).startswith("-")):
        return line
    return replace(line, words=(Located(program, Known.DERIVED), *rest))


def _tag(image: Located[str]) -> str:
    return str(image.value).partition("@")[0].rpartition("/")[2].partition(":")[2].lower()


def _room(image: Located[str]) -> Located[int]:
    """One request, where the build that an image is pinned to takes one slot by itself."""
    build = BUILD.search(_tag(image)) if image.is_known else None
    if build is None or int(build[1]) >= SLOTS_SINCE:
        return Located()
    return words.derived(image, 1, f"build b{build[1]}")


def _cpu(line: CommandLine) -> Located[str]:
    """The CPU, where an image is built for no card."""
    if not reading.runs_image(FRAMEWORK, line) or CPU_TAG.fullmatch(_tag(line.image)) is None:
        return Located()
    return words.derived(line.image, "cpu", f"image {line.image.value}")


def quantized(line: CommandLine) -> Iterable[InferenceSetup]:
    """`llama-quantize IN OUT TYPE`."""
    taken = arguments.parse(FRAMEWORK, reading.words_for(FRAMEWORK, line) or ())
    if len(taken.bare) < 2 or not text_of(taken.bare[0]).lower().endswith(".gguf"):
        return
    for word in taken.bare[1:]:
        text = text_of(word)
        if word.is_known and gguf.named_type(text) == text:
            placed = replace(word, value_span=word.span, place=Place.POSITIONAL)
            model = replace(taken.bare[0], value_span=taken.bare[0].span, place=Place.POSITIONAL)
            yield InferenceSetup(
                FRAMEWORK.name,
                line.span,
                model=model,
                precision=words.stated(placed, gguf.type_precision(text)),
                quantizer=words.stated(placed, "gguf"),
                gpu=line.gpu,
                when=line.when,
            )
            return


def _judged(setup: InferenceSetup, program: str) -> InferenceSetup | None:
    options = {option.name: option.value for option in setup.options}
    setup = replace(setup, options=())
    if options.get("embedding", Located()).is_(True):
        return None
    if program in ("server", "main") and ".gguf" not in str(setup.model.value or "").lower():
        return None
    if program in TOOLS:
        setup = replace(setup, batch_limit=Located())
    setup = gguf.with_quantizer(gguf.with_named_type(setup, FILE), FILE)
    hub = options.get("hub", Located())
    if (
        hub.is_known
        and setup.model.value == hub.value
        and not any(part in str(hub.value) for part in OTHERS_DEFAULT)
    ):
        origin = "llama.cpp takes Q4_K_M where the repository's name has no type"
        setup = gguf.by_default(setup, "Q4_K_M", Known.DERIVED, origin)
    return setup


NOT_HERE = "Quantisation is a property of the GGUF file; there is no flag for it."
SNIPPETS: Mapping[Remedy, tuple[Snippet, ...]] = {
    Remedy.HALF_PRECISION: (Snippet("llama-server -m model-F16.gguf", NOT_HERE),),
    Remedy.NF4: (
        Snippet(
            "llama-server -m model-Q4_K_M.gguf",
            f"{NOT_HERE} Made by `llama-quantize model-F16.gguf model-Q4_K_M.gguf Q4_K_M`.",
        ),
    ),
    Remedy.INT8_PURE: (
        Snippet(
            "llama-server -m model-Q8_0.gguf",
            f"{NOT_HERE} Made by `llama-quantize model-F16.gguf model-Q8_0.gguf Q8_0`.",
        ),
    ),
    Remedy.INT8_WEIGHT_ONLY: (Snippet("llama-server -m model-Q8_0.gguf", NOT_HERE),),
    Remedy.BATCHING: (
        Snippet(
            "llama-server -m model.gguf -np 4 -kvu",
            "Without -kvu the context (-c) is divided among the slots. Builds since November 2025 take 4 slots by "
            "themselves where -np is left out.",
        ),
    ),
    Remedy.FP8_KV_CACHE: (
        Snippet(
            "llama-server -m model.gguf -ctk f16 -ctv f16",
            "f16 is the default: -ctk and -ctv can be left out. q8_0 takes half of that; for -ctv it needs flash "
            "attention.",
        ),
    ),
    Remedy.PERSISTENT_WORKER: (Snippet("llama-server -m model.gguf"),),
}

FRAMEWORK = Framework(
    name="llamacpp",
    title="llama.cpp",
    gguf=True,
    anchors=(b"llama-server", b"llama.cpp", b"LLAMA_ARG_", b"llama-cli", b".gguf"),
    settings=SETTINGS,
    images=("ggml-org/llama.cpp", "ggerganov/llama.cpp", "llama.cpp"),
    programs=(*SERVERS, *TOOLS, *QUANTIZERS),
    configs=("llamacpp-preset",),
    underscores=True,
    equals=False,
    own_variables=("LLAMA_ARG_*",),
    read=read,
    snippets=SNIPPETS,
)
