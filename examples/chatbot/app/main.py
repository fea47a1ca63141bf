"""Chat endpoint."""

import torch
from fastapi import FastAPI
from pydantic import BaseModel
from transformers import AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig

from .settings import MAX_NEW_TOKENS, MODEL_ID

app = FastAPI()
quantization = BitsAndBytesConfig(load_in_8bit=True)
tokenizer = AutoTokenizer.from_pretrained(MODEL_ID)
model = AutoModelForCausalLM.from_pretrained(
    MODEL_ID,
    quantization_config=quantization,
    device_map="auto",
)


class Question(BaseModel):
    text: str


@app.post("/chat")
def chat(question: Question) -> str:
    inputs = tokenizer(question.text, return_tensors="pt").to(model.device)
    with torch.inference_mode():
        output = model.generate(**inputs, max_new_tokens=MAX_NEW_TOKENS)
    return tokenizer.decode(output[0], skip_special_tokens=True)
