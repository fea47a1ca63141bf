import os
import subprocess

subprocess.Popen(["ollama", "serve"], env={**os.environ, "OLLAMA_NUM_PARALLEL": "4"})
subprocess.Popen(["ollama", "serve"], env=dict(os.environ, OLLAMA_NUM_PARALLEL='4'))
