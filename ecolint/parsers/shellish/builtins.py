"""What the shell's own commands do to its variables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ecolint.inference import Located
from ecolint.parsers.shellish.expand import ARRAY_LIMIT, LENGTH_LIMIT, Expander
from ecolint.parsers.shellish.nodes import Case, Function, Group, If, Loop, Node, Pipeline, Simple, Step, Test
from ecolint.parsers.shellish.scope import COPIED, Stored, size_of
from ecolint.parsers.shellish.tokens import Kind, Word
from ecolint.parsers.shellish.values import Value, appended
from ecolint.records import replace
from ecolint.statements import ANY_OTHER, Tree

ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(\[[^\]\n]{0,80}\])?(\+?)=")
NAME = re.compile(r"[A-Za-z_]\w*")
DECLARATIONS = frozenset(("export", "declare", "typeset", "local", "readonly"))
READERS = frozenset(("read", "mapfile", "readarray", "getopts", "let", "unset", "printf"))
"""Commands that change the variables that they name; of `printf` it is the one after `-v`."""
SOURCES = frozenset(("source", "."))
HARMLESS = re.compile(
    r"(?:^|/)(?:activate|conda\.sh|mamba\.sh|micromamba\.sh|nvm\.sh|setvars\.sh|\.cargo/env|\.local/bin/env|set_env\.sh"
    r"|\.?(?:bashrc|zshrc|profile|bash_profile)|os-release|(?:profile|bash_completion)\.d/[^/]+)$"
)
"""Files that prepare tools; what a script itself assigns they leave alone."""
ARITHMETIC = re.compile(
    r"\b([A-Za-z_]\w*)[ \t]{0,9}(?:\+\+|--|(?:<<|>>|[-+*/%&|^])?=(?!=))|(?:\+\+|--)([A-Za-z_]\w*)"
)
"""A variable that arithmetic changes."""


def leading_assignments(words: Sequence[Word], text: str) -> int:
    """Number of words in front that are assignments."""
    count = 0
    while count < len(words) and _assignment(words[count], text) is not None:
        count += 1
    return count


def _assignment(word: Word, text: str) -> re.Match[str] | None:
    return ASSIGNMENT.match(text, word.start, min(word.end, word.start + 240))


def assign(word: Word, expander: Expander, *, export: bool = False) -> None:
    """`NAME=value`, `NAME+=value`, `NAME=(…)`."""
    found = _assignment(word, expander.fragment.text)
    if found is None:
        return
    scope, name = expander.scope, found[1]
    value = _assigned(word, found, expander)
    if found[2]:
        value = None
    elif found[3]:
        before = scope.get(name)
        scope.budget.characters -= size_of(before) // COPIED
        value = _sum(before, value, scope.holds(name)) if scope.budget.characters > 0 else None
    if isinstance(value, Value) and len(value.text) > LENGTH_LIMIT:
        value = None
    entry = value.entry(expander.fragment.span(word.start, word.end)) if isinstance(value, Value) else None
    scope.assign(name, value, span_of=entry, export=export)


def _assigned(word: Word, found: re.Match[str], expander: Expander) -> Stored:
    parts = [part for part in word.parts if part.end > found.end() or part.kind is Kind.ARRAY]
    if len(parts) == 1 and parts[0].kind is Kind.ARRAY:
        return expander.array(parts[0].items)
    if parts and parts[0].start < found.end():
        parts[0] = replace(parts[0], start=found.end(), text=parts[0].text[found.end() - parts[0].start :])
    return expander.whole(parts, found.end(), word.end)


def _sum(before: Stored, added: Stored, is_held: bool) -> Stored:
    if isinstance(before, tuple) and isinstance(added, tuple):
        return before + added if len(before) + len(added) <= ARRAY_LIMIT else None
    if isinstance(before, Value) and isinstance(added, Value):
        return appended(before, added)
    return added if isinstance(added, tuple) and not is_held else None


def environment(words: Sequence[Word], expander: Expander) -> Tree:
    """What a command is given: what is exported, and the assignments in front of it."""
    exported = expander.scope.exported
    if not words:
        return exported
    given: dict[str, Located[str]] = {}
    for word in words:
        found = _assignment(word, expander.fragment.text)
        if found is None:
            continue
        value = _assigned(word, found, expander)
        if isinstance(value, Value):
            given[found[1]] = value.entry(expander.fragment.span(word.start, word.end))
    return {**exported, **given}


def run(values: Sequence[Value], words: Sequence[Word], expander: Expander) -> bool:
    """Carries out a command that changes variables; false for any other command."""
    name = values[0].text
    if name in ("builtin", "command") and len(values) > 1 and values[1].text in SOURCES:
        values, name = values[1:], values[1].text
    if name in DECLARATIONS:
        _declare(name, words, expander)
    elif name == "printf" and values[1:2] and values[1].text != "-v":
        return False
    elif name in SOURCES:
        if len(values) > 1 and not HARMLESS.search(values[1].text):
            expander.scope.open_up()
    elif name in READERS:
        if any(value.is_dynamic for value in values[1:3] if name == "printf"):
            expander.scope.open_up()
        for value in values[1:3] if name == "printf" else values[1:]:
            changed = changed_by_arithmetic(value.text) if name == "let" else ()
            if name == "unset" and NAME.fullmatch(value.text):
                expander.scope.unset(value.text)
            elif NAME.fullmatch(value.text):
                expander.scope.assign(value.text, None)
            expander.scope.forget(changed)
    elif name == "shift":
        _shift(values, expander)
    elif name == "set":
        end = next((n for n, value in enumerate(values) if value.text == "--"), None)
        if end is not None:
            expander.scope.arguments = tuple(values[end + 1 :])
    else:
        return False
    return True


def _declare(name: str, words: Sequence[Word], expander: Expander) -> None:
    export = name == "export"
    for word in words[1:]:
        bare = word.bare or ""
        if bare.startswith("-"):
            export = export or (name in ("declare", "typeset") and "x" in bare)
            if "n" in bare and name != "export":
                expander.scope.open_up()
        elif _assignment(word, expander.fragment.text) is not None:
            assign(word, expander, export=export)
        elif export and NAME.fullmatch(bare):
            expander.scope.export(bare)
        elif named := _quoted_name(word, expander.fragment.text):
            expander.scope.assign(named, None, export=export)
        elif word.bare is None:
            expander.scope.open_up()


def _quoted_name(word: Word, text: str) -> str:
    """The variable that `"NAME=$value"` sets; empty where the name is not written out."""
    found = ASSIGNMENT.match(text, word.start + 1) if text[word.start] in "\"'" else None
    return found[1] if found is not None else ""


def changed_by_arithmetic(text: str) -> set[str]:
    """Variables that `let` or `(( … ))` gives other values."""
    return {found[1] or found[2] for found in ARITHMETIC.finditer(text)}


def _shift(values: Sequence[Value], expander: Expander) -> None:
    arguments = expander.scope.arguments
    count = values[1].text if len(values) > 1 else "1"
    if arguments is not None:
        expander.scope.arguments = arguments[int(count) :] if count.isdecimal() and len(count) < 5 else None


def assigned(steps: Iterable[Step], text: str) -> set[str]:
    """Variables that commands may change, wherever in them."""
    return {name for step in steps for name in _assigned_by(step.pipeline, text)}


def _assigned_by(node: Node, text: str) -> Iterator[str]:
    if isinstance(node, Simple):
        yield from _assigned_words(node.words, text)
    elif isinstance(node, Test):
        yield from changed_by_test(node, text)
    elif isinstance(node, Pipeline):
        for command in node.commands:
            yield from _assigned_by(command, text)
    elif isinstance(node, If):
        for branch in node.branches:
            yield from assigned(branch.condition, text)
            yield from assigned(branch.body, text)
    elif isinstance(node, Case):
        for item in node.items:
            yield from assigned(item.body, text)
    elif isinstance(node, Loop):
        if node.variable:
            yield node.variable
        yield from assigned(node.condition, text)
        yield from assigned(node.body, text)
    elif isinstance(node, (Group, Function)):
        yield from assigned(node.body, text)


def changed_by_expansion(word: Word, text: str) -> set[str]:
    """Variables that `$(( … ))` in a word gives other values."""
    if "$((" not in text[word.start : word.end]:
        return set()
    return changed_by_arithmetic(text[word.start : word.end])


def _is_named(word: Word, text: str) -> bool:
    return _assignment(word, text) is not None or bool(_quoted_name(word, text))


def changed_by_test(node: Test, text: str) -> set[str]:
    """Variables that `(( … ))` changes; `[[ … ]]` changes none."""
    written = text[node.start : node.end]
    return changed_by_arithmetic(written) if written.startswith("((") else set()


def _assigned_words(words: Sequence[Word], text: str) -> Iterator[str]:
    first = words[0].bare if words else None
    names = first in READERS and (first != "printf" or [word.bare for word in words[1:2]] == ["-v"])
    if first in SOURCES or (
        first in DECLARATIONS and any(word.bare is None and not _is_named(word, text) for word in words[1:])
    ):
        yield ANY_OTHER
    for word in words:
        found = _assignment(word, text)
        if found is not None:
            yield found[1]
        elif names and word.bare is not None:
            yield from changed_by_arithmetic(word.bare) if first == "let" else NAME.findall(word.bare)
        elif first not in DECLARATIONS and not names:
            return
