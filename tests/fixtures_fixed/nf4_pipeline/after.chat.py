import torch
from transformers import pipeline

pipe = pipeline(
    'text-generation',
    model='Qwen/Qwen2.5-1.5B-Instruct',
    model_kwargs={
        'torch_dtype': torch.float16,
        'device_map': 'auto',
        'low_cpu_mem_usage': True,
    },
)
print(pipe('hello'))
