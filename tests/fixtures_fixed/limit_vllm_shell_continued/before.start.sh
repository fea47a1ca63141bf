vllm serve Qwen/Qwen2.5-1.5B-Instruct --quantization bitsandbytes\
 --max-num-seqs 1\
 --port 80
