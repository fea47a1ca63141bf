"""Results of scanned files, taken from the memory of a run and put into it."""

from __future__ import annotations

import marshal
import os
import time
from typing import TYPE_CHECKING

from ecolint.cache.answers import Answers, Question
from ecolint.cache.codec import NotStorable, pack, unpack
from ecolint.cache.identity import name_of_content
from ecolint.cache.results import CANDIDATE
from ecolint.finding import FileReport
from ecolint.records import replace

if TYPE_CHECKING:
    from ecolint.cache.memory import Memory
    from ecolint.discovery.candidates import Candidate
    from ecolint.settings.search import Scope
    from ecolint.tasks import Outcome


def today() -> str:
    """The local date."""
    return time.strftime("%Y-%m-%d")


class Known:
    """The results of earlier runs, as far as they still hold. Setups are not kept."""

    def __init__(self, memory: Memory, scope: Scope) -> None:
        self._memory = memory
        self._scope = scope
        self._answers: dict[str, Answers] = {}
        self._day = today()
        self._questions: dict[Question, Question] = {}

    def report(self, candidate: Candidate) -> FileReport | None:
        """The report of a file whose content, settings and whatever it rests on are as they were."""
        found = candidate.found
        name = candidate.name or (name_of_content(candidate.data) if candidate.data is not None else b"")
        if not name:
            return None
        stamp = self._scope.stamp(os.path.dirname(found.path))
        entry = self._memory.at(found.root).result(found.relative, name, stamp, self._day)
        if entry is None:
            return None
        asked = self._memory.asked.setdefault(found.root, set())
        answers = self._answers.setdefault(found.root, Answers(found.root))
        try:
            if not answers.hold(entry[0]):
                return None
            report = unpack(marshal.loads(entry[1]))
        except Exception:
            return None
        if not isinstance(report, FileReport) or report.path != found.relative:
            return None
        asked.update(entry[0])
        return report

    def keep(self, candidate: Candidate, outcome: Outcome) -> None:
        """Remember what the scan of a file gave."""
        found = candidate.found
        questions = self._questions
        asked = {questions.setdefault(one, one): answer for one, answer in outcome.asked.items()}
        self._memory.asked.setdefault(found.root, set()).update(asked)
        if not outcome.name:
            return
        try:
            packed = marshal.dumps(pack(replace(outcome.report, setups=())))
        except (NotStorable, ValueError):
            return
        remembered = self._memory.at(found.root)
        stamp = self._scope.stamp(os.path.dirname(found.path))
        day = self._day if outcome.dated else None
        remembered.keep(found.relative, outcome.name, stamp, day, asked, packed)
        if candidate.status:
            remembered.learn(found.relative, candidate.status, CANDIDATE, outcome.name)
