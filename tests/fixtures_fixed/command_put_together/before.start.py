import subprocess


def serve(port):
    command = ["vllm", "serve", "Qwen/Qwen2-7B-Instruct"]
    command += ["--max-num-seqs", "1", "--port", str(port)]
    print(command)
    subprocess.run(command, check=True)
