import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig
def make(bits):
    cfg = BitsAndBytesConfig(bnb_4bit_compute_dtype=torch.bfloat16, bnb_4bit_quant_type="nf4", llm_int8_threshold=6.0)
    setattr(cfg, f"load_in_{bits}bit", True)
    return cfg
a = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-2-13b-hf", quantization_config=make(4))
a.generate(1)
