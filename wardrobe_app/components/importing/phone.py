"""The panel "Use my phone": a QR code, an address to type, and what arrives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from wardrobe_app.components.shared.formatting import count_of, duration, plain
from wardrobe_app.components.shared.widgets import button

if TYPE_CHECKING:
    from wardrobe_app.services.capture.addresses import HomeAddress
    from wardrobe_app.services.capture.page_session import PageSession

_SHOWN: Final = "phone_page"
_QUIET_SECONDS: Final = 20
_QR_WIDTH_PX: Final = 260


def watch(session: PageSession) -> None:
    """Keep the phone's page open: this browser shows its code."""
    viewer = _viewer()
    session.watch(viewer, lambda: not runtime.exists() or runtime.get_instance().is_active_session(viewer))
    st.session_state[_SHOWN] = session


def leave() -> None:
    """Say that this browser shows the code no longer; nothing where it did not."""
    session: PageSession | None = st.session_state.pop(_SHOWN, None)
    if session is not None:
        session.leave(_viewer())


def was_shown() -> bool:
    """Whether this browser showed a code before."""
    return _SHOWN in st.session_state


def choose_address(addresses: Sequence[HomeAddress]) -> str:
    """Ask which network the phone is on, where there are several."""
    if len(addresses) == 1:
        return addresses[0].address
    names = {one.address: f"{one.address} ({one.interface})" if one.interface else one.address for one in addresses}
    return st.selectbox("Network that the phone uses", names, format_func=lambda one: plain(names[one]))


def offline(again: Callable[[], object]) -> None:
    """Say that this computer is on no home network."""
    st.info(
        "This computer is not connected to a home network. Connect it to the Wi-Fi that the phone uses, or to "
        "its router.",
        icon=":material/wifi_off:",
    )
    button("Try again", "refresh", again, key="phone_retry")


def start(open_page: Callable[[], object], ended: bool) -> None:
    """Offer to open the phone's page."""
    if ended:
        st.caption("The last code no longer works: its time was over, or it was closed.")
    st.caption(
        "Shows a code. Your phone scans it and can then send photos to this computer, over your own Wi-Fi, for as "
        "long as this page is open, and for 30 minutes at most."
    )
    button("Show a new code" if ended else "Show a code", "qr_code_2", open_page, key="phone_open", type="primary")


def code(session: PageSession, picture: str, renew: Callable[[], object], close: Callable[[], object]) -> None:
    """Draw the code and what to do with it."""
    with st.container(horizontal=True, gap="medium", key="phone_code"):
        st.image(picture, alt="QR code with the address of the page for your phone", width=_QR_WIDTH_PX)
        with st.container(gap="small", width="stretch"):
            st.markdown("1. Connect the phone to the same Wi-Fi as this computer.\n2. Scan the code with its camera.")
            if session.keys.code_works:
                st.markdown("Or type this into the phone's browser:")
                st.code(session.typed_address, language=None, width="content")
            else:
                st.warning("The code was typed wrong too often. Scan the picture, or choose New code.")
            st.caption("One phone at a time. Use it only on a network that you trust: the photos are not encrypted.")
            with st.container(horizontal=True):
                button("New code", "refresh", renew, key="phone_renew")
                button("Close", "close", close, key="phone_close", type="tertiary")


def progress(session: PageSession, counts: Sequence[tuple[str, int]]) -> None:
    """Say whether a phone is there, and what became of its photos."""
    words = ", ".join(f"{number} {what}" for what, number in counts if number)
    left = f"Open for {duration(session.seconds_left)} more, while this page is open."
    if not session.keys.is_joined:
        st.markdown(f":material/hourglass_empty: Waiting for the phone. {left}")
        if session.seconds_open > _QUIET_SECONDS:
            st.info(
                "Nothing has come yet. Is the phone on the same Wi-Fi, and not on a guest network? If this computer "
                "asked whether Python may accept connections, allow it for private networks: a firewall that blocks "
                f"port {session.host.rpartition(':')[2]} keeps the phone out.",
                icon=":material/info:",
            )
    elif not session.photos:
        st.markdown(f":material/smartphone: Phone connected. Take a photo with it. {left}")
    else:
        arrived = count_of(len(session.photos), "photo")
        st.markdown(f":material/smartphone: **{arrived} received: {words}.** {left}")


def _viewer() -> str:
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context else ""
