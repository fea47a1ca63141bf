"""An editor without a screen: pygls's client over stdio, its buffers, and a plain reading of what edits mean."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.client import LanguageClient

PATIENCE = 90.0
"""Seconds after which a message that should have come counts as missing."""
CODECS = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
UNIT = {"utf-8": 1, "utf-16": 2, "utf-32": 4}
LINE_END = re.compile(r"\r\n|\r|\n")
Result = TypeVar("Result")


def index_of(text: str, position: types.Position, encoding: str) -> int:
    """Index of a character in a text, from a position in units of an encoding."""
    starts = [0, *(match.end() for match in LINE_END.finditer(text))]
    if position.line >= len(starts):
        return len(text)
    start = starts[position.line]
    end = LINE_END.search(text, start)
    line = text[start : end.start() if end else len(text)]
    units = line.encode(CODECS[encoding])[: position.character * UNIT[encoding]]
    return start + len(units.decode(CODECS[encoding]))


def applied(text: str, edits: Sequence[types.TextEdit], encoding: str) -> str:
    """A text with edits, all of them meant for the text as it was."""
    placed = [
        (index_of(text, edit.range.start, encoding), index_of(text, edit.range.end, encoding), edit.new_text)
        for edit in edits
    ]
    for start, end, new in sorted(placed, reverse=True):
        text = text[:start] + new + text[end:]
    return text


class Editor:
    """One editor with one server. Its methods wait for what they promise."""

    def __init__(
        self, root: Path, *, encoding: str = "utf-16", options: Any = None, **capabilities: Any
    ) -> None:
        self.root = root
        self.encoding = encoding
        self.options = options
        self.settings: Any = None
        self.texts: dict[str, tuple[int, str]] = {}
        self.published: dict[str, types.PublishDiagnosticsParams] = {}
        self.messages: list[str] = []
        self.logged: list[str] = []
        self.registered: list[types.Registration] = []
        self.loop = asyncio.new_event_loop()
        self.client = LanguageClient("editor", "1")
        self._news = asyncio.Event()
        self._listen()
        self.run(self.client.start_io(sys.executable, "-m", "ecolint", "server", cwd=root))
        self.server = self.run(self._initialize(capabilities))

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.loop.run_until_complete(asyncio.wait_for(work, PATIENCE))

    def _listen(self) -> None:
        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: types.PublishDiagnosticsParams) -> None:
            self.published[params.uri] = params
            self._news.set()

        @self.client.feature(types.WINDOW_SHOW_MESSAGE)
        def shown(params: types.ShowMessageParams) -> None:
            self.messages.append(params.message)
            self._news.set()

        @self.client.feature(types.WINDOW_LOG_MESSAGE)
        def logged(params: types.LogMessageParams) -> None:
            self.logged.append(params.message)

        @self.client.feature(types.WORKSPACE_CONFIGURATION)
        def configuration(params: types.ConfigurationParams) -> list[Any]:
            return [self.settings if item.section == "ecolint" else None for item in params.items]

        @self.client.feature(types.CLIENT_REGISTER_CAPABILITY)
        def register(params: types.RegistrationParams) -> None:
            self.registered.extend(params.registrations)
            self._news.set()

    async def _initialize(self, capabilities: dict[str, Any]) -> types.InitializeResult:
        known = types.ClientCapabilities(
            general=types.GeneralClientCapabilities(position_encodings=[self.encoding]),
            workspace=types.WorkspaceClientCapabilities(
                configuration=True,
                did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(
                    dynamic_registration=True
                ),
                workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
            ),
            text_document=types.TextDocumentClientCapabilities(
                hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown])
            ),
            notebook_document=types.NotebookDocumentClientCapabilities(
                types.NotebookDocumentSyncClientCapabilities()
            ),
        )
        for name, value in capabilities.items():
            setattr(known, name, value)
        params = types.InitializeParams(
            capabilities=known,
            process_id=None,
            initialization_options=self.options,
            workspace_folders=[types.WorkspaceFolder(self.root.as_uri(), self.root.name)],
        )
        result = await self.client.initialize_async(params)
        self.client.initialized(types.InitializedParams())
        return result

    def uri(self, name: str) -> str:
        return (self.root / name).as_uri()

    def open(self, name: str, text: str, language: str = "python") -> list[types.Diagnostic]:
        """Open a file with a text; its diagnostics."""
        uri = self.uri(name)
        self.texts[uri] = (1, text)
        item = types.TextDocumentItem(uri, language, 1, text)
        return self._after(
            uri, 1, lambda: self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        )

    def change(self, name: str, *edits: types.TextEdit) -> list[types.Diagnostic]:
        """Make edits one after the other; the diagnostics of the new text."""
        uri = self.uri(name)
        version, text = self.texts[uri]
        for edit in edits:
            text = applied(text, [edit], self.encoding)
        self.texts[uri] = (version + 1, text)
        events = [types.TextDocumentContentChangePartial(edit.range, edit.new_text) for edit in edits]
        return self._sent(uri, version + 1, events)

    def replace(self, name: str, text: str) -> list[types.Diagnostic]:
        """Put another text in the place of a file's; its diagnostics."""
        uri = self.uri(name)
        version = self.texts[uri][0] + 1
        self.texts[uri] = (version, text)
        return self._sent(uri, version, [types.TextDocumentContentChangeWholeDocument(text)])

    def _sent(
        self, uri: str, version: int, events: list[types.TextDocumentContentChangeEvent]
    ) -> list[types.Diagnostic]:
        document = types.VersionedTextDocumentIdentifier(version, uri)
        params = types.DidChangeTextDocumentParams(document, events)
        return self._after(uri, version, lambda: self.client.text_document_did_change(params))

    def _after(self, uri: str, version: int, send: Callable[[], None]) -> list[types.Diagnostic]:
        async def work() -> list[types.Diagnostic]:
            send()
            await self._until(lambda: uri in self.published and self.published[uri].version == version)
            return list(self.published[uri].diagnostics)

        return self.run(work())

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self._news.clear()
            await self._news.wait()

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for something that messages of the server bring about."""
        self.run(self._until(holds))

    def shown(self, name: str) -> list[types.Diagnostic]:
        """What the editor shows at a file now."""
        found = self.published.get(self.uri(name))
        return list(found.diagnostics) if found else []

    def codes(self, name: str) -> list[str]:
        return [str(item.code) for item in self.shown(name)]

    def save(self, name: str) -> None:
        """Write a file's text to disk and say so."""
        uri = self.uri(name)
        (self.root / name).write_text(self.texts[uri][1], encoding="utf-8", newline="")
        document = types.TextDocumentIdentifier(uri)
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(document))

    def write(self, name: str, text: str) -> None:
        """Write a file that is not open, and say that it changed."""
        (self.root / name).write_text(text, encoding="utf-8", newline="")
        event = types.FileEvent(self.uri(name), types.FileChangeType.Changed)
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))

    def close(self, name: str) -> None:
        uri = self.uri(name)
        self.texts.pop(uri)
        document = types.TextDocumentIdentifier(uri)
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(document))
        self.until(lambda: not self.published[uri].diagnostics)

    def hover(self, name: str, position: types.Position) -> str | None:
        params = types.HoverParams(types.TextDocumentIdentifier(self.uri(name)), position)
        found = self.run(self.client.text_document_hover_async(params))
        if found is None:
            return None
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value

    def actions(
        self, name: str, place: types.Range, *only: str, diagnostics: Sequence[types.Diagnostic] = ()
    ) -> list[types.CodeAction]:
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(self.uri(name)),
            place,
            types.CodeActionContext(list(diagnostics), only=list(only) or None),
        )
        found = self.run(self.client.text_document_code_action_async(params)) or []
        return [item for item in found if isinstance(item, types.CodeAction)]

    def edits(self, action: types.CodeAction) -> dict[str, list[types.TextEdit]]:
        """Edits of an action by URI; their versions must be those of the buffers."""
        assert action.edit is not None
        if action.edit.changes is not None:
            return {uri: list(edits) for uri, edits in action.edit.changes.items()}
        found = {}
        for change in action.edit.document_changes or ():
            assert isinstance(change, types.TextDocumentEdit)
            assert change.text_document.version == self.texts[change.text_document.uri][0]
            found[change.text_document.uri] = [
                item for item in change.edits if isinstance(item, types.TextEdit)
            ]
        return found

    def after(self, name: str, action: types.CodeAction) -> str:
        """The text of a file after an action, as an editor makes it."""
        uri = self.uri(name)
        edits = self.edits(action)
        assert list(edits) == [uri]
        return applied(self.texts[uri][1], edits[uri], self.encoding)

    def request(self, method: str, params: Any) -> Any:
        async def work() -> Any:
            return await self.client.protocol.send_request_async(method, params)

        return self.run(work())

    def quit(self) -> int:
        """End the server in order; its exit status."""

        async def work() -> int:
            await self.client.shutdown_async(None)
            self.client.exit(None)
            assert self.client._server is not None
            return await self.client._server.wait()

        return self.run(work())

    def dispose(self) -> None:
        """End the server if it still runs, and the loop."""

        async def work() -> None:
            process = self.client._server
            if process is not None and process.returncode is None:
                process.kill()
            await self.client.stop()

        self.run(work())
        self.loop.close()
