"""What command lines of each framework mean, and which mean nothing."""

from __future__ import annotations

from typing import Any

import pytest

from ecolint.inference import Known, Precision, Use
from tests.frameworks.making import one, setups

P = Precision

MEANINGS: list[tuple[str, dict[str, Any]]] = [
    # vLLM
    ("vllm serve Qwen/Qwen2.5-7B -q bitsandbytes", {"precision": P.NF4, "quantizer": "bitsandbytes"}),
    ("vllm serve m --load-format bitsandbytes", {"precision": P.NF4, "quantizer": "bitsandbytes"}),
    ("vllm serve m --load-format safetensors", {"precision": None, "quantizer": None}),
    ("vllm serve unsloth/Qwen2.5-1.5B-bnb-4bit", {"precision": P.NF4, "quantizer": "bitsandbytes"}),
    ("vllm serve a/x-7b-bnb-8bit --quantization bitsandbytes", {"precision": P.INT8, "int8_threshold": None}),
    ("vllm serve m --quantization fp8 --enforce-eager", {"precision": P.FP8, "compiled": False}),
    ("vllm serve m --quantization awq_marlin", {"precision": P.INT4, "quantizer": "awq"}),
    ("vllm serve Qwen/Qwen2.5-7B-Instruct-AWQ", {"precision": P.INT4, "quantizer": "awq"}),
    ("vllm serve m -O0", {"compiled": False}),
    ("vllm serve m -O 0", {"compiled": False}),
    ("vllm serve m -O=0", {"compiled": False}),
    ("vllm serve m -O3", {"compiled": True}),
    ("vllm serve m --optimization-level 0", {"compiled": False}),
    ("vllm serve m -cc.mode=none -cc.cudagraph_mode=none", {"compiled": False}),
    ("vllm serve m -cc.mode=none", {"compiled": None}),
    ("vllm serve m -cc.mode=none -cc.cudagraph_mode=FULL", {"compiled": None}),
    ("""vllm serve m --compilation-config '{"mode":0}'""", {"compiled": None}),
    ("""vllm serve m --compilation-config '{"level":0}'""", {"compiled": False}),
    ("""vllm serve m --compilation-config '{"mode":3,"x":[1]}'""", {"compiled": True}),
    ("""vllm serve m --compilation-config '{"mode":'""", {"compiled": None}),
    ("vllm serve m --no-enforce-eager", {"compiled": True}),
    ("vllm serve --model m -tp 2 --pipeline-parallel-size=4", {"tensor_parallel": 2, "pipeline_parallel": 4}),
    ("vllm serve m --max-num-seqs 0", {"batch_limit": None}),
    ("vllm serve m --dtype float --kv-cache-dtype fp8", {"dtype": "float32", "kv_cache_dtype": "fp8"}),
    ("vllm serve m --device cpu", {"gpu": "cpu"}),
    ("vllm serve m --device cuda", {"gpu": None}),
    ("vllm serve m --max-num-batched-token=8192 --max-num-seqs 1", {"batch_limit": 1}),
    ("vllm serve --trust-remote-code --served-model-name a b --port 80 -- m", {"model": "m"}),
    # TGI and LoRAX
    (
        "text-generation-launcher --model-id m --quantize bitsandbytes",
        {"precision": P.INT8, "quantizer": "bitsandbytes"},
    ),
    ("text-generation-launcher --quantize=bitsandbytes-nf4", {"precision": P.NF4}),
    ("text-generation-launcher --quantize bitsandbytes-fp4", {"precision": P.FP4}),
    ("text-generation-launcher --quantize eetq", {"precision": P.INT8, "quantizer": "eetq"}),
    ("text-generation-launcher --max-concurrent-requests 1", {"batch_limit": 1}),
    ("text-generation-launcher --max-batch-size 1 --max-concurrent-requests 64", {"batch_limit": 1}),
    ("text-generation-launcher --max-batch-size 16 --max-concurrent-requests 1", {"batch_limit": 1}),
    ("text-generation-launcher --cuda-graphs 0 --quantize fp8", {"compiled": False, "precision": P.FP8}),
    ("text-generation-launcher --cuda-graphs 1,2", {"compiled": None, "batch_limit": None}),
    ("text-generation-launcher --max_batch_size 1", {"batch_limit": None}),
    ("lorax-launcher --model-id m --quantize bitsandbytes-nf4", {"precision": P.NF4}),
    # SGLang
    (
        "sglang serve --model-path m --quantization bitsandbytes --load-format bitsandbytes",
        {"precision": P.NF4, "quantizer": "bitsandbytes"},
    ),
    ("sglang serve --model-path m --quantization bitsandbytes", {"precision": None, "quantizer": None}),
    (
        "python -m sglang.launch_server --model a/x-7B-bnb-4bit",
        {"precision": P.NF4, "model": "a/x-7B-bnb-4bit"},
    ),
    ("python -m sglang.launch_server --model-path m --tp 2 --max-running-requests 1", {"batch_limit": 1}),
    ("python -m sglang.launch_server --model-path m --max_running_requests 1", {"batch_limit": None}),
    (
        "sglang serve --model-path m --quantization fp8 --disable-cuda-graph",
        {"compiled": False, "precision": P.FP8},
    ),
    ("sglang serve --model-path m --disable-cuda-graph --enable-torch-compile", {"compiled": True}),
    ("sglang serve --model-path m --cuda-graph-max-bs 1", {"batch_limit": None}),
    # llama.cpp
    (
        "llama-server -m models/qwen2.5-1.5b-instruct-q4_k_m.gguf -np 1",
        {"precision": P.GGUF_Q4, "batch_limit": 1},
    ),
    ("/app/llama-server -m x-IQ4_XS-00001-of-00002.gguf", {"precision": P.GGUF_Q4, "quantizer": "gguf"}),
    ("llama-server -m x.Q8_0.gguf --parallel 8", {"precision": P.GGUF_Q8, "batch_limit": 8}),
    ("llama-server -m x-Q5_K_M.gguf", {"precision": P.OTHER, "quantizer": "gguf"}),
    ("llama-server -m x-F16.gguf", {"precision": P.FP16, "quantizer": None}),
    ("llama-server -m model.gguf -b 1 -ub 1", {"precision": None, "batch_limit": None}),
    ("llama-server -m x.gguf --parallel=1", {"batch_limit": None}),
    ("llama-server -m x.gguf -np -1", {"batch_limit": None}),
    ("llama-server -m x.gguf --cache_type_k f32", {"kv_cache_dtype": "float32"}),
    ("llama-server -hf ggml-org/Qwen2.5-1.5B-Instruct-GGUF", {"precision": P.GGUF_Q4}),
    ("llama-server -hf a/b-GGUF:Q8_0", {"precision": P.GGUF_Q8}),
    ("llama-server -hf a/b-GGUF --hf-file b-Q8_0.gguf", {"precision": P.GGUF_Q8, "model": "a/b-GGUF"}),
    ("llama-server -hf ggml-org/gpt-oss-20b-GGUF", {"precision": None}),
    ("llama-server -m x-Q4_0.gguf -ngl 0", {"gpu": "cpu"}),
    ("llama-server -m x-Q4_0.gguf -ngl 99", {"gpu": None}),
    ("llama-server -m x-Q4_0.gguf --device ROCm0", {"gpu": "amd"}),
    ("llama-server -m x-Q4_0.gguf --device CUDA0", {"gpu": None}),
    ("llama-cli -m x-Q4_0.gguf -np 1", {"batch_limit": None, "precision": P.GGUF_Q4}),
    ("./server -m models/7B/ggml-model-q4_0.gguf", {"precision": P.GGUF_Q4}),
    ("llama-quantize --pure in-f16.gguf out.gguf q4_k_m 8", {"precision": P.GGUF_Q4, "model": "in-f16.gguf"}),
    (
        "python -m llama_cpp.server --model x-Q4_0.gguf --n_ctx 1",
        {"precision": P.GGUF_Q4, "batch_limit": None},
    ),
    # Ollama
    (
        "ollama run qwen2.5:1.5b-instruct-q4_K_M",
        {"precision": P.GGUF_Q4, "model": "qwen2.5:1.5b-instruct-q4_K_M"},
    ),
    ("ollama run llama3.2:3b-instruct-fp16", {"precision": P.FP16, "quantizer": None}),
    ("ollama run hf.co/a/b-GGUF:Q8_0", {"precision": P.GGUF_Q8}),
    ("ollama run llama3.2:1b 'why is the sky blue'", {"precision": None, "model": "llama3.2:1b"}),
    ("ollama create -q q4_K_M qwen:1.5b -f Modelfile", {"precision": P.GGUF_Q4, "quantizer": "gguf"}),
    ("ollama create x --quantize Q8_0", {"precision": P.GGUF_Q8}),
    ("ollama serve", {"model": None, "batch_limit": None}),
    # TensorRT-LLM and LMDeploy
    ("trtllm-serve nvidia/Llama-3.1-8B-FP8 --max_batch_size 1", {"batch_limit": 1, "precision": P.FP8}),
    ("trtllm-serve serve m --tp_size 2", {"model": "m", "tensor_parallel": 2}),
    ("trtllm-build --checkpoint_dir ckpt --max_batch_size=1", {"batch_limit": 1}),
    ("lmdeploy serve api_server m --max-batch-size 1 --tp 2", {"batch_limit": 1, "tensor_parallel": 2}),
    ("lmdeploy serve api_server m --model-format hf --eager-mode", {"precision": None, "compiled": False}),
    ("lmdeploy serve api_server m --vision-max-batch-size 1", {"batch_limit": None}),
    ("lmdeploy serve api_server m --quant-policy 8", {"kv_cache_dtype": "int8", "precision": None}),
    # wrappers
    ("python -m huggingfaceserver --model_id a/llama --backend=huggingface", {"batch_limit": 1}),
    ("python -m huggingfaceserver --model_id a/llama --backend vllm --max_num_seqs 1", {"batch_limit": 1}),
    (
        "python -m fastchat.serve.cli --model-path m --load-8bit",
        {"precision": P.INT8, "quantizer": "fastchat"},
    ),
    (
        "python server.py --model m --load-in-8bit",
        {"precision": P.INT8, "quantizer": "bitsandbytes", "load_in_8bit": True},
    ),
    ("python server.py --load-in-4bit", {"precision": P.NF4}),
    (
        "python server.py --load-in-4bit --quant_type fp4 --use_double_quant",
        {"precision": P.FP4, "double_quant": True},
    ),
    ("transformers serve --quantization bnb-8bit", {"precision": P.INT8, "quantizer": "bitsandbytes"}),
    ("transformers serve --quantization bnb-4bit", {"precision": P.NF4}),
    (
        "swift infer --model m --quant_bits 8 --quant_method bnb",
        {"precision": P.INT8, "quantizer": "bitsandbytes"},
    ),
    ("swift infer --model m --quant_bits 8 --quant_method hqq", {"precision": None}),
    ("openllm serve llama3.2:1b", {"model": "llama3.2:1b"}),
    # evaluation
    (
        "lm_eval --model hf --model_args pretrained=a/b,load_in_8bit=True --batch_size 1",
        {"precision": P.INT8, "model": "a/b", "batch_limit": None},
    ),
    ("lm-eval --model hf --model_args pretrained=a/b,load_in_4bit=True", {"precision": P.FP4}),
    (
        "python -m lm_eval --model hf --model_args load_in_4bit=True,bnb_4bit_quant_type=nf4",
        {"precision": P.NF4, "load_in_4bit": True},
    ),
    (
        "accelerate launch -m lm_eval --model hf --model_args pretrained=a/b,load_in_8bit=False",
        {"precision": None, "quantizer": None},
    ),
    (
        "lm_eval --model vllm --model_args pretrained=a/b,quantization=bitsandbytes,max_num_seqs=1",
        {"precision": P.NF4, "batch_limit": None},
    ),
    # LLaMA-Factory
    (
        "llamafactory-cli api --model_name_or_path m --quantization_bit 8",
        {"precision": P.INT8, "load_in_8bit": True},
    ),
    (
        "llamafactory-cli chat --quantization_bit 8 --quantization_method hqq",
        {"precision": P.INT8, "quantizer": "hqq", "load_in_8bit": None},
    ),
]


