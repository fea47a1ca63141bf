import torch
from transformers import AutoModelForCausalLM

a = AutoModelForCausalLM.from_pretrained("facebook/opt-1.3b", torch_dtype=torch.float16, device_map="auto")
a.generate(1)
b = AutoModelForCausalLM.from_pretrained(
    "facebook/opt-1.3b", device_map="auto",
    torch_dtype=torch.float16
)
b.generate(1)
c = AutoModelForCausalLM.from_pretrained(
    "facebook/opt-1.3b"
    , torch_dtype=torch.float16
    , device_map = "auto"
    )
c.generate(1)
d = AutoModelForCausalLM.from_pretrained("facebook/opt-1.3b",
    torch_dtype=torch.float16,
    device_map="auto")
d.generate(1)
