"""An ecolint comment without effect.

## What it does
Finds `ecolint: ignore[…]` comments that silence nothing, that have ended, or that name a rule that is not reported
there or does not exist, and annotations that cannot be understood. In a file that cannot be read in full, only those
with a fault of their own.

## Why it costs energy
It does not. It keeps a silenced place from staying silent when something new appears there.

## Evidence
None needed.

## Example
```python
config = BitsAndBytesConfig(load_in_4bit=True)  # ecolint: ignore[ECO001]
```

## Use instead
```python
config = BitsAndBytesConfig(load_in_4bit=True)
```

## Fix safety
Safe: the comment is removed, or those of its rules that silence nothing. What is misspelt is left to you.

## When to ignore
When the comment is meant for another selection of rules.

## Sources
ecolint.
"""

from __future__ import annotations

from ecolint.finding import Level
from ecolint.rules.base import Basis, Rule

RULE = Rule("ECO901", "unused-suppression", Level.NOTE, Basis.SCAN)