@pytest.mark.parametrize(("text", "wanted"), MEANINGS, ids=[text for text, _ in MEANINGS])
def test_meaning(text: str, wanted: dict[str, Any]) -> None:
    setup = one(text).setup
    for name, value in wanted.items():
        found = getattr(setup, name)
        if value is None:
            assert not found.is_set, (name, found)
        else:
            assert found.is_(value), (name, found)


NOTHING = [
    "vllm --help",
    "vllm serve --help",
    "vllm serve m --help",
    "vllm bench throughput --model m --max-num-seqs 1",
    "vllm collect-env",
    "vllm --version",
    "vllm chat --url http://localhost",
    "vllm bench serve --model m --max-concurrency 1",
    "pip install vllm",
    "pip install -q bitsandbytes",
    "make -np 1",
    "uv sync --extra quantize --extra server",
    "uv run quantize in.gguf out.gguf Q4_0",
    "seq --parallel 1",
    "parallel -np 1 ::: a b",
    "ollama pull qwen2.5:1.5b-instruct-q4_K_M",
    "ollama create mine -f Modelfile",
    "ollama run nomic-embed-text",
    "ollama list",
    "llama-bench -m x-Q4_0.gguf -b 1",
    "llama-server -m bge-small-q4_0.gguf --embedding",
    "./server --port 80",
    "./main --config x.yaml",
    "python server.py --port 80 --host 0.0.0.0",
    "python main.py --load-in-8bit",
    "python quantize.py --qformat fp8 --batch_size 1",
    "lmdeploy lite auto_awq m --batch-size 1",
    "litgpt serve m --quantize llm.int8",
    "python generate.py --quantize bnb.nf4",
    "lm_eval --tasks list --help",
    "lm_eval --model openai --model_args model=gpt-4",
    "python train.py --batch-size 1 --load_in_8bit",
    "echo --quantize bitsandbytes",
    "docker pull vllm/vllm-openai",
    "git clone https://github.com/vllm-project/vllm",
]


