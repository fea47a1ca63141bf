"""Settings files and baselines that cannot be used: told once, shown on their line until they can be."""

from __future__ import annotations

from dataclasses import dataclass, field

from lsprotocol.types import Diagnostic, MessageType, PublishDiagnosticsParams, ShowMessageParams
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from ecolint.server.diagnostics import defect_diagnostic
from ecolint.server.disk import Defect


@dataclass
class Defects:
    """The defect that each open document met, by the document's URI."""

    client: LanguageServer
    _met: dict[str, Defect] = field(default_factory=dict)

    def update(self, uri: str, defect: Defect | None) -> None:
        """Note what a document met now; None where its settings are sound, or it is closed."""
        before = set(self._met.values())
        self._met.pop(uri, None)
        if defect is not None:
            self._met[uri] = defect
        now = set(self._met.values())
        for one in now - before:
            end = "" if one.reason.endswith("?") else "."
            text = f"ecolint: {one}{end} Until it is repaired, the last settings that could be read stay in force."
            self.client.window_show_message(ShowMessageParams(MessageType.Error, text))
        for path in {one.path for one in now ^ before if one.path}:
            address = self._uri(path)
            self.client.text_document_publish_diagnostics(
                PublishDiagnosticsParams(address, self.diagnostics(address))
            )

    def diagnostics(self, uri: str) -> list[Diagnostic]:
        """What is wrong with a file, if it is a settings file."""
        path = to_fs_path(uri)
        return [defect_diagnostic(one) for one in dict.fromkeys(self._met.values()) if one.path == path]

    def _uri(self, path: str) -> str:
        """The URI by which the client knows a path."""
        opened = (text.uri for text in self.client.workspace.text_documents.values() if text.path == path)
        return next(opened, None) or from_fs_path(path) or ""
