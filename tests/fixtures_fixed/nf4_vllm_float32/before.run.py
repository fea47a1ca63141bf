from vllm import LLM
import sglang as sgl

a = LLM("Qwen/Qwen2.5-1.5B-Instruct", quantization="bitsandbytes", dtype="float32")
b = sgl.Engine(
    model_path="Qwen/Qwen2.5-1.5B-Instruct",
    quantization="bitsandbytes",
    load_format="bitsandbytes",
    dtype="float32",
)
