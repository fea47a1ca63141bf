"""HCL, as Terraform, OpenTofu, Packer and Nomad write it, to a tree; what only an evaluation would tell is left open.

A block is a mapping in the list of the blocks of its type.
"""

from __future__ import annotations

import re

from ecolint.inference import Place
from ecolint.parsers.allowance import for_size
from ecolint.parsers.trees import scalars
from ecolint.parsers.trees.json_tree import read_json
from ecolint.parsers.trees.malformed import Malformed
from ecolint.parsers.trees.nodes import AnyNode, Entry, Mapping, Scalar, Sequence, Sheet
from ecolint.source import Fragment, Unreadable

DEPTH_LIMIT = 100
BLANK = re.compile(r"(?:[ \t\r\ufeff]+|/\*.*?\*/|(?:#|//)[^\n]*)*", re.DOTALL)
BLANK_LINES = re.compile(r"(?:[\s\ufeff]+|/\*.*?\*/|(?:#|//)[^\n]*)*", re.DOTALL)
NAME = re.compile(r"[^\W\d][\w-]*")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.])")
FOR = re.compile(r"[\[{]\s*for\b")
HEREDOC = re.compile(r"<<-?([A-Za-z_][\w-]*)[ \t\r]*\n")
IN_STRING = re.compile(r"\\.|\"|\n|[$%]{2,}\{|[$%]\{", re.DOTALL)
IN_TEMPLATE = re.compile(r"[\"{}]")
TEMPLATE = re.compile(r"(?<![$%])[$%]\{")
STOP = re.compile(r"[\"\[\](){},\n]|#|//|/\*|<<-?[A-Za-z_]")
TRANSPARENT = frozenset(("base64encode", "base64gzip", "jsonencode", "tostring", "trimspace", "yamlencode"))
"""Functions that are read as what they are given."""


VARIABLE = "variable"
VALUE_LIMIT = 40_000
"""Values that are read of each megabyte."""


def read_hcl(fragment: Fragment) -> tuple[Mapping, dict[str, AnyNode]]:
    """The attributes and blocks of a file, and the defaults of the variables that it declares. Raises NotHcl."""
    reader = _Reader(fragment)
    return reader.body(0), reader.defaults


class NotHcl(Malformed):
    language = "HCL"


