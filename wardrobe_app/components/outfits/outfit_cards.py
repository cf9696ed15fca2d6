"""Garments that go together, pair by pair, and whole outfits, each with its reasons."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from wardrobe_app.components.outfits import collage
from wardrobe_app.components.shared import photos
from wardrobe_app.components.shared.formatting import as_list, plain, without_figures
from wardrobe_app.components.shared.widgets import button, cards
from wardrobe_app.domain.garments.garment import Garment, PairScore
from wardrobe_app.domain.outfits.search import Outfit
from wardrobe_app.domain.outfits.variety import summary
from wardrobe_app.domain.wording import capitalised

CARD_PX = 350  # so that all actions are in one row
Ids = tuple[int, ...]
Act = Callable[[Ids], object]


@dataclass(frozen=True, slots=True)
class Actions:
    """What can be done with an outfit: each is called with the ids of its garments."""

    save: Act
    reject: Act
    wear: Act
    change: Act


def reasons(texts: Sequence[str], most: int = 4) -> None:
    """The first ``most`` reasons as a short list; figures and the names of rules are behind its help icon."""
    full = list(texts[:most])
    words = [without_figures(text) for text in full]
    st.caption(as_list(words), help=as_list(full) if words != full else None)


def line(outfit: Outfit) -> None:
    """What an outfit is like in one line, "All black"; why it goes together is behind its help icon."""
    st.markdown(plain(capitalised(summary(outfit.items))) or "Goes together", help=as_list(outfit.reasons) or None)


def partners(
    item: Garment,
    pairs: Sequence[PairScore],
    garments: Mapping[int, Garment],
    thumbnail_of: photos.PathOf,
    key: str,
    *,
    alike: bool = False,
) -> None:
    """A grid of the other halves of ``pairs``, best first, with how well they match, or if ``alike``, how alike."""
    halves = [(pair, garments.get(pair.b if pair.a == item.id else pair.a)) for pair in pairs]
    for pair, other in cards([(pair, other) for pair, other in halves if other is not None], 190, key):
        photos.card(other, thumbnail_of)
        likeness_badge(pair) if alike else st.badge(f"{pair.score:.0%}", color="violet")
        reasons(pair.reasons)


def likeness_badge(pair: PairScore) -> None:
    """How alike two garments are, in a word; nothing if they hardly are."""
    if pair.likeness:
        st.badge(pair.likeness, color="violet")


def outfits(
    outfits: Sequence[Outfit],
    svg_of: collage.SvgOf,
    actions: Actions | None = None,
    saved: Collection[frozenset[int]] = (),
    *,
    first: int = 1,
    key: str = "looks",
) -> None:
    """Whole outfits as collages, numbered from ``first``: their colours, and what can be done.

    An outfit whose garments are among ``saved`` is marked.
    """
    for number, outfit in cards(list(enumerate(outfits, first)), CARD_PX, key):
        is_saved = frozenset(outfit.ids) in saved
        _outfit(outfit, number, svg_of, is_saved)
        if actions is not None:
            _offer(outfit.ids, actions, is_saved, key)


def _outfit(outfit: Outfit, number: int, svg_of: collage.SvgOf, saved: bool) -> None:
    collage.draw(outfit.items, svg_of)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**Outfit {number}**", width="content")
        st.badge(f"{outfit.score:.0%}", color="violet")
        if saved:
            st.badge("saved", icon=":material/bookmark:", color="green")
    line(outfit)
    with st.container(horizontal=True, gap="xsmall"):
        for item in outfit.items:
            photos.link(item)


def _offer(ids: Ids, actions: Actions, saved: bool, key: str) -> None:
    name = f"{key}_{'_'.join(map(str, ids))}"
    with st.container(horizontal=True, gap="xsmall"):
        for label, icon, act, needed in (
            ("Save", "bookmark", actions.save, not saved),
            ("Wear today", "event_available", actions.wear, True),
            ("Edit", "edit", actions.change, True),
            ("Not for me", "thumb_down", actions.reject, not saved),
        ):
            if needed:
                button(label, icon, act, ids, key=f"{name}_{label}", type="tertiary")
