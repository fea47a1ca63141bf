"""From shell text to words and operators.

Nothing is rejected: an unclosed quote or substitution runs to the end of the text. Templates (`{{ … }}`,
`{% … %}`, `${{ … }}`) are taken as opaque parts, so that the text around them is still read. Nesting is
followed to a fixed depth; what lies deeper is opaque. Where the file's allowance is spent the text ends, and what
is left of a word is opaque.
"""

from __future__ import annotations

import re

from ecolint.parsers.allowance import TEXT, current
from ecolint.parsers.shellish.skipping import heredoc_end, skip
from ecolint.parsers.shellish.tokens import END, REDIRECTIONS, Heredoc, Kind, Operator, Part, Token, Word

DEPTH_LIMIT = 12
PART_LIMIT = 5_000
"""Parts of one word that are told apart: what is written plainly, quoted, or stands for something else."""
TEMPLATE_LIMIT = 1000
OPERATOR = re.compile(r"&>>|<<<|<<-|;;&|;;|;&|&&|&>|\|\||\|&|>>|>&|>\||<<|<&|<>|[;&|()<>]")
BLANK = re.compile(r"(?:[ \t\r\f\v]+|\\\r?\n)+")
CONTINUATIONS = ("\\\n", "\\\r\n")
PLAIN = re.compile(r"[^\s\\'\"$`|&;()<>{]+")
PLAIN_QUOTED = re.compile(r"[^\"\\$`{]+")
PLAIN_TEXT = re.compile(r"[^\\$`{]+")
DESCRIPTOR = re.compile(r"(?:[0-9]+|\{\w+\})(?=[<>])")
NAME = re.compile(r"[A-Za-z_]\w*|[0-9@*#?$!-]")
BRACED = re.compile(r"([!#]?)([A-Za-z_]\w*|[0-9]+|[@*#?$!-])(?:\[([^\]\n]{0,80})\])?(:?[-=+?]|)")
ARRAY_PREFIX = re.compile(r"[A-Za-z_]\w*(?:\[[^\]\s]{0,80}\])?\+?=$")
ANSI_ESCAPE = re.compile(r"\\(?:x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|[0-7]{1,3}|.)", re.DOTALL)
ANSI_SIGNS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v"}
PLACEHOLDER = re.compile(r"<[A-Za-z][\w:/.|-]*(?: [\w:/.|-]+){0,4}>")
"""What a reader is to fill in, such as `<model name>`; taken for a redirection it would hide the rest."""
TEMPLATES = (("{{", "}}"), ("{%", "%}"))


