"""A look's score as an explained sum: its pairs, and what each part adds to them."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from wardrobe_app.components.shared.formatting import count_of, plain
from wardrobe_app.domain import wording
from wardrobe_app.domain.compatibility.scores import DEFAULT, CompatibilityConfig
from wardrobe_app.domain.garments.garment import Garment, PairScore
from wardrobe_app.domain.outfits.outfit import MEAN_COUNTS, Outfit, points


def words(outfit: Outfit) -> str:
    """How the score comes about, as Markdown."""
    if not outfit.pairs:
        return "One garment alone: there is no pair to judge."
    if outfit.least == 0:
        return "**0 %**: two of these cannot be worn at once."
    if len(outfit.pairs) == 1:
        return f"**{outfit.score:.1%}**, that of its one pair."
    return (
        f"**{outfit.score:.1%}** = {MEAN_COUNTS:.0%} of the mean of {count_of(len(outfit.pairs), 'pair')} "
        f"({outfit.mean:.1%}) and {1 - MEAN_COUNTS:.0%} of the pair that goes together least ({outfit.least:.1%})."
    )


def draw(outfit: Outfit, config: CompatibilityConfig = DEFAULT) -> None:
    """The sum, then each pair, the least good one first, with what its parts add to a start of 50."""
    st.markdown(words(outfit))
    items = {item.id: item for item in outfit.items}
    with st.grid(min_column_width=250, gap="small", border=True, key="look_sum") as grid:
        for pair in sorted(outfit.pairs, key=lambda pair: pair.score):
            with grid.cell():
                _pair(pair, items, config)


def _pair(pair: PairScore, items: Mapping[int, Garment], config: CompatibilityConfig) -> None:
    one, other = items[pair.a].title, wording.lower_first(items[pair.b].title)
    st.markdown(f"{plain(one)} with {plain(other)}  \n**{pair.score:.1%}**")
    added = points(pair, config)
    lines = [] if pair.score == 0 else ["50.0 to start with"]
    lines += [f"{plain(f'{100 * value:+.1f}')} {plain(part.text)}" for part, value in added]
    st.caption("\n".join(f"- {line}" for line in lines))
