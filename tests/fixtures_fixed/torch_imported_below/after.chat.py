from transformers import AutoModelForCausalLM, BitsAndBytesConfig
cfg = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_compute_dtype="bfloat16", bnb_4bit_quant_type="nf4")
m = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-2-13b-hf", quantization_config=cfg)
import torch
m.generate(1)
