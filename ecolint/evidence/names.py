"""What a model name says by itself: its parts, a size, the format of its weights. No table is read here."""

from __future__ import annotations

import re
from functools import cache

from ecolint.records import dataclass

_SCHEME = re.compile(
    r"^(?:https?://(?:www\.)?)?(?:hf\.co|huggingface\.co)/|^(?:hf|ollama|s3|gs|file|oci|docker|modelscope)://"
)
_HUB_FILE = re.compile(r"/(?:resolve|blob|tree|raw)/.*$")
_CACHE_DIRECTORY = re.compile(r"(?:^|/)models--([^/]+?)--([^/]+)")
_GENERIC = re.compile(
    r"^(?:checkpoint.*|snapshots?|[0-9a-f]{12,}|main|master|final|best|latest|merged\w*|weights?|hf|gguf|awq|gptq"
    r"|fp16|bf16|base|models?(?:[-.].*)?|ggml-model.*|pytorch_model.*|consolidated.*|\d+|v\d+|output|export(?:ed)?)$",
    re.I,
)
_FILE_ENDING = re.compile(r"(?:-\d{5}-of-\d{5})?\.(?:gguf|ggml|bin|safetensors|pth?|onnx|llamafile|engine)$")
_PLACEHOLDER = re.compile(r"[{}<>$%*|\s]")
_QUANT_TAG = r"i?q\d[0-9a-z]*(?:[_.][0-9a-z]+)*|f16|bf16|f32|fp16|mxfp4"
_FORMATS: tuple[tuple[str, str], ...] = (
    (r"bnb[-_.]?4bit|bitsandbytes[-_.]?4bit|bnb[-_.]?(?:nf4|fp4)|nf4", "bnb-4bit"),
    (r"bnb[-_.]?8bit|bitsandbytes[-_.]?8bit|bnb[-_.]?int8", "bnb-8bit"),
    (r"w8a8", "w8a8"),
    (r"w4a16", "w4a16"),
    (r"gptq", "gptq"),
    (r"awq", "awq"),
    (r"fp8", "fp8"),
)
_GGUF = re.compile(rf"(?:^|[-_.:/])(?P<quant>{_QUANT_TAG})(?=$|[-_.:/])")
_SEPARATED = r"(?<![a-z0-9.])"
_END = r"(?![a-z0-9]|[-_ ]?tok)"
_EXPERTS = re.compile(rf"{_SEPARATED}(\d+)x(\d+(?:[._]\d+)?)b{_END}")
_ACTIVE = re.compile(rf"{_SEPARATED}(\d+(?:\.\d+)?)b-a(\d+(?:\.\d+)?)(b|m){_END}")
_EXPERT_COUNT = re.compile(rf"{_SEPARATED}\d+b-\d+e{_END}")
_BLOOM = re.compile(rf"{_SEPARATED}(\d+)b(\d){_END}")
_SIZE = re.compile(rf"{_SEPARATED}(?:(?:(?<=-)|^)(\d+)_(\d)(?=b)|(\d+(?:\.\d+)?))(b|m){_END}")
LARGEST_BELIEVED_B = 2000.0
SMALLEST_MILLIONS = 10.0
NAME_LIMIT = 300
"""Characters; what is longer is no name, and nothing is read from it."""


@dataclass(frozen=True, slots=True)
class NamedSize:
    """Sizes in billions that a name states: total, and active per token where it says so."""

    total_b: float
    active_b: float | None = None
    experts: str = ""


def clean(name: str) -> str:
    """Lower-case name without scheme, hub host, revision, cache directory and file ending."""
    text = name[:NAME_LIMIT].strip().strip("\"'").replace("\\", "/").lower()
    for _ in range(2):
        text = _SCHEME.sub("", text)
    text = _HUB_FILE.sub("", text)
    cached = _CACHE_DIRECTORY.search(text)
    if cached:
        return f"{cached[1]}/{cached[2]}"
    return _FILE_ENDING.sub("", text.split("@")[0].rstrip("/"))


def last_parts(cleaned: str) -> tuple[str, ...]:
    """Path components that may be the model's name, best first."""
    parts = [part for part in cleaned.split("/") if part not in ("", ".", "..")]
    while len(parts) > 1 and _GENERIC.match(parts[-1]):
        parts.pop()
    return tuple(parts[-1:])


