FROM ghcr.io/huggingface/text-generation-inference:3.0
ENV MODEL_ID=mistralai/Mistral-7B-Instruct-v0.3 \
    MAX_BATCH_SIZE=1 \
    PORT=80
ENV HF_HUB_OFFLINE=1
