from transformers import AutoModelForCausalLM, BitsAndBytesConfig


def quantized(**options):
    return BitsAndBytesConfig(load_in_8bit=True, bnb_4bit_quant_type="nf4", **options)


model = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-2-13b-hf", quantization_config=quantized())
model.generate(1)
