"""What stands around the groups of a review: its beginning, its list, and its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import streamlit as st

from wardrobe_app.components.redundancy.review_card import STRENGTH
from wardrobe_app.components.redundancy.verdict_list import WORDS, kind_of
from wardrobe_app.components.shared import photos
from wardrobe_app.components.shared.formatting import count_of, plain
from wardrobe_app.components.shared.widgets import button
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.redundancy.groups import RedundancyGroup
from wardrobe_app.domain.redundancy.review_queue import QueuedGroup, Totals
from wardrobe_app.domain.redundancy.titles import title
from wardrobe_app.domain.wording import capitalised, listed

PREVIEWED = 3


def strengths(groups: Sequence[RedundancyGroup]) -> str:
    """Count groups by how alike their garments are: ": 2 nearly identical and 5 similar"."""
    counts = Counter(group.likeness for group in groups)
    told = [f"{counts[likeness]} {STRENGTH[likeness].lower()}" for likeness in STRENGTH if counts[likeness]]
    return f": {listed(told)}" if len(told) > 1 else ""


def start(
    groups: Sequence[RedundancyGroup], thumbnail_of: photos.PathOf, begin: Callable[[], object], *, again: bool
) -> None:
    """Offer a review of ``groups``, and show the first ones; ``again`` after an earlier review."""
    more = " more" if again else ""
    st.markdown(f"**{count_of(len(groups), 'group')}**{more} of garments that look alike{strengths(groups)}.")
    st.caption("You decide about one after the other, the most alike first. The list does not grow meanwhile.")
    button("Start the review", "play_arrow", begin, type="primary", key="start_review")
    for group in groups[:PREVIEWED]:
        row(group.title, STRENGTH[group.likeness], group.items, thumbnail_of)


def row(
    heading: str,
    told: str,
    garments: Sequence[Garment],
    thumbnail_of: photos.PathOf,
    show: Callable[[], object] | None = None,
    key: str | None = None,
) -> None:
    """One group: its ``heading``, something about it, small photos, and the way that ``show`` leads."""
    with st.container(border=True, key=key):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(heading)}**", width="content")
            st.badge(plain(told), color="violet" if show or key is None else "gray")
            if show:
                button("Decide", "arrow_forward", show, key=f"show_{key}")
        with st.container(horizontal=True):
            for garment in garments:
                photos.cover(garment, thumbnail_of, width=84)


def overview(
    groups: Sequence[QueuedGroup],
    left: Mapping[int, RedundancyGroup],
    garments: Mapping[int, Garment],
    thumbnail_of: photos.PathOf,
    show: Callable[[int], object],
) -> None:
    """Every group of a review by its number: what is left to decide, with a way there, and what is settled."""
    for number, queued in enumerate(groups, 1):
        key = f"queued_{queued.id}"
        if group := left.get(queued.id):
            told = STRENGTH[group.likeness]
            row(f"{number}. {group.title}", told, group.items, thumbnail_of, partial(show, queued.id), key)
            continue
        members = tuple(garments[item] for item in queued.members if item in garments)
        told = ", ".join(dict.fromkeys(WORDS[kind_of(one)] for one in queued.decisions)) or "settled"
        row(
            f"{number}. {title(members)}" if members else f"{number}.",
            capitalised(told),
            members,
            thumbnail_of,
            key=key,
        )


def totals(found: Totals) -> str:
    """What came of a review: "You let go of 7, kept 31, merged 4."."""
    parts = (("let go of", found.let_go), ("kept", found.kept), ("merged", found.merged))
    told = ", ".join(f"{words} {count}" for words, count in parts if count)
    return capitalised(f"you {told}.") if told else "Nothing was changed."


def weaker(groups: Sequence[RedundancyGroup], begin: Callable[[], object]) -> None:
    """Offer the weaker look-alikes."""
    with st.container(border=True, key="weaker"):
        st.markdown(
            f"**Weaker look-alikes**  \n{count_of(len(groups), 'group')} that are less alike, if you want to look."
        )
        button("Look at the weaker ones", "visibility", begin, key="start_weaker")
