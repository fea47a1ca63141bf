trtllm-serve meta-llama/Llama-3.1-8B --port 8000
