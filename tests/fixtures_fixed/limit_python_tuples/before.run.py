import subprocess

FIRST = ("--max-num-seqs=1", "--port=80")
subprocess.run(["vllm", "serve", "Qwen/Qwen2.5-1.5B-Instruct"] + list(FIRST))
LAST = ("--port=80", "--max-num-seqs=1")
subprocess.run(["vllm", "serve", "Qwen/Qwen2.5-1.5B-Instruct", *LAST])
WITH_COMMA = ("--port", "80", "--max-num-seqs", "1",)
subprocess.run(["vllm", "serve", "Qwen/Qwen2.5-1.5B-Instruct", *WITH_COMMA])
ONLY = ("--max-num-seqs=1",)
subprocess.run(["vllm", "serve", "Qwen/Qwen2.5-1.5B-Instruct", *ONLY])


def start(extra=("--max-num-seqs", "1")):
    subprocess.run(["vllm", "serve", "Qwen/Qwen2.5-1.5B-Instruct", *extra])


start()
