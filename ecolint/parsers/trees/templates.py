"""Go, Helm and Jinja templates around a structured text.

The text is made readable by writing over the actions, character for character, so that every position stays.
Nothing is rendered: lines that hold only actions are blanked, actions inside a line become a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ecolint.records import dataclass, replace

ACTION_LIMIT = 4000
CONDITION_LIMIT = 400
DROPPED = "\ue000"
"""Stands for the characters of lines that only steer the template."""
OPENERS = {"{{": "}}", "{%": "%}", "{#": "#}"}
OPENER = re.compile(r"\{[{%#]")
GO_CONTROL = re.compile(r"(if|else|with|range|end|define|block|break|continue)\b|/\*|\$\w+\s*:?=")
JINJA_CONTROL = re.compile(
    r"(if|elif|else|endif|for|endfor|set|endset|macro|endmacro|block|endblock|raw|endraw|with|endwith)\b"
)
NAME = re.compile(r"[.$]?[A-Za-z_][\w.]*")
LITERAL = re.compile(r"\(?\s*(?:\"([^\"]*)\"|'([^']*)'|(-?\d+(?:\.\d+)?|true|false))\s*\)?")
GLOBAL = re.compile(r"\$?\.Values\.[\w.]+|[A-Za-z_]\w*")
"""Names that mean the same wherever they stand, as those of items of a loop do not."""
DEFAULT_FIRST = re.compile(r"default\s+(\S+)\s+([.$]\S+)")
LINE_LIMIT = 400
"""Characters on either side of an action that are looked at to tell whether it stands alone."""
NEUTRAL_PIPES = frozenset(
    ("quote", "squote", "toString", "string", "trim", "int", "int64", "toYaml", "float64")
)
ALWAYS = ("$", ".", "true")
"""Conditions of `with` and `if` that only set a scope."""
FALSE_WORDS = frozenset(("", "false", "False", "0", "null", "{}", "[]"))

Lookup = Callable[[str], "str | None"]
"""Text of a template value by its path (`.Values.model`), None where it is not known."""


@dataclass(frozen=True, slots=True)
class Action:
    """One `{{ … }}` or `{% … %}`: character indices, the text inside, the word that it begins with."""

    start: int
    end: int
    body: str
    control: str
    alone: bool


@dataclass(frozen=True, slots=True)
class Template:
    """A text with its template written over.

    `masked` can be parsed. `shown` is the original without the lines that only steer. `conditions` are
    (start, end, condition) in character indices.
    """

    masked: str
    shown: str
    conditions: tuple[tuple[int, int, str], ...]


def read_template(text: str, lookup: Lookup | None = None) -> Template | None:
    """The template in a text; None where it holds no action."""
    if "{{" not in text and "{%" not in text:
        return None
    actions = _actions(text)
    if not actions:
        return None
    masked: list[str] = []
    shown: list[str] = []
    at = 0
    for action in actions:
        masked.append(text[at : action.start])
        shown.append(text[at : action.start])
        written = text[action.start : action.end]
        masked.append(_over(written, " " if action.alone else "x"))
        shown.append(_over(written, DROPPED) if action.alone and action.control else written)
        at = action.end
    masked.append(text[at:])
    shown.append(text[at:])
    return Template("".join(masked), "".join(shown), _conditions(actions, lookup))


def _over(written: str, sign: str) -> str:
    return re.sub(r"[^\r\n]", sign, written)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every action."""
    nearest = dict.fromkeys(OPENERS.values(), -1)
    at = 0
    while (match := OPENER.search(text, at)) is not None:
        at, opener = match.start(), match[0]
        closer = OPENERS[opener]
        end = nearest[closer]
        if end < at + 2:
            end = text.find(closer, at + 2)
            end = nearest[closer] = end if end >= 0 else len(text) + ACTION_LIMIT
        too_far = end > at + ACTION_LIMIT - 2
        if too_far or (opener == "{#" and not _is_alone(text, at, end + 2)):
            at += 1
            continue
        end += 2
        while opener == "{{" and text[end : end + 1] == "}":
            end += 1
        yield at, end
        at = end


