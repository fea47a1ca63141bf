import subprocess
import sys

command = ["vllm", "serve", "TinyLlama/TinyLlama-1.1B-Chat-v1.0"]
command.append(f"--port={sys.argv[1]}")
subprocess.run(command)


def serve(port):
    other = ["vllm", "serve", "TinyLlama/TinyLlama-1.1B-Chat-v1.0"]
    other.append(f"--port={port}")
    return subprocess.run(other)
