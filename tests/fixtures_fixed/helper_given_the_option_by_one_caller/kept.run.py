import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig
def q4(**kw):
    return BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", **kw)
a = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-2-13b-hf", quantization_config=q4()); a.generate(1)
b = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-2-13b-hf", quantization_config=q4(bnb_4bit_compute_dtype=torch.float16)); b.generate(1)
