"""Sign-in: what is shown to people without access, and who is signed in, with a sign-out button."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.errors import StreamlitAuthError

from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.domain.errors import AccessDenied, NotInvited, SignInNeeded
from wardrobe_app.domain.people import Person, signed_in


def require_access(visitor: Callable[[], Person | None]) -> None:
    """Show who is signed in, if anybody has to; the script ends here for those who are not let in."""
    try:
        person = visitor()
    except SignInNeeded as error:
        _ask(error)
        st.stop()
    except AccessDenied as error:
        _refuse(error)
        st.stop()
    if person is not None:
        _name(person)


def key() -> str:
    """The key of who is signed in, empty for nobody: what pages keep for the whole process is kept under it."""
    person = signed_in(st.user)
    return person.key if person else ""


def _ask(error: SignInNeeded) -> None:
    st.title("Wardrobe Graph", anchor=False)
    st.markdown(plain(str(error)))
    for name in error.providers:
        label = f"Sign in with {plain(name.capitalize())}" if name else "Sign in"
        if st.button(label, icon=":material/login:", type="primary", key=f"sign_in_{name}"):
            try:
                st.login(name or None)
            except StreamlitAuthError as failure:
                st.error(f"Sign-in is not set up correctly: {plain(str(failure))}", icon=":material/error:")
    if not error.providers:
        st.error("secrets.toml names no sign-in provider; see docs/sign-in.md.", icon=":material/error:")


def _refuse(error: AccessDenied) -> None:
    st.title("Wardrobe Graph", anchor=False)
    st.error(plain(str(error)), icon=":material/lock:")
    if isinstance(error, NotInvited):
        st.button("Sign out", icon=":material/logout:", key="sign_out", on_click=st.logout)


def _name(person: Person) -> None:
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", key="signed_in"):
        st.caption(f":material/person: {plain(person.called)}", width="content")
        st.button("Sign out", icon=":material/logout:", type="tertiary", key="sign_out", on_click=st.logout)
