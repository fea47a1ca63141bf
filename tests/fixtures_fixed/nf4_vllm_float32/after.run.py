from vllm import LLM
import sglang as sgl

a = LLM("Qwen/Qwen2.5-1.5B-Instruct")
b = sgl.Engine(
    model_path="Qwen/Qwen2.5-1.5B-Instruct",
)
