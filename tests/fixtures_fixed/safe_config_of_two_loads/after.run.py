import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig


def load(name, quantization):
    if quantization is None:
        return None
    return AutoModelForCausalLM.from_pretrained(name, quantization_config=quantization)


bnb = BitsAndBytesConfig(load_in_8bit=True, llm_int8_threshold=0.0)
draft = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-2-7b-hf", quantization_config=bnb)
model = load("meta-llama/Llama-2-13b-hf", bnb)
draft.generate(1)
model.generate(1)
