import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig

config = BitsAndBytesConfig(
    llm_int8_skip_modules=['lm_head'],
    load_in_8bit=True  # halves the memory
)
model = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-Instruct-v0.3", quantization_config=config)
model.generate(torch.ones(1, 1))
