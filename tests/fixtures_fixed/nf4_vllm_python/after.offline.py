from vllm import LLM

llm = LLM(
    model="Qwen/Qwen2.5-1.5B-Instruct",
)
print(llm.generate(prompts))
