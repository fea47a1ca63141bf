llama-server -m model-Q4_K_M.gguf -c 4096