@pytest.mark.parametrize("text", NOTHING)
def test_starts_no_model(text: str) -> None:
    assert setups(text) == []


def test_fixed_threshold_of_tgi() -> None:
    threshold = one("text-generation-launcher --quantize bitsandbytes").setup.int8_threshold
    assert (threshold.value, threshold.known) == (6.0, Known.DEFAULT)
    assert "fixed" in threshold.origin


def test_default_of_a_bare_tag_is_shown_and_not_judged() -> None:
    precision = one("ollama run llama3.2:1b").setup.precision
    assert (precision.value, precision.known) == (Precision.GGUF_Q4, Known.DEFAULT)


TRAINING = [
    "llamafactory-cli train examples/x.yaml",
    "llamafactory-cli train --quantization_bit 4",
    "python src/train.py --stage sft --quantization_bit 4",
    "axolotl train config.yml --load-in-8bit",
    "swift sft --model m --quant_bits 4",
    "accelerate launch -m axolotl.cli.train config.yml",
]


@pytest.mark.parametrize("text", TRAINING)
def test_training(text: str) -> None:
    setup = one(text).setup
    assert setup.context.use is Use.TRAINING
    assert setup.context.reason


IMAGES: list[tuple[str, str, dict[str, str], dict[str, Any]]] = [
    (
        "ghcr.io/huggingface/text-generation-inference:2.4",
        "",
        {"QUANTIZE": "bitsandbytes"},
        {"precision": P.INT8},
    ),
    ("ghcr.io/huggingface/text-generation-inference:latest-rocm", "", {"QUANTIZE": "eetq"}, {"gpu": "amd"}),
    ("x/tgi-gaudi:2", "--model-id m", {}, {"gpu": "gaudi", "model": "m"}),
    (
        "123.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2",
        "",
        {"HF_MODEL_ID": "a/b", "HF_MODEL_QUANTIZE": "bitsandbytes", "SM_NUM_GPUS": "2"},
        {"precision": P.INT8, "model": "a/b", "tensor_parallel": 2},
    ),
    ("vllm/vllm-openai:v0.9.1", "--model m --max-num-seqs 1", {}, {"batch_limit": 1, "gpu": None}),
    ("vllm/vllm-openai-rocm:v0.12", "a/m --enforce-eager", {}, {"gpu": "amd", "model": "a/m"}),
    ("rocm/vllm:latest", "vllm serve m", {}, {"gpu": "amd"}),
    ("vllm/vllm-tpu:nightly", "--model m", {}, {"gpu": "tpu"}),
    ("vllm/vllm-openai", "m/x", {"TORCH_COMPILE_DISABLE": "1"}, {"compiled": None}),
    (
        "vllm/vllm-openai",
        "m/x",
        {"TORCH_COMPILE_DISABLE": "0", "MAX_NUM_SEQS": "1"},
        {"compiled": None, "batch_limit": None},
    ),
    ("ollama/ollama:0.5", "", {"OLLAMA_NUM_PARALLEL": "1"}, {"batch_limit": 1}),
    ("ollama/ollama:rocm", "serve", {"OLLAMA_NUM_PARALLEL": "1"}, {"batch_limit": 1, "gpu": "amd"}),
    ("ollama/ollama", "run qwen2.5:1.5b-q4_0", {}, {"precision": P.GGUF_Q4}),
    (
        "ghcr.io/ggml-org/llama.cpp:server-cuda",
        "-m x-Q4_0.gguf -np 1",
        {},
        {"batch_limit": 1, "precision": P.GGUF_Q4},
    ),
    ("ghcr.io/ggml-org/llama.cpp:full-cuda", "--server -m x-Q4_0.gguf -np 1", {}, {"batch_limit": 1}),
    (
        "ghcr.io/ggml-org/llama.cpp:full",
        "--run -m x-Q4_0.gguf -np 1",
        {},
        {"batch_limit": None, "precision": P.GGUF_Q4},
    ),
    ("ghcr.io/ggml-org/llama.cpp:light", "-m x-Q4_0.gguf -np 1", {}, {"batch_limit": None}),
    (
        "ghcr.io/ggml-org/llama.cpp:server-rocm",
        "",
        {"LLAMA_ARG_N_PARALLEL": "1"},
        {"batch_limit": 1, "gpu": "amd"},
    ),
    (
        "kserve/huggingfaceserver:v0.14-gpu",
        "--model_id=a/llama --backend=huggingface",
        {},
        {"batch_limit": 1},
    ),
    (
        "runpod/worker-v1-vllm:v2",
        "",
        {"MODEL_NAME": "m", "QUANTIZATION": "bitsandbytes", "MAX_NUM_SEQS": "1", "ENFORCE_EAGER": "true"},
        {"precision": P.NF4, "batch_limit": 1, "compiled": False},
    ),
    ("runpod/worker-v1-vllm", "", {"MAX_CONCURRENCY": "1"}, {"batch_limit": 1}),
    (
        "lmsysorg/sglang:latest",
        "python3 -m sglang.launch_server --model-path m --quantization fp8",
        {},
        {"precision": P.FP8},
    ),
]


