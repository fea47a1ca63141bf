"""What every file format's reader is."""

from __future__ import annotations

from collections.abc import Callable

from ecolint.records import dataclass
from ecolint.repository import Repository
from ecolint.source import SourceFile
from ecolint.statements import Reading

Reader = Callable[[SourceFile, Repository], Reading]


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: which names it has, and how it is read.

    `names` are globs on the lower-cased file name; `paths` are globs on the lower-cased path, matched from
    the right (`.github/workflows/*.yml`). Formats are tried in the order of `priority`, lowest first.
    `comment` is the sign that starts a comment to the end of the line; `block_texts` says that there may be those of
    YAML, `is_prose` that code stands in the blocks of Markdown; `may_add_comments` that other readers of such files
    know comments. `interpreters` are the programs that may stand in a `#!` line. `anchors` are byte strings of which at
    least one stands in every file in which the reader can find something by itself, beyond the anchors of the
    frameworks.
    `tells` says of a file's bytes whether the default rules may judge anything in it; None where only reading it can
    say so. `read_telling` reads what they may judge, where that is less work than reading all.
    `read` raises `ecolint.source.Unreadable` where nothing can be read; what else it raises is an error in
    ecolint.
    """

    name: str
    read: Reader
    names: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    comment: tuple[str, ...] = ("#",)
    block_texts: bool = False
    is_prose: bool = False
    interpreters: tuple[str, ...] = ()
    anchors: tuple[bytes, ...] = ()
    priority: int = 50
    may_add_comments: bool = True
    tells: Callable[[bytes], bool] | None = None
    read_telling: Reader | None = None

    @property
    def sign(self) -> str:
        """What a comment that is added to a file begins with; empty where other readers know none."""
        return (self.comment or ("#",))[0] if self.may_add_comments else ""
