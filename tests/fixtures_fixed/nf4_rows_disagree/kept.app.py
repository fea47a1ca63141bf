import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig

# ecolint: gpu=t4
model = AutoModelForCausalLM.from_pretrained(
    "Qwen/Qwen2.5-1.5B-Instruct",
    quantization_config=BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_compute_dtype=torch.float16),
)
print(model.generate(1))
