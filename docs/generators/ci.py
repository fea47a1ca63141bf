"""The files of `ecolint init`, and the inputs and outputs of the action."""

from __future__ import annotations

from pathlib import Path

from ecolint.settings.starter import STARTERS

ACTION = Path(__file__).parents[2] / "action.yml"


def starter(name: str) -> str:
    """A file of `ecolint init` as a block of code."""
    return f"\n```yaml\n{STARTERS[name].text}```\n\n"


def action_inputs() -> str:
    """What the action takes and gives, as two tables."""
    import yaml

    action = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
    inputs = [
        f"| `{name}` | {item['description']} | {_default(item['default'])} |"
        for name, item in action["inputs"].items()
    ]
    outputs = [f"| `{name}` | {item['description']} |" for name, item in action["outputs"].items()]
    head = ["", "| input | meaning | default |", "|---|---|---|"]
    return "\n".join([*head, *inputs, "", "| output | meaning |", "|---|---|", *outputs, "", ""])


def _default(text: str) -> str:
    return f"`{text}`" if text else ""
