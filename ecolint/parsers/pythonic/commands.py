"""Programs that Python code starts: `subprocess.run([...])`, `os.system("...")` and their kin."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import suppress

from ecolint.inference import Known, Located
from ecolint.parsers.pythonic import inherited
from ecolint.parsers.pythonic.evaluation import invocation
from ecolint.parsers.pythonic.evaluation.evaluator import Evaluator
from ecolint.parsers.pythonic.evaluation.values import Dict, Formatted, Value
from ecolint.parsers.pythonic.joining import text_of, unwrapped
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Site
from ecolint.parsers.pythonic.starting import started
from ecolint.parsers.pythonic.syntax import literals
from ecolint.records import replace
from ecolint.source import Fragment
from ecolint.statements import NO_TREE, CommandLine, Tree

STARTERS = frozenset(
    """subprocess.run subprocess.Popen subprocess.call subprocess.check_call subprocess.check_output
    subprocess.getoutput subprocess.getstatusoutput os.system os.popen asyncio.create_subprocess_exec
    asyncio.create_subprocess_shell asyncio.subprocess.create_subprocess_exec
    get_ipython().system get_ipython().system_raw IPython.get_ipython().system
    IPython.get_ipython().system_raw""".split()
)
TAILS = frozenset(name.rpartition(".")[2] for name in STARTERS)
SPREAD = frozenset(("create_subprocess_exec",))
STRINGS_LIMIT = 60


def command_lines(module: Module) -> Iterator[CommandLine]:
    """Every program that the module is seen to start with words that are known."""
    for node in module.index.calls_near(TAILS):
        tail = _tail(node.func)
        if tail in TAILS and (node.args or node.keywords):
            yield from _started(node, tail, module)


def _tail(function: ast.expr) -> str:
    """Last name of what is called."""
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def _started(node: ast.Call, tail: str, module: Module) -> Iterator[CommandLine]:
    site = module.index.sites[node]
    told = unwrapped(node, site, module)
    command = _command(told)

    def given(ev: Evaluator) -> tuple[Value, tuple[Dict, Dict]]:
        positional, keywords = ev.arguments(_words_and_environment(told), module, site, None)
        environment = inherited.environment(ev, keywords.get("env"), module, site)
        if tail in SPREAD:
            return Located(positional, Known.STATED), environment
        return ev.value(command, module, site) if command is not None else Located(), environment

    def lines(given: tuple[Value, tuple[Dict, Dict]]) -> Iterator[CommandLine]:
        words, (variables, besides) = given
        texts = inherited.texts_of(variables)
        for line in _lines(told, words, texts, site, module, is_text=told is not node):
            yield inherited.inheriting(line, besides)

    def does_start(ev: Evaluator) -> bool:
        return invocation.callee_of(ev, node, module, site, None)[0] in STARTERS

    return started(site, module, given, lines, does_start)


def _command(node: ast.Call) -> ast.expr | None:
    """What a call is given to start."""
    named = (keyword.value for keyword in node.keywords if keyword.arg in ("args", "cmd"))
    return node.args[0] if node.args else next(named, None)


def _words_and_environment(node: ast.Call) -> ast.Call:
    """The call without the keywords that say nothing of the program."""
    told = [keyword for keyword in node.keywords if keyword.arg in (None, "args", "cmd", "env")]
    return ast.copy_location(ast.Call(node.func, node.args, told), node)


def _lines(
    node: ast.Call, words: Value, known: Tree, site: Site, module: Module, *, is_text: bool
) -> Iterator[CommandLine]:
    """What is started by words, or by one text; with `is_text` the words become one text first."""
    from ecolint.parsers import shell

    span = module.text.span(node)
    if isinstance(words.value, tuple):
        if words.value and len(words.value) < STRINGS_LIMIT * 10:
            texts = [word(item) for item in words.value]
            whole = text_of(texts, span) if is_text else None
            if whole is not None:
                yield from shell.command_lines(whole, NO_TREE, known)
                return
            yield from shell.words_command(texts, span, known)
        return
    text = words.value.text if isinstance(words.value, Formatted) else words.value
    argument = _command(node)
    if isinstance(text, str) and text and argument is not None:
        yield from shell.command_lines(literal(argument, text, site, module), NO_TREE, known)


def word(item: Value) -> Located[str]:
    """A word of a command; of one that is formatted the text that a shell would be told, which is not known."""
    if isinstance(item.value, Formatted):
        return replace(item, value=item.value.text)
    if item.is_known and isinstance(item.value, (str, int, float)) and not isinstance(item.value, bool):
        with suppress(ValueError):
            return replace(item, value=str(item.value))
    return replace(item, value=None, known=Known.DYNAMIC)


def literal(argument: ast.expr, text: str, site: Site, module: Module) -> Fragment:
    """The characters of a command text: those of the literal where it is one, else all of the argument."""
    found = literals.written(argument, text, module, site)
    if found is not None:
        return found
    span = module.text.span(argument)
    return Fragment(text, [span.start] * len(text), [span.end] * len(text))