class Lexer:
    """Tokens of `text` between two characters. `operators` is false for texts that only have words."""

    def __init__(
        self, text: str, start: int = 0, end: int | None = None, depth: int = 0, *, operators: bool = True
    ) -> None:
        self.text = text
        self.at = start
        self.end = len(text) if end is None else end
        self.depth = depth
        self.operators = operators
        self.allowance = current()
        self._heredocs: list[tuple[Operator, str, bool, bool]] = []

    def next(self) -> Token:
        """The next token; at the end of the text an operator with an empty text."""
        text, end = self.text, self.end
        while self.at < end and self.allowance.spend():
            blank = BLANK.match(text, self.at, end)
            if blank:
                self.at = blank.end()
                if self.at == end:
                    break
            sign = text[self.at]
            if sign == "\n":
                return self._newline()
            if sign == "#" and self.operators:
                newline = text.find("\n", self.at, end)
                self.at = end if newline < 0 else newline
                continue
            if self.operators and (operator := self._operator()) is not None:
                return operator
            return self._word()
        return Operator(end, end, END)

    def _newline(self) -> Operator:
        token = Operator(self.at, self.at + 1, "\n")
        self.at += 1
        for operator, delimiter, verbatim, strip_tabs in self._heredocs:
            stop, after = heredoc_end(self.text, self.at, self.end, delimiter, strip_tabs)
            operator.heredoc = Heredoc(self.at, stop, verbatim)
            self.at = after
        self._heredocs.clear()
        return token

    def _operator(self) -> Operator | None:
        text, start = self.text, self.at
        at = start
        descriptor = DESCRIPTOR.match(text, at, self.end)
        if descriptor:
            at = descriptor.end()
        found = OPERATOR.match(text, at, self.end)
        if found is None:
            return None
        if found[0] in ("<", ">") and text[found.end() : found.end() + 1] == "(":
            return None
        if found[0] == "<" and not descriptor and PLACEHOLDER.match(text, at, self.end):
            return None
        self.at = found.end()
        token = Operator(start, self.at, found[0])
        if found[0] in ("<<", "<<-"):
            self._expect_heredoc(token)
        return token

    def _expect_heredoc(self, token: Operator) -> None:
        blank = BLANK.match(self.text, self.at, self.end)
        at = blank.end() if blank else self.at
        if at >= self.end or self.text[at] in "\n|&;()<>":
            return
        self.at = at
        delimiter = self._word()
        token.end = delimiter.end
        written = self.text[delimiter.start : delimiter.end]
        stands_for = delimiter.literal if delimiter.literal is not None else written
        self._heredocs.append((token, stands_for, delimiter.bare is None, token.text == "<<-"))

    def _word(self) -> Word:
        start = self.at
        parts = self._parts(stops=True)
        if self.at == start:
            self.at += 1
            parts = [Part(Kind.LITERAL, start, self.at, self.text[start])]
        return Word(start, self._end_before_continuations(start + 1), tuple(parts))

    def _end_before_continuations(self, first: int) -> int:
        """Where a word ends without the continued lines behind it, which are no part of it; not before `first`."""
        end = self.at
        while self.text.endswith(CONTINUATIONS, first, end):
            end = self.text.rindex("\\", first, end)
        return end

    def whole_word(self) -> Word:
        """All of the text as one word, blanks and operators included."""
        start = self.at
        parts = self._parts(stops=False)
        return Word(start, self.end, tuple(parts))

    def content(self, quoted: bool = True) -> Word:
        """All of the text as the inside of double quotes: only `$`, backticks and escapes mean something."""
        start = self.at
        self.allowance.spend(TEXT)
        parts = self._quoted(self.end, PLAIN_TEXT, quoted)
        return Word(start, self.end, tuple(parts))

    def _parts(self, stops: bool) -> list[Part]:
        text, end = self.text, self.end
        start = self.at
        parts: list[Part] = []
        while self.at < end:
            at = self.at
            if len(parts) >= PART_LIMIT or not self.allowance.spend():
                self._give_up(parts, end)
                break
            plain = PLAIN.match(text, at, end)
            if plain:
                self._literal(parts, at, plain.end())
                continue
            sign = text[at]
            if sign == "\\":
                self._escape(parts, at)
            elif sign == "'":
                close = text.find("'", at + 1, end)
                close = end if close < 0 else close
                parts.append(Part(Kind.LITERAL, at + 1, close, text[at + 1 : close], True))
                self.at = min(close + 1, end)
            elif sign == '"':
                self.at += 1
                parts.append(Part(Kind.LITERAL, at + 1, at + 1, "", True))
                parts += self._quoted(end, PLAIN_QUOTED, True)
                self.at = min(self.at + 1, end)
            elif sign == "$":
                self._dollar(parts, quoted=False)
            elif sign == "`":
                self._backticks(parts, quoted=False)
            elif sign == "{":
                if not self._template(parts):
                    self._literal(parts, at, at + 1)
            elif not stops:
                self._literal(parts, at, at + 1)
            elif sign == "(" and self.operators and ARRAY_PREFIX.match(text[max(start, at - 200) : at]):
                self._array(parts)
            elif sign in "<>" and text[at + 1 : at + 2] == "(" and self.operators:
                close = skip(text, at + 2, end, ")")
                inner = (at + 2, close - 1 if text[close - 1] == ")" else close)
                parts.append(Part(Kind.SUBSTITUTION, at, close, text[at:close], inner=inner))
                self.at = close
            elif sign == "(" and at > start and text[at - 1] in "@!?*+" and self.operators:
                self._literal(parts, at, skip(text, at + 1, end, ")"))
            elif sign == "<" and (placeholder := PLACEHOLDER.match(text, at, end)):
                parts.append(Part(Kind.OPAQUE, at, placeholder.end(), placeholder[0]))
                self.at = placeholder.end()
            elif sign.isspace() or self.operators:
                break
            else:
                self._literal(parts, at, at + 1)
        return parts

    def _literal(self, parts: list[Part], start: int, end: int, quoted: bool = False) -> None:
        parts.append(Part(Kind.LITERAL, start, end, self.text[start:end], quoted))
        self.at = end

    def _give_up(self, parts: list[Part], end: int) -> None:
        """Leaves out what is left of a word that the allowance does not cover."""
        self.allowance.is_exceeded = True
        parts.append(Part(Kind.OPAQUE, self.at, end, self.text[self.at : end]))
        self.at = end

    def _escape(self, parts: list[Part], at: int) -> None:
        following = self.text[at + 1 : min(at + 3, self.end)]
        if following[:1] == "\n":
            self.at = at + 2
        elif following == "\r\n":
            self.at = at + 3
        else:
            parts.append(Part(Kind.LITERAL, at, at + 1 + len(following[:1]), following[:1] or "\\", True))
            self.at = at + 1 + len(following[:1])

    def _quoted(self, end: int, plain: re.Pattern[str], quoted: bool) -> list[Part]:
        """Parts up to an unescaped double quote (or `end` where `plain` does not stop at quotes)."""
        text = self.text
        parts: list[Part] = []
        while self.at < end:
            at = self.at
            if len(parts) >= PART_LIMIT or not self.allowance.spend():
                self._give_up(parts, end)
                break
            run = plain.match(text, at, end)
            if run:
                self._literal(parts, at, run.end(), quoted)
                continue
            sign = text[at]
            if sign == '"':
                break
            if sign == "\\":
                following = text[at + 1 : at + 2]
                if following == "\n":
                    self.at = at + 2
                elif following and following in '$`"\\':
                    parts.append(Part(Kind.LITERAL, at, at + 2, following, quoted))
                    self.at = at + 2
                else:
                    self._literal(parts, at, at + 1, quoted)
            elif sign == "$":
                self._dollar(parts, quoted)
            elif sign == "`":
                self._backticks(parts, quoted)
            elif not self._template(parts, quoted):
                self._literal(parts, at, at + 1, quoted)
        return parts

    def _template(self, parts: list[Part], quoted: bool = False) -> bool:
        text, at = self.text, self.at
        for opening, closing in TEMPLATES:
            if text.startswith(opening, at):
                close = text.find(closing, at + 2, min(at + TEMPLATE_LIMIT, self.end))
                if close < 0:
                    return False
                parts.append(Part(Kind.OPAQUE, at, close + 2, text[at : close + 2], quoted))
                self.at = close + 2
                return True
        return False

    def _backticks(self, parts: list[Part], quoted: bool) -> None:
        at = self.at
        close = skip(self.text, at + 1, self.end, "`")
        inner = (at + 1, close - 1 if self.text[close - 1] == "`" and close > at + 1 else close)
        parts.append(Part(Kind.SUBSTITUTION, at, close, self.text[at:close], quoted, inner=inner))
        self.at = close

    def _dollar(self, parts: list[Part], quoted: bool) -> None:
        text, at, end = self.text, self.at, self.end
        if text.startswith("{{", at + 1):
            self.at = at + 1
            if self._template(parts, quoted):
                return
            self.at = at
        following = text[at + 1 : at + 2] if at + 1 < end else ""
        if following == "(":
            close = skip(text, at + 2, end, ")")
            closed = close > at + 2 and text[close - 1] == ")"
            arithmetic = text.startswith("$((", at) and text.endswith("))", at, close)
            kind = Kind.OPAQUE if arithmetic else Kind.SUBSTITUTION
            inner = (at + 2, close - 1 if closed else close)
            parts.append(Part(kind, at, close, text[at:close], quoted, inner=inner))
            self.at = close
        elif following == "{":
            self._braced(parts, quoted)
        elif following == "'" and not quoted:
            self._ansi(parts)
        elif following == '"' and not quoted:
            self.at = at + 1
        elif name := NAME.match(text, at + 1, end):
            parts.append(Part(Kind.VARIABLE, at, name.end(), name[0], quoted))
            self.at = name.end()
        else:
            self._literal(parts, at, at + 1, quoted)

    def _braced(self, parts: list[Part], quoted: bool) -> None:
        text, at = self.text, self.at
        close = skip(text, at + 2, self.end, "}")
        stop = close - 1 if close > at + 2 and text[close - 1] == "}" else close
        self.at = close
        found = BRACED.match(text, at + 2, stop)
        simple = found is not None and not found[1] and (found[4] or found.end() == stop)
        if found is None or not simple or self.depth >= DEPTH_LIMIT:
            parts.append(Part(Kind.OPAQUE, at, close, text[at:close], quoted))
            return
        operand = None
        if found[4]:
            inside = Lexer(text, found.end(), stop, self.depth + 1)
            operand = inside.content() if quoted else inside.whole_word()
        parts.append(Part(Kind.VARIABLE, at, close, found[2], quoted, found[4], operand, found[3] or ""))

    def _ansi(self, parts: list[Part]) -> None:
        text, at = self.text, self.at + 2
        while at < self.end and text[at] != "'":
            if text[at] == "\\" and (escape := ANSI_ESCAPE.match(text, at, self.end)):
                parts.append(Part(Kind.LITERAL, at, escape.end(), _ansi_sign(escape[0][1:]), True))
                at = escape.end()
                continue
            stop = at + 1
            while stop < self.end and text[stop] not in "\\'":
                stop += 1
            parts.append(Part(Kind.LITERAL, at, stop, text[at:stop], True))
            at = stop
        self.at = min(at + 1, self.end)

    def _array(self, parts: list[Part]) -> None:
        start = self.at
        close = skip(self.text, start + 1, self.end, ")")
        stop = close - 1 if close > start + 1 and self.text[close - 1] == ")" else close
        self.at = close
        items: list[Word] = []
        if self.depth < DEPTH_LIMIT:
            inside = Lexer(self.text, start + 1, stop, self.depth + 1)
            while not isinstance(token := inside.next(), Operator) or token.text != END:
                if isinstance(token, Word):
                    items.append(token)
        if self.allowance.left <= 0:
            parts.append(Part(Kind.OPAQUE, start, close, self.text[start:close]))
            return
        parts.append(Part(Kind.ARRAY, start, close, items=tuple(items)))


def _ansi_sign(escape: str) -> str:
    if escape[0] in "xu" and len(escape) > 1:
        return chr(int(escape[1:], 16))
    if escape[0] in "01234567":
        return chr(int(escape, 8) & 0xFF)
    return ANSI_SIGNS.get(escape, escape if escape in "\\'\"?" else "\\" + escape)


def words_of(text: str, start: int = 0, end: int | None = None) -> list[Word]:
    """The words of a text in which operators mean nothing; none where they are not all read."""
    lexer = Lexer(text, start, end, operators=False)
    words: list[Word] = []
    while True:
        token = lexer.next()
        if isinstance(token, Word):
            words.append(token)
        elif token.text == END:
            return words if lexer.allowance.left > 0 else []


__all__ = ["END", "REDIRECTIONS", "Lexer", "words_of"]
