"""Files with the options of an engine, told by which options stand together; no other mark is in them."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar
from ecolint.records import dataclass
from ecolint.statements import Config

OWNERS = frozenset(
    [
        "vllm",
        "vllm_config",
        "vllm_args",
        "vllm_kwargs",
        "vllm_engine_args",
        "engine_args",
        "engine_kwargs",
        "engine_config",
        "llm_kwargs",
        "sglang",
        "sglang_config",
        "sglang_args",
        "server_args",
        "sglang_kwargs",
        "llm_api_options",
        "trtllm",
        "trtllm_config",
        "tensorrt_llm",
    ]
)
"""Keys under which the options of an engine stand in a larger file."""
REQUIRED = 2
QUANTIZING = frozenset(("quantization", "load_format"))
"""Options that several engines have, and other programs as well."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Options of one engine, in snake case: those of its own, and those that others have as well."""

    kind: str
    own: frozenset[str]
    shared: frozenset[str]
    forbidden: frozenset[str] = frozenset()

    def claims(self, keys: frozenset[str]) -> bool:
        if keys & self.forbidden:
            return False
        own = len(keys & self.own)
        return own > 0 and own + len(keys & self.shared) >= REQUIRED


ENGINES = (
    Engine(
        "sglang-config",
        frozenset(
            [
                "model_path",
                "mem_fraction_static",
                "max_running_requests",
                "chunked_prefill_size",
                "disable_cuda_graph",
                "tp_size",
                "cuda_graph_max_bs",
                "enable_torch_compile",
                "disable_radix_cache",
                "schedule_policy",
            ]
        ),
        frozenset(
            [
                "quantization",
                "dtype",
                "kv_cache_dtype",
                "context_length",
                "host",
                "port",
                "trust_remote_code",
                "load_format",
            ]
        ),
        frozenset(("gpu_memory_utilization", "max_num_seqs", "base_model", "tasks")),
    ),
    Engine(
        "vllm-config",
        frozenset(
            [
                "gpu_memory_utilization",
                "max_num_seqs",
                "max_num_batched_tokens",
                "enforce_eager",
                "enable_prefix_caching",
                "enable_chunked_prefill",
                "max_model_len",
                "tensor_parallel_size",
                "served_model_name",
                "disable_log_requests",
            ]
        ),
        frozenset(
            [
                "model",
                "quantization",
                "dtype",
                "kv_cache_dtype",
                "load_format",
                "trust_remote_code",
                "swap_space",
                "host",
                "port",
                "seed",
                "pipeline_parallel_size",
                "tokenizer",
            ]
        ),
        frozenset(("base_model", "model_name_or_path", "mem_fraction_static", "learning_rate")),
    ),
    Engine(
        "trtllm",
        frozenset(
            [
                "kv_cache_config",
                "cuda_graph_config",
                "torch_compile_config",
                "enable_attention_dp",
                "moe_config",
                "print_iter_log",
                "enable_chunked_prefill",
                "attn_backend",
                "speculative_config",
                "build_config",
            ]
        ),
        frozenset(
            [
                "max_batch_size",
                "max_num_tokens",
                "max_seq_len",
                "backend",
                "tensor_parallel_size",
                "moe_expert_parallel_size",
                "disable_overlap_scheduler",
                "stream_interval",
                "quant_config",
                "trust_remote_code",
            ]
        ),
        frozenset(("gpu_memory_utilization", "max_num_seqs", "enforce_eager", "model_name_or_path")),
    ),
)


def recognise(document: AnyNode, scene: Scene) -> bool:
    return any(True for _ in _found(document, scene))


def read(document: AnyNode, scene: Scene) -> Iterator[Config]:
    """The options at the top of the file, or under a key that is named after an engine."""
    for kind, mapping in _found(document, scene):
        if scene.name == "model.json" and kind == "vllm-config":
            kind = "triton-vllm"
        path = scene.path if mapping is document else ""
        yield Config(kind, mapping.tree(), mapping.span, when=mapping.when, path=path)


def _found(document: AnyNode, scene: Scene) -> Iterator[tuple[str, Mapping]]:
    if not isinstance(document, Mapping) or "apiVersion" in document.entries:
        return
    kind = _kind(document) or _kind_by_command(document, scene)
    if kind is not None:
        yield kind, document
        return
    stack = [(document, 0)]
    while stack:
        mapping, depth = stack.pop()
        for name, entry in mapping.entries.items():
            if not isinstance(entry.value, Mapping):
                continue
            inner = _kind(entry.value) if _snake(name) in OWNERS else None
            if inner is not None:
                yield inner, entry.value
            elif depth < 4 and len(stack) < 500:
                stack.append((entry.value, depth + 1))


def _kind(mapping: Mapping) -> str | None:
    keys = _keys(mapping)
    return next((engine.kind for engine in ENGINES if engine.claims(keys)), None)


def _kind_by_command(document: Mapping, scene: Scene) -> str | None:
    """The engine of a file that its keys alone do not tell, by a command that is given it."""
    keys = _keys(document)
    if not any(keys & (engine.own | QUANTIZING) for engine in ENGINES):
        return None
    from ecolint.frameworks.registry import named_by
    from ecolint.parsers.naming import commands_with

    started = {
        kind
        for line in commands_with(scene.path, scene.repository)
        for item in named_by(line)
        for kind in item.configs
    }
    return next(
        (engine.kind for engine in ENGINES if engine.kind in started and not keys & engine.forbidden), None
    )


def _keys(mapping: Mapping) -> frozenset[str]:
    return frozenset(
        _snake(key)
        for key, entry in mapping.entries.items()
        if isinstance(entry.value, Scalar) or key.endswith(("config", "Config"))
    )


def _snake(key: str) -> str:
    return key.replace("-", "_")


KIND = DocumentKind("engine-config", recognise, read, priority=70)
