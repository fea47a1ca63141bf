import subprocess

several = ("vllm serve Qwen/Qwen2.5-1.5B-Instruct "
           "--max-num-seqs 1 --port 8000")
subprocess.run(several, shell=True)
lines = """
vllm serve Qwen/Qwen2.5-1.5B-Instruct \
    --max-num-seqs 1 \
    --port 8000
"""
print(lines)
subprocess.run(lines, shell=True)
subprocess.run("vllm serve Qwen/Qwen2.5-1.5B-Instruct --max-num-seqs 1 --port 1".split())
grown = "text-generation-launcher --model-id google/gemma-2b-it"
grown += " --port 80 --max-batch-size 1"
subprocess.run(grown, shell=True)
