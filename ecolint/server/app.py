"""The messages of the protocol, and what is done about each."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from ecolint import __version__
from ecolint.server.actions import KINDS, Request, actions
from ecolint.server.buffers import Buffers
from ecolint.server.hover import markdown, plain
from ecolint.server.options import SECTION, options_of
from ecolint.server.session import DEBOUNCE, Session
from ecolint.settings.files import SettingsError

WATCHED = (
    "**/{*.toml,*.py,*.txt,*.in,*.lock,*.cfg,*.yml,*.yaml,*.json,*.env,.env,Pipfile,Dockerfile,.gitignore}"
)
"""Settings files, and files that others take constants, versions and variables from."""
NOTEBOOKS = types.NotebookDocumentSyncOptions(
    [
        types.NotebookDocumentFilterWithNotebook(
            types.NotebookDocumentFilterNotebookType("jupyter-notebook"),
            [types.NotebookCellLanguage("python")],
        )
    ],
    save=True,
)


class EcolintServer(LanguageServer):
    """A language server for one client over one connection."""

    session: Session

    def __init__(self) -> None:
        super().__init__("ecolint", __version__, notebook_document_sync=NOTEBOOKS)
        self.initial_options: Any = None
        self.was_shut_down = False
        for method, handler in FEATURES.items():
            self.feature(method, FEATURE_OPTIONS.get(method))(handler)

    def supports(self, *names: str) -> Any:
        """What the client says at a path in its capabilities; None where it says nothing."""
        found: Any = self.client_capabilities
        for name in names:
            found = getattr(found, name, None)
        return found

    def configure(self, *layers: Any) -> None:
        """Put the editor's options in force, over those of the start. Wrong ones are told and not used."""
        try:
            options = options_of(self.initial_options, *layers)
        except SettingsError as error:
            text = f"{error}. The options before it stay in force."
            self.window_show_message(types.ShowMessageParams(types.MessageType.Error, text))
            return
        if options != self.session.options:
            self.session.options = options
            self.session.refresh()

    async def pull_options(self) -> None:
        """Ask the client for its options, if it can be asked."""
        if not self.supports("workspace", "configuration"):
            return
        items = [types.ConfigurationItem(section=SECTION)]
        try:
            found = await self.workspace_configuration_async(types.ConfigurationParams(items))
        except JsonRpcException:
            return
        self.configure(*found)

    async def watch(self) -> None:
        """Ask the client to tell of changes on disk and of its own settings, as far as it can."""
        wanted: list[types.Registration] = []
        if self.supports("workspace", "did_change_watched_files", "dynamic_registration"):
            options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(WATCHED)])
            wanted.append(
                types.Registration("ecolint-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            )
        if self.supports("workspace", "did_change_configuration", "dynamic_registration"):
            section = types.DidChangeConfigurationRegistrationOptions(section=SECTION)
            wanted.append(
                types.Registration("ecolint-options", types.WORKSPACE_DID_CHANGE_CONFIGURATION, section)
            )
        if wanted:
            await self.client_register_capability_async(types.RegistrationParams(wanted))


def _initialize(ls: EcolintServer, params: types.InitializeParams) -> None:
    buffers = Buffers(ls.workspace)
    ls.protocol._workspace = buffers
    ls.session = Session(ls, buffers)
    ls.initial_options = params.initialization_options


async def _initialized(ls: EcolintServer, params: types.InitializedParams) -> None:
    ls.configure()
    await ls.pull_options()
    await ls.watch()


def _shut_down(ls: EcolintServer, params: None) -> None:
    ls.was_shut_down = True
    ls.session.close()


async def _options_changed(ls: EcolintServer, params: types.DidChangeConfigurationParams) -> None:
    if ls.supports("workspace", "configuration"):
        await ls.pull_options()
    else:
        ls.configure(params.settings.get(SECTION) if isinstance(params.settings, Mapping) else None)


def _disk_changed(ls: EcolintServer, params: Any) -> None:
    ls.session.refresh()


def _uri(params: Any) -> str:
    """URI of the text or notebook that a notification is about."""
    concerned = getattr(params, "text_document", None) or params.notebook_document
    return str(concerned.uri)


def _opened(ls: EcolintServer, params: Any) -> None:
    ls.session.schedule(_uri(params))


def _changed(ls: EcolintServer, params: Any) -> None:
    ls.session.schedule(_uri(params), DEBOUNCE)


def _closed(ls: EcolintServer, params: Any) -> None:
    ls.session.forget(_uri(params))


async def _hover(ls: EcolintServer, params: types.HoverParams) -> types.Hover | None:
    uri, at = params.text_document.uri, params.position
    linted = await ls.session.linted(ls.session.buffers.whole(uri))
    if linted is None:
        return None
    part = linted.document.part_of(uri)
    here = [one for one in linted.placed if one.part == part and one.range.start <= at <= one.range.end]
    if not here:
        return None
    formats = ls.supports("text_document", "hover", "content_format") or ()
    shows_markdown = types.MarkupKind.Markdown in formats
    render, rule = (markdown, "\n\n---\n\n") if shows_markdown else (plain, "\n\n")
    kind = types.MarkupKind.Markdown if shows_markdown else types.MarkupKind.PlainText
    text = rule.join(render(one.finding, linted.cost) for one in here)
    return types.Hover(types.MarkupContent(kind, text), here[0].range)


async def _code_action(ls: EcolintServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    session, uri = ls.session, params.text_document.uri
    whole = session.buffers.whole(uri)
    linted = await session.linted(whole)
    if linted is None or not linted.placed:
        return []
    part = linted.document.part_of(uri)
    versioned = bool(ls.supports("workspace", "workspace_edit", "document_changes"))
    request = Request(part, params.range, params.context, versioned)
    found = await session.in_worker(lambda: list(actions(linted, request, session.buffers.units)))
    return found if session.buffers.document(whole) == linted.document else []


FEATURES: Mapping[str, Callable[..., Any]] = {
    types.INITIALIZE: _initialize,
    types.INITIALIZED: _initialized,
    types.SHUTDOWN: _shut_down,
    types.WORKSPACE_DID_CHANGE_CONFIGURATION: _options_changed,
    types.WORKSPACE_DID_CHANGE_WATCHED_FILES: _disk_changed,
    types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: _disk_changed,
    types.TEXT_DOCUMENT_DID_OPEN: _opened,
    types.TEXT_DOCUMENT_DID_CHANGE: _changed,
    types.TEXT_DOCUMENT_DID_SAVE: _disk_changed,
    types.TEXT_DOCUMENT_DID_CLOSE: _closed,
    types.NOTEBOOK_DOCUMENT_DID_OPEN: _opened,
    types.NOTEBOOK_DOCUMENT_DID_CHANGE: _changed,
    types.NOTEBOOK_DOCUMENT_DID_SAVE: _disk_changed,
    types.NOTEBOOK_DOCUMENT_DID_CLOSE: _closed,
    types.TEXT_DOCUMENT_HOVER: _hover,
    types.TEXT_DOCUMENT_CODE_ACTION: _code_action,
}
FEATURE_OPTIONS: Mapping[str, Any] = {
    types.TEXT_DOCUMENT_CODE_ACTION: types.CodeActionOptions(code_action_kinds=list(KINDS)),
}


def serve() -> int:
    """Serve one client on stdin and stdout until it says `exit`; 0 if it shut the server down before, else 1.

    What anything else prints goes to stderr, where it cannot disturb the client.
    """
    client = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    server = EcolintServer()
    server.start_io(sys.stdin.buffer, client)
    return 0 if server.was_shut_down else 1
