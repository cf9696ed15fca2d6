"""A grid of garments: photo, title, what is doubtful, a tick box."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from wardrobe_app.components.catalogue import status
from wardrobe_app.components.shared import photos, selection
from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.domain.garments.garment import Garment, TagKind


def _marks(garment: Garment) -> str:
    """What a glance should tell besides the title, as Markdown."""
    marks = []
    if garment.favourite:
        marks.append(":red-badge[:material/favorite: favourite]")
    if where := status.badge(garment):
        marks.append(where)
    kind = garment.tags.get(TagKind.TYPE)
    if kind is None:
        marks.append(":gray-badge[no tags yet]")
    elif kind.tier == "unknown":
        marks.append(":red-badge[not sure]")
    elif kind.tier == "check":
        marks.append(":orange-badge[worth a check]")
    if garment.archived_at is not None:
        marks.append(":gray-badge[archived]")
    return " ".join(marks)


def draw(garments: Sequence[Garment], thumbnail_of: photos.PathOf, name: str, *, links: bool = True) -> None:
    """Draw ``garments`` as cards; ticks go to the selection called ``name``."""
    news = False
    selection.show(name, {garment.id: garment.version for garment in garments})
    with st.grid(min_column_width=170, gap="small", border=True, key=f"gallery_{name}") as grid:
        for garment in garments:
            with grid.cell():
                photos.cover(garment, thumbnail_of)
                if links:
                    photos.link(garment)
                else:
                    st.text(garment.title)
                with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                    news |= selection.tick(name, garment.id, f"Select {plain(garment.title)}")
                    if marks := _marks(garment):
                        st.markdown(marks)
    if news:
        st.rerun()
