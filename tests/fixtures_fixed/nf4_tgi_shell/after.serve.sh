docker run --gpus all \
  -e HF_TOKEN \
  ghcr.io/huggingface/text-generation-inference:3.0 \
  --model-id Qwen/Qwen2.5-1.5B-Instruct
