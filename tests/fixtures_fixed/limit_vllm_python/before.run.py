import subprocess
from vllm import LLM
subprocess.run(["vllm", "serve", "meta-llama/Llama-3.1-8B", "--max-num-seqs", "1", "--port", "80"])
subprocess.run([
    "vllm", "serve",
    "meta-llama/Llama-3.1-8B",
    "--max-num-seqs",  # one
    "1",
    "--port", "80"])
subprocess.run("vllm serve meta-llama/Llama-3.1-8B --max-num-seqs 1", shell=True)
llm = LLM("meta-llama/Llama-3.1-8B", max_num_seqs=1)
llm = LLM(model="Qwen/Qwen2.5-1.5B-Instruct", quantization="bitsandbytes", load_format="bitsandbytes",
          max_num_seqs=1)
