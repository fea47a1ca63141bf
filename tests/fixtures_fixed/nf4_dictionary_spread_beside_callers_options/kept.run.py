from transformers import AutoModelForCausalLM


def load(**options):
    return AutoModelForCausalLM.from_pretrained("Qwen/Qwen2.5-1.5B-Instruct", load_in_4bit=True, **options)


load().generate(1)
