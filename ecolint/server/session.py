"""When open documents are scanned, and what the client is told: the newest version only, one scan at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from lsprotocol.types import Diagnostic, LogMessageParams, MessageType, PublishDiagnosticsParams
from pygls.lsp.server import LanguageServer

from ecolint.server.buffers import Buffers
from ecolint.server.defects import Defects
from ecolint.server.diagnostics import diagnostic
from ecolint.server.linting import Linted, Linter
from ecolint.server.options import Options

DEBOUNCE = 0.15
"""Seconds without a change after which a text is scanned."""
Result = TypeVar("Result")


class Session:
    """The open documents of one client. Scans run in a thread of their own, so that messages never wait for one.

    `epoch` counts the events after which files on disk may be others.
    """

    def __init__(self, client: LanguageServer, buffers: Buffers) -> None:
        self.client = client
        self.buffers = buffers
        self.options = Options()
        self.epoch = 0
        self._linter = Linter(buffers.units)
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ecolint")
        self._turn = asyncio.Lock()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._known: dict[str, tuple[object, Linted]] = {}
        self._shown: dict[str, set[str]] = {}
        self._defects = Defects(client)

    async def in_worker(self, job: Callable[[], Result]) -> Result:
        """The result of a job that the worker does."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, job)

    def schedule(self, uri: str, delay: float = 0.0) -> None:
        """Scan a document after so many seconds, unless it changes again before."""
        self._start(uri, self._scan_later(uri, delay))

    def refresh(self) -> None:
        """Scan every open document again, because files, settings or options changed."""
        self.epoch += 1
        self._start("", self._scan_all())

    def forget(self, uri: str) -> None:
        """Take back what was said of a closed document."""
        task = self._tasks.pop(uri, None)
        if task is not None:
            task.cancel()
        self._known.pop(uri, None)
        for part in self._shown.pop(uri, ()):
            self._publish(part, None, [])
        self._defects.update(uri, None)

    async def linted(self, uri: str) -> Linted | None:
        """A document with its present findings; None where it is not open."""
        async with self._turn:
            document = self.buffers.document(uri)
            if document is None:
                return None
            key = (document, self.epoch, self.options, self.buffers.roots)
            known = self._known.get(uri)
            if known is not None and known[0] == key:
                return known[1]
            options, roots, epoch = self.options, self.buffers.roots, self.epoch
            linted = await self.in_worker(lambda: self._linter.lint(document, options, roots, epoch))
            if self.buffers.document(uri) == document:
                self._known[uri] = (key, linted)
                self._tell(uri, linted)
            return linted

    def close(self) -> None:
        """Stop scanning."""
        for task in self._tasks.values():
            task.cancel()
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        running = self._tasks.get(name)
        if running is not None:
            running.cancel()
        self._tasks[name] = asyncio.get_running_loop().create_task(work)

    async def _scan_later(self, uri: str, delay: float) -> None:
        await asyncio.sleep(delay)
        await self._scan(uri)

    async def _scan_all(self) -> None:
        await asyncio.sleep(DEBOUNCE)
        for uri in list(self.buffers.opened()):
            await self._scan(uri)

    async def _scan(self, uri: str) -> None:
        try:
            await self.linted(uri)
        except Exception as error:
            text = f"ecolint: internal error in {uri}: {type(error).__name__}: {error}"
            self.client.window_log_message(LogMessageParams(MessageType.Error, text))

    def _tell(self, uri: str, linted: Linted) -> None:
        parts = linted.document.parts
        found: dict[str, list[Diagnostic]] = {part.uri: [] for part in parts}
        for placed in linted.placed:
            found[parts[placed.part].uri].append(diagnostic(placed))
        shown = self._shown.get(uri, set())
        self._shown[uri] = {part for part, diagnostics in found.items() if diagnostics}
        for part in parts:
            if len(parts) == 1 or found[part.uri] or part.uri in shown:
                self._publish(part.uri, part.version, found[part.uri])
        for removed in shown - set(found):
            self._publish(removed, None, [])
        self._defects.update(uri, linted.defect)

    def _publish(self, uri: str, version: int | None, diagnostics: list[Diagnostic]) -> None:
        told = diagnostics + self._defects.diagnostics(uri)
        self.client.text_document_publish_diagnostics(PublishDiagnosticsParams(uri, told, version))
