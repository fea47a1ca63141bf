"""What Python calls and configuration mappings of the serving frameworks mean."""

from __future__ import annotations

from typing import Any

import pytest

from ecolint.frameworks.registry import understand
from ecolint.inference import InferenceSetup, Known, Located, Precision, Use
from ecolint.source import Span
from ecolint.statements import Call, Symbol
from tests.frameworks.making import call, config, located, made_call, made_config

P = Precision


def check(setup: InferenceSetup, wanted: dict[str, Any]) -> None:
    for name, value in wanted.items():
        found = getattr(setup, name)
        if value is None:
            assert not found.is_set, (name, found)
        else:
            assert found.is_(value), (name, found)


def inner(callee: str, **keywords: Any) -> Call:
    return made_call(callee, **keywords)


CALLS: list[tuple[InferenceSetup, dict[str, Any]]] = [
    (call("vllm.LLM", "a/b", quantization="bitsandbytes"), {"model": "a/b", "precision": P.NF4}),
    (
        call("vllm.LLM", model="a/b", max_num_seqs=1, enforce_eager=True),
        {"batch_limit": 1, "compiled": False},
    ),
    (call("vllm.LLM", model="a/b", enforce_eager=False), {"compiled": True}),
    (call("vllm.LLM", model="a/b", compilation_config=0), {"compiled": False}),
    (call("vllm.LLM", model="a/b", compilation_config={"level": 3}), {"compiled": True}),
    (call("vllm.LLM", model="a/b", quantization=None), {"precision": None, "quantizer": None}),
    (
        call("vllm.engine.arg_utils.AsyncEngineArgs", model="a/b", tensor_parallel_size=2),
        {"tensor_parallel": 2},
    ),
    (call("sglang.Engine", model_path="a/b", max_running_requests=1), {"model": "a/b", "batch_limit": 1}),
    (
        call("sglang.Engine", model_path="a/b", quantization="bitsandbytes", load_format="bitsandbytes"),
        {"precision": P.NF4},
    ),
    (
        call("llama_cpp.Llama", "m-Q4_K_M.gguf", type_k=0),
        {"precision": P.GGUF_Q4, "kv_cache_dtype": "float32"},
    ),
    (
        call(
            "llama_cpp.Llama", model_path="m-Q8_0.gguf", type_k=Symbol("llama_cpp.GGML_TYPE_F16"), n_batch=1
        ),
        {"precision": P.GGUF_Q8, "kv_cache_dtype": "float16", "batch_limit": None},
    ),
    (call("llama_cpp.Llama", model_path="m.gguf", n_gpu_layers=0), {"gpu": "cpu", "precision": None}),
    (
        call("llama_cpp.Llama.from_pretrained", repo_id="a/b-GGUF", filename="*q8_0.gguf"),
        {"precision": P.GGUF_Q8, "model": "a/b-GGUF", "quantizer": "gguf"},
    ),
    (
        call(
            "lmdeploy.pipeline",
            "a/b",
            backend_config=inner("lmdeploy.TurbomindEngineConfig", max_batch_size=1, tp=2),
        ),
        {"model": "a/b", "batch_limit": 1, "tensor_parallel": 2},
    ),
    (
        call(
            "lmdeploy.pipeline", "a/b", backend_config=inner("lmdeploy.PytorchEngineConfig", eager_mode=True)
        ),
        {"compiled": False},
    ),
    (
        call(
            "tensorrt_llm.LLM", model="a/b", build_config=inner("tensorrt_llm.BuildConfig", max_batch_size=1)
        ),
        {"batch_limit": 1},
    ),
    (
        call(
            "tensorrt_llm.LLM",
            model="a/b",
            kv_cache_config=inner("tensorrt_llm.llmapi.KvCacheConfig", dtype="fp8"),
            quant_config=inner(
                "tensorrt_llm.llmapi.QuantConfig", quant_algo=Symbol("tensorrt_llm.QuantAlgo.FP8")
            ),
        ),
        {"kv_cache_dtype": "fp8", "precision": P.FP8},
    ),
    (
        call(
            "sagemaker.huggingface.HuggingFaceModel",
            env={"HF_MODEL_ID": "a/b", "HF_MODEL_QUANTIZE": "bitsandbytes", "SM_NUM_GPUS": "4"},
        ),
        {"model": "a/b", "precision": P.INT8, "tensor_parallel": 4},
    ),
    (
        call(
            "ray.serve.llm.LLMConfig",
            model_loading_config={"model_id": "short", "model_source": "a/b"},
            engine_kwargs={"max_num_seqs": 1, "enforce_eager": True, "quantization": "fp8"},
            accelerator_type="L4",
        ),
        {"model": "a/b", "batch_limit": 1, "compiled": False, "gpu": "L4", "precision": P.FP8},
    ),
    (
        call(
            "ray.serve.llm.LLMConfig",
            model_loading_config={"model_id": "a"},
            deployment_config={"max_ongoing_requests": 1},
        ),
        {"model": "a", "batch_limit": 1},
    ),
    (
        call(
            "lm_eval.simple_evaluate", model="hf", model_args="pretrained=a/b,load_in_8bit=True", batch_size=1
        ),
        {"model": "a/b", "precision": P.INT8, "batch_limit": None},
    ),
    (
        call(
            "ray.serve.llm.LLMConfig",
            model_loading_config={"model_id": "a"},
            server_cls=Symbol("ray.serve.llm.SGLangServer"),
            engine_kwargs={"model_path": "a/b", "max_running_requests": 1, "tp_size": 2},
        ),
        {"batch_limit": 1, "tensor_parallel": 2, "model": "a"},
    ),
    (
        call("lm_eval.simple_evaluate", model="hf", model_args={"pretrained": "a/b", "load_in_4bit": True}),
        {"model": "a/b", "precision": P.FP4},
    ),
]


