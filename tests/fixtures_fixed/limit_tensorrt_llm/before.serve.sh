trtllm-serve meta-llama/Llama-3.1-8B --max_batch_size 1 --port 8000
