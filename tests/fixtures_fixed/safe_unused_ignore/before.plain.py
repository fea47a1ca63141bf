import torch  # ecolint: ignore[ECO001]
# ecolint: ignore[ECO002] -- once needed
model = torch.nn.Linear(1, 1)
