import subprocess

FIRST = ("--port=80",)
subprocess.run(["vllm", "serve", "Qwen/Qwen2.5-1.5B-Instruct"] + list(FIRST))
LAST = ("--port=80",)
subprocess.run(["vllm", "serve", "Qwen/Qwen2.5-1.5B-Instruct", *LAST])
WITH_COMMA = ("--port", "80",)
subprocess.run(["vllm", "serve", "Qwen/Qwen2.5-1.5B-Instruct", *WITH_COMMA])
ONLY = ()
subprocess.run(["vllm", "serve", "Qwen/Qwen2.5-1.5B-Instruct", *ONLY])


def start(extra=()):
    subprocess.run(["vllm", "serve", "Qwen/Qwen2.5-1.5B-Instruct", *extra])


start()
