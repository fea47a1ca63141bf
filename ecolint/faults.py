"""What a user is told in one line, and what ends a run with exit status 2."""

from __future__ import annotations


class Fault(Exception):
    """The run cannot be done; the text says why."""
