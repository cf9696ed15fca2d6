"""Cards of what could be bought, of garments that go with nothing, and of key pieces."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from wardrobe_app.components.insights import answers
from wardrobe_app.components.shared import photos, widgets
from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.domain.insights.connectivity import KeyPiece
from wardrobe_app.domain.insights.isolation import IsolatedGarment
from wardrobe_app.domain.insights.purchases import Purchase

GRAPH_PAGE = "wardrobe_app/pages/graph.py"
MOST_ISOLATED = 48


def show_on_graph(mark: str) -> None:
    """A link to the graph with what ``mark`` names marked on it."""
    st.page_link(
        GRAPH_PAGE, label="Show on the graph", icon=":material/hub:", query_params={"way": "outfits", "mark": mark}
    )


def purchases(found: Sequence[Purchase], thumbnail_of: photos.PathOf) -> None:
    """The purchase that would open most, and the best of other kinds."""
    for place, one in enumerate(widgets.cards(found, 300, "purchase_cards")):
        answers.proposal(one, thumbnail_of, reasons=3)
        if one.isolated:
            st.caption("The first match, or the second, of:")
            photos.row(one.isolated[:4], thumbnail_of, 64)
        if place == 0:
            show_on_graph("purchase")


def isolated_garments(found: Sequence[IsolatedGarment], thumbnail_of: photos.PathOf) -> None:
    """Garments that go with nothing, or one other only, each with the reason."""
    for isolated in widgets.cards(found[:MOST_ISOLATED], 170, "isolated_cards"):
        photos.card(isolated.garment, thumbnail_of)
        if isolated.partner is not None:
            st.caption("Goes with this one only:")
            photos.row([isolated.partner], thumbnail_of, 64)
        st.caption(plain(isolated.why))
    if len(found) > MOST_ISOLATED:
        st.caption(f"And {len(found) - MOST_ISOLATED:,} more.")


def key_pieces(found: Sequence[KeyPiece], thumbnail_of: photos.PathOf) -> None:
    """Garments that outfits depend on: how many, and what would go with nothing without them."""
    for piece in widgets.cards(found, 170, "key_piece_cards"):
        photos.card(piece.garment, thumbnail_of)
        st.caption(plain(piece.why))
        if piece.isolated:
            st.caption("The only match of:")
            photos.row(piece.isolated[:4], thumbnail_of, 64)
