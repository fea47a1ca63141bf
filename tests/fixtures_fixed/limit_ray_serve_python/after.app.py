from ray.serve.llm import LLMConfig, build_openai_app

config = LLMConfig(
    model_loading_config={"model_id": "chat", "model_source": "meta-llama/Llama-3.1-8B"},
    engine_kwargs=dict(
        gpu_memory_utilization=0.9,
    ),
)
app = build_openai_app({"llm_configs": [config]})
