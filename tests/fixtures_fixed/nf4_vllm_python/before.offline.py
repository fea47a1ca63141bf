from vllm import LLM

llm = LLM(
    model="Qwen/Qwen2.5-1.5B-Instruct",
    quantization="bitsandbytes",
    load_format="bitsandbytes",
)
print(llm.generate(prompts))
