#!/bin/sh
vllm serve meta-llama/Llama-3.1-8B --port 80 --max-num-seqs 1 # one user
vllm serve meta-llama/Llama-3.1-8B \
  --max-num-seqs=1 --port 81 &
nohup vllm serve meta-llama/Llama-3.1-8B \
  --port 82 \
  --max-num-seqs \
    1
vllm serve meta-llama/Llama-3.1-8B "--max-num-seqs" '1' --port 83
