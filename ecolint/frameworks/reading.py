"""The reading of statements by a framework's table: from calls, command lines and mappings to setups."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from ecolint.frameworks import arguments, programs, trees
from ecolint.frameworks.base import Coerced, Framework, Setting, as_bool
from ecolint.frameworks.hardware import machine_of
from ecolint.inference import InferenceSetup, Known, Located, Option, Place
from ecolint.records import replace
from ecolint.statements import Call, CommandLine, Statement, Tree

TEXTS = frozenset(
    ("model", "quantizer", "compute_dtype", "dtype", "kv_cache_dtype", "attention", "gpu", "reload")
)
"""Fields that hold text; a call or mapping in its place is something that is only made at run time."""
Fields = dict[str, "Located[Any]"]
TOOLS = frozenset(
    """python python3 ollama text-generation-server huggingface-cli hf modelscope sleep tail cat echo curl wget git aws
    gsutil gcloud azcopy
    rclone rsync cp mv chown chmod mkdir nvidia-smi pip""".split()
)
"""Programs of an image that load files or wait, and serve nothing."""
PROGRAM_PATH = re.compile(
    r"\.{1,2}/|/(?:usr|bin|sbin|opt/(?!models)|app|etc|tmp|root|home|entrypoint)\b|.*\.(?:sh|py|bash)\Z"
)
"""Words that name a program or script rather than a model."""


def read(framework: Framework, statement: Statement) -> Iterator[InferenceSetup]:
    """The setup that a statement makes, where the framework's table finds one. Never raises."""
    if isinstance(statement, CommandLine):
        yield from read_command(framework, statement)
    elif isinstance(statement, Call):
        fields = fields_of_tree(framework.settings, _keywords(framework, statement))
        if framework.model_positional and statement.positional and "model" not in fields:
            fields["model"] = replace(statement.positional[0], place=Place.POSITIONAL)
        yield setup_of(framework, statement, fields)
    else:
        fields = fields_of_tree(framework.settings, statement.tree, flag_names=True)
        words = _argument_lists(framework, statement.tree)
        if words:
            _take(fields, arguments.parse(framework, words))
        yield setup_of(framework, statement, fields)


def _keywords(framework: Framework, call: Call) -> Tree:
    """Keywords of a call, and those that it holds in a mapping for the engine."""
    held = (call.keywords[name].value for name in framework.carriers if name in call.keywords)
    carried = [tree for tree in held if isinstance(tree, Mapping)]
    return (
        {name: value for tree in (*carried, call.keywords) for name, value in tree.items()}
        if carried
        else call.keywords
    )


def _argument_lists(framework: Framework, tree: Tree) -> programs.Words:
    """Words of the command line that a mapping holds under one of its keys."""
    found: list[Located[str]] = []
    for key in framework.argument_keys:
        held = trees.lookup(tree, key)
        for item in held.value if held is not None and isinstance(held.value, tuple) else ():
            if isinstance(item.value, bool):
                found.append(replace(item, value=str(item.value).lower(), place=Place.FLAG))
            elif isinstance(item.value, (str, int, float)):
                found.append(replace(item, value=str(item.value), place=Place.FLAG))
    return tuple(found)


def _take(fields: Fields, taken: arguments.Arguments) -> None:
    for given in taken.given:
        for setting in given.settings:
            _set(fields, setting, given.value, given.negated)


def read_command(framework: Framework, line: CommandLine) -> Iterator[InferenceSetup]:
    """The setup of a command line: environment first, flags override it, then bare words."""
    rest = words_for(framework, line)
    fields = fields_of_variables(framework, line.environment, owned_only=not _belongs(framework, line, rest))
    if rest is None:
        if fields:
            yield setup_of(framework, line, fields)
        return
    taken = arguments.parse(framework, rest)
    if taken.asks_help:
        return
    _take(fields, taken)
    if framework.model_positional and taken.bare and "model" not in fields:
        fields["model"] = replace(taken.bare[0], value_span=taken.bare[0].span, place=Place.POSITIONAL)
    yield setup_of(framework, line, fields)


def fields_of_tree(settings: Iterable[Setting], tree: Tree, *, flag_names: bool = False) -> Fields:
    """Fields that a mapping sets by the settings' keywords, in any spelling of its keys.

    With `flag_names` the long flags are keys as well, as in files that stand for a command line.
    """
    fields: Fields = {}
    names = trees.Keys(tree)
    for setting in settings:
        keys = [setting.keyword] if setting.keyword else []
        if flag_names:
            keys += [trees.snake(flag[2:]) for flag in setting.flags if flag.startswith("--")]
        for key in dict.fromkeys(keys):
            value = names.lookup(key)
            if value is not None:
                _set(fields, setting, value)
    return fields


def fields_of_variables(framework: Framework, environment: Tree, *, owned_only: bool) -> Fields:
    """Fields that environment variables set; with `owned_only` those alone that tell the framework."""
    fields: Fields = {}
    if not environment:
        return fields
    for setting in framework.settings:
        for name in setting.variables:
            value = environment.get(name)
            if value is not None and (not owned_only or owns(framework, name)):
                place = Place.ENVIRONMENT if value.place is Place.NONE else value.place
                _set(fields, setting, replace(value, place=place))
    return fields


def owns(framework: Framework, variable: str) -> bool:
    """Whether a variable tells this framework wherever it stands."""
    return any(fnmatchcase(variable, pattern) for pattern in framework.own_variables)


