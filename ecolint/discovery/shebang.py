"""The `#!` line of a script."""

from __future__ import annotations

SIGNS = "_.+-"


def interpreter(head: bytes) -> str:
    """Name of the interpreter that the first bytes of a file ask for, without its version; empty where none is."""
    if not head.startswith(b"#!"):
        return ""
    words = head[2:].partition(b"\n")[0].decode("ascii", "replace").split()
    names = (word.rpartition("/")[2] for word in words)
    name = next(names, "")
    if name == "env":
        name = next((word for word in names if not word.startswith("-")), "")
    end = next((at for at, sign in enumerate(name) if not (sign.isalpha() or sign in SIGNS)), len(name))
    return name[:end].rstrip(".-")
