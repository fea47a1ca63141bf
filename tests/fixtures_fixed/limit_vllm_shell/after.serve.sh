#!/bin/sh
vllm serve meta-llama/Llama-3.1-8B --port 80 # one user
vllm serve meta-llama/Llama-3.1-8B \
  --port 81 &
nohup vllm serve meta-llama/Llama-3.1-8B \
  --port 82
vllm serve meta-llama/Llama-3.1-8B --port 83
