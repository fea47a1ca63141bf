import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig

options = {
    "load_in_4bit": True,
    "bnb_4bit_compute_dtype": torch.bfloat16,
    "bnb_4bit_quant_type": "nf4",
    "llm_int8_threshold": 6.0,
}
model = AutoModelForCausalLM.from_pretrained(
    "meta-llama/Llama-2-13b-hf", quantization_config=BitsAndBytesConfig(**options)
)
print(options["llm_int8_threshold"])
model.generate(1)