def short_name(name: str) -> str:
    """What a reader is told instead of a whole path."""
    return "".join(last_parts(name)) or name


def has_placeholder(text: str) -> bool:
    """Whether part of the name is filled in only at run time."""
    return bool(_PLACEHOLDER.search(text))


@cache
def stated_size(part: str) -> NamedSize | None:
    """The parameter count in one path component; None where it states none, or several that differ."""
    text = part[:NAME_LIMIT].lower().replace(":", "-")
    if _EXPERT_COUNT.search(text):
        return None
    found = stated_sizes(part)
    size = NamedSize(found[0]) if len(found) == 1 else None
    if experts := _EXPERTS.search(text):
        count, each = int(experts[1]), float(experts[2].replace("_", "."))
        size = NamedSize(count * each, experts=f"{count}x{experts[2]}B")
    elif active := _ACTIVE.search(text):
        scale = 1.0 if active[3] == "b" else 1e-3
        size = NamedSize(float(active[1]), float(active[2]) * scale)
    return size if size is not None and 0 < size.total_b <= LARGEST_BELIEVED_B else None


@cache
def stated_sizes(part: str) -> tuple[float, ...]:
    """Every parameter count, in billions, that one path component could state; ascending, no doubles."""
    text = part[:NAME_LIMIT].lower().replace(":", "-")
    billions = {float(f"{match[1]}.{match[2]}") for match in _BLOOM.finditer(text)}
    millions: set[float] = set()
    for whole, tenth, plain, unit in (match.groups() for match in _SIZE.finditer(text)):
        value = float(plain) if plain else float(f"{whole}.{tenth}")
        if unit == "b":
            billions.add(value)
        elif value >= SMALLEST_MILLIONS:
            millions.add(value / 1000)
    sizes = billions or millions
    return tuple(sorted(size for size in sizes if 0 < size <= LARGEST_BELIEVED_B))


@cache
def checkpoint_format(name: str) -> str | None:
    """How the weights of a checkpoint are stored, as its name says it; None where it says nothing.

    One of bnb-4bit, bnb-8bit, gptq, awq, fp8, w8a8, w4a16, or `gguf:` with the quantisation in capitals
    (`gguf:` alone where the name says GGUF without one). Only files of GGUF have blanks in their names.
    """
    written = name[:NAME_LIMIT].strip().lower().replace("\\", "/").rstrip("/")
    file = _FILE_ENDING.sub("", written).rpartition("/")[2]
    text = "/".join((*last_parts(clean(name)), file))
    for pattern, label in _FORMATS if len(written.split()) == 1 else ():
        if re.search(rf"(?:^|[-_.:/])(?:{pattern})(?=$|[-_.:/0-9])", text):
            return label
    quant = _GGUF.search(text)
    quantised = quant is not None and re.match(r"i?q\d", quant["quant"]) is not None
    if "gguf" in text or written.endswith(".gguf") or quantised:
        return f"gguf:{quant['quant'].upper() if quant else ''}"
    return None


_NOISE = re.compile(
    rf"(?:^|(?<=[-_.:]))(?:instruct|chat|it|pt|hf|base|bnb|unsloth|4bit|8bit|4bits|8bits|gptq|awq|gguf|ggml(?:v\d)?|exl2"
    rf"|int4|int8|fp8|nf4|fp4|w8a8|w4a16|mlx|onnx|dynamic|quantized(?:\.w\da\d+)?|bf16|latest|text|meta|128g|32g|{_QUANT_TAG}"
    rf"|\d(?:\.\d+)?bpw)(?=$|[-_.:])"
)


@cache
def core(part: str) -> str:
    """A name without the words that leave the parameter count alone (`-Instruct`, `-GPTQ`, `-bnb-4bit`)."""
    text = part[:NAME_LIMIT].lower()
    previous = ""
    while previous != text:
        previous = text
        text = _NOISE.sub("", text)
        text = re.sub(r"[-_.:]*([-_.:])", r"\1", text).strip("-_.:")
    return text.replace("_", "-")