def _actions(text: str) -> list[Action]:
    found: list[Action] = []
    for start, end in _spans(text):
        opener = text[start : start + 2]
        body = text[start + 2 : end - 2].strip("- \t\r\n+")
        pattern = GO_CONTROL if opener == "{{" else JINJA_CONTROL
        match = pattern.match(body)
        control = (match[1] or ("comment" if body.startswith("/*") else "set")) if match else ""
        if opener == "{#":
            control = "comment"
        found.append(Action(start, end, body, control, _is_alone(text, start, end)))
    return _with_neighbours(text, found)


def _is_alone(text: str, start: int, end: int) -> bool:
    """Whether nothing else stands on the lines of an action."""
    first = text.rfind("\n", max(0, start - LINE_LIMIT), start) + 1
    last = text.find("\n", end, end + LINE_LIMIT)
    if (first == 0 and start > LINE_LIMIT) or (last < 0 and len(text) - end > LINE_LIMIT):
        return False
    return not text[first:start].strip() and not text[end : len(text) if last < 0 else last].strip()


def _with_neighbours(text: str, actions: list[Action]) -> list[Action]:
    """Actions that share a line with nothing but other actions stand alone as well."""
    result = list(actions)
    first = 0
    while first < len(actions):
        last = first
        while last + 1 < len(actions) and not text[actions[last].end : actions[last + 1].start].strip(" \t"):
            last += 1
        if last > first and _is_alone(text, actions[first].start, actions[last].end):
            for index in range(first, last + 1):
                result[index] = replace(actions[index], alone=True)
        first = last + 1
    return result


def _conditions(actions: list[Action], lookup: Lookup | None) -> tuple[tuple[int, int, str], ...]:
    found: list[tuple[int, int, str]] = []
    stack: list[tuple[int, str | None, str | None]] = []
    for action in actions:
        word = action.control
        closes = word in ("end", "else", "elif") or word.startswith("end")
        opened: tuple[int, str | None, str | None] | None = None
        if closes and stack:
            opened = stack.pop()
            if opened[1] is not None and len(found) < CONDITION_LIMIT:
                found.append((opened[0], action.start, opened[1]))
        if word in ("if", "elif", "with") or (word == "else" and "if " in action.body):
            condition = action.body.partition("if ")[2] if "if " in action.body else action.body[4:]
            when, otherwise = judged(condition.strip(" -"), lookup)
            stack.append((action.end, when, otherwise))
        elif word == "else":
            stack.append((action.end, opened[2] if opened else None, None))
        elif word in ("range", "for", "define", "block", "macro", "raw") or (
            word == "set" and "=" not in action.body
        ):
            stack.append((action.end, None, None))
    return tuple(sorted(found))


def judged(condition: str, lookup: Lookup | None) -> tuple[str | None, str | None]:
    """The conditions of both branches in words; None for a branch that is taken by default."""
    if condition in ALWAYS:
        return None, None
    negated = condition.startswith("not ")
    name = condition.removeprefix("not ").strip().strip("()")
    written = " ".join(condition.split())[:120]
    yes, no = f"only if {written}", f"only if not {written}"
    value = lookup(name) if lookup and re.fullmatch(r"[.$\w]+", name) else None
    if value is None:
        return yes, no
    holds = (value not in FALSE_WORDS) is not negated
    return (None, no) if holds else (yes, None)


def holes(text: str) -> list[tuple[int, int, str]]:
    """Start, end and inner text of every `{{ … }}` in a text."""
    spans = ((start, end) for start, end in _spans(text) if text.startswith("{{", start))
    return [(start, end, text[start + 2 : end - 2].strip("- \t\r\n")) for start, end in spans]


def resolve(body: str, lookup: Lookup | None) -> str | None:
    """The text that an action writes, from the template's values or a default in it; None where not known."""
    name, *pipes = (part.strip() for part in body.split("|"))
    turned = DEFAULT_FIRST.fullmatch(name)
    if turned is not None:
        name, pipes = turned[2], [f"default {turned[1]}", *pipes]
    if NAME.fullmatch(name) is None:
        return None
    value = lookup(name) if lookup else None
    for pipe in pipes:
        word = pipe.split("(")[0].split(" ")[0]
        if word == "default":
            if value is None or value in FALSE_WORDS:
                value = _literal(pipe.removeprefix("default").strip()) if GLOBAL.fullmatch(name) else None
        elif word not in NEUTRAL_PIPES:
            return None
    return value


def _literal(written: str) -> str | None:
    found = LITERAL.fullmatch(written)
    return next((text for text in found.groups() if text is not None), None) if found else None
