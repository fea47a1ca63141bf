import torch, copy
from transformers import AutoModelForCausalLM, BitsAndBytesConfig
class Q:
    base = dict(bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16, bnb_4bit_use_double_quant=True)
    def four(self): return BitsAndBytesConfig(load_in_4bit=True, **self.base)
    def eight(self): return BitsAndBytesConfig(load_in_8bit=True, **self.base)
BASE = {"bnb_4bit_quant_type": "nf4", "bnb_4bit_compute_dtype": torch.bfloat16}
def load(bits):
    kw = dict(BASE)
    kw[f"load_in_{bits}bit"] = True
    return AutoModelForCausalLM.from_pretrained("meta-llama/Llama-2-13b-hf", quantization_config=BitsAndBytesConfig(**kw))
load(4).generate(1)
def load2(eight):
    kw = {**BASE}
    if eight:
        kw["load_in_8bit"] = True
    else:
        kw["load_in_4bit"] = True
    return AutoModelForCausalLM.from_pretrained("meta-llama/Llama-2-13b-hf", quantization_config=BitsAndBytesConfig(**kw))
load2(True).generate(1)