@pytest.mark.parametrize(
    ("image", "text", "environment", "wanted"), IMAGES, ids=[f"{i[0]} {i[1]}" for i in IMAGES]
)
def test_image(image: str, text: str, environment: dict[str, str], wanted: dict[str, Any]) -> None:
    setup = one(text, image, environment).setup
    for name, value in wanted.items():
        found = getattr(setup, name)
        if value is None:
            assert not found.is_set, (name, found)
        else:
            assert found.is_(value), (name, found)


@pytest.mark.parametrize(
    ("environment", "framework"),
    [
        ({"OLLAMA_NUM_PARALLEL": "1"}, "ollama"),
        ({"LLAMA_ARG_N_PARALLEL": "1"}, "llamacpp"),
        ({"HF_MODEL_QUANTIZE": "bitsandbytes"}, "tgi"),
        ({"QUANTIZE": "bitsandbytes"}, None),
        ({"MAX_BATCH_SIZE": "1"}, None),
        ({"OLLAMA_HOST": "0.0.0.0"}, None),
        ({"MODEL_ID": "x", "DTYPE": "float32"}, None),
    ],
)
def test_environment_alone(environment: dict[str, str], framework: str | None) -> None:
    assert [setup.framework for setup in setups("", environment=environment)] == (
        [framework] if framework else []
    )


