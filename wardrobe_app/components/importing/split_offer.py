"""A photo that shows several garments: the offer to split it, what it was split into, and the way back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from wardrobe_app.components.shared import photos
from wardrobe_app.components.shared.formatting import count_of
from wardrobe_app.components.shared.notices import Said, action, told
from wardrobe_app.components.shared.widgets import button
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.splitting import SplitOffer

if TYPE_CHECKING:
    from wardrobe_app.services.importing.splitting import Splitting

_PREVIEW_WIDTH = 96


def draw(garment: Garment, splitting: Splitting) -> None:
    """What there is to say of a garment and splitting; nothing of most."""
    if offer := splitting.offer(garment):
        _offer(garment, offer, splitting)
    elif pieces := splitting.pieces(garment):
        with st.container(border=True, key=f"was_split_{garment.id}"):
            st.markdown(f":green[:material/call_split:] Split into {count_of(len(pieces), 'garment')}:")
            with st.container(horizontal=True, gap="xsmall"):
                for piece in pieces:
                    photos.link(piece)
            _back(garment, splitting)
    elif whole := splitting.whole(garment):
        with st.container(horizontal=True, vertical_alignment="center", key=f"piece_{garment.id}"):
            st.caption("Split from a photo of several garments.")
            _back(whole, splitting)


def _offer(garment: Garment, offer: SplitOffer, splitting: Splitting) -> None:
    with st.container(border=True, key=f"several_{garment.id}"):
        st.markdown(f":material/call_split: **{offer.count} garments in this photo?**")
        with told(), st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            for number, picture in enumerate(splitting.previews(garment), 1):
                st.image(picture, alt=f"Garment {number} of {offer.count}", width=_PREVIEW_WIDTH)
        with st.container(horizontal=True):
            key = f"split_up_{garment.id}"
            button(f"Split into {offer.count}", "call_split", _split, splitting, garment.id, key=key)
            key = f"keep_whole_{garment.id}"
            button("It is one garment", "check", _keep_whole, splitting, garment.id, key=key, type="tertiary")


def _back(whole: Garment, splitting: Splitting) -> None:
    button("Undo the split", "undo", _undo, splitting, whole.id, key=f"unsplit_{whole.id}", type="tertiary")


@action
def _split(splitting: Splitting, item: int) -> Said:
    done = splitting.split(item)
    text = f"Split into {count_of(len(done.pieces), 'garment')}; the photo of all is in the trash. {done.untagged}"
    return text.strip(), partial(splitting.undo, item)


@action
def _keep_whole(splitting: Splitting, item: int) -> Said:
    splitting.keep_whole(item)
    return "Kept as one garment.", partial(splitting.keep_whole, item, False)


@action
def _undo(splitting: Splitting, item: int) -> Said:
    splitting.undo(item)
    return "The garments are one again."