def setup_of(
    framework: Framework, statement: Statement, fields: Mapping[str, Located[Any]]
) -> InferenceSetup:
    """The setup with these fields, and with what the statement says of model and machine besides."""
    known: dict[str, Any] = dict(fields)
    if isinstance(statement, Call):
        if statement.request_loop.is_set:
            known["request_loop"] = statement.request_loop
            known["further_loops"] = statement.further_loops
    else:
        for name, value in (
            ("model", statement.model),
            ("gpu", statement.gpu),
            ("gpu_count", statement.gpu_count),
        ):
            if value.is_set and not says_more(known.get(name, Located()), value):
                known[name] = value
        if isinstance(statement, CommandLine) and not known.get("gpu", Located()).is_known:
            machine = machine_of(statement)
            known["gpu"] = machine if machine.is_set else known.get("gpu", machine)
    for name in TEXTS & known.keys():
        value = known[name]
        if value.is_known and not isinstance(value.value, str):
            known[name] = replace(value, value=None, known=Known.DYNAMIC)
    options = [
        Option(name.partition(":")[2], known.pop(name)) for name in fields if name.startswith("option:")
    ]
    return InferenceSetup(
        framework.name, statement.span, options=tuple(options), when=statement.when, **known
    )


def says_more(own: Located[Any], other: Located[Any]) -> bool:
    """Whether a value says at least as much as what stands around it: a name more than a folder it is put in."""
    if not own.is_known or not other.is_known:
        return own.is_known
    is_folder = isinstance(own.value, str) and own.value.startswith("/")
    return not is_folder or str(other.value).startswith("/")


def _set(fields: Fields, setting: Setting, written: Located[Any], negated: bool = False) -> None:
    """Put what was written into the setting's field; what means nothing leaves the field as it is."""
    if not setting.field or (setting.fallback and setting.field in fields):
        return
    result = converted(setting, written, negated)
    if result is None:
        fields.pop(setting.field, None)
    elif result is not Coerced.UNKNOWN:
        fields[setting.field] = result


def converted(setting: Setting, written: Located[Any], negated: bool = False) -> Any:
    """Field value of a written one with its place kept; None where it unsets, or `Coerced.UNKNOWN`."""
    if written.is_dynamic:
        keeps_text = setting.field in TEXTS or setting.field.startswith("option:")
        return written if keeps_text and isinstance(written.value, str) else replace(written, value=None)
    value = trees.plain(written.value)
    if setting.switch:
        truth = as_bool(value)
        if truth is Coerced.UNKNOWN:
            return truth
        if truth is not negated:
            return replace(written, value=setting.on)
        return replace(written, value=not setting.on) if isinstance(setting.on, bool) else None
    try:
        value = setting.value_of(value)
    except (ValueError, TypeError, OverflowError, RecursionError):
        return Coerced.UNKNOWN
    if value is None or value is Coerced.UNKNOWN:
        return value
    return replace(written, value=value)


def program_of(framework: Framework, line: CommandLine) -> str:
    """Last word of the framework's program that a line starts, such as `llama-server`; empty without one."""
    found = programs.program_end(line.words, heads_of((framework,)))
    return found[0][-1] if found is not None else ""


def words_for(framework: Framework, line: CommandLine) -> programs.Words | None:
    """Words after the framework's program; None where the line starts none that it knows."""
    heads = heads_of((framework,))
    found = programs.program_end(line.words, heads)
    if found is not None:
        return line.words[found[1] :]
    if not runs_image(framework, line) or not framework.image_program:
        return None
    implied = tuple(Located(word, Known.DERIVED) for word in framework.image_program)
    found = programs.program_end((*implied, *line.words), heads)
    if found is None or found[1] < len(implied):
        return None
    rest = line.words[found[1] - len(implied) :]
    named = found[1] > len(implied)
    return rest if named or _may_be_arguments(framework, rest) else None


def _may_be_arguments(framework: Framework, words: programs.Words) -> bool:
    """Whether words given to an image are arguments of its program, and not another program."""
    if not words:
        return True
    first = programs.text_of(words[0])
    if first.startswith("-"):
        return True
    if words[0].is_dynamic:
        return True
    return framework.model_positional and "/" in first and not PROGRAM_PATH.match(first)


def runs_image(framework: Framework, line: CommandLine) -> bool:
    """Whether the line runs in one of the framework's images."""
    image = line.image.value
    return isinstance(image, str) and bool(framework.images) and programs.is_image(image, framework.images)


def _belongs(framework: Framework, line: CommandLine, rest: programs.Words | None) -> bool:
    return rest is not None or (runs_image(framework, line) and not _runs_other(line))


def _runs_other(line: CommandLine) -> bool:
    """Whether a container runs a tool instead of the server of its image."""
    return bool(line.words) and programs.base_name(programs.text_of(line.words[0])) in TOOLS


_HEADS: dict[tuple[int, ...], tuple[tuple[Framework, ...], dict[str, list[programs.Pattern]]]] = {}


def heads_of(items: tuple[Framework, ...]) -> Mapping[str, Sequence[programs.Pattern]]:
    """Program patterns of the frameworks, by their first word."""
    key = tuple(map(id, items))
    known = _HEADS.get(key)
    if known is None:
        heads: dict[str, list[programs.Pattern]] = {}
        for item in items:
            for program in item.programs:
                pattern = tuple(program.split(" "))
                heads.setdefault(pattern[0], []).append(pattern)
        known = _HEADS[key] = (items, heads)
    return known[1]
