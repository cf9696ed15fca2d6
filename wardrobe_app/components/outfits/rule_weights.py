"""The conventions that looks are judged by, each with how much it counts; and what was learned from looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import pandas as pd
import streamlit as st

from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.domain.compatibility.preference_learning import Counts
from wardrobe_app.domain.compatibility.rules import FACTORS, NORMAL, Rule
from wardrobe_app.domain.wording import capitalised, lower_first

Weigh = Callable[[Rule, float], None]


class Learned(Protocol):
    """Two types or two colours, by what people call them, and how often they were in a look."""

    @property
    def pair(self) -> tuple[str, str]: ...

    @property
    def counts(self) -> Counts: ...


def _key(rule: Rule) -> str:
    return f"convention_{rule.value}"


def _weigh(weigh: Weigh, rule: Rule) -> None:
    weigh(rule, FACTORS[st.session_state[_key(rule)]])


def weights(factors: Mapping[Rule, float], weigh: Weigh, reset: Callable[[], None]) -> None:
    """One line a convention: its name, what it says, and how much it counts, from off to more."""
    words = {factor: word for word, factor in FACTORS.items()}
    for rule in Rule:
        said, choice = st.columns([3, 2], vertical_alignment="center", gap="small")
        said.markdown(f"**{plain(capitalised(rule.label))}**  \n:gray[{plain(rule.meaning)}]")
        st.session_state[_key(rule)] = words[factors.get(rule, NORMAL)]
        choice.segmented_control(
            f"How much this counts: {rule.label}",
            list(FACTORS),
            required=True,
            format_func=str.capitalize,
            key=_key(rule),
            on_change=_weigh,
            args=(weigh, rule),
            label_visibility="collapsed",
        )
    changed = any(factor != NORMAL for factor in factors.values())
    st.button("Back to the defaults", icon=":material/restart_alt:", on_click=reset, disabled=not changed)


def strongest_preferences(types: Sequence[Learned], colours: Sequence[Learned]) -> None:
    """What was learned most about: pairs of types and pairs of colours, with their counts."""
    if not types:
        st.caption("Nothing is learned yet. Save, wear or reject looks, and the scores of pairs follow.")
        return
    for column, heading, learned in zip(st.columns(2), ("Types", "Colours"), (types, colours), strict=True):
        if learned:
            column.markdown(f"**{heading} in your looks**")
            column.dataframe(_table(learned), hide_index=True, width="stretch")


def _table(learned: Sequence[Learned]) -> pd.DataFrame:
    rows = [
        (capitalised(" with ".join(_inside(one.pair))), one.counts.worn, one.counts.saved, one.counts.rejected)
        for one in learned
    ]
    return pd.DataFrame(rows, columns=["Together", "Worn", "Saved", "Rejected"])


def _inside(pair: tuple[str, str]) -> tuple[str, str]:
    return pair[0], lower_first(pair[1])
