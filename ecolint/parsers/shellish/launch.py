"""From an argument vector to the program that is really started: wrappers are removed, shell texts followed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from ecolint.inference import Located
from ecolint.parsers.shellish import charts, containers, feeding
from ecolint.parsers.shellish.frame import Frame
from ecolint.parsers.shellish.options import Options, assignments, base_name, pairs
from ecolint.parsers.shellish.values import Value
from ecolint.parsers.shellish.wrappers import (
    ENVIRONMENT_OPTIONS,
    MACHINE_OPTIONS,
    MENTIONS,
    PM2_OPTIONS,
    REMOTE_OPTIONS,
    SCREEN_OPTIONS,
    SHELLS,
    SLURM,
    TEXT_OPTIONS,
    TMUX_OPTIONS,
    TMUX_STARTS,
    UTILITIES,
    WRAPPERS,
    Wrapper,
)
from ecolint.records import replace
from ecolint.source import Fragment
from ecolint.statements import NO_TREE, Statement

WRAPPER_LIMIT = 12
"""Wrappers around one another that are removed."""
SHELL_SWITCH = re.compile(r"[-+][A-Za-z]+")
CARD = re.compile(r"(?:gpu:)?(?!gpu\b)([A-Za-z][\w.-]{0,40})(?=:\d|\Z)")
LINE_ENDS = ("\\n", "\\r", "\\015", "^M", "\n", "\r", " ")
"""How a line may end that is typed into a screen."""
KEYS = frozenset(("Enter", "C-m", "ENTER", "KPEnter", "C-j"))


def launch(words: list[Value], frame: Frame, limit: int = WRAPPER_LIMIT) -> Iterator[Statement]:
    """What the words start. A command that only prints help is left out."""
    while words and limit > 0:
        limit -= 1
        name = base_name(words[0].text)
        reader = READERS.get(name)
        if reader is not None:
            found = reader(words, frame)
            if found is not None:
                yield from found
                return
        inner = _unwrapped(name, words, frame)
        if inner is None:
            break
        words, frame = inner
    yield from _finish(words, frame)


def _finish(words: list[Value], frame: Frame) -> Iterator[Statement]:
    if frame.stdin is not None:
        yield from feeding.fed(words, frame)
    if words and feeding.PYTHON.fullmatch(base_name(words[0].text)):
        yield from feeding.inline(words, frame)
    if any(word.text in MENTIONS for word in words[1:]):
        return
    if words and base_name(words[0].text) in UTILITIES:
        frame = replace(frame, environment=NO_TREE)
    if words or frame.environment or frame.image.is_set:
        yield frame.command(words)


def _unwrapped(name: str, words: list[Value], frame: Frame) -> tuple[list[Value], Frame] | None:
    """The words that a wrapper starts; None where the name is no wrapper, or wraps nothing."""
    if name == "command" and len(words) > 1 and words[1].text in ("-v", "-V"):
        return None
    for wrapper in WRAPPERS.get(name, ()):
        end = 1 + len(wrapper.subcommand)
        start = _subcommand_end(words, wrapper)
        if start is None:
            continue
        options = Options(words, max(start, end), valued=wrapper.valued)
        environment: dict[str, Located[str]] = {}
        for option, value in options:
            if value is not None and option in ENVIRONMENT_OPTIONS.get(name, ()):
                environment.update(pairs(value, "\0"))
            elif value is not None and name in SLURM and option in MACHINE_OPTIONS:
                frame = _with_card(value, frame)
        at = options.at
        if wrapper.assigns:
            assigned, at = assignments(words, at)
            environment.update(assigned)
        at += wrapper.positionals
        if at < len(words) and words[at].text == "--":
            at += 1
        frame = frame.given(environment)
        if at >= len(words):
            return None
        return words[at:], frame
    return None


def _with_card(value: Value, frame: Frame) -> Frame:
    """`gpu:a100:1` or `a100:1`; a number alone names no card."""
    found = CARD.match(value.text)
    if found is None:
        return frame
    card = value.cut(*found.span(1))
    return replace(frame, gpu=replace(card.located, value=card.text.lower()))


def _subcommand_end(words: list[Value], wrapper: Wrapper) -> int | None:
    """Index after the subcommand; the wrapper's options may stand before it."""
    if not wrapper.subcommand:
        return 1
    options = Options(words, 1, valued=wrapper.valued)
    for _ in options:
        pass
    end = options.at + len(wrapper.subcommand)
    found = tuple(word.text for word in words[options.at : end])
    return end if found == wrapper.subcommand else None


def shell(words: list[Value], frame: Frame) -> Iterator[Statement] | None:
    """`bash -lc TEXT`; a shell that is given a file starts that file."""
    at, has_text = 1, False
    while at < len(words):
        text = words[at].text
        if text == "--":
            at += 1
            break
        if SHELL_SWITCH.fullmatch(text):
            has_text = has_text or "c" in text[1:]
            at += 2 if text[-1] in "oO" else 1
        elif text.startswith("--") and len(text) > 2:
            at += 2 if text in ("--rcfile", "--init-file") else 1
        else:
            break
    if not has_text or at >= len(words):
        return None
    return frame.nested(words[at].fragment)


def text_option(words: list[Value], frame: Frame) -> Iterator[Statement] | None:
    """`su - user -c TEXT`, `sbatch --wrap=TEXT`."""
    name = base_name(words[0].text)
    wanted = TEXT_OPTIONS[name]
    for number, word in enumerate(words[1:], 1):
        option, sign, _ = word.text.partition("=")
        if option not in wanted or not (sign or number + 1 < len(words)):
            continue
        text = word.cut(len(option) + 1) if sign else words[number + 1]
        return frame.nested(text.fragment)
    return None


