python -m sglang.launch_server --model-path Qwen/Qwen2.5-1.5B-Instruct --quantization bitsandbytes --load-format bitsandbytes --port 30000
