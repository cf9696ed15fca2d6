"""What a garment that is not bought yet would do for the wardrobe."""

from __future__ import annotations

import streamlit as st

from wardrobe_app.components.outfits import outfit_cards
from wardrobe_app.components.shared import photos
from wardrobe_app.components.shared.formatting import as_list, count_of, plain
from wardrobe_app.components.shared.widgets import cards
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.insights.purchase_advice import Advice, PurchaseAdvice
from wardrobe_app.domain.outfits.search import Outfit


def advice(found: PurchaseAdvice) -> None:
    """The recommendation in one sentence, and its reasons."""
    sentence = plain(found.sentence)
    if found.advice is Advice.TAKE:
        st.success(sentence, icon=":material/thumb_up:")
    elif found.advice is Advice.LEAVE:
        st.warning(sentence, icon=":material/do_not_disturb_on:")
    else:
        st.info(sentence, icon=":material/balance:")
    if found.reasons:
        st.markdown(as_list(found.reasons))


def numbers(found: PurchaseAdvice) -> None:
    """New outfits, what it repeats, and the wardrobe's score with it."""
    before, after = found.effective
    for label, value, change in cards(
        (
            ("New outfits", f"{found.new_outfits}", None),
            ("Same use as", count_of(len(found.duplicates), "garment"), None),
            ("Wardrobe score", f"{after:.1f}", f"{after - before:+.1f}"),
        ),
        140,
    ):
        st.metric(label, value, change)


def nearest(found: PurchaseAdvice, thumbnail_of: photos.PathOf) -> None:
    """The owned garments that are most like it, with the reasons."""
    duplicates = {garment.id for garment in found.duplicates}
    for garment, pair in cards(found.nearest, 190, "nearest_cards"):
        photos.card(garment, thumbnail_of)
        with st.container(horizontal=True, gap="xsmall"):
            outfit_cards.likeness_badge(pair)
            if garment.id in duplicates:
                st.badge("same use", color="red")
        outfit_cards.reasons(pair.reasons)


def outfits(found: PurchaseAdvice, picture: bytes, thumbnail_of: photos.PathOf) -> None:
    """Examples of outfits with it, its own picture among those of owned garments."""
    for outfit in cards(found.outfits, 360, "purchase_outfits"):
        _outfit(outfit, found.garment, picture, thumbnail_of)


def _outfit(outfit: Outfit, newcomer: Garment, picture: bytes, thumbnail_of: photos.PathOf) -> None:
    for item in cards(outfit.items, 84, gap="xsmall"):
        if item.id == newcomer.id:
            st.image(picture, alt=f"The garment to check: {item.title}", width="stretch")
        else:
            photos.cover(item, thumbnail_of)
    with st.container(horizontal=True, gap="xsmall"):
        for item in outfit.items:
            if item.id != newcomer.id:
                photos.link(item)
    outfit_cards.reasons(outfit.reasons, most=5)
