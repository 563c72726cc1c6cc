"""Computes outside of the GIL, which hashlib releases for buffers that are not small."""

import hashlib

BUFFERS = [bytes([number]) * 3_000_000 for number in range(40)]


def digest(data: bytes) -> str:
    """Hash a buffer."""
    return hashlib.sha256(data).hexdigest()
