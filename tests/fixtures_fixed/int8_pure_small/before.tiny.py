import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig

model = AutoModelForCausalLM.from_pretrained(
    "TinyLlama/TinyLlama-1.1B-Chat-v1.0",
    quantization_config=BitsAndBytesConfig(load_in_8bit=True, llm_int8_threshold=0.0),
)
model.generate(torch.ones(1, 1))
