import torch
from transformers import AutoModelForCausalLM

a = AutoModelForCausalLM.from_pretrained("facebook/opt-1.3b", load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.float16)
a.generate(1)
b = AutoModelForCausalLM.from_pretrained(
    "facebook/opt-1.3b", device_map="auto",
    load_in_4bit=True, bnb_4bit_compute_dtype=torch.float16,
    bnb_4bit_quant_type="nf4"
)
b.generate(1)
c = AutoModelForCausalLM.from_pretrained(
    "facebook/opt-1.3b"
    , load_in_8bit = True
    , device_map = "auto"
    )
c.generate(1)
d = AutoModelForCausalLM.from_pretrained("facebook/opt-1.3b",
    load_in_4bit=True,
    bnb_4bit_compute_dtype="float16", bnb_4bit_quant_type="nf4")
d.generate(1)
