#!/bin/bash
set -e
vllm serve Qwen/Qwen2.5-1.5B-Instruct \
    --port 8000                   \
    --dtype auto
