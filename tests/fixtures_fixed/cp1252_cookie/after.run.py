# -*- coding: cp1252 -*-
from transformers import AutoModelForCausalLM, BitsAndBytesConfig
import torch
s = "café"
m = AutoModelForCausalLM.from_pretrained("facebook/opt-1.3b", torch_dtype=torch.float16, device_map="auto")
m.generate(1)
