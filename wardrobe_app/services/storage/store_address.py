"""Open an address that fsspec understands, and say what is wrong with it without its secrets."""

from __future__ import annotations

import re
from typing import Any, Final

import fsspec

from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.domain.secrets import without_secrets

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")  # at least two letters: a single one is a drive


def open_store(place: str, what: str) -> tuple[Any, str]:
    """Return fsspec's filesystem for a folder or an address, and the path in it.

    Raises:
        StorageFailed: it cannot be reached; the message begins with ``what`` ("Photos cannot be stored at").
    """
    begin = f"{what} {without_secrets(place)}"
    if _SCHEME.match(place) and not re.search(r"://[^/]|^(file|local):", place):
        raise StorageFailed(f"{begin}: an address looks like s3://bucket/folder.")
    try:
        found: tuple[Any, str] = fsspec.url_to_fs(place)
        return found
    except ImportError as error:
        raise StorageFailed(f"{begin}: a package for such addresses is missing. {error}.") from error
    except ValueError as error:
        raise StorageFailed(
            f"{begin}: unknown kind of address. Use a folder, or an address that fsspec supports, such as "
            "s3://bucket/folder."
        ) from error
    except Exception as error:  # some kinds connect right away, each with errors of its own
        raise StorageFailed(f"{begin}: {reason(error, place)}.") from error


def reason(error: Exception, place: str) -> str:
    """Say in a line what a store at ``place`` raised, without the secrets of its address."""
    lines = str(getattr(error, "strerror", None) or error).strip().splitlines()
    told = lines[0] if lines else type(error).__name__
    for secret in _secrets(place):
        told = told.replace(secret, "…")
    return told.rstrip(".")


def _secrets(place: str) -> list[str]:
    """Return what is between a URL's scheme and host, and after its question mark."""
    rest = place.partition("://")[2]
    before = rest.rpartition("@")[0]
    return [part for part in (before, *before.split(":"), rest.partition("?")[2]) if len(part) > 3]
