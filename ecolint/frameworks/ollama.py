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
from ecolint.repository import Repository
from ecolint.source import SourceFile
from ecolint.statements import CommandLine, Statement

ONE_AT_A_TIME = re.compile(
    r"(?:^|/)(?:mllama|llama3\.2-vision|qwen3-?vl|qwen3\.?5|qwen3-?next|lfm2|nemotron[-_]?h)", re.I
)
"""Families that Ollama runs one request at a time, whatever is set."""
NO_CONVENTION = ("gpt-oss",)
EMBEDS = re.compile(r"embed|minilm|(?:^|/)(?:bge|gte|e5|paraphrase)-", re.I)
"""Models that answer with a vector, which Ollama runs one at a time as well."""
LIMIT = "OLLAMA_NUM_PARALLEL"
TAKING = frozenset(("pull", "run"))
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
    Setting("batch_limit", keyword="", variables=(LIMIT,), convert=words.as_limit),
    words.dtype(keyword="", variables=("OLLAMA_KV_CACHE_TYPE",), field="kv_cache_dtype"),
    Setting("reload", variables=("OLLAMA_KEEP_ALIVE",), convert=unloaded),
    words.unread(
        "-f --file --draft-quantize --format --keepalive --think --dimensions --width --height --steps"
    ),
    words.unread("--verbose --nowordwrap --insecure --hidethinking --truncate --experimental", switch=True),
)


def surveyed(
    statements: tuple[Statement, ...], source: SourceFile, repository: Repository
) -> tuple[Statement, ...]:
    """Without the limit of servers that are only given models which run one request at a time anyway."""
    lines = [item for item in statements if isinstance(item, CommandLine)]
    taken: dict[str, list[str]] = {}
    for line in lines:
        if model := _taken(line):
            taken.setdefault(_part(line.note), []).append(model)
    if not taken:
        return statements
    limited = {_part(line.note) for line in lines if LIMIT in line.environment}
    if len(limited) == 1 and not limited & taken.keys():
        taken = {part: [model for models in taken.values() for model in models] for part in limited}
    forced = {part for part, models in taken.items() if all(map(_runs_alone, models))}
    return tuple(
        _without_limit(item)
        if isinstance(item, CommandLine) and LIMIT in item.environment and _part(item.note) in forced
        else item
        for item in statements
    )


def _part(note: str) -> str:
    """The pod, job or service that a note names; what builds an image belongs to the image."""
    for sign in (" init container ", " container ", ","):
        note = note.partition(sign)[0]
    return "" if note == "RUN" else note


def _taken(line: CommandLine) -> str:
    """The model that `ollama pull` or `ollama run` names."""
    texts = [text_of(word) for word in line.words]
    if len(texts) < 3 or not texts[0].endswith("ollama") or texts[1] not in TAKING:
        return ""
    known = next((word for word in line.words[2:] if not text_of(word).startswith("-")), None)
    return text_of(known) if known is not None else ""


def _runs_alone(model: str) -> bool:
    return bool(ONE_AT_A_TIME.search(model) or EMBEDS.search(model))


def _without_limit(line: CommandLine) -> CommandLine:
    return replace(
        line, environment={name: value for name, value in line.environment.items() if name != LIMIT}
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
    if _runs_alone(name):
        setup = replace(setup, batch_limit=Located())
    return setup


def _is_path(name: str) -> bool:
    return name.startswith((".", "/", "~")) or name.endswith((".gguf", ".safetensors", ".bin"))


SNIPPETS: Mapping[Remedy, tuple[Snippet, ...]] = {
    Remedy.HALF_PRECISION: (
        Snippet(
            "FROM <model>:<size>-instruct-fp16",
            "A tag that exists in the library, in a Modelfile or after `ollama run`; of a file, the one in F16.",
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
            LIMIT,
            4,
            "Memory for the context grows with the number; some families always run one request at a time.",
        ),
        Snippet(
            f"{LIMIT}=4 ollama serve",
            "Memory for the context grows with the number; some families always run one request at a time.",
        ),
    ),
    Remedy.PERSISTENT_WORKER: (Snippet("OLLAMA_KEEP_ALIVE=30m ollama serve"),),
}

FRAMEWORK = Framework(
    name="ollama",
    title="Ollama",
    gguf=True,
    anchors=(b"ollama", b"OLLAMA_"),
    settings=SETTINGS,
    images=("ollama/ollama*", "ollama"),
    image_program=("ollama",),
    programs=("ollama run", "ollama serve", "ollama start", "ollama create"),
    configs=("ollama-modelfile",),
    model_positional=True,
    own_variables=("OLLAMA_*",),
    refine=refined,
    survey=surveyed,
    snippets=SNIPPETS,
)