def test_variables_of_one_framework_beside_the_program_of_another() -> None:
    assert one("vllm serve m", environment={"OLLAMA_NUM_PARALLEL": "1"}).setup.framework == "vllm"


def test_families_that_never_run_in_parallel() -> None:
    environment = {"OLLAMA_NUM_PARALLEL": "1"}
    assert not one("ollama run llama3.2-vision:11b", environment=environment).setup.batch_limit.is_set
    assert one("ollama run llama3.2:3b", environment=environment).setup.batch_limit.is_(1)


@pytest.mark.parametrize(
    ("environment", "gpu"),
    [
        ({"HSA_OVERRIDE_GFX_VERSION": "10.3.0"}, "amd"),
        ({"HIP_VISIBLE_DEVICES": "0"}, "amd"),
        ({"HIP_VISIBLE_DEVICES": "0", "CUDA_VISIBLE_DEVICES": "0"}, None),
        ({"HIP_VISIBLE_DEVICES": ""}, None),
        ({"HABANA_VISIBLE_DEVICES": "all"}, "gaudi"),
        ({"CUDA_VISIBLE_DEVICES": "0"}, None),
    ],
)
def test_hardware_of_the_environment(environment: dict[str, str], gpu: str | None) -> None:
    assert one("vllm serve m", environment=environment).setup.gpu.value == gpu


def test_unloading_after_each_request() -> None:
    assert one("ollama serve", environment={"OLLAMA_KEEP_ALIVE": "0"}).setup.reload.is_known
    assert not one("ollama serve", environment={"OLLAMA_KEEP_ALIVE": "24h"}).setup.reload.is_set
