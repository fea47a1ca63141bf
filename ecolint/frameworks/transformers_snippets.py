"""How remedies are written with transformers, by version."""

from __future__ import annotations

from collections.abc import Mapping

from ecolint.frameworks.base import Form, Remedy, Snippet

FIVE = ("transformers", "5.0")
TOGETHER = (
    Snippet(
        'model.generate(**tokenizer(prompts, padding=True, return_tensors="pt").to(model.device))',
        "Needs a padding token and, for models that only decode, padding_side='left'; a processor takes lists as a "
        "tokenizer does, and a pipeline takes them with batch_size=.",
    ),
)
SNIPPETS: Mapping[Remedy, tuple[Snippet, ...]] = {
    Remedy.HALF_PRECISION: (
        Snippet(
            'AutoModelForCausalLM.from_pretrained(base_id, torch_dtype=torch.float16, device_map="auto")',
            "base_id is the checkpoint that was quantised: weights that were saved in 4 or 8 bits stay so. "
            "transformers 5 also takes the name dtype. torch.bfloat16 is as good where the card has it.",
            form=Form.JSON,
        ),
        Snippet(
            'AutoModelForCausalLM.from_pretrained(model_id, dtype=torch.float16, device_map="auto")',
            "Leave quantization_config out. transformers 4 needs torch_dtype=, and loads float32 without it. "
            "torch.bfloat16 is as good where the card has it.",
            "dtype=torch.float16",
            pinned=FIVE,
        ),
        Snippet(
            'AutoModelForCausalLM.from_pretrained(model_id, torch_dtype=torch.float16, device_map="auto")',
            "Leave quantization_config out; without torch_dtype, transformers 4 loads float32. transformers 5 also "
            "takes the name dtype. torch.bfloat16 is as good where the card has it.",
            "torch_dtype=torch.float16",
        ),
    ),
    Remedy.NF4: (
        Snippet(
            'BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", '
            "bnb_4bit_compute_dtype=torch.bfloat16)",
            "torch.float16 on cards without BF16.",
        ),
    ),
    Remedy.NF4_DOUBLE_QUANT: (
        Snippet(
            'BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", '
            "bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=torch.bfloat16)",
            "torch.float16 on cards without BF16.",
        ),
    ),
    Remedy.INT8_PURE: (
        Snippet('"llm_int8_threshold": 0.0', form=Form.JSON),
        Snippet("BitsAndBytesConfig(load_in_8bit=True, llm_int8_threshold=0.0)"),
    ),
    Remedy.SINGLE_QUANTIZATION: (
        Snippet(
            '"bnb_4bit_use_double_quant": false',
            "Weights that were saved with it have to be quantised anew.",
            form=Form.JSON,
        ),
        Snippet("bnb_4bit_use_double_quant=False"),
    ),
    Remedy.COMPILE: (
        Snippet(
            'model.generate(**inputs, cache_implementation="static")',
            "A static cache compiles the decoding step by itself, except for bitsandbytes; the first call takes "
            "longer.",
            since=("transformers", "4.50"),
        ),
        Snippet("model.forward = torch.compile(model.forward)", "The first call takes longer."),
    ),
    Remedy.FP8: (
        Snippet(
            "from_pretrained(model_id, quantization_config=TorchAoConfig(Float8WeightOnlyConfig()))",
            "Only with compilation, and on cards with FP8 units.",
        ),
    ),
    Remedy.BATCHING: TOGETHER,
    Remedy.ONE_CALL: (
        Snippet(
            "pipe(prompts, batch_size=16)",
            "Its tokenizer needs a padding token and, for models that only decode, padding_side='left'.",
            load="pipeline(",
        ),
        Snippet(
            "llm.batch(prompts)",
            "With batch_size=16 in from_model_id; chains have batch() as well.",
            load="HuggingFacePipeline",
        ),
        *TOGETHER,
    ),
    Remedy.FAST_ATTENTION: (Snippet('attn_implementation="sdpa"'),),
    Remedy.FP8_KV_CACHE: (
        Snippet(
            "dtype=torch.bfloat16",
            "The cache follows the dtype of the modules that are not quantised.",
            pinned=FIVE,
        ),
        Snippet(
            "torch_dtype=torch.bfloat16",
            "The cache follows the dtype of the modules that are not quantised; transformers 5 also takes the name "
            "dtype.",
        ),
    ),
    Remedy.PLACEMENT: (Snippet('from_pretrained(model_id, device_map="auto")'),),
    Remedy.PERSISTENT_WORKER: (
        Snippet("Load the model when the module is imported, or in a function under functools.lru_cache."),
    ),
}
