"""Who is asking, and whether she may see a wardrobe: asked before any page runs, and again where one is opened.

Without sign-in the program serves nobody but this machine: the wardrobe is shown only where the server is bound to a
loopback address and the request was made for this machine's own name, and not passed on by a proxy.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import streamlit as st

from wardrobe_app.domain.errors import AccessDenied, NotInvited, SignInNeeded
from wardrobe_app.domain.people import Person, is_this_machine, may_enter, signed_in

_HOW: Final = "docs/sign-in.md tells how a household opens it to its own network, with a wardrobe for each person."
# What proxies add. One on this machine would pass requests of others on to a server that is bound to loopback.
_PASSED_ON: Final = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
_LEAST_SECRET: Final = 32
_PROVIDER: Final = {"client_id", "client_secret", "server_metadata_url"}


def visitor(allowed_users: str) -> Person | None:
    """The person whose wardrobe this session may see; None for the one wardrobe of this machine.

    ``allowed_users`` lists who may sign in, as ``may_enter`` reads it.

    Raises:
        SignInNeeded: sign-in is set up, and nobody is signed in.
        NotInvited: who is signed in is not on the list.
        NotAdmitted: others than this machine could ask, and sign-in is not set up, or not safely.
    """
    auth = _sign_in()
    if auth is None:
        if allowed_users:
            raise AccessDenied(f"WARDROBE_ALLOWED_USERS is set, and sign-in is not set up, so nobody is let in. {_HOW}")
        _require_this_machine()
        return None
    _require_safe(auth)
    person = signed_in(st.user)
    if person is None:
        raise SignInNeeded("Sign in to see your wardrobe.", _providers(auth))
    if not may_enter(person, allowed_users):
        raise NotInvited(
            "You are signed in, but not among those who may use this wardrobe. Whoever runs it can add "
            + (f"{person.email}, or {person.key}," if person.email else person.key)
            + " to WARDROBE_ALLOWED_USERS."
        )
    return person


def _sign_in() -> Mapping[str, object] | None:
    """The section ``[auth]`` of secrets.toml, or None where there is none."""
    if not st.secrets.load_if_toml_exists():
        if any(Path(file).exists() for file in st.get_option("secrets.files")):
            raise AccessDenied("The file secrets.toml is there and cannot be read, so nobody is let in. Mend it first.")
        return None
    auth = st.secrets.get("auth")
    if auth is not None and not isinstance(auth, Mapping):
        raise AccessDenied(f"“auth” in secrets.toml has to be a section, so nobody is let in. {_HOW}")
    return auth


def _require_this_machine() -> None:
    address = st.get_option("server.address")
    if address is None:
        raise AccessDenied(
            "The program listens on every address of this computer, and sign-in is not set up: anybody in the network "
            f"could see the wardrobe. Start it in its own folder, or with --server.address localhost. {_HOW}"
        )
    if not is_this_machine(address):
        raise AccessDenied(
            f"The program listens on {address}, and sign-in is not set up: anybody in the network could see the "
            f"wardrobe. Start it with --server.address localhost. {_HOW}"
        )
    headers = st.context.headers
    host = headers.get("Host")
    if isinstance(host, str) and not is_this_machine(host):
        raise AccessDenied(
            f"This page was asked for as “{host[:100]}”, which is not this computer's own name. Open it as "
            f"http://localhost. {_HOW}"
        )
    if any(name in headers for name in _PASSED_ON):
        raise AccessDenied(f"This page was passed on by a proxy, and sign-in is not set up. {_HOW}")


def _require_safe(auth: Mapping[str, object]) -> None:
    secret = auth.get("cookie_secret")
    if not isinstance(secret, str) or len(secret) < _LEAST_SECRET:
        raise AccessDenied(
            f"“cookie_secret” in secrets.toml must be at least {_LEAST_SECRET} letters that nobody can guess: with it, "
            "anybody could sign in as anybody. Make one with: "
            'python -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    if st.get_option("server.trustedUserHeaders"):
        raise AccessDenied("server.trustedUserHeaders lets a request say who it is from. Take it out of the settings.")


def _providers(auth: Mapping[str, object]) -> tuple[str, ...]:
    """The names of the providers, an empty one for the one without a name."""
    named = tuple(name for name, value in auth.items() if isinstance(value, Mapping) and _PROVIDER & set(value))
    return ("", *named) if _PROVIDER & set(auth) else named
