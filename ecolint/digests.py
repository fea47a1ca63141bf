"""Digests without OpenSSL, which takes longer to load than a small file to scan."""

from __future__ import annotations

HOMES = {"sha1": ("_sha1",), "sha256": ("_sha2", "_sha256"), "blake2b": ("_blake2",)}
"""Where Python keeps its own, by version; not every build has them."""


def hexadecimal(name: str, data: bytes) -> str:
    """The digest of this name as hexadecimal digits."""
    for home in HOMES[name]:
        try:
            digest: str = getattr(__import__(home), name)(data).hexdigest()
        except ImportError:
            continue
        return digest
    import hashlib

    return hashlib.new(name, data).hexdigest()
