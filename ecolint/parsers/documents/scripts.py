"""Any other file with commands or containers in it: pipelines, task runners, playbooks, process lists, templates of
clouds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial

from ecolint.conditions import ONLY
from ecolint.parsers.documents import interpolation, machine, switches
from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.documents.launch import (
    Launch,
    arguments,
    environment_of,
    run_script,
    run_words,
    script_lines,
)
from ecolint.parsers.documents.pods import concurrency_of, pods_of
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar, Sequence, walk
from ecolint.records import replace
from ecolint.statements import NO_TREE, Statement, Tree

SCRIPT_KEYS = frozenset(
    [
        "run",
        "script",
        "before_script",
        "after_script",
        "cmd",
        "cmds",
        "command",
        "Command",
        "commands",
        "runcmd",
        "bootcmd",
        "dockerCommand",
        "bash",
        "sh",
        "shell",
        "inlineScript",
        "setup",
        "start",
        "startCommand",
        "start_command",
        "exec",
        "launch_command",
        "postCreateCommand",
        "postStartCommand",
        "UserData",
        "userData",
        "user_data",
        "custom_data",
        "startup-script",
        "startup_script",
        "metadata_startup_script",
        "inline",
    ]
)
CLOUD_CONFIG = "#cloud-config"
"""What a script begins with that is a configuration of cloud-init."""
FILE_KEYS: dict[str, tuple[str, str]] = {
    "write_files": ("path", "content"),
    "copy": ("dest", "content"),
}
"""Keys of cloud-init and Ansible under which files are written, and the keys of their paths and texts."""
GROUP_KEYS = frozenset(("scripts", "processes"))
"""Mappings of which every value is a command."""
TELLING_KEYS = frozenset(
    (
        "question",
        "answer",
        "instruction",
        "completion",
        "expected",
        "expected_output",
        "explanation",
        "utterance",
    )
)
"""Keys beside which a command is an item of data."""
EXAMPLE_KEYS = ("example", "examples")
COLLECTIONS = ("ansible.builtin.", "ansible.legacy.", "ansible.windows.")
"""What goes before the names of a playbook's modules."""
ALWAYS = frozenset(("", "always", "on_success", "true"))
NEVER = "never"
"""The tag of tasks that are not run unless another of their tags is asked for."""
IMAGES = (
    *((key,) for key in ("image", "Image", "docker", "container_image", "dockerImage", "imageUri")),
    ("image", "url"),
    ("base_image", "image"),
    ("environment", "image"),
)
"""Where the image of a container is named."""
VARIABLE_KEYS = (
    "env",
    "envs",
    "environment",
    "Environment",
    "variables",
    "envVars",
    "env_vars",
    "environmentVariables",
    "environment_variables",
)
PROGRAM_KEYS = ("entryPoint", "EntryPoint", "entrypoint")
DRIVER, DRIVEN = "driver", "config"
"""The key of a task of Nomad that says what runs it, and the block for that, which gets the variables of the task."""
VECTOR_KEYS = frozenset(("runcmd", "bootcmd"))
"""Keys of cloud-init under which a list in the list is one command."""
REQUESTS = "request_settings"
"""Where Azure ML is told how many requests to hand over."""
FUNCTIONS = ("Fn::Base64", "Fn::Sub", "Fn::Join")
"""Functions of CloudFormation around a text."""
BLANKS = (" ", "\n")


def recognise(document: AnyNode, scene: Scene) -> bool:
    """Lists in JSON are data, unless they are of containers."""
    if isinstance(document, Sequence) and scene.name.endswith(".json"):
        return any(isinstance(item, Mapping) and "image" in item.entries for item in document.items)
    return isinstance(document, (Mapping, Sequence))


def read(document: AnyNode, scene: Scene) -> Iterator[Statement]:
    """Every command that stands under a key that is named for one."""
    outer: Tree = NO_TREE
    if isinstance(document, Mapping):
        outer = _variables(document)
    asked = cache(lambda: machine.of_document(document))
    contained = cache(lambda: {id(item) for pod in pods_of(document) for item in pod.mappings("containers")})
    shown: set[int] = set()
    conditions: dict[int, str] = {}
    given: dict[int, Tree] = {}
    for mapping in walk(document):
        shown.update(id(inner) for key in EXAMPLE_KEYS for inner in _inner(mapping.get(key), shown))
        if id(mapping) in shown or TELLING_KEYS & mapping.entries.keys():
            continue
        when = _condition(mapping) or conditions.get(id(mapping))
        yield from (replace(item, when=item.when or when) for item in _files(mapping))
        if when:
            conditions.update((id(inner), when) for inner in switches.inner(mapping))
        if DRIVER in mapping.entries:
            given.update((id(inner), _variables(mapping)) for inner in mapping.mappings(DRIVEN))
        image = next((found for path in IMAGES if (found := mapping.scalar(*path)) is not None), None)
        scripts = list(_scripts(mapping))
        is_step = image is None and _is_step(mapping)
        if image is None and not scripts and not is_step:
            continue
        own = {**given.get(id(mapping), NO_TREE), **_variables(mapping)}
        environment = {**outer, **own}
        launch = Launch(
            mapping.span,
            interpolation.image_name(image),
            environment,
            environment,
            asked().gpu,
            asked().count,
            when=mapping.when or when,
            concurrency=concurrency_of(mapping.mapping(REQUESTS) or mapping),
        )
        is_container = image is not None and SCRIPT_KEYS.isdisjoint(mapping.entries)
        if is_step or (is_container and id(mapping) not in contained()):
            yield from _container(mapping, launch, own)
        for key, node in scripts:
            if isinstance(node, Scalar) and node.text.lstrip().startswith(CLOUD_CONFIG):
                yield from scene.inner(node.content)
            elif key in VECTOR_KEYS and isinstance(node, Sequence):
                yield from _first_boot(node, launch)
            elif key in SCRIPT_KEYS:
                yield from _commands(node, launch, mapping)
            else:
                yield from run_script(launch, script_lines(node))


