"""How few garments would do: by type, and of the whole wardrobe."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from wardrobe_app.components.insights import cards
from wardrobe_app.components.shared import photos, widgets
from wardrobe_app.components.shared.formatting import count_of, plain
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.insights.smallest_set import SmallestSet
from wardrobe_app.domain.insights.surplus import Surplus
from wardrobe_app.domain.wording import listed, lower_first, number

MOST_TYPES = 6
MOST_PHOTOS = 24
REPLACES = (
    "An outfit counts as kept if what stays can make it, also with another garment of the same type, colour and "
    "pattern, or one that you would wear for the same things."
)


def types(found: Sequence[Surplus], thumbnail_of: photos.PathOf) -> None:
    """Which types have more garments than do different work, and the ones that do it."""
    st.subheader("Type by type", anchor=False)
    if not found:
        st.caption("With three or more garments of a type you see here how many of them do different work.")
        return
    extra = [one for one in found if one.extra > 0]
    if not extra:
        st.caption(f"No type has more than it needs: {_types(found)}.")
        return
    for one in widgets.cards(extra[:MOST_TYPES], 300, "type_cards"):
        st.markdown(f"**{plain(one.sentence)}**")
        if one.kept:
            which = "This one keeps" if one.enough == 1 else f"These {number(one.enough)} keep"
            st.caption(f"{which} {'all' if one.share == 1 else f'{one.share:.0%} of'} the outfits with them.")
            _photos(one.kept, thumbnail_of, 12)
        else:
            st.caption("They are in no outfits, so this is by how alike they are.")
    if extra[MOST_TYPES:]:
        st.caption(plain(" ".join(f"{one.sentence}." for one in extra[MOST_TYPES:])))
    if others := [one for one in found if one.extra <= 0]:
        st.caption(f"Every garment counts among your {_types(others)}.")
    with st.expander("How this is worked out"):
        st.markdown(
            "The fewest garments of a type that keep nine tenths of the outfits that the type takes part in, for types "
            f"with three or more. {REPLACES} They are picked one by one, each time the one that adds most."
        )


def _types(found: Sequence[Surplus]) -> str:
    return plain(listed(lower_first(one.label) for one in found))


def smallest(found: SmallestSet | None, thumbnail_of: photos.PathOf) -> None:
    """The few garments that keep most outfits, and those that it would let go."""
    st.subheader("The fewest garments", anchor=False)
    if found is None:
        st.caption("There is no outfit of a top and a bottom, or a one-piece, yet.")
        return
    outfits = count_of(found.outfits, "outfit")
    if not found.removable:
        st.caption(f"All tops, bottoms and one-pieces are needed to keep nine tenths of your {outfits}.")
        return
    everything = len(found.garments) + len(found.removable)
    st.markdown(
        f"{len(found.garments)} of your {everything} tops, bottoms and one-pieces keep {found.share:.0%} of your "
        f"{found.outfits:,} {'outfit' if found.outfits == 1 else 'outfits'}."
    )
    cards.show_on_graph("smallest-set")
    st.caption(f"{len(found.removable)} could go:")
    _photos(found.removable, thumbnail_of, MOST_PHOTOS)
    stay = st.expander(
        f"The {count_of(len(found.garments), 'garment')} that would stay", on_change="rerun", key="insights_stay"
    )
    if stay.open:
        with stay:
            _photos(found.garments, thumbnail_of, 2 * MOST_PHOTOS)
    with st.expander("How the fewest are found"):
        st.markdown(
            "One garment after the other goes, each time the one that costs fewest outfits, until nine tenths are "
            "left. This is greedy: an even smaller set may exist. Of the one-pieces nine tenths stay, too, and "
            f"favourites always do. Shoes, layers and bags are not counted. {REPLACES}"
        )


def _photos(garments: Sequence[Garment], thumbnail_of: photos.PathOf, most: int) -> None:
    for garment in widgets.cards(garments[:most], 64, gap="xsmall"):
        photos.cover(garment, thumbnail_of, opens=True)
    if len(garments) > most:
        st.caption(f"And {len(garments) - most:,} more.")
