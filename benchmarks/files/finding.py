"""Summaries of documents."""

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig

NAME = "mistralai/Mistral-7B-Instruct-v0.3"

tokenizer = AutoTokenizer.from_pretrained(NAME)
model = AutoModelForCausalLM.from_pretrained(
    NAME,
    quantization_config=BitsAndBytesConfig(load_in_8bit=True),
    device_map="auto",
)


def summarise(documents: list[str]) -> list[str]:
    inputs = tokenizer(documents, return_tensors="pt", padding=True).to(model.device)
    with torch.inference_mode():
        outputs = model.generate(**inputs, max_new_tokens=200)
    return tokenizer.batch_decode(outputs, skip_special_tokens=True)
