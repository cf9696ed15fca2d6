"""What goes with a garment, partners one by one, and whole looks, each with its reasons."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from wardrobe_app.components.shared import photos
from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.domain.garments.garment import Garment, PairScore
from wardrobe_app.domain.outfits.search import Outfit

Ids = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Actions:
    """What can be done with a look: each is called with the ids of its garments."""

    save: Callable[[Ids], None]
    reject: Callable[[Ids], None]
    wear: Callable[[Ids], None]
    change: Callable[[Ids], None]


def reasons(texts: Sequence[str], most: int = 4) -> None:
    """The first ``most`` reasons as a short list."""
    st.caption("\n".join(f"- {plain(text)}" for text in texts[:most]))


def partners(
    item: Garment, pairs: Sequence[PairScore], garments: Mapping[int, Garment], thumbnail_of: photos.PathOf, key: str
) -> None:
    """A grid of the other halves of ``pairs``, best first."""
    with st.grid(min_column_width=190, gap="small", border=True, key=key) as grid:
        for pair in pairs:
            other = garments.get(pair.b if pair.a == item.id else pair.a)
            if other is None:
                continue
            with grid.cell():
                photos.card(other, thumbnail_of)
                st.badge(f"{pair.score:.0%}", color="violet")
                reasons(pair.reasons)


def outfits(
    outfits: Sequence[Outfit],
    thumbnail_of: photos.PathOf,
    actions: Actions | None = None,
    saved: Collection[frozenset[int]] = (),
    *,
    first: int = 1,
    key: str = "looks",
) -> None:
    """Whole looks, numbered from ``first``: the photos of each in a row, why they go together, and what can be done.

    A look whose garments are among ``saved`` is marked.
    """
    with st.grid(min_column_width=400, gap="small", border=True, key=key) as grid:
        for number, outfit in enumerate(outfits, first):
            with grid.cell():
                _look(outfit, number, thumbnail_of, frozenset(outfit.ids) in saved)
                if actions is not None:
                    _offer(outfit.ids, actions, frozenset(outfit.ids) in saved, key)


def _look(outfit: Outfit, number: int, thumbnail_of: photos.PathOf, saved: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**Look {number}**", width="content")
        st.badge(f"{outfit.score:.0%}", color="violet")
        if saved:
            st.badge("saved", icon=":material/bookmark:", color="green")
    photos.row(outfit.items, thumbnail_of)
    reasons(outfit.reasons, most=5)


def _offer(ids: Ids, actions: Actions, saved: bool, key: str) -> None:
    name = f"{key}_{'_'.join(map(str, ids))}"
    with st.container(horizontal=True, gap="xsmall"):
        for label, icon, act, needed in (
            ("Save", ":material/bookmark:", actions.save, not saved),
            ("Wear today", ":material/event_available:", actions.wear, True),
            ("Change", ":material/edit:", actions.change, True),
            ("Not for me", ":material/thumb_down:", actions.reject, not saved),
        ):
            if needed:
                st.button(label, icon=icon, key=f"{name}_{label}", type="tertiary", on_click=act, args=(ids,))
