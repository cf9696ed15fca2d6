"""People who sign in, who of them is allowed, and what counts as this machine."""

from __future__ import annotations

import hashlib
import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

EVERYBODY: Final = "*"
_KEY_LENGTH: Final = 32


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody signed in by a provider: ``subject`` identifies them at ``issuer`` permanently.

    ``email`` is empty unless the provider verified it.
    """

    issuer: str
    subject: str
    email: str = ""
    name: str = ""

    @property
    def key(self) -> str:
        """Return the name of their wardrobe: 32 hexadecimal digits that do not identify them."""
        whole = json.dumps([self.issuer, self.subject]).encode()
        return hashlib.sha256(whole).hexdigest()[:_KEY_LENGTH]

    @property
    def called(self) -> str:
        """Return what to call them on a page."""
        return self.name or self.email or "signed in"


def signed_in(claims: Mapping[str, Any]) -> Person | None:
    """Return who the claims of an identity token say is signed in; None for nobody or incomplete claims."""
    issuer, subject = claims.get("iss"), claims.get("sub")
    if claims.get("is_logged_in") is not True or not isinstance(issuer, str) or not isinstance(subject, str):
        return None
    if not issuer or not subject:
        return None
    verified = claims.get("email_verified") in (True, "true")
    return Person(issuer, subject, _text(claims.get("email")) if verified else "", _text(claims.get("name")))


def may_enter(person: Person, allowed: str) -> bool:
    """Return whether somebody is on the list: comma-separated verified e-mail addresses or keys; ``*`` allows
    everybody.

    An empty list allows nobody: a provider such as Google signs in the whole world.
    """
    entries = {entry.strip().casefold() for entry in allowed.split(",")} - {""}
    return bool(entries & {EVERYBODY, person.key, person.email.casefold() or EVERYBODY})


def is_this_machine(host: str) -> bool:
    """Return whether a host, with or without a port, can only be reached from this machine."""
    if host.startswith("unix://"):
        return True  # a socket in the file system
    bare = host.count(":") > 1 and not host.startswith("[")  # an IPv6 address without a port
    try:
        name = host if bare else (urlsplit(f"//{host}").hostname or "")
        name = name.rstrip(".").casefold()
        return name == "localhost" or name.endswith(".localhost") or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
