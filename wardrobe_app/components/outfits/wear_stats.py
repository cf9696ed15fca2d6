"""How often garments were worn, and the cost per wear: one line for one, a table for all."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

import streamlit as st

from wardrobe_app.components.shared import size_limits
from wardrobe_app.components.shared.formatting import day_words, plain, times
from wardrobe_app.components.shared.widgets import button
from wardrobe_app.domain.compatibility.pair_scores import AT_MOST
from wardrobe_app.domain.garments.wear_log import WearStats
from wardrobe_app.domain.wording import Money

NAME, DAYS, LAST, PRICE, COST = "Garment", "Days worn", "Last worn", "Price", "Cost per wear"


def words(wear_stats: WearStats, money: Money) -> str:
    """How often a garment was worn, in a sentence or two; ``money`` writes the cost per wear."""
    if wear_stats.last is None:
        return "Not worn yet."
    said = f"Worn {times(wear_stats.days)}, last on {day_words(wear_stats.last)}."
    return said if wear_stats.cost is None else f"{said} {money(wear_stats.cost)} per wear."


def line(wear_stats: WearStats, money: Money, wear_today: Callable[[], object]) -> None:
    """How often the garment was worn, and a button for wearing it today."""
    with st.container(horizontal=True, vertical_alignment="center"):
        button("Wear today", "event_available", wear_today, key=f"wear_today_{wear_stats.item.id}")
        st.caption(plain(words(wear_stats, money)), width="content")


def table(all_wear_stats: Sequence[WearStats], money: Money) -> None:
    """Every garment, to be sorted by a click on a heading; dearest wear first.

    In a large wardrobe those of which there is something to tell, and at most ``AT_MOST`` of them.
    """
    rows = listed(all_wear_stats)
    size_limits.worn(len(rows), len(all_wear_stats))
    if rows:
        _draw(rows, money)


def _draw(rows: Sequence[WearStats], money: Money) -> None:
    import pandas as pd  # here, because it takes long to load, and a garment's page shows no table

    frame = pd.DataFrame(
        {
            NAME: [f"{wear_stats.item.title} (number {wear_stats.item.id})" for wear_stats in rows],
            DAYS: [wear_stats.days for wear_stats in rows],
            LAST: pd.to_datetime(pd.Series([wear_stats.last for wear_stats in rows], dtype="object")),
            PRICE: [_number(wear_stats.item.price) for wear_stats in rows],
            COST: [_cost(wear_stats) for wear_stats in rows],
        }
    )
    # What is missing is shown by the table's own sign, whatever is written here.
    formats: dict[str, Any] = {PRICE: partial(_written, money), COST: partial(_cost_words, money), LAST: day_words}
    shown = frame.style.format(formats, na_rep="–")
    st.dataframe(
        shown,
        hide_index=True,
        placeholder="–",
        key="worn_table",
        alt="How often and when each garment was worn, and its cost per wear",
    )


def listed(all_wear_stats: Sequence[WearStats]) -> list[WearStats]:
    """What the table holds, in its order."""
    if len(all_wear_stats) > AT_MOST:
        all_wear_stats = [wear_stats for wear_stats in all_wear_stats if wear_stats.days or _known(wear_stats)]
    rows = sorted(
        all_wear_stats,
        key=lambda wear_stats: (
            (-_cost(wear_stats), wear_stats.item.id) if _known(wear_stats) else (1, wear_stats.item.id)
        ),
    )
    return rows[:AT_MOST]


def _number(value: Decimal | None) -> float:
    return math.nan if value is None else float(value)


def _cost(wear_stats: WearStats) -> float:
    """Infinite for what was never worn, so that it is sorted as dearest; NaN where no price is known."""
    if wear_stats.item.price is None:
        return math.nan
    return math.inf if wear_stats.cost is None else float(wear_stats.cost)


def _known(wear_stats: WearStats) -> bool:
    return wear_stats.item.price is not None


def _cost_words(money: Money, cost: float) -> str:
    return "not worn yet" if math.isinf(cost) else _written(money, cost)


def _written(money: Money, amount: float) -> str:
    return money(Decimal(f"{amount:.2f}"))  # a number with fraction is what a data frame can sort
