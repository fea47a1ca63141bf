import subprocess

from vllm import LLM

command = ["vllm", "serve", "Qwen/Qwen2.5-1.5B-Instruct"]
command.extend([])
command = command + ["--port", "80"]
command = [*command, "--dtype", "half"]
print(" ".join(command))
subprocess.run(command)

config = {"model": "Qwen/Qwen2.5-1.5B-Instruct", "engine": {}}
llm = LLM(config["model"], **config["engine"])
