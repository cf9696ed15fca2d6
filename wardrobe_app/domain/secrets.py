"""Addresses that may hold passwords, as they may be shown."""

from __future__ import annotations


def without_secrets(address: str) -> str:
    """An address as it may be shown: without who signs in, with which password, and without what follows ``?``.

    A folder's path, which has no ``://``, stays as it is.
    """
    scheme, mark, rest = address.partition("://")
    if not mark:
        return address
    rest = rest.partition("?")[0]
    authority = rest.partition("/")[0]
    # A password with a "/" in it, which nobody encoded, looks like the beginning of a path.
    cut_short = ":" in authority and not authority.rpartition(":")[2].isdigit()
    if "@" in authority or cut_short:
        rest = rest.rpartition("@")[2]
    return f"{scheme}://{rest}"
