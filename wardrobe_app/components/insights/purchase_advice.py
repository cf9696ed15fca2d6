"""What a garment that is not bought yet would do for the wardrobe."""

from __future__ import annotations

import streamlit as st

from wardrobe_app.components.outfits import outfit_cards
from wardrobe_app.components.shared import photos
from wardrobe_app.components.shared.formatting import count_of, plain
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.insights.purchase_advice import Advice, PurchaseAdvice
from wardrobe_app.domain.outfits.search import Outfit


def advice(found: PurchaseAdvice) -> None:
    """The recommendation in one sentence, and its reasons."""
    said = plain(found.sentence)
    if found.advice is Advice.TAKE:
        st.success(said, icon=":material/thumb_up:")
    elif found.advice is Advice.LEAVE:
        st.warning(said, icon=":material/do_not_disturb_on:")
    else:
        st.info(said, icon=":material/balance:")
    if found.reasons:
        st.markdown("\n".join(f"- {plain(reason)}" for reason in found.reasons))


def numbers(found: PurchaseAdvice) -> None:
    """New looks, what it repeats, and the wardrobe's number with it."""
    before, after = found.effective
    with st.grid(min_column_width=140, gap="small") as grid:
        with grid.cell():
            st.metric("New looks", found.new_outfits)
        with grid.cell():
            st.metric("Does the job of", count_of(len(found.duplicates), "garment"))
        with grid.cell():
            st.metric("Wardrobe dresses you like", f"{after:.1f}", f"{after - before:+.1f}")


def nearest(found: PurchaseAdvice, thumbnail_of: photos.PathOf) -> None:
    """The owned garments that are most like it, with the reasons."""
    doubles = {garment.id for garment in found.duplicates}
    with st.grid(min_column_width=190, gap="small", border=True, key="nearest_cards") as grid:
        for garment, pair in found.nearest:
            with grid.cell():
                photos.card(garment, thumbnail_of)
                with st.container(horizontal=True, gap="xsmall"):
                    st.badge(f"{pair.score:.0%} alike", color="violet")
                    if garment.id in doubles:
                        st.badge("same job", color="red")
                outfit_cards.reasons(pair.reasons)


def outfits(found: PurchaseAdvice, picture: bytes, thumbnail_of: photos.PathOf) -> None:
    """Examples of looks with it, its own picture among those of owned garments."""
    with st.grid(min_column_width=360, gap="small", border=True, key="considered_looks") as grid:
        for outfit in found.outfits:
            with grid.cell():
                _look(outfit, found.garment, picture, thumbnail_of)


def _look(outfit: Outfit, newcomer: Garment, picture: bytes, thumbnail_of: photos.PathOf) -> None:
    with st.grid(min_column_width=84, gap="xsmall") as grid:
        for item in outfit.items:
            with grid.cell():
                if item.id == newcomer.id:
                    st.image(picture, alt=f"What you consider: {item.title}", width="stretch")
                else:
                    photos.cover(item, thumbnail_of)
    with st.container(horizontal=True, gap="xsmall"):
        for item in outfit.items:
            if item.id != newcomer.id:
                photos.link(item)
    outfit_cards.reasons(outfit.reasons, most=5)
