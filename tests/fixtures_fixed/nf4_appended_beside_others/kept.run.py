import subprocess


def serve(port):
    words = ["vllm", "serve", "TinyLlama/TinyLlama-1.1B-Chat-v1.0"]
    print(port); words.append("--quantization=bitsandbytes")
    return subprocess.run(words)


apart = ["vllm", "serve", "TinyLlama/TinyLlama-1.1B-Chat-v1.0"]
apart.append("--quantization")
print("4 bits")
apart.append("bitsandbytes")
subprocess.run(apart)

apart = ["vllm", "serve", "TinyLlama/TinyLlama-1.1B-Chat-v1.0"]
with open("log") as log:
    apart.append("--quantization=bitsandbytes")
subprocess.run(apart)
