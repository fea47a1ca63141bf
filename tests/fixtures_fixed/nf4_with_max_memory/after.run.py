import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig
m = AutoModelForCausalLM.from_pretrained("facebook/opt-1.3b", torch_dtype=torch.float16, device_map="auto", max_memory={0: "10GiB"}, offload_folder="x", low_cpu_mem_usage=True)
m.generate(1)
