import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig

config = BitsAndBytesConfig(bnb_4bit_quant_type="nf4", load_in_8bit=True, bnb_4bit_use_double_quant=True, llm_int8_threshold=0.0)
model = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-Instruct-v0.3", quantization_config=config)
model.generate(torch.ones(1, 1))
