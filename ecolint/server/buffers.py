"""The texts that the client has opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from lsprotocol.types import TextDocumentSyncKind
from pygls.uris import to_fs_path
from pygls.workspace import TextDocument, Workspace

from ecolint.server.documents import Document, Part, TextFile, lines_of
from ecolint.server.notebooks import Notebook


class Buffer(TextDocument):
    """A text whose lines end where the protocol says, and not also at form feeds and U+2028."""

    @property
    def lines(self) -> Sequence[str]:
        return lines_of(self.source)


class Buffers(Workspace):
    """What the client has opened, taken over from the workspace that pygls made."""

    def __init__(self, made: Workspace) -> None:
        super().__init__(
            made.root_uri,
            TextDocumentSyncKind.Incremental,
            list(made.folders.values()),
            made.position_encoding,
        )

    def _create_text_document(
        self,
        doc_uri: str,
        source: str | None = None,
        version: int | None = None,
        language_id: str | None = None,
    ) -> Buffer:
        return Buffer(
            doc_uri,
            source,
            version,
            language_id,
            sync_kind=self._sync_kind,
            position_codec=self.position_codec,
        )

    def units(self, text: str) -> int:
        """Length of a text in the unit that was agreed on for columns."""
        return int(self.position_codec.client_num_units(text))

    @property
    def roots(self) -> tuple[str, ...]:
        """Absolute paths of the workspace's folders."""
        uris = list(self.folders) or [self.root_uri or ""]
        return tuple(path for path in map(to_fs_path, uris) if path)

    def opened(self) -> Iterator[str]:
        """URIs of the open files and notebooks; a notebook's stands for its cells."""
        yield from (notebook.uri for notebook in self.notebook_documents.values())
        for text in self.text_documents.values():
            if self.get_notebook_document(cell_uri=text.uri) is None:
                yield text.uri

    def whole(self, uri: str) -> str:
        """URI, as it was opened, of the notebook that a cell belongs to, or of anything else."""
        notebook = self.get_notebook_document(cell_uri=uri)
        opened = notebook or self.text_documents.get(unquote(uri))
        return uri if opened is None else opened.uri

    def document(self, uri: str) -> Document | None:
        """The present state of a file or notebook; None where it is not open, or is no file."""
        path = to_fs_path(uri)
        if path is None:
            return None
        notebook = self.get_notebook_document(notebook_uri=uri)
        if notebook is not None:
            cells = (self.text_documents.get(unquote(cell.document)) for cell in notebook.cells)
            return Notebook(uri, path, tuple(_part(cell) for cell in cells if cell is not None))
        text = self.text_documents.get(unquote(uri))
        return TextFile(uri, path, (_part(text),)) if text is not None else None


def _part(text: TextDocument) -> Part:
    return Part(text.uri, text.version, text.source)
