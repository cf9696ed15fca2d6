"""The three answers of the first screen: what there is too much of, what could go, and what to buy."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from wardrobe_app.components.shared import photos
from wardrobe_app.components.shared.formatting import count_of, plain
from wardrobe_app.components.shared.widgets import WARDROBE_PAGE, Way, button, swatch
from wardrobe_app.domain.colour import NAMED
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.insights.purchases import Purchase
from wardrobe_app.domain.insights.stand_ins import Replaceable
from wardrobe_app.domain.insights.surplus import Surplus
from wardrobe_app.domain.wording import capitalised, lower_first, number

INSIGHTS_PAGE = "wardrobe_app/pages/insights.py"
Act = Callable[[list[int]], object]
SIDE_PX = 56  # four in a row
MAX_PHOTOS = 10
MAX_SHOWN = 3


def section(label: str, name: str, icon: str = "arrow_forward") -> None:
    """A link to another section of the page, by its name in the address."""
    st.page_link(INSIGHTS_PAGE, label=label, icon=f":material/{icon}:", query_params={"section": name})


def in_wardrobe(one: Surplus) -> Way:
    """The way to the garments of a kind in the wardrobe."""
    query = {"type": one.type} | ({"colour": one.colour} if one.colour else {})
    return Way(WARDROBE_PAGE, "Look at them", "checkroom", query)


def too_much(found: Sequence[Surplus], thumbnail_of: photos.PathOf) -> None:
    """The kind with the largest surplus: which of its garments do the work, and which are left; others in words."""
    st.subheader("You have too much of", anchor=False)
    if not found:
        st.markdown("**Nothing: each kind of garment earns its place.**")
        st.caption("From three garments of a type and colour on you see here how many of them do the work.")
        return
    first = found[0]
    st.markdown(f"**{plain(first.sentence)}.**")
    if first.kept:
        which = "This one keeps" if len(first.kept) == 1 else f"These {number(len(first.kept))} keep"
        st.caption(f"{which} {'all' if first.share == 1 else f'{first.share:.0%} of'} the outfits with them:")
        _row(first.kept, thumbnail_of)
        st.caption("This one could go:" if len(first.spare) == 1 else f"These {number(len(first.spare))} could go:")
        _row(first.spare, thumbnail_of)
    else:
        st.caption("They are in no outfits, so this is by how alike they are.")
        _row(first.garments, thumbnail_of)
    if found[1:]:
        st.caption(plain(" ".join(f"{capitalised(one.sentence)}." for one in found[1:])))
    way = in_wardrobe(first)
    with st.container(horizontal=True, gap="small"):
        st.page_link(way.page, label=way.label, icon=f":material/{way.icon}:", query_params=dict(way.query))


def could_go(found: Sequence[Replaceable], thumbnail_of: photos.PathOf, archive: Act) -> None:
    """What could go at no cost to outfits, each beside what stands in for it."""
    st.subheader("Could go without losing an outfit", anchor=False)
    if not found:
        st.markdown("**Nothing: every garment is in an outfit that no other one makes.**")
        section("What would cost least", "could-go")
        return
    could = "One garment could go" if len(found) == 1 else f"{len(found)} garments could go"
    st.markdown(f"**{could}, and you keep every outfit.**")
    for one in found[:MAX_SHOWN]:
        pair(one, thumbnail_of, archive)
    section(f"All {len(found)} of them" if found[MAX_SHOWN:] else "What would cost least", "could-go")


def pair(one: Replaceable, thumbnail_of: photos.PathOf, archive: Act) -> None:
    """A garment that could go, what stands in for it, and a button to archive it."""
    item = one.garment
    with st.container(gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            photos.cover(item, thumbnail_of, SIDE_PX, opens=True)
            st.markdown(":material/arrow_forward:", width="content")
            for other in one.stand_ins:
                photos.cover(other, thumbnail_of, SIDE_PX, opens=True)
            if len(one.stand_ins) == 1:
                _archive(item, archive)
        st.caption(plain(f"{item.title}: {lower_first(one.why)}"))
        if len(one.stand_ins) > 1:
            _archive(item, archive)


def _archive(item: Garment, archive: Act) -> None:
    button("Archive", "archive", archive, [item.id], key=f"archive_{item.id}", type="tertiary")


def to_buy(found: Sequence[Purchase], thumbnail_of: photos.PathOf) -> None:
    """What would open most, and the best of other kinds, each with what it would be worn with."""
    st.subheader("One purchase that opens most", anchor=False)
    if not found:
        st.markdown("**Nothing: no common garment would add an outfit.**")
        return
    for one in found[:MAX_SHOWN]:
        proposal(one, thumbnail_of)
    if found[MAX_SHOWN:]:
        section("More to buy", "missing")


def proposal(one: Purchase, thumbnail_of: photos.PathOf, reasons: int = 1) -> None:
    """One thing to buy: its colour and name, what it opens, what is lacking, and what it would be worn with."""
    colour = str(one.garment.colour)
    with st.container(gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            swatch(NAMED[colour], colour, 24, 24)
            st.markdown(f"**{plain(one.name)}**", width="content")
        st.caption(plain(" ".join([one.why, *one.reasons[:reasons]])))
        _row(one.examples, thumbnail_of)


def _row(garments: Sequence[Garment], thumbnail_of: photos.PathOf) -> None:
    """Photos in rows, each of which opens its garment."""
    with st.container(horizontal=True, gap="xsmall"):
        for garment in garments[:MAX_PHOTOS]:
            photos.cover(garment, thumbnail_of, SIDE_PX, opens=True)
    if len(garments) > MAX_PHOTOS:
        st.caption(f"And {count_of(len(garments) - MAX_PHOTOS, 'more', 'more')}.")
