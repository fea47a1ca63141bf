import torch, copy
from transformers import AutoModelForCausalLM, BitsAndBytesConfig
base = BitsAndBytesConfig(load_in_8bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16)
four = copy.deepcopy(base)
four.load_in_8bit = False
four.load_in_4bit = True
a = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-2-13b-hf", quantization_config=base); a.generate(1)
b = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-2-13b-hf", quantization_config=four); b.generate(1)
