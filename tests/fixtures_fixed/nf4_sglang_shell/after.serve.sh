python -m sglang.launch_server --model-path Qwen/Qwen2.5-1.5B-Instruct --port 30000
