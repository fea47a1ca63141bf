FROM vllm/vllm-openai:v0.9.0
CMD ["--model", "meta-llama/Llama-3.1-8B", \
     "--port", "8000"]
