"""YAML: Compose, Kubernetes, Helm, CI, engine and recipe files, each read by the kind that recognises it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ecolint.parsers.base import Format
from ecolint.parsers.documents.base import Scene, read_documents
from ecolint.parsers.dotenv import COPIED
from ecolint.parsers.trees.nodes import AnyNode
from ecolint.parsers.trees.templates import Lookup
from ecolint.parsers.trees.yaml_tree import Broken, is_sound, read_yaml
from ecolint.records import replace
from ecolint.repository import Repository
from ecolint.sieve.document_glance import may_be_judged
from ecolint.source import Fragment, SourceFile
from ecolint.statements import Problem, Reading, Statement

INCLUDING = re.compile(rb"\{\{-?[ \t]{0,20}(?:include|template)\b")
Parts = Sequence[tuple[int, int, str]]
SMALL = 20_000
"""Characters up to which a document without a keyword is parsed, as others may refer to it."""
ELSEWHERE = (b"kind", b"services", b".Values")
"""Words of which one stands in every document that may be completed by what other files say."""
SUFFIXES = ("yaml", "yml")
EXAMPLES = ("example", "sample", "dist")
"""Last parts of the names of files that are copied before anything reads them."""
TEMPLATE_SUFFIXES = (
    "tpl",
    "tmpl",
    "template",
    "j2",
    "jinja",
    "jinja2",
    "gotmpl",
    "in",
    *EXAMPLES,
)


def read(source: SourceFile, repository: Repository) -> Reading:
    """Raises Unreadable. Of the documents that cannot be parsed those are told that hold a keyword."""
    from ecolint.sieve.search import is_candidate

    lookup = _lookup(source.path, repository)
    documents, broken = _parsed(*_with_parts(source, repository, lookup), lookup)
    found, problems = read_documents(source, Scene(source.path, repository, documents))
    found = _in_parent((*found, *_with_other_values(found, source, repository)), source.path, repository)
    problems += tuple(
        Problem(source.line_of(source.fragment.span(item.at, item.at).start), item.reason)
        for item in broken
        if is_candidate(item.text.encode("utf-8", "replace"))
    )
    if source.name.rpartition(".")[2].lower() in EXAMPLES:
        found = tuple(replace(statement, when=statement.when or COPIED) for statement in found)
    return Reading(found, problems)


def tells(data: bytes) -> bool:
    """Whether the default rules may judge anything in a file, or tell that one of its documents cannot be parsed."""
    if may_be_judged(data) or any(word in data for word in ELSEWHERE):
        return True
    return not is_sound(data.decode(), _is_wanted)


def documents_of(fragment: Fragment) -> tuple[AnyNode, ...]:
    """The documents of YAML text inside another one; those that cannot be read are left out."""
    return _parsed(fragment, (), None)[0]


def _with_parts(source: SourceFile, repository: Repository, lookup: Lookup | None) -> tuple[Fragment, Parts]:
    """The text of a file with the named templates of its chart in it, and where those stand."""
    if lookup is not None and INCLUDING.search(source.data):
        from ecolint.parsers.documents.named_templates import filled

        found = filled(source.fragment, source.path, repository, lookup)
        if found is not None:
            return found.text, found.parts
    return source.fragment, ()


def _is_wanted(chunk: str) -> bool:
    """Whether a document is worth parsing: large ones without a keyword, such as schemas, are not."""
    from ecolint.sieve.search import is_candidate

    return len(chunk) < SMALL or is_candidate(chunk.encode("utf-8", "replace"))


def _parsed(
    fragment: Fragment, parts: Parts, lookup: Lookup | None
) -> tuple[tuple[AnyNode, ...], list[Broken]]:
    documents: list[AnyNode] = []
    broken: list[Broken] = []
    for item in read_yaml(fragment, lookup=lookup, wanted=_is_wanted, parts=parts):
        if isinstance(item, Broken):
            broken.append(item)
        else:
            documents.append(item)
    return tuple(documents), broken


def _lookup(path: str, repository: Repository) -> Lookup | None:
    from ecolint.parsers.documents.helm import values_of_chart

    return values_of_chart(path, repository)


def _with_other_values(
    found: tuple[Statement, ...], source: SourceFile, repository: Repository
) -> Iterator[Statement]:
    """What a template of a chart states besides with the values of other files, such as one for each cluster."""
    from ecolint.parsers.documents.helm import other_values

    if not found or not (may_be_judged(source.data) or INCLUDING.search(source.data)):
        return
    for name, lookup in other_values(source.path, repository):
        documents, _ = _parsed(*_with_parts(source, repository, lookup), lookup)
        stated, _ = read_documents(source, Scene(source.path, repository, documents))
        for item in stated:
            if item not in found:
                yield replace(item, when=item.when or f"only with {name}")


def _in_parent(found: tuple[Statement, ...], path: str, repository: Repository) -> tuple[Statement, ...]:
    """The statements of a chart's file, under the condition that a chart it is part of sets it."""
    from ecolint.parsers.documents.helm import off_in_parent

    when = off_in_parent(path, repository) if found else None
    return tuple(replace(item, when=item.when or when) for item in found) if when else found


FORMAT = Format(
    "yaml",
    read,
    block_texts=True,
    tells=tells,
    names=(
        *(f"*.{suffix}" for suffix in SUFFIXES),
        *(f"*.{suffix}.{outer}" for suffix in SUFFIXES for outer in TEMPLATE_SUFFIXES),
        "*.tpl",
    ),
    anchors=(
        b"quantiz",
        b"QUANTIZ",
        b"max-num-seqs",
        b"max_num_seqs",
        b"maxNumSeqs",
        b"MAX_NUM_SEQS",
        b"max-running-requests",
        b"max_running_requests",
        b"max_batch_size",
        b"quantization_bit",
        b"load_in_8bit",
        b"load_in_4bit",
        b"servingEngineSpec",
        b"llm_configs",
        b"VLLM_ADDITIONAL_ARGS",
        b"--max-batch-size",
        b"--max-concurrent-requests",
        b"--parallel",
    ),
)