@pytest.mark.parametrize(
    ("setup", "wanted"), CALLS, ids=[f"{n}-{item[0].framework}" for n, item in enumerate(CALLS)]
)
def test_call(setup: InferenceSetup, wanted: dict[str, Any]) -> None:
    check(setup, wanted)


CONFIGS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "sglang-config",
        {"model-path": "a/b", "tensor-parallel-size": 2, "max-running-requests": 1},
        {"model": "a/b", "tensor_parallel": 2, "batch_limit": 1},
    ),
    ("vllm-config", {"model": "m", "compilation-config": {"mode": 0}}, {"compiled": None}),
    (
        "vllm-config",
        {"model": "m", "compilation-config": {"mode": 0, "cudagraph_mode": "NONE"}},
        {"compiled": False},
    ),
    ("vllm-helm", {"maxNumSeqs": 1, "tensorParallelSize": 2, "extraArgs": ["--x"]}, {"batch_limit": 1}),
    (
        "vllm-config",
        {"model": "m", "max-num-seqs": 1, "enforce-eager": False},
        {"batch_limit": 1, "compiled": True},
    ),
    ("vllm-config", {"model": "m", "enforce-eager": True}, {"compiled": False}),
    (
        "ollama-modelfile",
        {"from": "qwen2.5:1.5b-instruct-q4_K_M", "parameter.num_batch": "1"},
        {"precision": P.GGUF_Q4, "batch_limit": None},
    ),
    (
        "ollama-modelfile",
        {"from": "./q-1.5b-f16.gguf", "parameter.quantization": "q4_K_M"},
        {"precision": P.FP16},
    ),
    ("triton-config", {"backend": "tensorrtllm", "max_batch_size": 1}, {"batch_limit": 1}),
    ("triton-config", {"backend": "tensorrtllm", "max_batch_size": 64}, {"batch_limit": 64}),
    (
        "axolotl",
        {"base_model": "a/b", "load_in_8bit": True, "adapter": "lora"},
        {"precision": P.INT8, "model": "a/b"},
    ),
    (
        "axolotl",
        {"base_model": "a/b", "load_in_8bit": False, "load_in_4bit": True, "adapter": "qlora"},
        {"precision": P.NF4},
    ),
    ("axolotl", {"base_model": "a/b", "load_in_4bit": True}, {"precision": None}),
    (
        "axolotl",
        {"base_model": "a/b", "load_in_8bit": True, "adapter": "lora", "gptq": True},
        {"precision": None},
    ),
    ("axolotl", {"base_model": "a/b", "micro_batch_size": 1}, {"batch_limit": None, "precision": None}),
    (
        "llamafactory",
        {"model_name_or_path": "a/b", "quantization_bit": 8, "infer_backend": "huggingface"},
        {"precision": P.INT8},
    ),
    (
        "llamafactory",
        {"model_name_or_path": "a/b", "quantization_bit": 4, "quantization_method": "bnb"},
        {"precision": P.NF4},
    ),
    ("llamafactory", {"model_name_or_path": "a/b", "quantization_bit": None}, {"precision": None}),
    (
        "localai",
        {"backend": "transformers", "parameters": {"model": "a/b"}, "quantization": "bnb_8bit"},
        {"precision": P.INT8},
    ),
    (
        "localai",
        {"backend": "vllm", "parameters": {"model": "a/b"}, "quantization": "bitsandbytes"},
        {"precision": P.NF4},
    ),
    (
        "localai",
        {"backend": "vllm", "parameters": {"model": "a/b"}, "engine_args": {"max_num_seqs": 1}},
        {"batch_limit": 1},
    ),
    (
        "localai",
        {"parameters": {"model": "x-Q4_K_M.gguf"}, "options": ["parallel:1"]},
        {"precision": P.GGUF_Q4, "batch_limit": None},
    ),
    ("localai", {"backend": "rocm-llama-cpp", "parameters": {"model": "x-Q4_K_M.gguf"}}, {"gpu": "amd"}),
    (
        "ray-serve",
        {
            "applications": [
                {
                    "args": {
                        "llm_configs": [
                            {"model_loading_config": {"model_id": "a"}, "engine_kwargs": {"max_num_seqs": 1}}
                        ]
                    }
                }
            ]
        },
        {"model": "a", "batch_limit": 1},
    ),
]


