"""Saved and rejected outfits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import streamlit as st

from wardrobe_app.components.catalogue import drafts
from wardrobe_app.components.outfits import collage, outfit_cards
from wardrobe_app.components.shared import photos
from wardrobe_app.components.shared.formatting import count_of, day_words, plain, times
from wardrobe_app.components.shared.widgets import ARRANGE_PAGE, button, cards
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.wear_log import SavedOutfit
from wardrobe_app.domain.limits import LONGEST_OUTFIT_NAME

Garments = Mapping[int, Garment]


def _there(outfit: SavedOutfit, garments: Garments) -> list[Garment]:
    return [garments[item] for item in outfit.item_ids if item in garments]


def worn_words(days: Sequence[date]) -> str:
    """How often an outfit was worn, in words."""
    return f"Worn {times(len(days))}, last on {day_words(max(days))}." if days else "Not worn yet."


def saved(
    outfits: Sequence[SavedOutfit],
    garments: Garments,
    worn: Mapping[int, Sequence[date]],
    svg_of: collage.SvgOf,
    rename: Callable[[int, str], bool],
    wear: outfit_cards.Act,
    change: outfit_cards.Act,
    remove: Callable[[int], object],
    shelf: drafts.Shelf,
) -> None:
    """Each saved outfit with its name, how often it was worn (days by its id), and what can be done with it."""
    for outfit in cards(outfits, 260, "saved_outfits"):
        items, ids, key = _there(outfit, garments), outfit.item_ids, outfit.id
        st.markdown(f"**{plain(outfit.name)}**")
        collage.draw(items, svg_of)
        with st.container(horizontal=True, gap="xsmall"):
            for item in items:
                photos.link(item)
        st.caption(worn_words(worn.get(outfit.id, ())))
        if gone := len(ids) - len(items):
            st.caption(f":material/inventory_2: {count_of(gone, 'garment')} archived or in the trash")
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            button("Wear today", "event_available", wear, ids, key=f"wear_{key}", type="tertiary", disabled=gone > 0)
            button("Edit", "edit", change, ids, key=f"edit_{key}", type="tertiary")
            for name, label, icon in (("outfit", "Arrange", "dashboard_customize"), ("copy", "Copy", "content_copy")):
                st.page_link(ARRANGE_PAGE, label=label, icon=f":material/{icon}:", query_params={name: str(key)})
            _rename(outfit, rename, shelf)
            button("Remove", "bookmark_remove", remove, key, key=f"remove_{key}", type="tertiary")


def _rename(outfit: SavedOutfit, rename: Callable[[int, str], bool], shelf: drafts.Shelf) -> None:
    key = f"new_look_name_{outfit.id}"
    with st.popover("Rename", icon=":material/text_fields:", type="tertiary"):
        drafts.text_input("Name", outfit.name, key, shelf, max_chars=LONGEST_OUTFIT_NAME)
        button("Save", "check", _save_name, outfit.id, key, rename, shelf, type="primary", key=f"own_named_{outfit.id}")
    if shelf.waiting(key):
        st.caption(":material/edit_note: New name not saved yet")


def _save_name(outfit_id: int, key: str, rename: Callable[[int, str], bool], shelf: drafts.Shelf) -> None:
    if rename(outfit_id, st.session_state[key]):
        shelf.saved(key)


def rejected(
    outfits: Sequence[SavedOutfit], garments: Garments, thumbnail_of: photos.PathOf, take_back: Callable[[int], object]
) -> None:
    """Each rejected outfit in a row, with a button that allows it again."""
    for outfit in outfits:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            items = _there(outfit, garments)
            for item in items:
                photos.cover(item, thumbnail_of, width=64)
            st.markdown(", ".join(plain(item.title) for item in items) or "None of it is in use.", width="stretch")
            button("Allow again", "undo", take_back, outfit.id, key=f"un_reject_{outfit.id}")
