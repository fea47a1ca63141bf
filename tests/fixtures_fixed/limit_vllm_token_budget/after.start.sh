vllm serve Qwen/Qwen2.5-7B-Instruct --max-num-seqs 16 --max-num-batched-tokens 128
vllm serve Qwen/Qwen2.5-7B-Instruct --max-num-seqs 8 --max-num-batched-tokens 8
vllm serve Qwen/Qwen2.5-7B-Instruct --max-num-batched-tokens 8192
