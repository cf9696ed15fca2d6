"""Cards of what's missing, of garments that go with nothing, and of key pieces."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from wardrobe_app.components.shared import photos, widgets
from wardrobe_app.components.shared.formatting import count_of, plain
from wardrobe_app.domain.colour import NAMED
from wardrobe_app.domain.insights.connectivity import IsolatedGarment, KeyPiece
from wardrobe_app.domain.insights.gaps import Gap


def gaps(found: Sequence[Gap], thumbnail_of: photos.PathOf) -> None:
    """What would add outfits: type, colours with the outfits that each adds, and what it would go with."""
    for gap in widgets.cards(found, 300, "gap_cards"):
        st.markdown(f"**{plain(gap.label)}**")
        new = "more complete" if gap.completes else "new"
        st.caption(f"{gap.outfits} {new} outfit{'' if gap.outfits == 1 else 's'}")
        with st.container(horizontal=True, gap="small"):
            for colour, outfits in gap.colours:
                with st.container(width=76, gap="xxsmall"):
                    widgets.swatch(NAMED[colour], colour, 76, 24)
                    st.caption(f"{plain(colour)}: {outfits}")
        if gap.examples:
            st.caption("Goes with, for example:")
            photos.row(gap.examples, thumbnail_of, 64)


def isolated_garments(found: Sequence[IsolatedGarment], thumbnail_of: photos.PathOf) -> None:
    """Garments that go with nothing, each with the reason."""
    for isolated in widgets.cards(found, 170, "isolated_cards"):
        photos.card(isolated.garment, thumbnail_of)
        st.caption(plain(isolated.why))


def key_pieces(found: Sequence[KeyPiece], thumbnail_of: photos.PathOf) -> None:
    """Garments that outfits depend on: how many, and what would go with nothing without them."""
    for piece in widgets.cards(found, 170, "key_piece_cards"):
        photos.card(piece.garment, thumbnail_of)
        st.caption(f"In {count_of(piece.outfits, 'outfit')}, {piece.share:.0%} of all.")
        if piece.only:
            st.caption(f"The only one of its kind in {count_of(piece.only, 'outfit')}.")
        if piece.isolated:
            st.caption("The only match of:")
            photos.row(piece.isolated[:4], thumbnail_of, 64)
