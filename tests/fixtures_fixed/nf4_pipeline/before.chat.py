import torch
from transformers import pipeline

pipe = pipeline(
    'text-generation',
    model='Qwen/Qwen2.5-1.5B-Instruct',
    model_kwargs={
        'load_in_4bit': True,
        'bnb_4bit_compute_dtype': torch.float16,
        'low_cpu_mem_usage': True,
    },
)
print(pipe('hello'))
