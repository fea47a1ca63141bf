"""The waist of the hourglass: one inference configuration that a file states.

Readers of file formats and vocabularies of frameworks produce `InferenceSetup`; rules read nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, fields
from enum import Enum
from typing import Any, Generic, TypeVar, cast

from ecolint.records import dataclass, replace
from ecolint.source import Span

T = TypeVar("T")
U = TypeVar("U")
DEFAULT_OF = "default of "
"""What the origin of a value begins with that whoever runs the program may replace."""


class Known(str, Enum):
    """How a value is known."""

    STATED = "stated"
    DERIVED = "derived"
    DEFAULT = "default"
    DYNAMIC = "dynamic"


class Place(str, Enum):
    """Syntactic form of what a span covers; edits depend on it."""

    NONE = "none"
    ARGUMENT = "argument"
    DICT_ITEM = "dict-item"
    ITEM_ASSIGNMENT = "item-assignment"
    POSITIONAL = "positional"
    FLAG = "flag"
    ENVIRONMENT = "environment"
    YAML_ITEM = "yaml-item"
    JSON_ITEM = "json-item"
    INSTRUCTION = "instruction"
    CALL = "call"
    NAME = "name"


@dataclass(frozen=True)
class Located(Generic[T]):
    """A value, where it was read, and how it is known.

    A field that the file does not speak of is `Located()`: no value, the framework's own default.
    `span` covers the whole setting (keyword and value, flag and value); `value_span` the value alone.
    `origin` says in words where a derived value comes from. `when` names the condition under which the
    value holds, where that is off by default or cannot be decided; None means that it always holds.
    """

    value: T | None = None
    known: Known = Known.DEFAULT
    span: Span | None = None
    value_span: Span | None = None
    origin: str = ""
    when: str | None = None
    place: Place = Place.NONE

    @property
    def is_set(self) -> bool:
        """Whether the file speaks of this setting at all, if only with a dynamic value."""
        return self.known is not Known.DEFAULT

    @property
    def is_known(self) -> bool:
        """Whether the value may be judged: stated or derived."""
        return self.known in (Known.STATED, Known.DERIVED)

    @property
    def is_dynamic(self) -> bool:
        return self.known is Known.DYNAMIC

    @property
    def is_blank(self) -> bool:
        """Whether it is a default that says nothing, and leaves to others what holds."""
        return self.value is None and self.is_known and self.origin.startswith(DEFAULT_OF)

    def holding(self, value: U) -> Located[U]:
        """Another value that is known in the same way, from the same place."""
        return replace(cast("Located[Any]", self), value=value)

    def is_(self, value: T) -> bool:
        """Known, and equal to `value`."""
        return self.is_known and self.value == value


class Precision(str, Enum):
    """Number format of the weights, as far as rules tell formats apart."""

    FP32 = "fp32"
    FP16 = "fp16"
    BF16 = "bf16"
    INT8 = "int8"
    NF4 = "nf4"
    FP4 = "fp4"
    FP8 = "fp8"
    INT4 = "int4"
    GGUF_Q4 = "gguf-q4"
    GGUF_Q8 = "gguf-q8"
    OTHER = "other"

    @property
    def is_bnb_4bit(self) -> bool:
        return self in (Precision.NF4, Precision.FP4)


class Use(str, Enum):
    """What a setup is used for."""

    INFERENCE = "inference"
    TRAINING = "training"
    TEST = "test"
    DOCS = "docs"
    CONVERSION = "conversion"


@dataclass(frozen=True, slots=True)
class Context:
    """What a setup is used for, and the sign by which that was told."""

    use: Use = Use.INFERENCE
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Pinned:
    """What the repository says about the version of one package.

    `version` is the newest version that the requirement admits as far as the text says: the pinned one, the
    upper bound, or `*` where nothing bounds it. `text` and `path` quote the requirement.
    """

    version: str
    text: str
    path: str


Stack = Mapping[str, Pinned]
NO_STACK: Stack = {}


@dataclass(frozen=True, slots=True)
class Option:
    """One quantisation option as written, for rules about the options themselves."""

    name: str
    value: Located[Any]


@dataclass(frozen=True, slots=True)
class InferenceSetup:
    """One inference configuration that a file states.

    `framework` is the name of a vocabulary in `ecolint.frameworks`. `quantizer` is the library that
    quantises (`bitsandbytes`, `torchao`, `gguf`, `eetq`, `awq`, ...). `params_b` is in billions and set only
    where the file or an annotation states it; sizes of named models come from the evidence.
    `batch_limit` is the number of requests or sequences that may run together, `accepted` the number of requests
    that are let in at all, where it is that which limits them, and `batch_room` how many other settings or the version
    leave room for where there is no such limit; `request_loop` is known and true where one-prompt calls run in a loop
    over a collection. `load_in_8bit` and `load_in_4bit` are kept apart from `precision` so that
    contradictions can be judged. `reload` names the handler or loop that
    loads the model anew. `loading` are the arguments by which a load is quantised, where leaving them out leaves
    the rest of the load as it is; `load` is the loading call as a user would write it without quantisation, with `{}`
    where keywords of the type go. `when` is the condition of the whole setup, as in `Located`.
    """

    framework: str
    span: Span
    model: Located[str] = Located()
    params_b: Located[float] = Located()
    quantizer: Located[str] = Located()
    precision: Located[Precision] = Located()
    load_in_8bit: Located[bool] = Located()
    load_in_4bit: Located[bool] = Located()
    int8_threshold: Located[float] = Located()
    double_quant: Located[bool] = Located()
    compute_dtype: Located[str] = Located()
    dtype: Located[str] = Located()
    compiled: Located[bool] = Located()
    kv_cache_dtype: Located[str] = Located()
    attention: Located[str] = Located()
    batch_limit: Located[int] = Located()
    batch_room: Located[int] = Located()
    accepted: Located[int] = Located()
    request_loop: Located[bool] = Located()
    further_loops: tuple[Located[bool], ...] = ()
    tensor_parallel: Located[int] = Located()
    pipeline_parallel: Located[int] = Located()
    gpu: Located[str] = Located()
    gpu_count: Located[int] = Located()
    placed: Located[bool] = Located()
    reload: Located[str] = Located()
    lora: Located[bool] = Located()
    options: tuple[Option, ...] = ()
    loading: tuple[Option, ...] = ()
    load: str = ""
    context: Context = Context()
    stack: Stack = field(default_factory=dict, hash=False)
    when: str | None = None

    @property
    def batch(self) -> Located[int]:
        """The number of requests that run together."""
        return self.request_loop.holding(1) if self.request_loop.is_(True) else self.batch_limit

    def located(self) -> Iterator[tuple[str, Located[Any]]]:
        """Name and value of every located field."""
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, Located):
                yield item.name, value
