"""A look in the making: which garments are in it, and what can be added."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import streamlit as st

from wardrobe_app.components.catalogue import drafts
from wardrobe_app.components.outfits import outfit_cards, score_breakdown
from wardrobe_app.components.shared import address, garment_picker, photos
from wardrobe_app.components.shared.formatting import plain
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
    """What addresses say of the look: its garments, in order."""
    return address.ids("items", _KEY)


def chosen(among: Collection[int]) -> list[int]:
    """The ids in the look, in the order in which they were added; only those ``among``."""
    return [item for item in st.session_state.get(_KEY, []) if item in among]


def put(ids: Iterable[int]) -> None:
    """Make exactly ``ids`` the look."""
    st.session_state[_KEY] = list(ids)


def add(item: int) -> None:
    """Put one more garment into the look."""
    put(dict.fromkeys([*st.session_state.get(_KEY, []), item]))


def take_off(item: int) -> None:
    """Take a garment off the look."""
    put([one for one in st.session_state.get(_KEY, []) if one != item])


def _picked() -> None:
    if st.session_state[_PICKER] is not None:
        add(st.session_state[_PICKER])
        st.session_state[_PICKER] = None


def picker(garments: Mapping[int, Garment], ids: Sequence[int], search: garment_picker.Search) -> None:
    """A list to search for any garment, and to put it into the look."""
    st.selectbox(
        "Add a garment to the look",
        [item for item in garment_picker.ids(garments, search, _PICKER) if item not in ids],
        index=None,
        format_func=lambda item: f"{garments[item].title} (number {item})",
        placeholder="Type to search",
        key=_PICKER,
        on_change=_picked,
        width=420,
    )


def worn(outfit: Outfit, thumbnail_of: photos.PathOf) -> None:
    """The garments of the look, each with the button that takes it off."""
    with st.grid(min_column_width=165, gap="small", border=True, key="look_worn") as grid:
        for item in outfit.items:
            with grid.cell():
                photos.card(item, thumbnail_of)
                st.button(
                    "Take off", icon=":material/remove:", key=f"take_off_{item.id}", on_click=take_off, args=(item.id,),
                    help=f"Take {plain(item.title)} off the look",
                )  # fmt: skip


def judgement(outfit: Outfit, config: CompatibilityConfig) -> None:
    """What the look is worth, what it lacks, and its sum on request."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if outfit.pairs:
            st.badge(f"{outfit.score:.0%}", color="violet" if outfit.score else "red")
        if outfit.missing:
            st.badge(f"{outfit.missing} makes it a whole look", icon=":material/add:", color="gray")
        if outfit.pairs and not outfit.score:
            reason = min(outfit.pairs, key=lambda pair: pair.score).parts[0].text
            st.badge(f"cannot be worn at once: {plain(reason)}", icon=":material/block:", color="red")
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
    reject: Callable[[outfit_cards.Ids], None],
    wear: Callable[[outfit_cards.Ids], None],
    shelf: drafts.Shelf,
) -> None:
    """Name and save the look, wear it today, reject it, or begin anew."""
    key = f"look_name_{'_'.join(map(str, outfit.ids))}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        drafts.text_input(
            "Name of the look", saved_as or "", key, shelf,
            placeholder=outfit_name(outfit.items), max_chars=LONGEST_OUTFIT_NAME, width=340,
        )  # fmt: skip
        st.button(
            "Save the new name" if saved_as else "Save the look",
            icon=":material/bookmark:",
            type="primary",
            disabled=len(outfit.items) < 2,
            on_click=_save,
            args=(outfit.ids, key, save, shelf),
        )
        st.button("Wear today", icon=":material/event_available:", on_click=wear, args=(outfit.ids,))
        if saved_as is None:
            st.button(
                "Not for me",
                icon=":material/thumb_down:",
                disabled=len(outfit.items) < 2,
                on_click=reject,
                args=(outfit.ids,),
                help="It will not be shown again; you can take that back under Yours",
            )
        st.button("Begin anew", icon=":material/restart_alt:", type="tertiary", on_click=put, args=((),))


def _save(ids: outfit_cards.Ids, key: str, save: Callable[[outfit_cards.Ids, str], bool], shelf: drafts.Shelf) -> None:
    if save(ids, st.session_state[key]):
        shelf.saved(key)


def additions(found: Sequence[Addition], thumbnail_of: photos.PathOf) -> None:
    """What goes with everything in the look, best first, by the part it plays; a click adds it."""
    there = {part_of(one.item) for one in found}
    kinds = [kind for kind in PARTS if kind in there]
    asked = st.pills(
        "Show",
        kinds,
        format_func=PARTS.__getitem__,
        key=f"look_part_{'_'.join(kinds)}",
        label_visibility="collapsed",
    )
    shown = [one for one in found if asked in (None, part_of(one.item))]
    with st.grid(min_column_width=160, gap="small", border=True, key="look_additions") as grid:
        for one in shown[:SHOWN]:
            with grid.cell():
                photos.card(one.item, thumbnail_of)
                with st.container(horizontal=True, vertical_alignment="center"):
                    st.badge(f"{one.score:.0%}", color="violet", help="With the garment of the look it fits least")
                    st.button(
                        "Add",
                        icon=":material/add:",
                        key=f"add_{one.item.id}",
                        on_click=add,
                        args=(one.item.id,),
                        help=f"Add {plain(one.item.title)} to the look",
                    )
                outfit_cards.reasons(list(dict.fromkeys(text for pair in one.pairs for text in pair.reasons)))
    if len(shown) > SHOWN:
        st.caption(f"The best {SHOWN} of {len(shown)}.")
