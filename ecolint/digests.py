"""Digests without OpenSSL, which takes longer to load than a small file to scan."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

HOMES = {"sha1": ("_sha1",), "sha256": ("_sha2", "_sha256"), "blake2b": ("_blake2",)}
"""Where Python keeps its own, by version; not every build has them."""
_found: dict[str, Callable[[bytes], Any]] = {}
"""Those that were asked for; looking for a module that is not there costs more than most digests."""


def hexadecimal(name: str, data: bytes) -> str:
    """The digest of this name as hexadecimal digits."""
    if name not in _found:
        _found[name] = _made(name)
    digest: str = _found[name](data).hexdigest()
    return digest


def _made(name: str) -> Callable[[bytes], Any]:
    for home in HOMES[name]:
        try:
            made: Callable[[bytes], Any] = getattr(__import__(home), name)
        except ImportError:
            continue
        return made
    import hashlib

    return lambda data: hashlib.new(name, data)
