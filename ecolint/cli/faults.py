"""Faults of the command line itself."""

from __future__ import annotations

from ecolint.faults import Fault


class Misused(Fault):
    """Options that do not go together."""
