import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig
m = AutoModelForCausalLM.from_pretrained("facebook/opt-1.3b", quantization_config=BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_compute_dtype=torch.float16), max_memory={0: "10GiB"}, offload_folder="x", low_cpu_mem_usage=True)
m.generate(1)
