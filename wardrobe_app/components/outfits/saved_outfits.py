"""The looks that the owner saved, and those that she rejected."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial

import streamlit as st

from wardrobe_app.components.catalogue import drafts
from wardrobe_app.components.outfits import outfit_cards
from wardrobe_app.components.shared import photos
from wardrobe_app.components.shared.formatting import count_of, day_words, plain, times
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.wear_log import SavedOutfit
from wardrobe_app.domain.limits import LONGEST_OUTFIT_NAME

Garments = Mapping[int, Garment]


def _there(outfit: SavedOutfit, garments: Garments) -> list[Garment]:
    return [garments[item] for item in outfit.item_ids if item in garments]


def worn_words(days: Sequence[date]) -> str:
    """How often a look was worn, in words."""
    return f"Worn {times(len(days))}, last on {day_words(max(days))}." if days else "Not worn yet."


def saved(
    outfits: Sequence[SavedOutfit],
    garments: Garments,
    worn: Mapping[int, Sequence[date]],
    thumbnail_of: photos.PathOf,
    rename: Callable[[int, str], bool],
    wear: Callable[[int], None],
    change: Callable[[outfit_cards.Ids], None],
    remove: Callable[[int], None],
    shelf: drafts.Shelf,
) -> None:
    """Each saved look with its name, how often it was worn (days by the look's id), and what can be done with it."""
    items_of = {outfit.id: outfit.item_ids for outfit in outfits}
    with st.grid(min_column_width=400, gap="small", border=True, key="saved_looks") as grid:
        for outfit in outfits:
            with grid.cell():
                items = _there(outfit, garments)
                st.markdown(f"**{plain(outfit.name)}**")
                photos.row(items, thumbnail_of)
                st.caption(worn_words(worn.get(outfit.id, ())))
                whole = len(items) == len(outfit.item_ids)
                if not whole:
                    gone = len(outfit.item_ids) - len(items)
                    st.caption(f":material/inventory_2: {count_of(gone, 'garment')} of it archived or in the trash")
                with st.container(horizontal=True, gap="xsmall"):
                    _button("Wear today", ":material/event_available:", outfit, wear, disabled=not whole)
                    _button("Change", ":material/edit:", outfit, lambda number: change(items_of[number]))
                    _rename(outfit, rename, shelf)
                    _button("Remove", ":material/bookmark_remove:", outfit, remove)


def _button(label: str, icon: str, outfit: SavedOutfit, act: Callable[[int], None], *, disabled: bool = False) -> None:
    st.button(
        label,
        icon=icon,
        key=f"own_{label}_{outfit.id}",
        type="tertiary",
        disabled=disabled,
        on_click=partial(act, outfit.id),
    )


def _rename(outfit: SavedOutfit, rename: Callable[[int, str], bool], shelf: drafts.Shelf) -> None:
    key = f"new_look_name_{outfit.id}"
    with st.popover("Rename", icon=":material/text_fields:", type="tertiary"):
        drafts.text_input("Name of the look", outfit.name, key, shelf, max_chars=LONGEST_OUTFIT_NAME)
        st.button(
            "Save the name",
            type="primary",
            key=f"own_named_{outfit.id}",
            on_click=_save_name,
            args=(outfit.id, key, rename, shelf),
        )
    if shelf.waiting(key):
        st.caption(":material/edit_note: The new name is not saved yet")


def _save_name(outfit_id: int, key: str, rename: Callable[[int, str], bool], shelf: drafts.Shelf) -> None:
    if rename(outfit_id, st.session_state[key]):
        shelf.saved(key)


def rejected(
    outfits: Sequence[SavedOutfit], garments: Garments, thumbnail_of: photos.PathOf, take_back: Callable[[int], None]
) -> None:
    """Each rejected look in a row, with its way back."""
    for outfit in outfits:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            items = _there(outfit, garments)
            for item in items:
                photos.cover(item, thumbnail_of, width=64)
            st.markdown(", ".join(plain(item.title) for item in items) or "Nothing of it is in use.", width="stretch")
            st.button(
                "Take back", icon=":material/undo:", key=f"un_reject_{outfit.id}", on_click=take_back, args=(outfit.id,)
            )
