"""What a file's result rests on beside the file: what was asked of others, and whether the answer is still the same."""

from __future__ import annotations

import os

from ecolint.cache import store
from ecolint.cache.identity import name_of_content

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecolint.repository import Repository

READ, LISTED = "read", "listed"
Question = tuple[str, str]


def answer_to_read(data: bytes | None) -> bytes:
    """The answer of a file that was read, or was not there."""
    return name_of_content(data) if data is not None else b""


def answer_to_listed(names: tuple[str, ...]) -> bytes:
    """The answer of a folder that was listed."""
    return store.name_of(names).encode()


class Answers:
    """The present answers of one tree, each found out once."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._repository: Repository | None = None
        self._known: dict[Question, bytes] = {}

    def hold(self, asked: Mapping[Question, bytes]) -> bool:
        """Whether each question has the answer it had."""
        return all(self._answer(question) == answer for question, answer in asked.items())

    def _answer(self, question: Question) -> bytes:
        known = self._known.get(question)
        if known is None:
            known = self._known[question] = self._found_out(*question)
        return known

    def _found_out(self, kind: str, path: str) -> bytes:
        if kind == READ and not os.path.lexists(os.path.join(self._root, path)):
            return b""
        if self._repository is None:
            from ecolint.repository import Repository

            self._repository = Repository(self._root)
        if kind == LISTED:
            return answer_to_listed(self._repository.list(path))
        source = self._repository.read(path)
        return answer_to_read(source.data if source is not None else None)
