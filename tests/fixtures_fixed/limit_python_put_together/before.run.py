import subprocess

from vllm import LLM

command = ["vllm", "serve", "Qwen/Qwen2.5-1.5B-Instruct"]
command.extend(["--max-num-seqs", "1"])
command = command + ["--port", "80"]
command = [*command, "--dtype", "half"]
print(" ".join(command))
subprocess.run(command)

config = {"model": "Qwen/Qwen2.5-1.5B-Instruct", "engine": {"max_num_seqs": 1}}
llm = LLM(config["model"], **config["engine"])
