"""Containers that Python code starts or deploys: by the SDKs of Docker, Kubernetes, Airflow and Vertex AI."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from ecolint.inference import Known, Located, Place
from ecolint.parsers.pythonic import commands
from ecolint.parsers.pythonic.evaluation.evaluator import Evaluator
from ecolint.parsers.pythonic.evaluation.values import Dict, Value
from ecolint.parsers.pythonic.inherited import texts_of
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Kind, dotted_path
from ecolint.parsers.pythonic.starting import started
from ecolint.records import dataclass, replace
from ecolint.statements import NO_TREE, Call, CommandLine, Tree


@dataclass(frozen=True, slots=True)
class Container:
    """How a call tells of a container: the end of its callee, packages of which one is imported, and the keywords of
    its image, its words and its variables. `positional` are keywords that may be given by their place."""

    callee: str
    packages: tuple[str, ...]
    image: str
    words: tuple[str, ...]
    environment: str
    positional: tuple[str, ...] = ()

    @property
    def keywords(self) -> frozenset[str | None]:
        return frozenset((None, self.image, *self.words, self.environment))


DOCKER = ("docker", "podman")
AIRFLOW = ("airflow",)
CONTAINERS = (
    *(
        Container(callee, DOCKER, "image", ("entrypoint", "command"), "environment", ("image", "command"))
        for callee in ("containers.run", "containers.create")
    ),
    Container("DockerOperator", AIRFLOW, "image", ("entrypoint", "command"), "environment"),
    Container("KubernetesPodOperator", AIRFLOW, "image", ("cmds", "arguments"), "env_vars"),
    Container("V1Container", ("kubernetes", "kubernetes_asyncio"), "image", ("command", "args"), "env"),
    Container(
        "Model.upload",
        ("google.cloud", "vertexai"),
        "serving_container_image_uri",
        ("serving_container_command", "serving_container_args"),
        "serving_container_environment_variables",
    ),
)
TAILS = frozenset(item.callee.rpartition(".")[2] for item in CONTAINERS)


def command_lines(module: Module) -> Iterator[CommandLine]:
    """What the containers of a module run."""
    for node in module.index.calls_near(TAILS):
        path = f".{dotted_path(node.func)}"
        for kind in CONTAINERS:
            if path.endswith(f".{kind.callee}") and _is_imported(kind, module):
                yield from _started(node, kind, module)


def _is_imported(kind: Container, module: Module) -> bool:
    return any(
        item.kind is Kind.IMPORT and f"{item.dotted}.".startswith(tuple(f"{name}." for name in kind.packages))
        for bindings in module.scope.bindings.values()
        for item in bindings
    )


def _started(node: ast.Call, kind: Container, module: Module) -> Iterator[CommandLine]:
    site = module.index.sites[node]
    told = [item for item in node.keywords if item.arg in kind.keywords]
    asked = ast.copy_location(ast.Call(node.func, node.args[: len(kind.positional)], told), node)

    def given(ev: Evaluator) -> dict[str, Value]:
        positional, keywords = ev.arguments(asked, module, site, None)
        return {**dict(zip(kind.positional, positional, strict=False)), **keywords}

    return started(site, module, given, lambda given: _lines(node, kind, given, module))


def _lines(
    node: ast.Call, kind: Container, given: Mapping[str, Value], module: Module
) -> Iterator[CommandLine]:
    """What a container runs: the words of a list as they are, a text as a shell splits it."""
    from ecolint.parsers import shell

    image = given.get(kind.image, Located())
    if not image.is_known or not isinstance(image.value, str):
        return
    span = module.text.span(node)
    environment = _environment(given.get(kind.environment, Located()))
    parts = {name: given[name] for name in kind.words if name in given}
    if len(parts) == 1:
        ((name, text),) = parts.items()
        argument = _argument(node, name, kind)
        if isinstance(text.value, str) and text.is_known and argument is not None:
            fragment = commands.literal(argument, text.value, module.index.sites[node], module)
            yield from shell.command_lines(fragment, NO_TREE, environment, image=image)
            return
    words = [word for part in parts.values() for word in _words(part)]
    if words:
        yield from shell.words_command(words, span, environment, image)
    else:
        yield CommandLine((), span, environment, image)


def _argument(node: ast.Call, name: str, kind: Container) -> ast.expr | None:
    """What a call gives for a keyword, by its name or at its place."""
    by_place = dict(zip(kind.positional, node.args, strict=False))
    return next((item.value for item in node.keywords if item.arg == name), by_place.get(name))


def _words(part: Value) -> Iterator[Located[str]]:
    if part.is_known and isinstance(part.value, tuple):
        yield from map(commands.word, part.value)
    elif not (part.is_known and part.value is None):
        yield commands.word(part)


def _environment(given: Value) -> Tree:
    """Variables in a mapping, in a list of `NAME=value`, or in a list of objects with a name and a value."""
    if isinstance(given.value, Dict):
        pairs = list(given.value.items())
    else:
        items = given.value if isinstance(given.value, tuple) else ()
        found = [pair for item in items if (pair := _pair(item)) is not None]
        pairs = [(name, replace(value, value_span=None, place=Place.CALL)) for name, value in found]
    return texts_of(dict(pairs))


def _pair(item: Value) -> tuple[str, Value] | None:
    if isinstance(item.value, Call):
        name = item.value.keywords.get("name", Located()).value
        value = item.value.keywords.get("value", Located(known=Known.DYNAMIC))
        return (name, value) if isinstance(name, str) else None
    name, equals, text = item.value.partition("=") if isinstance(item.value, str) else ("", "", "")
    return (name, replace(item, value=text)) if equals else None
