"""Kustomize: patches, read over the manifests that they are for, so that a base's model meets a patch's flags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import islice

from ecolint.parsers.documents import operations
from ecolint.parsers.documents.base import DocumentKind, Scene, kinds, normal
from ecolint.parsers.documents.launch import Launch, run_words
from ecolint.parsers.documents.pods import GENERATOR, KUSTOMIZATIONS, generated_variables, kustomization_in
from ecolint.parsers.trees.nodes import DEPTH_LIMIT, AnyNode, Entry, Mapping, Scalar, Sequence, walk
from ecolint.records import dataclass
from ecolint.repository import upward
from ecolint.source import Span
from ecolint.statements import Statement

LEVELS = 3
"""Folders from that of a patch upward in which the file that lists it is looked for."""
BASES = 6
"""Kustomizations on top of each other."""
FILES = 60
"""Files that are read on behalf of one patch."""
COMPONENT, COMPONENTS = "Component", "components"
FOLDERS = 200
"""Folders in which what lists a component is looked for."""
RESOURCES = ("resources", "bases", COMPONENTS)
PATCH_LISTS = ("patches", "patchesJson6902")
TELLING = frozenset(("args", "command", "env", "envFrom", "image"))
CONTAINERS = frozenset(("containers", "initContainers"))


@dataclass(frozen=True, slots=True)
class Patch:
    """One patch of a kustomization: a file's path or inline text, and the kind and name it is for."""

    path: str
    text: Scalar | None
    kind: str
    name: str


def recognise(document: AnyNode, scene: Scene) -> bool:
    """A kustomization, or a file that one lists as a patch."""
    if scene.embedded or scene.depth:
        return False
    if isinstance(document, Mapping) and _is_kustomization(document, scene):
        return True
    is_patch = (isinstance(document, Mapping) and bool(document.text("kind"))) or operations.are_in(document)
    return is_patch and _listing(scene) is not None


def read(document: AnyNode, scene: Scene) -> Iterator[Statement]:
    """What the patched manifests run, as far as the patch speaks of it, and what generated ConfigMaps set."""
    if isinstance(document, Mapping) and _is_kustomization(document, scene):
        for generator in document.mappings(GENERATOR):
            variables = generated_variables(generator, scene, generator.span)
            note = f"ConfigMap {generator.text('name')}"
            yield from run_words(Launch(generator.span, environment=variables, note=note), [])
        for patch in _patches(document, scene.folder):
            if patch.text is not None:
                for root in _inline(patch.text):
                    yield from _patched(root, patch, document, scene.folder, scene)
        return
    listing = _listing(scene)
    assert listing is not None
    kustomization, folder, patch = listing
    yield from _patched(document, patch, kustomization, folder, scene)


def _is_kustomization(document: Mapping, scene: Scene) -> bool:
    if "kind" not in document.entries:
        return scene.path.rpartition("/")[2] in KUSTOMIZATIONS
    return document.text("kind") in ("Kustomization", COMPONENT) and "kustomize" in document.text(
        "apiVersion"
    )


def _patched(
    patch: AnyNode, entry: Patch, kustomization: Mapping, folder: str, scene: Scene
) -> Iterator[Statement]:
    """What the manifests that a patch is for run with it, where it changes that."""
    search = _Search(scene, _place(patch))
    found = search.resources(kustomization, folder, entry, 0)
    if kustomization.text("kind") == COMPONENT:
        found += [
            item for user, place in search.users(folder) for item in search.resources(user, place, None, 0)
        ]
    bases = [item for item in found if _meets(item, patch, entry)]
    if operations.are_in(patch):
        for base in bases:
            yield from _read_by_others(operations.only_changed(base, operations.applied(base, patch)), scene)
    elif not isinstance(patch, Mapping):
        return
    elif not bases:
        yield from _read_by_others(patch, scene)
    elif any(not TELLING.isdisjoint(mapping.entries) for mapping in walk(patch)):
        yield from _read_by_others(_merged(bases[0], patch, 0, only_patched=True), scene)


def _place(patch: AnyNode) -> Span:
    """Where in a patch its manifests' own words are told."""
    if not isinstance(patch, Mapping):
        return operations.place_of(patch)
    named = patch.scalar("metadata", "name")
    return named.span if named is not None else patch.span


def _read_by_others(found: AnyNode, scene: Scene) -> Iterator[Statement]:
    for kind in kinds():
        if kind is not KIND and kind.recognise(found, scene):
            yield from kind.read(found, scene)
            if kind.exclusive:
                return


def _meets(base: Mapping, patch: AnyNode, entry: Patch) -> bool:
    """Whether a patch is for a manifest: by the target that its list names, or by its own kind and name."""
    own = patch if isinstance(patch, Mapping) else None
    kind = entry.kind or (own.text("kind") if own is not None else "")
    name = base.text("metadata", "name")
    if kind != base.text("kind") and (kind or own is not None or not entry.name):
        return False
    if entry.name:
        return fnmatchcase(name, entry.name.strip("^$").replace(".*", "*"))
    return own is None or own.text("metadata", "name") in ("", name)


def _listing(scene: Scene) -> tuple[Mapping, str, Patch] | None:
    """The kustomization that lists the scanned file as a patch, its folder, and its entry."""
    for folder in islice(upward(scene.folder), LEVELS):
        kustomization = kustomization_in(folder, scene, Span(0, 0))
        if kustomization is not None:
            for patch in _patches(kustomization, folder):
                if patch.path == scene.path:
                    return kustomization, folder, patch
    return None


