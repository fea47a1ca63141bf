import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig
cfg = BitsAndBytesConfig(load_in_8bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16)
def fallback(c):
    c.load_in_8bit, c.load_in_4bit = False, True
    return c
a = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-2-13b-hf", quantization_config=cfg)
b = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-2-13b-hf", quantization_config=fallback(cfg))
a.generate(1); b.generate(1)
