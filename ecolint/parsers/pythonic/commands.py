"""Programs that Python code starts: `subprocess.run([...])`, `os.system("...")` and their kin."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import suppress

from ecolint.inference import Known, Located
from ecolint.parsers.pythonic import inherited
from ecolint.parsers.pythonic.evaluation import conditions, invocation
from ecolint.parsers.pythonic.evaluation.alternatives import covers
from ecolint.parsers.pythonic.evaluation.evaluator import Evaluator, in_every_world
from ecolint.parsers.pythonic.evaluation.values import Dict, Value
from ecolint.parsers.pythonic.evaluation.worlds import Impossible, World
from ecolint.parsers.pythonic.evaluation.worlds import words as words_of_worlds
from ecolint.parsers.pythonic.joining import text_of, unwrapped
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Site
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
    guards = conditions.guards_around(site)
    otherwise = conditions.exceptional(guards)

    def evaluated(ev: Evaluator) -> tuple[Value, tuple[Dict, Dict]]:
        if invocation.callee_of(ev, node, module, site, None)[0] not in STARTERS:
            raise Impossible
        if not conditions.may_be_reached(ev, guards, module):
            raise Impossible
        positional, keywords = ev.arguments(_words_and_environment(told), module, site, None)
        environment = inherited.environment(ev, keywords.get("env"), module, site)
        if tail in SPREAD:
            return Located(positional, Known.STATED), environment
        first = positional[0] if positional else keywords.get("args") or keywords.get("cmd") or Located()
        return first, environment

    found = in_every_world(module, evaluated)
    worlds: dict[tuple[CommandLine, ...], list[World]] = {}
    for outcome in found:
        words, (given, besides) = outcome.value
        started = _lines(told, words, inherited.texts_of(given), site, module, is_text=told is not node)
        lines = tuple(inherited.inheriting(line, besides) for line in started)
        worlds.setdefault(lines, []).append(outcome.world)
    every = [item.world for item in found]
    for lines, among in worlds.items():
        when = words_of_worlds(among, every, reached_always=covers(every)) or otherwise
        yield from (replace(line, when=line.when or when) for line in lines)


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
    elif isinstance(words.value, str) and words.value:
        argument = node.args[0] if node.args else node.keywords[0].value
        yield from shell.command_lines(literal(argument, words.value, site, module), NO_TREE, known)


def word(item: Value) -> Located[str]:
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
