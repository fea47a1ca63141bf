import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig
common = dict(bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16, llm_int8_threshold=6.0)
four = BitsAndBytesConfig(load_in_4bit=True, **common)
eight = BitsAndBytesConfig(load_in_8bit=True, **common)
a = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-2-13b-hf", quantization_config=four)
b = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-2-13b-hf", quantization_config=eight)
a.generate(1); b.generate(1)
