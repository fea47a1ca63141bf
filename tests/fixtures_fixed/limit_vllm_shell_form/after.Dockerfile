FROM vllm/vllm-openai:v0.9.0
ENTRYPOINT []
CMD vllm serve meta-llama/Llama-3.1-8B
