from transformers import AutoModelForCausalLM, BitsAndBytesConfig

def load():
    import torch
    model = AutoModelForCausalLM.from_pretrained("Qwen/Qwen2.5-1.5B-Instruct",
        torch_dtype=torch.bfloat16, device_map="auto")
    return model

def load_small():
    model = AutoModelForCausalLM.from_pretrained("Qwen/Qwen2.5-0.5B-Instruct", torch_dtype="float16", device_map="auto")
    return model.generate("x")
load_small()
