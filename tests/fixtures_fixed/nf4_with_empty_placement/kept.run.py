import torch
from transformers import AutoModelForCausalLM

model = AutoModelForCausalLM.from_pretrained("Qwen/Qwen2.5-1.5B-Instruct", load_in_4bit=True, bnb_4bit_compute_dtype=torch.float16, device_map=None)
model.generate(1)