def _scripts(mapping: Mapping) -> Iterator[tuple[str, AnyNode]]:
    """What stands in a mapping under keys that are named for commands, or for groups of them."""
    for name, entry in mapping.entries.items():
        key = name.rpartition(".")[2] if name.startswith(COLLECTIONS) else name
        if key in GROUP_KEYS and isinstance(entry.value, Mapping):
            yield from ((key, item.value) for item in entry.value.entries.values())
        elif key in SCRIPT_KEYS:
            yield key, entry.value


def _is_step(mapping: Mapping) -> bool:
    """Whether a mapping is a step of Cloud Build that says which program its image runs."""
    first = next(iter(mapping.items("args")), None)
    told = any(key in mapping.entries for key in PROGRAM_KEYS)
    return "name" in mapping.entries and isinstance(first, Scalar) and (told or first.text == "gcloud")


def _files(mapping: Mapping) -> Iterator[Statement]:
    """What the files say that a playbook or a first boot writes."""
    from ecolint.parsers.embedded import file_statements

    for key, (path, text) in FILE_KEYS.items():
        entry = mapping.entries.get(key) or mapping.entries.get(f"{COLLECTIONS[0]}{key}")
        value = entry.value if entry is not None else None
        for item in value.items if isinstance(value, Sequence) else [value]:
            name = item.scalar(path) if isinstance(item, Mapping) else None
            content = item.scalar(text) if isinstance(item, Mapping) else None
            if name is not None and content is not None:
                yield from file_statements(name.text, content.content)


def _container(mapping: Mapping, launch: Launch, own: Tree) -> Iterator[Statement]:
    """A container that is given arguments for its image's own program, or variables alone."""
    fill = partial(interpolation.kubernetes, environment=launch.environment)
    words = [word for key in (*PROGRAM_KEYS, "args") for word in arguments(mapping.get(key), fill)]
    if words or own:
        yield from run_words(launch, words)


def _inner(node: AnyNode | None, known: set[int]) -> Iterator[Mapping]:
    """Mappings of a list that is shown as examples, unless they are known to be."""
    for mapping in walk(node) if isinstance(node, Sequence) else ():
        if id(mapping) in known:
            return
        yield mapping


def _condition(mapping: Mapping) -> str | None:
    """The condition of a task of a playbook, that it is only run for one of its tags, or that it is switched off."""
    off = switches.of_block(mapping)
    if off:
        return off
    if mapping.text("disabled") == "true" or mapping.text("enabled") == "false":
        return "only when it is enabled"
    if any(isinstance(tag, Scalar) and tag.text == NEVER for tag in mapping.items("tags")):
        return "only with its tags"
    written = " ".join(mapping.text("when").split())
    return None if written in ALWAYS else f"{ONLY}{written[:80]}"


def _variables(mapping: Mapping) -> Tree:
    found = {}
    for key in VARIABLE_KEYS:
        found.update(environment_of(mapping.get(key)))
    return found


def _commands(node: AnyNode, launch: Launch, mapping: Mapping) -> Iterator[Statement]:
    """A script, or a list that is either a script's lines or the words of one command."""
    fill = partial(interpolation.kubernetes, environment=launch.environment)
    given = arguments(mapping.get("args"), fill)
    if _is_vector(node) if isinstance(node, Sequence) else given and _is_line(node):
        before = [word for key in PROGRAM_KEYS for word in arguments(mapping.get(key), fill)]
        yield from run_words(launch, [*before, *arguments(node, fill), *given])
    else:
        yield from run_script(launch, script_lines(_text(node)))


def _first_boot(node: Sequence, launch: Launch) -> Iterator[Statement]:
    """Lines of one script, and lists that are a command each."""
    yield from run_script(
        launch, (line for item in node.items if isinstance(item, Scalar) for line in script_lines(item))
    )
    for item in node.items:
        if isinstance(item, Sequence):
            yield from run_words(launch, arguments(item))


def _text(node: AnyNode) -> AnyNode:
    """What stands within the functions of a template."""
    while isinstance(node, Mapping) and len(node.entries) == 1:
        inner = next((entry.value for key, entry in node.entries.items() if key in FUNCTIONS), None)
        if inner is None:
            break
        node = inner
    return node


def _is_line(node: AnyNode) -> bool:
    return isinstance(node, Scalar) and "\n" not in node.text.strip()


def _is_vector(node: Sequence) -> bool:
    """Whether a list is an argument vector: its first item is one word, and options follow as items."""
    texts = [item.text for item in node.items if isinstance(item, Scalar)]
    if len(texts) != len(node.items) or not texts or any(sign in texts[0] for sign in BLANKS):
        return False
    return len(texts) == 1 or any(text.startswith("-") for text in texts[1:]) or texts[0].startswith("-")


KIND = DocumentKind("scripts", recognise, read, priority=90)
