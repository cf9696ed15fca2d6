"""The rules that score outfits, each with how much it counts; and what was learned from outfits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import pandas as pd
import streamlit as st

from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.components.shared.widgets import button
from wardrobe_app.domain.compatibility.pair_counts import PairCounts
from wardrobe_app.domain.compatibility.rules import FACTORS, NORMAL, Rule
from wardrobe_app.domain.wording import capitalised, lower_first

Weigh = Callable[[Rule, float], object]


class Learned(Protocol):
    """Two types or two colours by their labels, and how often they were in an outfit."""

    @property
    def pair(self) -> tuple[str, str]: ...

    @property
    def counts(self) -> PairCounts: ...


def _key(rule: Rule) -> str:
    return f"rule_{rule.value}"


def _weigh(weigh: Weigh, rule: Rule) -> None:
    weigh(rule, FACTORS[st.session_state[_key(rule)]])


def weights(factors: Mapping[Rule, float], weigh: Weigh, reset: Callable[[], object]) -> None:
    """One line per rule: its name, what it says, and how much it counts, from off to more."""
    words = {factor: word for word, factor in FACTORS.items()}
    for rule in Rule:
        said, choice = st.columns([3, 2], vertical_alignment="center", gap="small")
        said.markdown(f"**{plain(capitalised(rule.label))}**  \n:gray[{plain(rule.meaning)}]")
        st.session_state[_key(rule)] = words[factors.get(rule, NORMAL)]
        choice.segmented_control(
            f"How much this counts: {rule.label}", list(FACTORS), required=True, format_func=str.capitalize,
            key=_key(rule), on_change=_weigh, args=(weigh, rule), label_visibility="collapsed",
        )  # fmt: skip
    changed = any(factor != NORMAL for factor in factors.values())
    button("Reset to defaults", "restart_alt", reset, disabled=not changed)


def strongest_preferences(types: Sequence[Learned], colours: Sequence[Learned]) -> None:
    """The strongest preferences: pairs of types and pairs of colours, with their counts."""
    if not types:
        st.caption("Nothing learned yet. Save, wear or reject outfits to change the scores.")
        return
    for column, heading, learned in zip(st.columns(2), ("Types", "Colours"), (types, colours), strict=True):
        if learned:
            column.markdown(f"**{heading} in your outfits**")
            column.dataframe(_table(learned), hide_index=True, width="stretch")


def _table(learned: Sequence[Learned]) -> pd.DataFrame:
    rows = [
        (capitalised(" with ".join(_inside(one.pair))), one.counts.worn, one.counts.saved, one.counts.rejected)
        for one in learned
    ]
    return pd.DataFrame(rows, columns=["Together", "Worn", "Saved", "Rejected"])


def _inside(pair: tuple[str, str]) -> tuple[str, str]:
    return pair[0], lower_first(pair[1])
