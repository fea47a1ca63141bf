from vllm import AsyncEngineArgs, AsyncLLMEngine

arguments = AsyncEngineArgs(model="meta-llama/Llama-3.1-8B")
engine = AsyncLLMEngine.from_engine_args(arguments)
