vllm serve Qwen/Qwen2.5-7B-Instruct --max-num-seqs 1 --max-num-batched-tokens 128
vllm serve Qwen/Qwen2.5-7B-Instruct --max-num-seqs 1 --max-num-batched-tokens 8
vllm serve Qwen/Qwen2.5-7B-Instruct --max-num-seqs 1 --max-num-batched-tokens 8192
