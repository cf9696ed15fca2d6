"""Show addresses without their passwords."""

from __future__ import annotations


def without_secrets(address: str) -> str:
    """Remove user, password and everything after ``?`` from an address.

    A folder's path, which has no ``://``, stays as it is.
    """
    scheme, mark, rest = address.partition("://")
    if not mark:
        return address
    rest = rest.partition("?")[0]
    authority = rest.partition("/")[0]
    # An unencoded password with a "/" looks like the start of the path.
    cut_short = ":" in authority and not authority.rpartition(":")[2].isdigit()
    if "@" in authority or cut_short:
        rest = rest.rpartition("@")[2]
    return f"{scheme}://{rest}"
