"""The `#!` line of a script."""

from __future__ import annotations

import re

SHEBANG = re.compile(rb"#!\s*(?:\S*/)?(?:env\s+(?:-\S+\s+)*)?(?:\S*/)?([A-Za-z_.+-]+)")
"""Group 1 is the interpreter's name with the version's letters and dots, as far as it is a word."""
