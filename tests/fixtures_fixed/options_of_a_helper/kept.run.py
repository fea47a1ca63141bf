import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig
def bnb(**flags):
    return BitsAndBytesConfig(bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16, llm_int8_threshold=6.0, **flags)
a = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-2-13b-hf", quantization_config=bnb(load_in_8bit=True)); a.generate(1)
b = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-2-13b-hf", quantization_config=bnb(load_in_4bit=True)); b.generate(1)
