"""From tokens to the syntax tree.

Nothing is rejected: a keyword that closes nothing is passed over, a construct that is not closed ends with
the text, and what is nested deeper than the limit is read flat. A script takes half of the words that its file may
still have read, which leaves the others for the texts in it; a command that goes on beyond them is left out.
"""

from __future__ import annotations

from ecolint.parsers import allowance
from ecolint.parsers.shellish.lexer import Lexer
from ecolint.parsers.shellish.nodes import (
    Branch,
    Case,
    CaseItem,
    Function,
    Group,
    If,
    Loop,
    Node,
    Pipeline,
    Redirect,
    Simple,
    Step,
    Test,
)
from ecolint.parsers.shellish.skipping import skip
from ecolint.parsers.shellish.tokens import END, REDIRECTIONS, Operator, Token, Word

DEPTH_LIMIT = 40
CLOSERS = frozenset(("then", "elif", "else", "fi", "do", "done", "esac", "}", ")", ";;", ";&", ";;&"))
SEPARATORS = frozenset(("\n", ";", "&"))
CASE_ENDS = frozenset((";;", ";&", ";;&"))
NOTHING: frozenset[str] = frozenset()


def parse(text: str) -> list[Step]:
    """The steps of a script."""
    return Parser(text).steps(NOTHING)


class Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.lexer = Lexer(text)
        self.kept = self.lexer.allowance.left // 2
        self.is_cut = False
        self.token: Token = self.lexer.next()
        self.last_end = 0
        self.depth = 0

    def advance(self) -> Token:
        token = self.token
        self.last_end = token.end
        if not self.is_cut and self.lexer.allowance.left <= self.kept and self.lexer.at < self.lexer.end:
            self.is_cut = self.lexer.allowance.is_exceeded = True
            self.lexer.at = self.lexer.end
        self.token = self.lexer.next()
        return token

    @property
    def sign(self) -> str:
        """The operator or bare word that comes next."""
        if isinstance(self.token, Operator):
            return self.token.text
        return self.token.bare or ""

    @property
    def at_end(self) -> bool:
        return isinstance(self.token, Operator) and self.token.text == END

    def accept(self, *signs: str) -> bool:
        if not self.at_end and self.sign in signs:
            self.advance()
            return True
        return False

    def skip_newlines(self) -> None:
        while self.sign == "\n" and not self.at_end:
            self.advance()

    def steps(self, closers: frozenset[str]) -> list[Step]:
        """Steps up to one of the closers, which is left standing."""
        steps: list[Step] = []
        connector = ""
        while not self.at_end:
            sign = self.sign
            if sign in SEPARATORS:
                self.advance()
                if sign != "\n":
                    connector = ""
                continue
            if sign in closers:
                break
            if sign in CLOSERS or sign in ("&&", "||", "|", "|&"):
                connector = sign if sign in ("&&", "||") else ""
                self.advance()
                continue
            pipeline = self.pipeline(closers)
            if self.is_cut and isinstance(pipeline.commands[-1], Simple):
                break
            steps.append(Step(connector, pipeline))
            connector = ""
            if self.sign in ("&&", "||") and not self.at_end:
                connector = self.sign
                self.advance()
                self.skip_newlines()
        return steps

    def pipeline(self, closers: frozenset[str]) -> Pipeline:
        start = self.token.start
        negated = False
        while self.sign in ("!", "time", "coproc") and isinstance(self.token, Word):
            negated ^= self.sign == "!"
            self.advance()
        commands = [self.command()]
        while self.sign in ("|", "|&") and not self.at_end:
            self.advance()
            self.skip_newlines()
            if self.at_end or self.sign in closers:
                break
            commands.append(self.command())
        return Pipeline(start, self.last_end, commands, negated)

    def command(self) -> Node:
        reader = COMPOUND.get(self.sign)
        if reader is None or self.depth >= DEPTH_LIMIT:
            return self.simple()
        self.depth += 1
        node = reader(self)
        self.depth -= 1
        if isinstance(node, Group):
            node.redirects = self.redirects()
        elif not isinstance(node, (Simple, Function)):
            self.redirects()
        return node

    def redirects(self) -> list[Redirect]:
        found: list[Redirect] = []
        while isinstance(self.token, Operator) and self.token.text in REDIRECTIONS:
            found.append(self.redirect())
        return found

    def redirect(self) -> Redirect:
        operator = self.advance()
        assert isinstance(operator, Operator)
        if operator.text in ("<<", "<<-") or not isinstance(self.token, Word):
            return Redirect(operator, None)
        target = self.token
        self.advance()
        return Redirect(operator, target)

    def simple(self) -> Node:
        node = Simple(self.token.start, self.token.end)
        while not self.at_end:
            token = self.token
            if isinstance(token, Word):
                if len(node.words) < allowance.COMMAND:
                    node.words.append(token)
                self.advance()
                if self.sign == "(" and len(node.words) == 1 and not self.at_end:
                    return self.function_body(token)
            elif token.text in REDIRECTIONS:
                node.redirects.append(self.redirect())
            elif token.text == "(" and node.words:
                self.advance()
                self.lexer.at = skip(self.text, self.last_end, len(self.text), ")")
                self.token = self.lexer.next()
            else:
                break
        if not node.words and not node.redirects:
            self.advance()
        node.end = max(self.last_end, node.start)
        return node

    def function_body(self, name: Word) -> Node:
        """After `name (`; what is no function is read as a command."""
        start = name.start
        self.advance()
        if not self.accept(")"):
            return Simple(start, self.last_end, [name])
        self.skip_newlines()
        return self.function_of(self.text[name.start : name.end], start)

    def function_of(self, name: str, start: int) -> Node:
        if self.sign not in COMPOUND or self.depth >= DEPTH_LIMIT:
            return Function(start, self.last_end, name, [])
        body = self.command()
        return Function(start, self.last_end, name, [Step("", Pipeline(body.start, body.end, [body]))])

    def function_keyword(self) -> Node:
        start = self.advance().start
        if not isinstance(self.token, Word):
            return Simple(start, self.last_end)
        name = self.text[self.token.start : self.token.end]
        self.advance()
        if self.accept("("):
            self.accept(")")
        self.skip_newlines()
        return self.function_of(name, start)

    def if_(self) -> Node:
        start = self.advance().start
        branches: list[Branch] = []
        while True:
            condition = self.steps(IF_CONDITION)
            self.accept("then")
            body = self.steps(IF_BODY)
            branches.append(Branch(condition, body))
            if self.accept("elif"):
                continue
            if self.accept("else"):
                branches.append(Branch([], self.steps(IF_BODY)))
            self.accept("fi")
            return If(start, self.last_end, branches)

    def case(self) -> Node:
        start = self.advance().start
        subject = self.token if isinstance(self.token, Word) else None
        if subject is not None:
            self.advance()
        self.skip_newlines()
        self.accept("in")
        items: list[CaseItem] = []
        while not self.at_end:
            self.skip_newlines()
            if self.accept("esac"):
                break
            self.accept("(")
            first = self.token.start
            while not self.at_end and self.sign not in (")", "\n", "esac"):
                self.advance()
            pattern = (first, max(self.last_end, first))
            if not self.accept(")"):
                self.accept("\n")
                continue
            items.append(CaseItem(pattern, self.steps(CASE_BODY)))
            self.accept(*CASE_ENDS)
        return Case(start, self.last_end, subject, items)

    def for_(self) -> Node:
        start = self.advance().start
        variable = self.sign
        values: list[Word] = []
        if isinstance(self.token, Word):
            self.advance()
        elif self.sign == "(":
            self.lexer.at = skip(self.text, self.token.end, len(self.text), ")")
            self.token = self.lexer.next()
        self.skip_newlines()
        if self.accept("in"):
            while isinstance(self.token, Word):
                values.append(self.token)
                self.advance()
        while self.sign in SEPARATORS and not self.at_end:
            self.advance()
        return Loop(start, self.last_end, variable, values, [], self.do_group())

    def while_(self) -> Node:
        start = self.advance().start
        condition = self.steps(LOOP_CONDITION)
        return Loop(start, self.last_end, "", [], condition, self.do_group())

    def do_group(self) -> list[Step]:
        if self.accept("{"):
            body = self.steps(BRACE_BODY)
            self.accept("}")
            return body
        self.accept("do")
        body = self.steps(LOOP_BODY)
        self.accept("done")
        return body

    def braces(self) -> Node:
        start = self.advance().start
        body = self.steps(BRACE_BODY)
        self.accept("}")
        return Group(start, self.last_end, body)

    def parentheses(self) -> Node:
        start = self.advance().start
        if self.sign == "(" and self.token.start == start + 1 and not self.at_end:
            self.lexer.at = skip(self.text, start + 1, len(self.text), ")")
            end = self.lexer.at
            self.token = self.lexer.next()
            self.last_end = end
            return Test(start, end)
        body = self.steps(PAREN_BODY)
        self.accept(")")
        return Group(start, self.last_end, body, subshell=True)

    def double_brackets(self) -> Node:
        start = self.advance().start
        while not self.at_end and self.sign not in ("]]", "then"):
            self.advance()
        self.accept("]]")
        return Test(start, self.last_end)


IF_CONDITION = frozenset(("then", "elif", "else", "fi"))
IF_BODY = frozenset(("elif", "else", "fi"))
LOOP_CONDITION = frozenset(("do", "done"))
LOOP_BODY = frozenset(("done",))
CASE_BODY = CASE_ENDS | {"esac"}
BRACE_BODY = frozenset(("}",))
PAREN_BODY = frozenset((")",))
COMPOUND = {
    "if": Parser.if_,
    "case": Parser.case,
    "for": Parser.for_,
    "select": Parser.for_,
    "while": Parser.while_,
    "until": Parser.while_,
    "function": Parser.function_keyword,
    "{": Parser.braces,
    "(": Parser.parentheses,
    "[[": Parser.double_brackets,
}
