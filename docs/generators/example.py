"""What a finding looks like, for the README."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ecolint import evidence
from ecolint.finding import Report
from ecolint.reporters.base import RenderContext
from ecolint.reporters.registry import reporter
from ecolint.repository import Repository
from ecolint.rules.registry import rules
from ecolint.scanner import scan
from ecolint.settings.keys import DEFAULTS
from ecolint.settings.policy import CommandLineChoices, policy_for
from ecolint.source import SourceFile

ROOT = Path(__file__).parent.parent.parent
FOLDER = "examples/chatbot"
FILE = "app/main.py"
GPU = "RTX 4090D"
WIDTH = 110


def finding(width: int = WIDTH) -> str:
    """The command and its output, as a fenced block of at most `width` columns where words can be broken."""
    source = SourceFile(FILE, (ROOT / FOLDER / FILE).read_bytes())
    policy = policy_for(DEFAULTS, CommandLineChoices(gpu=GPU), FILE)
    found = scan(source, Repository(str(ROOT / FOLDER)), policy)
    shown = replace(source, path=f"{FOLDER}/{FILE}")
    findings = tuple(replace(item, path=shown.path) for item in found.findings)
    report = Report(findings, (), (), (), 1, 1, 0, 0.0)
    context = RenderContext(
        read_source=lambda path: shown, rules=rules(), footer=evidence.FOOTER, width=width, quiet=True
    )
    text = reporter("text").text(report, context).rstrip()
    return f"```text\n$ ecolint scan {shown.path} --gpu '{GPU}' --quiet\n{text}\n```\n"