class _Reader:
    def __init__(self, fragment: Fragment) -> None:
        self.sheet = Sheet(fragment, Place.NONE)
        self.text = fragment.text
        self.at = 0
        self.defaults: dict[str, AnyNode] = {}
        self.left = self.most = for_size(VALUE_LIMIT, self.text)

    def body(self, depth: int) -> Mapping:
        """Attributes and blocks, up to the end of the file or of the block around them."""
        result = Mapping(self.sheet, self.at, self.at)
        blocks: dict[str, Sequence] = {}
        self._check(depth)
        while True:
            self._pass(BLANK_LINES)
            if self._sign() == ("}" if depth else ""):
                self.at += bool(depth)
                return result
            key = self._key()
            result.start = result.start if result.entries else key.start
            self._pass(BLANK)
            if self._sign() == "=":
                self.at += 1
                self._pass(BLANK)
                value = self._expression(depth, within_list=False)
                result.entries[key.text] = Entry(key, value, value.end)
                result.end = value.end
                continue
            label = key.text
            while self._sign() not in ("{", "", "\n", "="):
                label = self._key().text
                self._pass(BLANK)
            self._take("{")
            block = self.body(depth + 1)
            default = block.entries.get("default")
            if key.text == VARIABLE and default is not None:
                self.defaults[label] = default.value
            listed = blocks.setdefault(key.text, Sequence(self.sheet, block.start, block.end))
            listed.items.append(block)
            result.entries[key.text] = Entry(key, listed, self.at)
            result.end = self.at

    def _check(self, depth: int) -> None:
        if depth > DEPTH_LIMIT:
            raise NotHcl("nested too deeply", self.at)

    def _pass(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        assert found is not None
        self.at = found.end()

    def _sign(self) -> str:
        return self.text[self.at : self.at + 1]

    def _take(self, sign: str) -> None:
        if self._sign() != sign:
            raise NotHcl(f"{sign!r} is missing", self.at)
        self.at += 1

    def _key(self) -> Scalar:
        if self._sign() == '"':
            return self._string(0)
        found = NAME.match(self.text, self.at)
        if found is None:
            raise NotHcl("a name is missing", self.at)
        self.at = found.end()
        return Scalar(self.sheet, found.start(), self.at, found[0], plain=False)

    def _expression(self, depth: int, *, within_list: bool) -> AnyNode:
        """A value; where more than a literal is written, a scalar that is not known."""
        self._check(depth)
        self.left -= 1
        if self.left < 0:
            raise NotHcl(f"more than {self.most:,} values", self.at)
        start = self.at
        found = self._literal(depth)
        if found is not None:
            self._pass(BLANK_LINES if within_list else BLANK)
            if self._sign() in ("", "\n", ",", "]", "}", ")"):
                return found
        self._skip(within_list=within_list)
        if self.at == start:
            raise NotHcl("a value is missing", start)
        end = start + len(self.text[start : self.at].rstrip())
        return Scalar(self.sheet, start, end, self.text[start:end], strange=True)

    def _literal(self, depth: int) -> AnyNode | None:
        sign = self._sign()
        if sign == '"':
            return self._string(depth)
        if self.text.startswith("<<", self.at):
            return self._heredoc()
        if sign and sign in "[{":
            if FOR.match(self.text, self.at):
                return None
            return self._list(depth) if sign == "[" else self._object(depth)
        for pattern in (NUMBER, NAME):
            found = pattern.match(self.text, self.at)
            if found is not None and self.text.startswith("(", found.end()):
                return self._inside_of(found, depth)
            if found is not None and (pattern is NUMBER or found[0] in ("true", "false", "null")):
                self.at = found.end()
                return Scalar(self.sheet, found.start(), self.at, found[0])
        return None

    def _inside_of(self, function: re.Match[str], depth: int) -> AnyNode | None:
        if function[0] not in TRANSPARENT:
            return None
        self.at = function.end() + 1
        self._pass(BLANK_LINES)
        found = self._expression(depth + 1, within_list=True)
        self._pass(BLANK_LINES)
        self._take(")")
        return found

    def _list(self, depth: int) -> Sequence:
        result = Sequence(self.sheet, self.at, self.at)
        self.at += 1
        self._pass(BLANK_LINES)
        while self._sign() != "]":
            result.items.append(self._expression(depth + 1, within_list=True))
            self._pass(BLANK_LINES)
            if self._sign() != "]":
                self._take(",")
                self._pass(BLANK_LINES)
        self.at += 1
        result.end = self.at
        return result

    def _object(self, depth: int) -> Mapping:
        result = Mapping(self.sheet, self.at, self.at)
        self.at += 1
        self._pass(BLANK_LINES)
        while self._sign() != "}":
            key = self._object_key()
            self._pass(BLANK)
            if self._sign() not in ("=", ":"):
                raise NotHcl("'=' is missing", self.at)
            self.at += 1
            self._pass(BLANK)
            value = self._expression(depth + 1, within_list=False)
            result.entries[key.text] = Entry(key, value, value.end)
            self._pass(BLANK)
            self.at += self._sign() == ","
            self._pass(BLANK_LINES)
        self.at += 1
        result.end = self.at
        return result

    def _object_key(self) -> Scalar:
        number = NUMBER.match(self.text, self.at)
        if number is not None:
            self.at = number.end()
            return Scalar(self.sheet, number.start(), self.at, number[0])
        if self._sign() != "(":
            return self._key()
        start = self.at
        self.at = self._after_brackets(start)
        return Scalar(self.sheet, start, self.at, self.text[start : self.at], strange=True)

    def _string(self, depth: int) -> Scalar:
        start = self.at
        self.at = self._string_end(start, depth)
        written = self.text[start + 1 : self.at - 1]
        return Scalar(
            self.sheet,
            start,
            self.at,
            None if "\\" in written else written,
            scalars.json_string,
            plain=False,
            strange=TEMPLATE.search(written) is not None,
        )

    def _string_end(self, start: int, depth: int) -> int:
        """Index behind the quote that closes a string; strings may stand in the templates in it."""
        self._check(depth)
        at = start + 1
        while (found := IN_STRING.search(self.text, at)) is not None and found[0] != "\n":
            at = found.end()
            if found[0] == '"':
                return at
            if len(found[0]) == 2 and found[0][1] == "{":
                at = self._template_end(at, depth)
        raise NotHcl("a string that is not closed", start)

    def _template_end(self, at: int, depth: int) -> int:
        opened = 1
        while (found := IN_TEMPLATE.search(self.text, at)) is not None:
            at = found.end()
            if found[0] == '"':
                at = self._string_end(found.start(), depth + 1)
            else:
                opened += 1 if found[0] == "{" else -1
                if not opened:
                    return at
        raise NotHcl("a template that is not closed", at)

    def _heredoc(self) -> AnyNode:
        start = self.at
        begin, end, self.at = self._heredoc_parts(start)
        inner = self.sheet.fragment.cut(begin, end)
        if inner.text.lstrip()[:1] in ("[", "{"):
            try:
                return read_json(inner)
            except Unreadable:
                pass
        return Scalar(
            self.sheet,
            start,
            self.at,
            None,
            lambda whole, *_: whole.cut(begin, end),
            plain=False,
            strange=TEMPLATE.search(inner.text) is not None,
        )

    def _heredoc_parts(self, start: int) -> tuple[int, int, int]:
        """Where the text of a here-document begins and ends, and where its last line ends."""
        found = HEREDOC.match(self.text, start)
        if found is None:
            raise NotHcl("a here-document without a name", start)
        last = re.compile(rf"^[ \t]*{re.escape(found[1])}(?=[ \t\r,)\]}}]*$)", re.MULTILINE)
        closing = last.search(self.text, found.end())
        if closing is None:
            raise NotHcl("a here-document that is not closed", start)
        return found.end(), closing.start(), closing.end()

    def _skip(self, *, within_list: bool) -> None:
        """Pass over an expression."""
        while (found := STOP.search(self.text, self.at)) is not None:
            sign = found[0]
            if sign in ("]", "}", ")", ",") or (sign == "\n" and not within_list):
                self.at = found.start()
                return
            self.at = self._after(found)
        self.at = len(self.text)

    def _after(self, found: re.Match[str]) -> int:
        """Index behind what begins with a sign: a string, a comment, a bracket with all that it holds."""
        start, sign = found.start(), found[0]
        if sign == '"':
            return self._string_end(start, 0)
        if sign in ("#", "//", "/*"):
            closing = self.text.find("*/" if sign == "/*" else "\n", start)
            return len(self.text) if closing < 0 else closing + 2 * (sign == "/*")
        if sign.startswith("<<"):
            return self._heredoc_parts(start)[2]
        return self._after_brackets(start) if sign in ("[", "{", "(") else found.end()

    def _after_brackets(self, start: int) -> int:
        opened, at = 0, start
        while (found := STOP.search(self.text, at)) is not None:
            if found[0] in ("[", "{", "("):
                opened += 1
                at = found.end()
            elif found[0] in ("]", "}", ")"):
                opened -= 1
                at = found.end()
                if not opened:
                    return at
            else:
                at = self._after(found)
        raise NotHcl("a bracket that is not closed", start)