def _patches(kustomization: Mapping, folder: str) -> Iterator[Patch]:
    for item in kustomization.items("patchesStrategicMerge"):
        if isinstance(item, Scalar):
            inline = "\n" in item.text
            yield Patch("" if inline else normal(f"{folder}/{item.text}"), item if inline else None, "", "")
    for entry in (entry for key in PATCH_LISTS for entry in kustomization.mappings(key)):
        path = entry.text("path")
        kind, name = entry.text("target", "kind"), entry.text("target", "name")
        yield Patch(normal(f"{folder}/{path}") if path else "", entry.scalar("patch"), kind, name)


def _inline(text: Scalar) -> Iterator[AnyNode]:
    from ecolint.parsers.trees.yaml_tree import Broken, read_yaml

    for root in read_yaml(text.content):
        if not isinstance(root, Broken):
            yield root


class _Search:
    """The manifests of a kustomization; all of their spans are one place in the patch."""

    def __init__(self, scene: Scene, place: Span) -> None:
        self.scene = scene
        self.place = place
        self.left = FILES

    def resources(
        self, kustomization: Mapping, folder: str, until: Patch | None, depth: int
    ) -> list[Mapping]:
        """Manifests with the patches of their kustomization that come before `until`."""
        found: list[Mapping] = []
        for key in RESOURCES:
            for item in kustomization.items(key):
                if isinstance(item, Scalar) and not re.match(r"[a-z+]+://|github\.com|git@", item.text):
                    found.extend(self._resource(normal(f"{folder}/{item.text}"), depth))
        for patch in _patches(kustomization, folder):
            if until is not None and (patch.path, patch.text is None) == (until.path, until.text is None):
                break
            found = self._applied(found, patch)
        return found

    def users(self, component: str) -> Iterator[tuple[Mapping, str]]:
        """Kustomizations in folders around that of a component that list it, and their folders."""
        for folder in islice(self._around(component), FOLDERS):
            kustomization = kustomization_in(folder, self.scene, self.place)
            listed = kustomization.items(COMPONENTS) if kustomization is not None else ()
            paths = {normal(f"{folder}/{item.text}") for item in listed if isinstance(item, Scalar)}
            if kustomization is not None and component in paths:
                yield kustomization, folder

    def _around(self, folder: str) -> Iterator[str]:
        """Folders in the folders above one, and those in them."""
        for above in islice(upward(folder.rpartition("/")[0]), LEVELS):
            for name in self.scene.repository.list(above):
                outer = normal(f"{above}/{name}")
                yield outer
                yield from (f"{outer}/{inner}" for inner in self.scene.repository.list(outer))

    def _resource(self, path: str, depth: int) -> list[Mapping]:
        self.left -= 1
        if self.left < 0 or depth > BASES:
            return []
        if path.endswith((".yaml", ".yml", ".json")):
            return [root for root in self.scene.foreign(path, self.place) if isinstance(root, Mapping)]
        kustomization = kustomization_in(path, self.scene, self.place)
        return self.resources(kustomization, path, None, depth + 1) if kustomization is not None else []

    def _applied(self, found: list[Mapping], patch: Patch) -> list[Mapping]:
        self.left -= 1
        if self.left < 0:
            return found
        for root in self.scene.foreign(patch.path, self.place) if patch.path else ():
            found = [_with_patch(item, root) if _meets(item, root, patch) else item for item in found]
        return found


def _with_patch(base: Mapping, patch: AnyNode) -> Mapping:
    if isinstance(patch, Mapping):
        return _merged(base, patch, 0, only_patched=False)
    return operations.applied(base, patch)


def _merged(base: Mapping, top: Mapping, depth: int, *, only_patched: bool) -> Mapping:
    """A strategic merge: mappings by key, lists of named items by name, other lists as a whole.

    With `only_patched` containers that the patch says nothing of are left out.
    """
    result = Mapping(top.sheet, top.start, top.end)
    result.entries = dict(base.entries)
    for key, entry in top.entries.items():
        below = base.entries.get(key)
        value = entry.value
        if below is not None and depth < DEPTH_LIMIT:
            if isinstance(value, Mapping) and isinstance(below.value, Mapping):
                value = _merged(below.value, value, depth + 1, only_patched=only_patched)
            elif isinstance(value, Sequence) and isinstance(below.value, Sequence):
                kept = not (only_patched and key in CONTAINERS)
                value = _merged_lists(below.value, value, depth + 1, keep=kept, only_patched=only_patched)
        result.entries[key] = Entry(entry.key, value, entry.end)
    return result


def _merged_lists(base: Sequence, top: Sequence, depth: int, *, keep: bool, only_patched: bool) -> Sequence:
    old, new = _by_name(base), _by_name(top)
    if old is None or new is None:
        return top
    result = Sequence(top.sheet, top.start, top.end)
    items: dict[str, AnyNode] = dict(old) if keep else {}
    for name, item in new.items():
        if item.text("$patch") == "delete":
            items.pop(name, None)
        elif keep or not TELLING.isdisjoint(item.entries):
            below = old.get(name)
            items[name] = (
                _merged(below, item, depth, only_patched=only_patched) if below is not None else item
            )
    result.items = list(items.values())
    return result


def _by_name(items: Sequence) -> dict[str, Mapping] | None:
    """Items by their `name`; None where one has none."""
    found: dict[str, Mapping] = {}
    for item in items.items:
        if not isinstance(item, Mapping) or not item.text("name"):
            return None
        found[item.text("name")] = item
    return found


KIND = DocumentKind("kustomize", recognise, read, priority=10)
