lmdeploy serve api_server internlm/internlm2-chat-7b --max-batch-size 1
