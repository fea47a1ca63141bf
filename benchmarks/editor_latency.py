"""How long the language server takes from a change to its diagnostics.

    python benchmarks/editor_latency.py [--changes 40] [--lines 50 500 5000]

Starts `ecolint server`, types single characters into a Python and a YAML file of each length, each with one finding,
and waits for the diagnostics of every version. The server waits for a pause in typing before it scans; that time is
in the server's `DEBOUNCE` and told apart. Prints a table; writes nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from ecolint import __version__
from ecolint.server.session import DEBOUNCE

PYTHON_HEAD = """import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig

config = BitsAndBytesConfig(load_in_8bit=True)
model = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-v0.1", quantization_config=config)
model.generate(torch.ones(1, 1))
"""
PYTHON_BODY = """
def step_{0}(items, limit=10):
    total = 0
    for index, item in enumerate(items):
        if index % 2 == 0 and item.value > limit:
            total += item.value * {0}
    return {{"total": total, "limit": limit}}

"""
YAML_HEAD = """services:
  llm:
    image: vllm/vllm-openai:v0.11.0
    command: --model Qwen/Qwen2.5-7B-Instruct --max-num-seqs 1
"""
YAML_BODY = """  worker{0}:
    image: registry.example/worker:{0}
    environment:
      QUEUE: jobs-{0}
      RETRIES: "3"
    ports: ["{0}:8080"]
    restart: unless-stopped
"""


TYPED_AT = "# "


def text_of(head: str, body: str, lines: int) -> str:
    """The head, and as much of the numbered body as makes about so many lines, then a comment to type into."""
    found = [*head.splitlines(keepends=True)]
    number = 0
    while len(found) < lines - 1:
        found += body.format(number).splitlines(keepends=True)
        number += 1
    return "".join(found) + TYPED_AT


async def latencies(client: LanguageClient, uri: str, language: str, text: str, changes: int) -> list[float]:
    """Seconds from each change to the diagnostics of its version."""
    arrived: dict[int, float] = {}
    news = asyncio.Event()

    def published(params: types.PublishDiagnosticsParams) -> None:
        if params.version is not None:
            assert params.diagnostics, "the finding must be there in every version"
            arrived[params.version] = time.perf_counter()
            news.set()

    async def arrival(version: int) -> float:
        while version not in arrived:
            news.clear()
            await news.wait()
        return arrived[version]

    LISTENERS[uri] = published
    item = types.TextDocumentItem(uri, language, 1, text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    await arrival(1)
    found = []
    line, character = text.count("\n"), len(TYPED_AT)
    for number in range(changes):
        at = types.Position(line, character + number)
        change = types.TextDocumentContentChangePartial(types.Range(at, at), "x")
        document = types.VersionedTextDocumentIdentifier(number + 2, uri)
        sent = time.perf_counter()
        client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))
        found.append(await arrival(number + 2) - sent)
    return found


LISTENERS: dict[str, Callable[[types.PublishDiagnosticsParams], None]] = {}


async def run(changes: int, sizes: list[int], folder: Path) -> None:
    client = LanguageClient("benchmark", "1")

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)  # type: ignore[untyped-decorator]
    def published(params: types.PublishDiagnosticsParams) -> None:
        if params.uri in LISTENERS:
            LISTENERS[params.uri](params)

    await client.start_io(sys.executable, "-m", "ecolint", "server", cwd=folder)
    await client.initialize_async(
        types.InitializeParams(types.ClientCapabilities(), root_uri=folder.as_uri())
    )
    client.initialized(types.InitializedParams())
    print(f"{'file':8}{'lines':>7}{'changes':>9}{'median ms':>11}{'p95 ms':>9}")
    for language, suffix, head, body in (
        ("python", "py", PYTHON_HEAD, PYTHON_BODY),
        ("yaml", "yaml", YAML_HEAD, YAML_BODY),
    ):
        for lines in sizes:
            uri = (folder / f"app{lines}.{suffix}").as_uri()
            found = await latencies(client, uri, language, text_of(head, body, lines), changes)
            waits = sorted((seconds - DEBOUNCE) * 1000 for seconds in found)
            p95 = waits[min(len(waits) - 1, round(0.95 * (len(waits) - 1)))]
            print(
                f"{language:8}{lines:>7}{len(waits):>9}{statistics.median(waits):>11.1f}{p95:>9.1f}",
                flush=True,
            )
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()  # type: ignore[no-untyped-call]


def machine() -> str:
    """Processor, number of cores, system and interpreter."""
    name = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), name)
    except OSError:
        pass
    return f"{name}, {os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--changes", type=int, default=40, help="characters typed into each file")
    parser.add_argument("--lines", type=int, nargs="+", default=[50, 500, 5000], help="lengths of the files")
    arguments = parser.parse_args()
    print(machine())
    print(f"the server's pause of {DEBOUNCE * 1000:g} ms is taken off")
    print(f"ecolint {__version__}, pygls {version('pygls')}, lsprotocol {version('lsprotocol')}")
    if hasattr(os, "getloadavg"):
        print(f"load of the last minute: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(arguments.changes, arguments.lines, Path(folder)))


if __name__ == "__main__":
    main()
