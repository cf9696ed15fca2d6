"""How much garments were worn, and what each wear cost: one line for one, a table for all."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial

import streamlit as st

from wardrobe_app.components.shared import size_limits
from wardrobe_app.components.shared.formatting import day_words, plain, times
from wardrobe_app.domain.compatibility.pair_scores import AT_MOST
from wardrobe_app.domain.garments.wear_log import Tally
from wardrobe_app.domain.wording import Money

NAME, DAYS, LAST, PRICE, COST = "Garment", "Days worn", "Last worn", "Price", "Cost per wear"


def words(tally: Tally, money: Money) -> str:
    """How much a garment was worn, in a sentence or two; ``money`` writes what a wear cost."""
    if tally.last is None:
        return "Not worn yet, as far as the calendar knows."
    said = f"Worn {times(tally.days)}, last on {day_words(tally.last)}."
    return said if tally.cost is None else f"{said} {money(tally.cost)} per wear."


def line(tally: Tally, money: Money, wear_today: Callable[[], None]) -> None:
    """How much the garment was worn, and the button to say that it is worn today."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Worn today",
            icon=":material/event_available:",
            key=f"wear_today_{tally.item.id}",
            on_click=wear_today,
        )
        st.caption(plain(words(tally, money)), width="content")


def table(tallies: Sequence[Tally], money: Money) -> None:
    """Every garment, to be sorted by a click on a heading; dearest wear first.

    In a large wardrobe those of which there is something to tell, and at most ``AT_MOST`` of them.
    """
    rows = listed(tallies)
    size_limits.worn(len(rows), len(tallies))
    if rows:
        _draw(rows, money)


def _draw(rows: Sequence[Tally], money: Money) -> None:
    import pandas as pd  # here, because it takes long to load, and a garment's page shows no table

    frame = pd.DataFrame(
        {
            NAME: [f"{tally.item.title} (number {tally.item.id})" for tally in rows],
            DAYS: [tally.days for tally in rows],
            LAST: pd.to_datetime(pd.Series([tally.last for tally in rows], dtype="object")),
            PRICE: [_number(tally.item.price) for tally in rows],
            COST: [_cost(tally) for tally in rows],
        }
    )
    # What is missing is shown by the table's own sign, whatever is written here.
    shown = frame.style.format(
        {PRICE: partial(_written, money), COST: partial(_cost_words, money), LAST: day_words}, na_rep="–"
    )
    st.dataframe(
        shown,
        hide_index=True,
        placeholder="–",
        key="worn_table",
        alt="How often each garment was worn, when last, and what a wear cost",
    )


def listed(tallies: Sequence[Tally]) -> list[Tally]:
    """What the table holds, in its order."""
    if len(tallies) > AT_MOST:
        tallies = [tally for tally in tallies if tally.days or _known(tally)]
    rows = sorted(tallies, key=lambda tally: (-_cost(tally), tally.item.id) if _known(tally) else (1, tally.item.id))
    return rows[:AT_MOST]


def _number(value: Decimal | None) -> float:
    return math.nan if value is None else float(value)


def _cost(tally: Tally) -> float:
    """Infinite for what was never worn, so that it is sorted as dearest; NaN where no price is known."""
    if tally.item.price is None:
        return math.nan
    return math.inf if tally.cost is None else float(tally.cost)


def _known(tally: Tally) -> bool:
    return tally.item.price is not None


def _cost_words(money: Money, cost: float) -> str:
    return "not worn yet" if math.isinf(cost) else _written(money, cost)


def _written(money: Money, amount: float) -> str:
    return money(Decimal(f"{amount:.2f}"))  # a number with fraction is what a data frame can sort
