"""Labels last night's tickets with a small model."""

import argparse
import json

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig

parser = argparse.ArgumentParser()
parser.add_argument("tickets")
parser.add_argument("--model", default="Qwen/Qwen2.5-1.5B-Instruct")
args = parser.parse_args()

config = BitsAndBytesConfig(
    load_in_4bit=True,
    bnb_4bit_quant_type="nf4",
    bnb_4bit_compute_dtype=torch.bfloat16,
    bnb_4bit_use_double_quant=True,
)
tokenizer = AutoTokenizer.from_pretrained(args.model)
model = AutoModelForCausalLM.from_pretrained(args.model, quantization_config=config, device_map="cuda")

with open(args.tickets) as handle:
    tickets = [json.loads(line) for line in handle]

for ticket in tickets:
    inputs = tokenizer("Label this ticket: " + ticket["text"], return_tensors="pt").to("cuda")
    output = model.generate(**inputs, max_new_tokens=8)
    ticket["label"] = tokenizer.decode(output[0], skip_special_tokens=True)
