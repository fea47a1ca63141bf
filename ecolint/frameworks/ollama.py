"""Ollama: Modelfiles, `ollama run`, `create` and `serve`, and the server's environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ecolint.frameworks import forms, gguf, words
from ecolint.frameworks.base import Coerced, Framework, Remedy, Setting, Snippet
from ecolint.frameworks.programs import text_of
from ecolint.inference import InferenceSetup, Known, Located
from ecolint.records import replace
from ecolint.statements import CommandLine, Statement

ONE_AT_A_TIME = re.compile(
    r"(?:^|/)(?:mllama|llama3\.2-vision|qwen3-?vl|qwen3\.?5|qwen3-?next|lfm2|nemotron[-_]?h)", re.I
)
"""Families that Ollama runs one request at a time, whatever is set."""
NO_CONVENTION = ("gpt-oss",)
UNLOADED = re.compile(r"0+(?:ms|[smh])?")


def level_precision(written: Any) -> Any:
    """Number format of `--quantize LEVEL`."""
    word = str(written)
    return gguf.type_precision(word) if gguf.named_type(word) == word else Coerced.UNKNOWN


def unloaded(written: Any) -> Any:
    """What loads the model anew, where it is not kept in memory at all."""
    return (
        "every request (OLLAMA_KEEP_ALIVE=0)" if UNLOADED.fullmatch(str(written).strip()) else Coerced.UNKNOWN
    )


SETTINGS: tuple[Setting, ...] = (
    Setting("model", keyword="from"),
    Setting("precision", ("-q", "--quantize"), convert=level_precision),
    Setting("batch_limit", keyword="", variables=("OLLAMA_NUM_PARALLEL",), convert=words.as_limit),
    words.dtype(keyword="", variables=("OLLAMA_KV_CACHE_TYPE",), field="kv_cache_dtype"),
    Setting("reload", variables=("OLLAMA_KEEP_ALIVE",), convert=unloaded),
    words.unread(
        "-f --file --draft-quantize --format --keepalive --think --dimensions --width --height --steps"
    ),
    words.unread("--verbose --nowordwrap --insecure --hidethinking --truncate --experimental", switch=True),
)


def refined(setup: InferenceSetup, statement: Statement) -> InferenceSetup | None:
    """The format from tag or file name; models that never run in parallel are left alone."""
    name = setup.model.value or ""
    creates = isinstance(statement, CommandLine) and "create" in map(text_of, statement.words[:2])
    if creates and not setup.precision.is_set:
        return None
    setup = gguf.with_named_type(setup, "the tag")
    setup = gguf.with_quantizer(setup, "the level that is asked for")
    if not creates and not any(part in name for part in NO_CONVENTION) and not _is_path(name):
        setup = gguf.by_default(setup, "Q4_K_M", Known.DEFAULT, "most tags without a type are 4-bit builds")
    if ONE_AT_A_TIME.search(name):
        setup = replace(setup, batch_limit=Located())
    return setup


def _is_path(name: str) -> bool:
    return name.startswith((".", "/", "~")) or name.endswith((".gguf", ".safetensors", ".bin"))


SNIPPETS: Mapping[Remedy, tuple[Snippet, ...]] = {
    Remedy.HALF_PRECISION: (
        Snippet(
            "FROM <model>:<size>-instruct-fp16",
            "A tag that exists in the library, in a Modelfile or after `ollama run`.",
        ),
    ),
    Remedy.NF4: (
        Snippet(
            "FROM <model>:<size>-instruct-q4_K_M",
            "A tag that exists in the library. From 16-bit weights: `ollama create -q q4_K_M NAME -f Modelfile`; "
            "Modelfiles have no PARAMETER for it.",
        ),
    ),
    Remedy.INT8_PURE: (
        Snippet(
            "FROM <model>:<size>-instruct-q8_0",
            "A tag that exists in the library. From 16-bit weights: `ollama create -q q8_0 NAME -f Modelfile`.",
        ),
    ),
    Remedy.INT8_WEIGHT_ONLY: (
        Snippet("FROM <model>:<size>-instruct-q8_0", "A tag that exists in the library."),
    ),
    Remedy.BATCHING: (
        *forms.variable(
            "OLLAMA_NUM_PARALLEL",
            4,
            "Memory for the context grows with the number; some families always run one request at a time.",
        ),
        Snippet(
            "OLLAMA_NUM_PARALLEL=4 ollama serve",
            "Memory for the context grows with the number; some families always run one request at a time.",
        ),
    ),
    Remedy.PERSISTENT_WORKER: (Snippet("OLLAMA_KEEP_ALIVE=30m ollama serve"),),
}

FRAMEWORK = Framework(
    name="ollama",
    title="Ollama",
    anchors=(b"ollama", b"OLLAMA_"),
    settings=SETTINGS,
    images=("ollama/ollama*", "ollama"),
    image_program=("ollama",),
    programs=("ollama run", "ollama serve", "ollama start", "ollama create"),
    configs=("ollama-modelfile",),
    model_positional=True,
    own_variables=("OLLAMA_*",),
    refine=refined,
    snippets=SNIPPETS,
)
