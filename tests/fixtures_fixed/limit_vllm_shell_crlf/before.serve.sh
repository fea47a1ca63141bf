vllm serve meta-llama/Llama-3.1-8B \
  --max-num-seqs 1 \
  --port 80
