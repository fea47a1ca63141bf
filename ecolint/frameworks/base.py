"""What a framework's vocabulary is: a table of what its words mean, and of how a remedy is written in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from enum import Enum
from typing import Any

from ecolint.inference import InferenceSetup, Precision, Stack
from ecolint.records import dataclass
from ecolint.repository import Repository
from ecolint.source import SourceFile
from ecolint.statements import Statement


class Remedy(str, Enum):
    """A change that rules recommend; each framework says how it is written."""

    HALF_PRECISION = "half-precision"
    NF4 = "nf4"
    NF4_DOUBLE_QUANT = "nf4-double-quant"
    INT8_PURE = "int8-pure"
    INT8_WEIGHT_ONLY = "int8-weight-only"
    FP8 = "fp8"
    COMPILE = "compile"
    BATCHING = "batching"
    ACCEPTING = "accepting"
    ONE_CALL = "one-call"
    FP8_KV_CACHE = "fp8-kv-cache"
    FAST_ATTENTION = "fast-attention"
    SINGLE_QUANTIZATION = "single-quantization"
    PERSISTENT_WORKER = "persistent-worker"
    PLACEMENT = "placement"
    SIXTEEN_BIT_FILE = "sixteen-bit-file"


class Form(str, Enum):
    """How a file states settings."""

    CALL = "call"
    YAML = "yaml"
    JSON = "json"
    VARIABLE = "variable"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Snippet:
    """How a remedy is written. `since` is (package, version): used where the stack has at least that version,
    or where nothing is known of it. `until` is (package, version): used only where the stack is known to be
    older; `pinned` is (package, version): used only where it is known to be at least that new. `note` is a caveat
    to print with it. `keywords` are what it adds to a load that is written otherwise. `load` is how
    `InferenceSetup.load` begins where the remedy is written so; empty where that does not matter. `form` is that of
    the file for which it is written; None where it is the way to write it anywhere."""

    text: str
    note: str = ""
    keywords: str = ""
    load: str = ""
    since: tuple[str, str] | None = None
    until: tuple[str, str] | None = None
    pinned: tuple[str, str] | None = None
    form: Form | None = None

    @property
    def in_line(self) -> str:
        """The text as it stands in a sentence."""
        return "; ".join(self.text.splitlines())


class Coerced(Enum):
    """Result of a conversion that says that the value cannot be judged."""

    UNKNOWN = "unknown"


Convert = Callable[[Any], Any]
"""From a written scalar to the field's value. Returns `Coerced.UNKNOWN` where it means nothing."""


def as_is(value: Any) -> Any:
    return value


def as_int(value: Any) -> Any:
    if isinstance(value, bool):
        return Coerced.UNKNOWN
    try:
        return int(str(value).strip())
    except ValueError:
        return Coerced.UNKNOWN


def as_float(value: Any) -> Any:
    try:
        return float(str(value).strip())
    except ValueError:
        return Coerced.UNKNOWN


TRUE_WORDS = frozenset(("1", "true", "yes", "on", "y", "t"))
FALSE_WORDS = frozenset(("0", "false", "no", "off", "n", "f", ""))


