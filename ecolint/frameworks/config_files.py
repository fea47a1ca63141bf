"""Files of options that a command is given by `--config`: what the command sets itself holds instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ecolint.frameworks import arguments, reading, trees
from ecolint.frameworks.base import Framework, Survey
from ecolint.inference import Known, Located
from ecolint.records import replace
from ecolint.repository import Repository
from ecolint.source import SourceFile
from ecolint.statements import CommandLine, Config, Statement

MODEL = "model"
ELSEWHERE = "only where the command line sets nothing else"


def survey_of(name: str, kind: str) -> Survey:
    """A survey for the files of this kind that the commands of a framework are given."""

    def surveyed(
        statements: tuple[Statement, ...], source: SourceFile, repository: Repository
    ) -> tuple[Statement, ...]:
        if not any(isinstance(item, Config) and item.kind == kind and item.path for item in statements):
            return statements
        from ecolint.frameworks.registry import framework
        from ecolint.parsers import naming

        found = []
        for item in statements:
            if isinstance(item, Config) and item.kind == kind and item.path:
                commands = naming.given_to(item.path, statements, source.data)
                others = naming.commands_with(item.path, repository, source.path)
                item = _overridden(item, framework(name), dict.fromkeys((*commands, *others)))
            found.append(item)
        return tuple(found)

    return surveyed


def _overridden(config: Config, framework: Framework, commands: Iterable[CommandLine]) -> Config:
    """The options of a file without those that each command sets itself, and with the model that all of them name."""
    given = [
        _given(framework, rest)
        for line in commands
        if (rest := reading.words_for(framework, line)) is not None
    ]
    if not given:
        return config
    tree = {}
    for key, value in config.tree.items():
        setting = sum(trees.snake(key) in names for names in given)
        if setting < len(given):
            tree[key] = replace(value, when=value.when or ELSEWHERE) if setting else value
    models = [names.get(MODEL) for names in given]
    model = models[0]
    if model is None or not all(other is not None and other.value == model.value for other in models):
        return replace(config, tree=tree)
    named = replace(
        model,
        known=Known.DERIVED if model.is_known else model.known,
        span=config.span,
        value_span=None,
        origin="the command that is given this file",
    )
    return replace(config, tree=tree, model=named)


def _given(framework: Framework, words: Sequence[Located[str]]) -> dict[str, Located[str]]:
    """What a command sets, by the keys that stand for it in a file."""
    taken = arguments.parse(framework, words)
    found = {
        trees.snake(name.lstrip("-")): item.value
        for item in taken.given
        for setting in item.settings
        for name in (*setting.flags, setting.keyword)
    }
    if framework.model_positional and taken.bare:
        found[MODEL] = taken.bare[0]
    return found
