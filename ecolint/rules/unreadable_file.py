"""A file, or a part of one, that could not be read.

## What it does
Says which files with inference settings were not judged, and why: syntax errors, bytes that are no text, a size
beyond the limit, more names or values than people write, no permission.

## Why it costs energy
It may: what was not read was not judged.

## Evidence
None needed.

## Example
```python
def load(:
```

## Use instead
```python
def load():
    return None
```

## Fix safety
No fix.

## When to ignore
When the file is meant to be broken, as in a test of a parser, or is generated data. Better exclude it in the settings.

## Sources
ecolint.
"""

from __future__ import annotations

from ecolint.finding import Level
from ecolint.rules.base import Basis, Rule

RULE = Rule("ECO902", "unreadable-file", Level.WARNING, Basis.SCAN)
