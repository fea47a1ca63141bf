import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig
settings = {"quant": {"bnb_4bit_quant_type": "nf4", "bnb_4bit_compute_dtype": "bfloat16"}}
eight = {**settings["quant"], "load_in_8bit": True}
four = dict(settings["quant"], load_in_4bit=True)
a = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-2-13b-hf", quantization_config=BitsAndBytesConfig(**eight)); a.generate(1)
b = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-2-13b-hf", quantization_config=BitsAndBytesConfig(**four)); b.generate(1)