def batch(words: list[Value], frame: Frame) -> Iterator[Statement] | None:
    """`sbatch --gres=gpu:a100:1 --wrap=TEXT`."""
    for option, value in Options(words, 1, valued=WRAPPERS["srun"][0].valued):
        if value is not None and option in MACHINE_OPTIONS:
            frame = _with_card(value, frame)
    return text_option(words, frame)


def joined(words: list[Value], frame: Frame) -> Iterator[Statement]:
    """Words that are read again as one shell text, as `eval` does."""
    yield from frame.nested(Fragment.join([word.fragment for word in words], " "))


def evaluate(words: list[Value], frame: Frame) -> Iterator[Statement] | None:
    return joined(words[1:], frame) if len(words) > 1 else None


def remote(words: list[Value], frame: Frame) -> Iterator[Statement] | None:
    """`ssh HOST TEXT`; the environment of the one machine is not that of the other."""
    options = Options(words, 1, valued=REMOTE_OPTIONS)
    for _ in options:
        pass
    rest = words[options.at + 1 :]
    frame = replace(frame, environment=NO_TREE)
    if rest and rest[0].text == "--":
        rest = rest[1:]
    if rest and frame.stdin is not None and base_name(rest[0].text) in SHELLS:
        return launch(rest, frame)
    if rest:
        return joined(rest, frame)
    return frame.nested(frame.stdin) if frame.stdin is not None else None


def tmux(words: list[Value], frame: Frame) -> Iterator[Statement] | None:
    """`tmux new-session -d -s x TEXT`, `tmux send-keys -t x TEXT Enter`."""
    at = next((n for n, word in enumerate(words) if word.text in TMUX_STARTS), None)
    if at is None:
        return None
    options = Options(words, at + 1, valued=TMUX_OPTIONS)
    for _ in options:
        pass
    rest = [word for word in words[options.at :] if word.text not in KEYS]
    return text_or_words(rest, frame) if rest else None


def screen(words: list[Value], frame: Frame) -> Iterator[Statement] | None:
    """`screen -dmS x COMMAND`, `screen -S x -X stuff TEXT`."""
    options = Options(words, 1, valued=SCREEN_OPTIONS)
    names = [name for name, _ in options]
    rest = words[options.at :]
    if not rest:
        return None
    if "-X" in names:
        return joined(_typed(rest[1:]), frame) if rest[0].text == "stuff" and len(rest) > 1 else None
    return text_or_words(rest, frame)


def _typed(words: list[Value]) -> list[Value]:
    """Words without the end of the line."""
    text = words[-1].text
    end = len(text)
    while (ending := next((item for item in LINE_ENDS if text.endswith(item, 0, end)), "")) != "":
        end -= len(ending)
    return [*words[:-1], words[-1].cut(0, end)]


def text_or_words(words: list[Value], frame: Frame) -> Iterator[Statement]:
    """A single word with blanks is a shell text, several words are a command."""
    if len(words) == 1 and any(sign.isspace() for sign in words[0].text):
        return frame.nested(words[0].fragment)
    return launch(words, frame)


def pm2(words: list[Value], frame: Frame) -> Iterator[Statement] | None:
    """`pm2 start --name x TEXT`, `pm2 start PROGRAM -- ARGUMENTS`."""
    if len(words) < 3 or words[1].text != "start":
        return None
    rest = words[2:]
    end = next((n for n, word in enumerate(rest) if word.text == "--"), len(rest))
    positional: list[Value] = []
    interpreter: list[Value] = []
    at = 0
    while at < end:
        options = Options(rest[:end], at, valued=PM2_OPTIONS)
        interpreter += [value for name, value in options if name == "--interpreter" and value is not None]
        at = options.at
        if at < end:
            positional.append(rest[at])
            at += 1
    started = positional[:1]
    if not started:
        return None
    if interpreter and interpreter[0].text != "none":
        started = [interpreter[0], *started]
    return text_or_words([*started, *rest[end + 1 :]], frame)


def every_text(words: list[Value], frame: Frame) -> Iterator[Statement]:
    """`concurrently TEXT TEXT …`."""
    for word in words[1:]:
        if not word.text.startswith("-"):
            yield from frame.nested(word.fragment)


def container(words: list[Value], frame: Frame) -> Iterator[Statement] | None:
    found = containers.started(words, frame)
    return text_or_words(*found) if found is not None else None


def nothing(words: list[Value], frame: Frame) -> Iterator[Statement]:
    """Programs whose words are texts about commands."""
    yield from ()


Launcher = Callable[[list[Value], Frame], "Iterator[Statement] | None"]
READERS: Mapping[str, Launcher] = {
    **dict.fromkeys(SHELLS, shell),
    **dict.fromkeys(TEXT_OPTIONS, text_option),
    **dict.fromkeys(containers.PROGRAMS, container),
    "eval": evaluate,
    "helm": charts.values,
    "sbatch": batch,
    "ssh": remote,
    "sshpass": lambda words, frame: launch(words[3:], frame) if len(words) > 3 else None,
    "tmux": tmux,
    "screen": screen,
    "pm2": pm2,
    "concurrently": every_text,
    "alias": nothing,
    "trap": nothing,
}
