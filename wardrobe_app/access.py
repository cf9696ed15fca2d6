"""Decide who may see a wardrobe: before any page runs, and again before one is opened.

Without sign-in the app serves this machine only: the server must be bound to a loopback address, and the request must
be for this machine's own name and not forwarded by a proxy.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import streamlit as st

from wardrobe_app.domain.errors import AccessDenied, NotInvited, SignInNeeded
from wardrobe_app.domain.people import Person, is_this_machine, may_enter, signed_in

_HOW: Final = "docs/sign-in.md explains how to share the app with a household."
# Headers that proxies add. A proxy on this machine could forward requests of others to a loopback address.
_FORWARDED: Final = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
_MIN_SECRET_LENGTH: Final = 32
_PROVIDER: Final = {"client_id", "client_secret", "server_metadata_url"}


def visitor(allowed_users: str) -> Person | None:
    """Return the person whose wardrobe this session may see, or None for this machine's own wardrobe.

    ``allowed_users`` lists who may sign in, as ``may_enter`` reads it.

    Raises:
        SignInNeeded: sign-in is set up and nobody is signed in.
        NotInvited: the person is not on the list.
        NotAdmitted: other machines could connect, and sign-in is not set up or not safe.
    """
    auth = _sign_in()
    if auth is None:
        if allowed_users:
            raise AccessDenied(f"WARDROBE_ALLOWED_USERS is set, but sign-in is not set up, so access is denied. {_HOW}")
        _require_this_machine(st.context.headers)
        return None
    _require_safe(auth)
    person = signed_in(st.user)
    if person is None:
        raise SignInNeeded("Sign in to see your wardrobe.", _providers(auth))
    if not may_enter(person, allowed_users):
        raise NotInvited(
            "You are signed in, but not allowed to use this app. Its administrator can add "
            + (f"{person.email} or {person.key}" if person.email else person.key)
            + " to WARDROBE_ALLOWED_USERS."
        )
    return person


def is_for_this_machine(allowed_users: str) -> bool:
    """Return whether the server is set up for this machine's own wardrobe, whoever asks.

    Raises:
        AccessDenied: the secrets cannot be read.
    """
    address = st.get_option("server.address")
    return _sign_in() is None and not allowed_users and address is not None and is_this_machine(address)


def require_entrance(allowed_users: str) -> None:
    """Make sure that the server is set up so that somebody can see a wardrobe, on this machine or by signing in.

    Raises:
        AccessDenied: nobody can; the message says why.
    """
    auth = _sign_in()
    if auth is None:
        if not is_for_this_machine(allowed_users):
            raise AccessDenied(f"Others could ask this server, and sign-in is not set up. {_HOW}")
        return
    _require_safe(auth)
    if not allowed_users:
        raise AccessDenied(f"WARDROBE_ALLOWED_USERS is empty: nobody may sign in. {_HOW}")
    sections = [auth, *(section for section in auth.values() if isinstance(section, Mapping))]
    if not any(all(section.get(name) for name in _PROVIDER) for section in sections):
        raise AccessDenied(f"No provider of sign-in has {', '.join(sorted(_PROVIDER))} in secrets.toml. {_HOW}")


def may_read_metrics(headers: Mapping[str, str], token: str | None) -> bool:
    """Return whether a request with these ``headers`` may: it brings the ``token``; without one, this machine may."""
    if token:
        return hmac.compare_digest(headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    try:
        _require_this_machine(headers)
    except AccessDenied:
        return False
    return True


def _sign_in() -> Mapping[str, object] | None:
    """Return the section ``[auth]`` of secrets.toml, or None if there is none."""
    if not st.secrets.load_if_toml_exists():
        if any(Path(file).exists() for file in st.get_option("secrets.files")):
            raise AccessDenied("The file secrets.toml cannot be read, so access is denied. Correct it first.")
        return None
    auth = st.secrets.get("auth")
    if auth is not None and not isinstance(auth, Mapping):
        raise AccessDenied(f"“auth” in secrets.toml must be a section, so access is denied. {_HOW}")
    return auth


def _require_this_machine(headers: Mapping[str, str]) -> None:
    address = st.get_option("server.address")
    if address is None:
        raise AccessDenied(
            "The app listens on every address of this computer, and sign-in is not set up: the whole network could "
            f"see the wardrobe. Start it in its own folder, or with --server.address localhost. {_HOW}"
        )
    if not is_this_machine(address):
        raise AccessDenied(
            f"The app listens on {address}, and sign-in is not set up: anybody in the network could see the "
            f"wardrobe. Start it with --server.address localhost. {_HOW}"
        )
    host = headers.get("Host")
    if isinstance(host, str) and not is_this_machine(host):
        raise AccessDenied(
            f"This page was requested as “{host[:100]}”, which is not this computer's own name. Open "
            f"http://localhost instead. {_HOW}"
        )
    if any(name in headers for name in _FORWARDED):
        raise AccessDenied(f"This page was forwarded by a proxy, and sign-in is not set up. {_HOW}")


def _require_safe(auth: Mapping[str, object]) -> None:
    secret = auth.get("cookie_secret")
    if not isinstance(secret, str) or len(secret) < _MIN_SECRET_LENGTH:
        raise AccessDenied(
            f"“cookie_secret” in secrets.toml must be at least {_MIN_SECRET_LENGTH} characters that nobody can "
            "guess: anyone who knows it can sign in as anybody. Make one with: "
            'python -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    if st.get_option("server.trustedUserHeaders"):
        raise AccessDenied("server.trustedUserHeaders lets a request claim any user. Remove it from the settings.")


def _providers(auth: Mapping[str, object]) -> tuple[str, ...]:
    """Return the names of the providers; an empty string for an unnamed one."""
    named = tuple(name for name, value in auth.items() if isinstance(value, Mapping) and _PROVIDER & set(value))
    return ("", *named) if _PROVIDER & set(auth) else named
