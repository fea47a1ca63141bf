"""Example:

import torch
"""
from transformers import AutoModelForCausalLM
model = AutoModelForCausalLM.from_pretrained("Qwen/Qwen2.5-0.5B-Instruct", torch_dtype="float16", device_map="auto")
print(model.generate("x"))
