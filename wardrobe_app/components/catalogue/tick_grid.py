"""A plain grid of a few garments to choose from: photo, title, marks, a tick box."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from wardrobe_app.components.catalogue import status
from wardrobe_app.components.shared import photos, selection
from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.components.shared.widgets import cards
from wardrobe_app.domain.garments.garment import Garment, TagKind


def _marks(garment: Garment) -> str:
    """The badges below the title, as Markdown."""
    marks = []
    if garment.favourite:
        marks.append(":red-badge[:material/favorite: favourite]")
    if where := status.badge(garment):
        marks.append(where)
    kind = garment.tags.get(TagKind.TYPE)
    if kind is None:
        marks.append(":gray-badge[no tags yet]")
    elif kind.tier == "unknown":
        marks.append(":red-badge[unknown]")
    elif kind.tier == "check":
        marks.append(":orange-badge[needs review]")
    if garment.archived_at is not None:
        marks.append(":gray-badge[archived]")
    return " ".join(marks)


def draw(garments: Sequence[Garment], thumbnail_of: photos.PathOf, name: str) -> None:
    """Draw ``garments`` as cards; ticks go to the selection called ``name``."""
    news = False
    for garment in cards(garments, 170, f"gallery_{name}"):
        photos.card(garment, thumbnail_of)
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            news |= selection.tick(name, garment.id, f"Select {plain(garment.title)}")
            if marks := _marks(garment):
                st.markdown(marks)
    if news:
        st.rerun()
