"""Building an outfit: which garments are in it, and what can be added."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import streamlit as st

from wardrobe_app.components.catalogue import drafts
from wardrobe_app.components.outfits import outfit_cards, score_breakdown
from wardrobe_app.components.shared import address, garment_picker, photos
from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.components.shared.widgets import button, cards
from wardrobe_app.domain.compatibility.pair_scores import part_of
from wardrobe_app.domain.compatibility.scores import CompatibilityConfig
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.limits import LONGEST_OUTFIT_NAME
from wardrobe_app.domain.outfits.outfit import PARTS, outfit_name
from wardrobe_app.domain.outfits.search import Addition, Outfit

_KEY = "look_in_the_making"
_PICKER = "look_add"
SHOWN = 12


def in_address() -> address.Param:
    """The outfit's garments in the address, in order."""
    return address.ids("items", _KEY)


def chosen(among: Collection[int]) -> list[int]:
    """The ids in the outfit, in the order they were added; only those ``among``."""
    return [item for item in st.session_state.get(_KEY, []) if item in among]


def put(ids: Iterable[int]) -> None:
    """Make exactly ``ids`` the outfit."""
    st.session_state[_KEY] = list(ids)


def add(item: int) -> None:
    """Add a garment to the outfit."""
    put(dict.fromkeys([*st.session_state.get(_KEY, []), item]))


def take_off(item: int) -> None:
    """Take a garment off the outfit."""
    put([one for one in st.session_state.get(_KEY, []) if one != item])


def _picked() -> None:
    if st.session_state[_PICKER] is not None:
        add(st.session_state[_PICKER])
        st.session_state[_PICKER] = None


def picker(garments: Mapping[int, Garment], ids: Sequence[int], search: garment_picker.Search) -> None:
    """A list to search for any garment and add it to the outfit."""
    st.selectbox(
        "Add a garment", [item for item in garment_picker.ids(garments, search, _PICKER) if item not in ids],
        index=None, placeholder="Type to search", key=_PICKER, on_change=_picked, width=420,
        format_func=lambda item: f"{garments[item].title} (number {item})",
    )  # fmt: skip


def worn(outfit: Outfit, thumbnail_of: photos.PathOf) -> None:
    """The garments of the outfit, each with a button that takes it off."""
    for item in cards(outfit.items, 165, "look_worn"):
        photos.card(item, thumbnail_of)
        told = f"Remove {plain(item.title)} from the outfit"
        button("Remove", "remove", take_off, item.id, key=f"take_off_{item.id}", help=told)


def judgement(outfit: Outfit, config: CompatibilityConfig) -> None:
    """The outfit's score, what it lacks, and on request how the score adds up."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if outfit.pairs:
            st.badge(f"{outfit.score:.0%}", color="violet" if outfit.score else "red")
        if outfit.missing:
            st.badge(f"Add {outfit.missing} to complete it", icon=":material/add:", color="gray")
        if outfit.pairs and not outfit.score:
            reason = min(outfit.pairs, key=lambda pair: pair.score).parts[0].text
            st.badge(f"can't be worn together: {plain(reason)}", icon=":material/block:", color="red")
    if outfit.pairs:
        with st.expander(
            "How the score adds up", icon=":material/functions:", key="look_why", on_change="rerun"
        ) as why:
            if why.open:
                score_breakdown.draw(outfit, config)


def keep(
    outfit: Outfit,
    saved_as: str | None,
    save: Callable[[outfit_cards.Ids, str], bool],
    reject: outfit_cards.Act,
    wear: outfit_cards.Act,
    shelf: drafts.Shelf,
) -> None:
    """Name and save the outfit, wear it today, reject it, or start over."""
    key = f"look_name_{'_'.join(map(str, outfit.ids))}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        drafts.text_input(
            "Name", saved_as or "", key, shelf,
            placeholder=outfit_name(outfit.items), max_chars=LONGEST_OUTFIT_NAME, width=340,
        )  # fmt: skip
        label, alone = "Save the new name" if saved_as else "Save outfit", len(outfit.items) < 2
        button(label, "bookmark", _save, outfit.ids, key, save, shelf, type="primary", disabled=alone)
        button("Wear today", "event_available", wear, outfit.ids)
        if saved_as is None:
            told = "It won't be suggested again. You can undo that under Saved."
            button("Not for me", "thumb_down", reject, outfit.ids, disabled=alone, help=told)
        button("Start over", "restart_alt", put, (), type="tertiary")


def _save(ids: outfit_cards.Ids, key: str, save: Callable[[outfit_cards.Ids, str], bool], shelf: drafts.Shelf) -> None:
    if save(ids, st.session_state[key]):
        shelf.saved(key)


def additions(found: Sequence[Addition], thumbnail_of: photos.PathOf) -> None:
    """What goes with everything in the outfit, best first, by the part it plays; a click adds it."""
    there = {part_of(one.item) for one in found}
    kinds = [kind for kind in PARTS if kind in there]
    asked = st.pills(
        "Show", kinds, format_func=PARTS.__getitem__, key=f"look_part_{'_'.join(kinds)}", label_visibility="collapsed"
    )
    shown = [one for one in found if asked in (None, part_of(one.item))]
    for one in cards(shown[:SHOWN], 160, "look_additions"):
        photos.card(one.item, thumbnail_of)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(f"{one.score:.0%}", color="violet", help="Its match with the garment it fits least")
            button("Add", "add", add, one.item.id, key=f"add_{one.item.id}", help=f"Add {plain(one.item.title)}")
        outfit_cards.reasons(list(dict.fromkeys(text for pair in one.pairs for text in pair.reasons)))
    if len(shown) > SHOWN:
        st.caption(f"The best {SHOWN} of {len(shown)}.")
