"""What the shell's lexer finds: words made of parts, operators, and here-documents."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(str, Enum):
    """What one part of a word is."""

    LITERAL = "literal"
    VARIABLE = "variable"
    SUBSTITUTION = "substitution"
    ARRAY = "array"
    OPAQUE = "opaque"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a word, from character `start` to `end` as written.

    `text` is what a literal stands for; where it differs in length from what is written, the whole part is
    one escape. For a variable `text` is its name, `operator` and `operand` what follows it in `${…}`; for a
    substitution `inner` gives the characters of the commands inside. Opaque parts (arithmetic, templates)
    depend on what is not in the text.
    """

    kind: Kind
    start: int
    end: int
    text: str = ""
    quoted: bool = False
    operator: str = ""
    operand: Word | None = None
    index: str = ""
    inner: tuple[int, int] = (0, 0)
    items: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """One shell word, from character `start` to `end` as written, quotes included."""

    start: int
    end: int
    parts: tuple[Part, ...]

    @property
    def bare(self) -> str | None:
        """Text of a word without any quotes, expansions or escapes; None for any other word."""
        if len(self.parts) == 1:
            part = self.parts[0]
            if part.kind is Kind.LITERAL and not part.quoted and self.end - self.start == len(part.text):
                return part.text
        return None

    @property
    def literal(self) -> str | None:
        """Text of a word without expansions; None for any other word."""
        if all(part.kind is Kind.LITERAL for part in self.parts):
            return "".join(part.text for part in self.parts)
        return None


@dataclass(frozen=True, slots=True)
class Heredoc:
    """Body of a here-document by characters; `verbatim` where its delimiter was quoted."""

    start: int
    end: int
    verbatim: bool


@dataclass(slots=True)
class Operator:
    """A control or redirection operator; a newline is `\\n`, the end of the text is empty."""

    start: int
    end: int
    text: str
    heredoc: Heredoc | None = None


Token = Word | Operator
REDIRECTIONS = frozenset(("<", ">", ">>", "<<", "<<-", "<<<", "<&", ">&", "&>", "&>>", ">|", "<>"))
END = ""
