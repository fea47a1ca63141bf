"""Whether a text that could be parsed before its fixes still can."""

from __future__ import annotations

import ast
import json

from ecolint.source import SourceFile, Unreadable

JSON_NAMES = (".json", ".ipynb")
YAML_NAMES = (".yaml", ".yml")
PYTHON_NAMES = (".py", ".pyi", ".pyw")


def fault(path: str, before: bytes, after: bytes) -> str:
    """What is wrong with `after` that was not wrong with `before`, as `would be no valid …`; "" where nothing is."""
    name = path.lower()
    for endings, kind, parses in (
        (PYTHON_NAMES, "Python", _python),
        (JSON_NAMES, "JSON", _json),
        (YAML_NAMES, "YAML", _yaml),
    ):
        if name.endswith(endings) and not parses(after) and parses(before):
            return f"would be no valid {kind}"
    return "" if _decodes(after) or not _decodes(before) else "could not be decoded"


def _decodes(data: bytes) -> bool:
    try:
        return bool(SourceFile("", data).text) or True
    except Unreadable:
        return False


def _python(data: bytes) -> bool:
    from ecolint.parsers.pythonic.syntax.grammar import decoded

    try:
        ast.parse(decoded(SourceFile("", data)).text)
    except (Unreadable, SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _json(data: bytes) -> bool:
    try:
        json.loads(SourceFile("", data).text)
    except (Unreadable, ValueError, RecursionError):
        return False
    return True


def _yaml(data: bytes) -> bool:
    import yaml

    try:
        for _ in yaml.compose_all(
            SourceFile("", data).text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        ):
            pass
    except (Unreadable, yaml.YAMLError, ValueError, RecursionError):
        return False
    return True
