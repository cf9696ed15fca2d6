"""Cards of what is lacking, of what has no partner, and of what looks hang on."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from wardrobe_app.components.shared import photos
from wardrobe_app.components.shared.formatting import count_of, plain
from wardrobe_app.domain.colour import NAMED
from wardrobe_app.domain.insights.connectivity import IsolatedGarment, KeyPiece
from wardrobe_app.domain.insights.gaps import Gap


def gaps(found: Sequence[Gap], thumbnail_of: photos.PathOf) -> None:
    """What would open looks: type, colours, and what it would go with."""
    with st.grid(min_column_width=300, gap="small", border=True, key="gap_cards") as grid:
        for gap in found:
            with grid.cell():
                st.markdown(f"**{plain(gap.label)}**")
                opens = "completes" if gap.completes else "opens"
                st.caption(f"In the best colour it {opens} {count_of(gap.outfits, 'look')}.")
                with st.container(horizontal=True, gap="small"):
                    for colour, outfits in gap.colours:
                        _swatch(colour, outfits)
                if gap.examples:
                    st.caption("It goes with, for one:")
                    photos.row(gap.examples, thumbnail_of, 64)


def _swatch(colour: str, outfits: int) -> None:
    with st.container(width=76, gap="xxsmall"):
        st.image(
            f'<svg xmlns="http://www.w3.org/2000/svg" width="76" height="24">'
            f'<rect width="76" height="24" rx="6" fill="{NAMED[colour]}" stroke="#88888866"/></svg>',
            alt=colour,
            width=76,
        )
        st.caption(f"{plain(colour)}: {outfits}")


def isolated_garments(found: Sequence[IsolatedGarment], thumbnail_of: photos.PathOf) -> None:
    """Garments without a partner, each with the reason."""
    with st.grid(min_column_width=170, gap="small", border=True, key="orphan_cards") as grid:
        for orphan in found:
            with grid.cell():
                photos.card(orphan.garment, thumbnail_of)
                st.caption(plain(orphan.why))


def key_pieces(found: Sequence[KeyPiece], thumbnail_of: photos.PathOf) -> None:
    """Garments on which looks hang: how many, and what would be alone without them."""
    with st.grid(min_column_width=170, gap="small", border=True, key="linchpin_cards") as grid:
        for pin in found:
            with grid.cell():
                photos.card(pin.garment, thumbnail_of)
                st.caption(f"In {count_of(pin.outfits, 'look')}, {pin.share:.0%} of all.")
                if pin.only:
                    st.caption(f"For {count_of(pin.only, 'look')} there is nothing else of its kind.")
                if pin.components > 1:
                    st.caption(f"Only it joins {pin.components} parts of the wardrobe.")
                if pin.isolated:
                    st.caption("It is the only partner of:")
                    photos.row(pin.isolated[:4], thumbnail_of, 64)
