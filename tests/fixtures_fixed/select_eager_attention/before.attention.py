from transformers import AutoModelForCausalLM

model = AutoModelForCausalLM.from_pretrained('mistralai/Mistral-7B-v0.1', device_map='auto', attn_implementation='eager')
model.generate(**inputs)
