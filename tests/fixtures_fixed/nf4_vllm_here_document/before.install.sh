#!/usr/bin/env bash
set -euo pipefail
cat <<EOF | sudo tee /etc/systemd/system/vllm.service
[Unit]
Description=vLLM
After=network-online.target

[Service]
Environment=HF_HOME=/srv/hf
ExecStart=/opt/vllm/bin/vllm serve Qwen/Qwen2.5-3B-Instruct \\
    --max-num-seqs 1 \\
    --host 127.0.0.1 --port ${PORT:-8000} \\
    --quantization bitsandbytes
Restart=always

[Install]
WantedBy=multi-user.target
EOF
systemctl daemon-reload
