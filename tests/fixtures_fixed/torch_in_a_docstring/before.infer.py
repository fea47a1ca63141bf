"""Example:

import torch
"""
from transformers import AutoModelForCausalLM
model = AutoModelForCausalLM.from_pretrained("Qwen/Qwen2.5-0.5B-Instruct", load_in_4bit=True, device_map="auto")
print(model.generate("x"))
