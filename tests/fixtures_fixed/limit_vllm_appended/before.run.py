import subprocess

command = ["vllm", "serve", "Qwen/Qwen2.5-1.5B-Instruct"]
command.append("--max-num-seqs=1")
subprocess.run(command)
