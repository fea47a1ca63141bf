from vllm import AsyncEngineArgs, AsyncLLMEngine

arguments = AsyncEngineArgs(model="meta-llama/Llama-3.1-8B", max_num_seqs=1)
engine = AsyncLLMEngine.from_engine_args(arguments)
