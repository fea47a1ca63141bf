"""Digests without OpenSSL, which takes longer to load than a small file to scan."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

HOMES = {"sha1": ("_sha1",), "sha256": ("_sha2", "_sha256"), "blake2b": ("_blake2",)}
"""Where Python keeps its own, by version; not every build has them."""
_FOUND: dict[str, Callable[[bytes], Any]] = {}


def hexadecimal(name: str, data: bytes) -> str:
    """The digest of this name as hexadecimal digits."""
    if name not in _FOUND:
        _FOUND[name] = _function(name)
    digest: str = _FOUND[name](data).hexdigest()
    return digest


def _function(name: str) -> Callable[[bytes], Any]:
    for home in HOMES[name]:
        try:
            function: Callable[[bytes], Any] = getattr(__import__(home), name)
        except ImportError:
            continue
        return function
    import hashlib

    found: Callable[[bytes], Any] = getattr(hashlib, name)
    return found
