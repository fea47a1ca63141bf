llama-server -m model-Q4_K_M.gguf -np 1 -c 4096
