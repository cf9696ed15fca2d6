"""A garment's status: a badge for cards, and a row of choices on its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.domain.garments.availability import AVAILABLE, WORDS, Status, why_not_proposed, words
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.limits import LONGEST

SetStatus = Callable[[Status | None, str], object]
ICONS: Final = {
    Status.IN_WASH: ":material/local_laundry_service:",
    Status.LENT: ":material/handshake:",
    Status.FOR_SALE: ":material/sell:",
    Status.GIVING_AWAY: ":material/volunteer_activism:",
}


def status_of(value: str) -> Status | None:
    """The status that a word of a filter or a list of choices stands for; None for available."""
    return None if value == AVAILABLE else Status(value)


def badge(garment: Garment) -> str:
    """Where the garment is, as a Markdown badge; empty where it is available."""
    if garment.status is None:
        return ""
    return f":blue-badge[{ICONS[garment.status]} {plain(words(garment))}]"


def row(garment: Garment, set_status: SetStatus) -> None:
    """One click sets the status; a garment that is away says what follows from it, and who has it where it is lent."""
    key = f"status_{garment.id}_{garment.version}"  # a refused choice is not shown as made
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.segmented_control(
            "Status", [AVAILABLE, *Status], default=garment.status or AVAILABLE, required=True, wrap=True,
            format_func=lambda value: plain(WORDS[str(value)].capitalize()),
            key=key, on_change=_choose, args=(key, set_status),
        )  # fmt: skip
        if garment.status is Status.LENT:
            lent = f"lent_to_{garment.id}_{garment.version}"
            st.text_input(
                "Lent to", value=garment.lent_to, key=lent, max_chars=LONGEST["lent_to"], width=200,
                on_change=_lend, args=(lent, set_status),
            )  # fmt: skip
    if why := why_not_proposed(garment):
        st.caption(f"{ICONS[garment.status] if garment.status else ''} {plain(why)}")


def _choose(key: str, set_status: SetStatus) -> None:
    set_status(status_of(st.session_state[key]), "")


def _lend(key: str, set_status: SetStatus) -> None:
    set_status(Status.LENT, st.session_state[key])
