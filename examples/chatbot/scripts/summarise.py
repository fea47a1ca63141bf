"""Nightly summaries with FP8 weights."""

import torch
from torchao.quantization import float8_weight_only, quantize_
from transformers import AutoModelForCausalLM, AutoTokenizer

MODEL = "Qwen/Qwen2.5-7B-Instruct"

tokenizer = AutoTokenizer.from_pretrained(MODEL)
model = AutoModelForCausalLM.from_pretrained(MODEL, torch_dtype=torch.bfloat16).to("cuda")
quantize_(model, float8_weight_only())


def summarise(texts: list[str]) -> list[str]:
    inputs = tokenizer(texts, padding=True, return_tensors="pt").to("cuda")
    return tokenizer.batch_decode(model.generate(**inputs, max_new_tokens=200), skip_special_tokens=True)
