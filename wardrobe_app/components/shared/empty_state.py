"""What a page shows while there is nothing on it yet: a drawing, what will be here, and one thing to do."""

from __future__ import annotations

from typing import Final, NoReturn

import streamlit as st

from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.components.shared.widgets import ADD_PAGE, WARDROBE_PAGE, Way, text_of

ADD: Final = Way(ADD_PAGE, "Add photos", "add_a_photo")
TO_WARDROBE: Final = Way(WARDROBE_PAGE, "Go to the wardrobe", "checkroom")


def draw(drawing: str, title: str, text: str, step: Way | None = ADD) -> None:
    """Draw the picture called ``drawing``, a heading, a sentence or two, and the button that leads on."""
    with st.container(horizontal_alignment="center", key="empty_state"):
        st.image(text_of(__package__, "drawings", f"{drawing}.svg"), width=160, alt="")
        st.header(plain(title), anchor=False, text_alignment="center", width="content")
        st.markdown(plain(text), text_alignment="center", width=520)
        if step is not None and st.button(step.label, icon=f":material/{step.icon}:", type="primary", key="empty_step"):
            st.switch_page(step.page, query_params=dict(step.query))


def stop(drawing: str, title: str, text: str, step: Way | None = ADD) -> NoReturn:
    """Draw it, and end the page here."""
    draw(drawing, title, text, step)
    st.stop()


def first_steps(shared: bool) -> str:
    """What the program does, for somebody who has no garment in it yet; ``shared`` if others use this server too."""
    return (
        "Take a photo of each garment, or use photos from your phone or computer. Wardrobe Graph recognises each "
        "garment, finds duplicates and suggests outfits. Everything stays on "
        + ("the computer that runs this." if shared else "this computer.")
    )
