import torch, copy
from transformers import AutoModelForCausalLM, BitsAndBytesConfig
C = {"8": BitsAndBytesConfig(load_in_8bit=True, llm_int8_threshold=0.0), "x": 1}
m = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-2-13b-hf", quantization_config=C["8"])
print(C["x"])
m.generate(1)
