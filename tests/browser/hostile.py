"""A repository that tries to get out of the report: by its paths, its source, and the names of its models."""

from __future__ import annotations

from pathlib import Path

SCRIPT = "<script>window.pwned=1</script>"
IMAGE = "<img src=http://evil.invalid/x.png onerror=window.pwned=1>"
WORDS = f"</style></script>{SCRIPT}{IMAGE}--> ]]> &lt;b&gt; {{{{7*7}}}} {{% raw %}} ' \" ` ${{1}} javascript:alert(1)"
SOURCE = """\
import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig

# \u202e}} \u2066{words}\u2069 \x1b[31m \x1b]0;title\x07 \x9b31m \u200f שלום \u061c
config = BitsAndBytesConfig(load_in_8bit=True)  # \u202e{words} ##[error]x
model = AutoModelForCausalLM.from_pretrained({name!r}, quantization_config=config)
other = AutoModelForCausalLM.from_pretrained(
    "Qwen/Qwen2-1.5B", quantization_config=BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_use_double_quant=True)
)
"""
NAMES = (
    'a"><script>window.pwned=1</script>.py',
    "'onmouseover='window.pwned=1.py",
    "</style>/--> <!--.py",
    "\u202egnp.exe/\u2066moc.py",
    "\x1b[31mred\x07.py",
    "{{ 7*7 }}{% include 'x' %}.py",
    "#f1?x=%22&amp;.py",
    "عربي/שלום.py",
    "x " * 60 + ".py",
)


def write(root: Path) -> None:
    """Write the repository below `root`, as far as the file system takes the names."""
    for number, name in enumerate(NAMES):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        model = f"{WORDS}/model-{number}-7b" if number % 2 else "mistralai/Mistral-7B-Instruct-v0.3"
        path.write_text(SOURCE.format(words=WORDS, name=model), encoding="utf-8")
    serve = root / "deploy" / f"{IMAGE.replace('/', '_')}.yaml"
    serve.parent.mkdir()
    serve.write_text(
        "services:\n  llm:\n    image: vllm/vllm-openai\n"
        f"    command: --model Qwen/Qwen2-7B --max-num-seqs 1 --served-model-name '{SCRIPT}'\n",
        encoding="utf-8",
    )