@pytest.mark.parametrize(
    ("kind", "tree", "wanted"), CONFIGS, ids=[f"{n}-{item[0]}" for n, item in enumerate(CONFIGS)]
)
def test_config(kind: str, tree: dict[str, Any], wanted: dict[str, Any]) -> None:
    check(config(kind, tree), wanted)


@pytest.mark.parametrize(
    "tree", [{"stage": "sft", "quantization_bit": 4}, {"do_train": True, "quantization_bit": 8}]
)
def test_training_recipes(tree: dict[str, Any]) -> None:
    assert config("llamafactory", {"model_name_or_path": "a/b", **tree}).context.use is Use.TRAINING


def test_axolotl_is_training() -> None:
    assert config("axolotl", {"base_model": "a/b", "load_in_8bit": True}).context.use is Use.TRAINING


def test_inference_recipe_is_not_training() -> None:
    setup = config("llamafactory", {"model_name_or_path": "a/b", "quantization_bit": 8, "do_train": False})
    assert setup.context.use is Use.INFERENCE


def test_every_llm_of_a_serve_file() -> None:
    entries = [{"model_loading_config": {"model_id": name}} for name in ("a", "b")]
    found = list(understand(made_config("ray-serve", {"applications": [{"args": {"llm_configs": entries}}]})))
    assert [setup.model.value for setup in found] == ["a", "b"]


def test_spans_of_a_tree_are_kept() -> None:
    setup = config("vllm-config", {"model": "m", "max-num-seqs": 1})
    assert setup.batch_limit.span == Span(0, 1)


def test_dynamic_entries() -> None:
    made = made_config("vllm-config", {"model": "m"})
    tree = {**made.tree, "max-num-seqs": Located(known=Known.DYNAMIC, span=Span(3, 4))}
    (setup,) = understand(type(made)(made.kind, tree, made.span))
    assert setup.batch_limit.is_dynamic


def test_loop_of_a_call() -> None:
    loop = Located(True, Known.STATED, Span(5, 9), origin="for p in prompts")
    made = made_call("vllm.LLM", "a/b")
    (setup,) = understand(Call(made.callee, made.span, made.callee_span, made.positional, request_loop=loop))
    assert setup.request_loop == loop


def test_llama_cpp_python_cannot_batch() -> None:
    loop = Located(True, Known.STATED, Span(5, 9))
    made = made_call("llama_cpp.Llama", model_path="x.gguf")
    (setup,) = understand(
        Call(made.callee, made.span, made.callee_span, keywords=made.keywords, request_loop=loop)
    )
    assert not setup.request_loop.is_set
    assert setup.batch_limit.known is Known.DEFAULT


@pytest.mark.parametrize(
    ("nearby", "count"), [({"transformers.AutoModelForCausalLM.from_pretrained"}, 1), ({"cv2.imread"}, 0)]
)
def test_bentoml_services_of_language_models_alone(nearby: set[str], count: int) -> None:
    made = made_call("bentoml.service", traffic={"concurrency": 1})
    statement = Call(
        made.callee, made.span, made.callee_span, keywords=made.keywords, nearby=frozenset(nearby)
    )
    assert len(list(understand(statement))) == count


def test_calls_of_other_packages() -> None:
    for callee in ("litellm.LLM", "pip.vllm", "vllm.SamplingParams", "?.generate", "sglang.function"):
        assert not list(understand(made_call(callee, max_num_seqs=1)))


def test_nested_text_is_not_taken_for_a_mapping() -> None:
    made = made_call("ray.serve.llm.LLMConfig", engine_kwargs="max_num_seqs=1")
    (setup,) = understand(made)
    assert not setup.batch_limit.is_set
    assert located("x").is_("x")


@pytest.mark.parametrize(
    "tree",
    [
        {"backend": "tensorrtllm", "max_batch_size": 1, "model_transaction_policy": {"decoupled": True}},
        {"backend": "vllm", "max_batch_size": 1},
        {"backend": "python", "max_batch_size": 1},
        {"platform": "onnxruntime_onnx", "name": "resnet50", "max_batch_size": 1},
    ],
)
def test_triton_models_that_batch_by_themselves_or_generate_nothing(tree: dict[str, Any]) -> None:
    assert not list(understand(made_config("triton-config", tree)))


def test_a_name_says_more_than_the_folder_it_is_mounted_to() -> None:
    named = Located("Qwen/Qwen2-7B", Known.DERIVED)
    assert config("vllm-config", {"model": "/mnt/models"}, model=named).model.is_("Qwen/Qwen2-7B")
    assert config("vllm-config", {"model": "a/b"}, model=named).model.is_("a/b")
    folder = Located("/data", Known.DERIVED)
    assert config("vllm-config", {"model": "/mnt/models"}, model=folder).model.is_("/mnt/models")
