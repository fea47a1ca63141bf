# -*- coding: latin-1 -*-
from transformers import AutoModelForCausalLM, BitsAndBytesConfig
import torch
s = "café"
m = AutoModelForCausalLM.from_pretrained("facebook/opt-1.3b", quantization_config=BitsAndBytesConfig(load_in_8bit=True))
m.generate(1)
