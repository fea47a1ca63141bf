import subprocess
from vllm import LLM
subprocess.run(["vllm", "serve", "meta-llama/Llama-3.1-8B", "--port", "80"])
subprocess.run([
    "vllm", "serve",
    "meta-llama/Llama-3.1-8B",
    "--port", "80"])
subprocess.run("vllm serve meta-llama/Llama-3.1-8B", shell=True)
llm = LLM("meta-llama/Llama-3.1-8B")
llm = LLM(model="Qwen/Qwen2.5-1.5B-Instruct")
