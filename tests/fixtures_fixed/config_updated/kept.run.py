import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig
q = BitsAndBytesConfig(bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16)
q.update(load_in_4bit=True)
a = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-2-13b-hf", quantization_config=q); a.generate(1)
