"""The words that tell of a judged setting in configurations, scripts and build files, gathered into one light module.

`python -m ecolint.telling_documents` writes `ecolint/document_words.py`, and a test fails where that is not
what this module gathers.
"""

from __future__ import annotations

import os

from ecolint.document_glance import folded
from ecolint.frameworks.registry import frameworks
from ecolint.frameworks.telling import shortest
from ecolint.sieve import IN_PYTHON

TARGET = os.path.join(os.path.dirname(__file__), "document_words.py")
HEAD = '''"""Words that tell of judged settings.

Written by `python -m ecolint.telling_documents`; not edited by hand.
"""

from __future__ import annotations
'''


def words() -> tuple[bytes, ...]:
    """Words of which one stands wherever the default rules may judge something, but for keys in another spelling.

    Those of command lines, those that name a vocabulary wherever only its name tells, those of the formats, and
    those of Python, which other files hold as well.
    """
    from ecolint.parsers.registry import formats

    found = {*IN_PYTHON}
    for item in frameworks():
        found.update(item.telling_lines or item.anchors)
        if item.configs and not item.telling_keys:
            found.update(item.anchors)
    found.update(anchor for item in formats() for anchor in item.anchors)
    return shortest(found)


def keys() -> tuple[bytes, ...]:
    """The beginnings of judged keys, without case and separators."""
    return shortest(folded(key) for item in frameworks() for key in item.telling_keys)


def text() -> str:
    """The module `ecolint/document_words.py`."""
    of_words = _assigned("WORDS", "As they are written.", words())
    return HEAD + of_words + _assigned("KEYS", "Without case, `-` and `_`.", keys())


def _assigned(name: str, meaning: str, items: tuple[bytes, ...]) -> str:
    inner = "".join(f"    {item!r},\n" for item in items)
    return f'\n{name} = (\n{inner})\n"""{meaning}"""\n'


if __name__ == "__main__":
    with open(TARGET, "w", encoding="utf-8") as handle:
        handle.write(text())
