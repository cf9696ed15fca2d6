"""An outfit's score as an explained sum: its pairs, and what each part adds to them."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from wardrobe_app.components.shared.formatting import count_of, plain
from wardrobe_app.components.shared.widgets import cards
from wardrobe_app.domain import wording
from wardrobe_app.domain.compatibility.scores import DEFAULT, CompatibilityConfig
from wardrobe_app.domain.garments.garment import Garment, PairScore
from wardrobe_app.domain.outfits.outfit import MEAN_WEIGHT, Outfit, points


def words(outfit: Outfit) -> str:
    """How the score adds up, as Markdown."""
    if not outfit.pairs:
        return "A single garment has no pairs to score."
    if outfit.least == 0:
        return "**0%**: two of these can't be worn together."
    if len(outfit.pairs) == 1:
        return f"**{outfit.score:.1%}**, the score of its only pair."
    return (
        f"**{outfit.score:.1%}**: {MEAN_WEIGHT:.0%} from the mean of {count_of(len(outfit.pairs), 'pair')} "
        f"({outfit.mean:.1%}) and {1 - MEAN_WEIGHT:.0%} from the weakest pair ({outfit.least:.1%})."
    )


def draw(outfit: Outfit, config: CompatibilityConfig = DEFAULT) -> None:
    """The sum, then each pair, the weakest first, with what its parts add to a start of 50."""
    st.markdown(words(outfit))
    items = {item.id: item for item in outfit.items}
    for pair in cards(sorted(outfit.pairs, key=lambda pair: pair.score), 250, "look_sum"):
        _pair(pair, items, config)


def _pair(pair: PairScore, items: Mapping[int, Garment], config: CompatibilityConfig) -> None:
    one, other = items[pair.a].title, wording.lower_first(items[pair.b].title)
    st.markdown(f"{plain(one)} with {plain(other)}  \n**{pair.score:.1%}**")
    added = points(pair, config)
    lines = [] if pair.score == 0 else ["50.0 to start with"]
    lines += [f"{plain(f'{100 * value:+.1f}')} {plain(part.text)}" for part, value in added]
    st.caption("\n".join(f"- {line}" for line in lines))