def as_bool(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in TRUE_WORDS:
        return True
    return False if word in FALSE_WORDS else Coerced.UNKNOWN


@dataclass(frozen=True, slots=True)
class Setting:
    """One word of a vocabulary: its spellings in every format, and the field of the setup that it sets.

    `flags` are command-line spellings with their dashes; `keyword` the spelling as Python keyword and
    configuration key (empty where there is none); `variables` the environment variables.
    `field` is a field of `InferenceSetup`; empty for words that are known but mean nothing here, so that
    their value is not taken for a positional argument.
    `switch` marks flags without a value (their presence is `on`); `--flag=false` is still understood.
    `values` translates written words (lower-cased) to the field's value; a word that is not listed is
    unknown unless `convert` is given as well. A translation of None says that the word sets nothing.
    `many` marks flags that take all words up to the next flag. A dotted `keyword` (`kv_cache_config.dtype`)
    is a key inside another mapping. Several settings may share a spelling, each with a field of its own.
    A field `option:NAME` adds an `Option` of that name. A `fallback` sets its field only where no other
    setting does.
    """

    field: str
    flags: tuple[str, ...] = ()
    keyword: str = ""
    variables: tuple[str, ...] = ()
    convert: Convert = as_is
    values: Mapping[str, Any] | None = None
    switch: bool = False
    on: Any = True
    many: bool = False
    fallback: bool = False

    def value_of(self, written: Any) -> Any:
        """Field value of a written scalar, or `Coerced.UNKNOWN`."""
        if self.values is not None:
            key = str(written).strip().lower()
            if key in self.values:
                return self.values[key]
            if self.convert is as_is:
                return Coerced.UNKNOWN
        return self.convert(written)


Survey = Callable[[tuple[Statement, ...], SourceFile, Repository], tuple[Statement, ...]]


@dataclass(frozen=True, slots=True)
class Framework:
    """A framework's vocabulary.

    `images` are container image repositories, compared with the end of an image's path so that mirrors
    match (`vllm/vllm-openai` matches `registry.example/mirror/vllm/vllm-openai:v0.6`).
    `image_program` are the words that such an image puts before the arguments it is given.
    `programs` are command prefixes (`vllm serve`, `python -m sglang.launch_server`), words separated by one
    space; `*` in a word matches anything, and the interpreter may be written with a version or path.
    `calls` are patterns of `Call.callee`, `other_calls` those among them that say nothing, told by their text;
    `configs` are kinds of `Config`.
    `model_positional` says that the first bare word of the command line is the model.
    `underscores` says that `_` and `-` are the same in flags; `prefixes` that unambiguous prefixes of flags
    are accepted, as argparse does; `equals` that `--flag=value` is accepted.
    `argument_keys` are keys (in snake case) under which a configuration holds a list of command-line words.
    `carriers` are keywords under which a call holds a mapping of further ones.
    `own_variables` are patterns of environment variables that tell the framework wherever they stand
    (`OLLAMA_*`); other variables are read only beside its program or image.
    `anchors` are byte strings of which one stands in every file with a statement of this framework.
    The others are for frameworks that are often named without being configured. In every Python module with a call
    that a rule on by default may judge stands one of `telling_keywords` as a keyword or key, one of `telling_values` in
    a text, or one of `telling_names`; where all are empty, the anchors are such names. In every one with a command line
    to be judged stands one of `telling_lines`, and in every such configuration one of `telling_keys`, apart from case,
    `-` and `_`; or else one of the anchors.
    `read` replaces the reading by table where a framework needs more; `refine` corrects what the table
    read. `survey` sees all statements of a file first, and gives them back without what the others or the repository
    show to mean nothing. `gguf` says that it serves GGUF files only.
    """

    name: str
    title: str
    anchors: tuple[bytes, ...]
    settings: tuple[Setting, ...] = ()
    images: tuple[str, ...] = ()
    image_program: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    other_calls: tuple[str, ...] = ()
    configs: tuple[str, ...] = ()
    argument_keys: tuple[str, ...] = ()
    carriers: tuple[str, ...] = ()
    model_positional: bool = False
    underscores: bool = False
    prefixes: bool = False
    equals: bool = True
    own_variables: tuple[str, ...] = ()
    read: Callable[[Statement], Iterable[InferenceSetup]] | None = None
    refine: Callable[[InferenceSetup, Statement], InferenceSetup | None] | None = None
    survey: Survey | None = None
    snippets: Mapping[Remedy, tuple[Snippet, ...]] = field(default_factory=dict, hash=False)
    telling_keywords: tuple[bytes, ...] = ()
    telling_values: tuple[bytes, ...] = ()
    telling_names: tuple[bytes, ...] = ()
    telling_lines: tuple[bytes, ...] = ()
    telling_keys: tuple[bytes, ...] = ()
    gguf: bool = False

    def snippet(
        self, remedy: Remedy, stack: Stack, load: str = "", form: Form | None = None
    ) -> Snippet | None:
        """How a remedy is written for the given versions and load, in the form of the file where there is a way;
        None where this framework has none."""
        found = [
            candidate
            for candidate in self.snippets.get(remedy, ())
            if load.startswith(candidate.load) and _applies(candidate, stack)
        ]
        for wanted in dict.fromkeys((form, None)):
            for candidate in found:
                if candidate.form is wanted:
                    return candidate
        return None


def _applies(snippet: Snippet, stack: Stack) -> bool:
    from ecolint.stack import at_least

    if snippet.until is not None:
        package, version = snippet.until
        return package in stack and not at_least(stack[package].version, version)
    if snippet.pinned is not None:
        package, version = snippet.pinned
        return package in stack and at_least(stack[package].version, version)
    if snippet.since is not None:
        package, version = snippet.since
        return package not in stack or at_least(stack[package].version, version)
    return True


FOUR_BIT_BNB: Mapping[str, Precision] = {"nf4": Precision.NF4, "fp4": Precision.FP4}
