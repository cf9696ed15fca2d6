"""What the wardrobe cost: by type, by wear, in duplicates, and month by month."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import plotly.graph_objects as go
import streamlit as st

from wardrobe_app.components.insights.diversity_charts import (
    EFFECTIVE_COLOUR,
    GARMENTS_COLOUR,
    ON_EFFECTIVE_COLOUR,
    show,
)
from wardrobe_app.components.shared import photos
from wardrobe_app.components.shared.formatting import count_of, plain
from wardrobe_app.components.shared.widgets import CALENDAR_PAGE, Way, cards
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.insights.spending import Month, Spending, TypeCost
from wardrobe_app.domain.wording import Money, lower_first

ENTER = Way("wardrobe_app/pages/maintenance.py", "Enter them in a spreadsheet", "table_view")
WEAR = Way(CALENDAR_PAGE, "Record what you wear", "event_available")
CURRENCY = Way("wardrobe_app/pages/settings.py", "Choose a currency", "payments")
MAX_TYPES = 15
MAX_PHOTOS = 4


def draw(found: Spending, thumbnail_of: photos.PathOf, money: Money, currency: str | None) -> None:
    """What was spent, by type and by wear, and what lies in duplicates; or where to enter prices."""
    if not found.whole.priced:
        _empty("No garment has a price yet. With prices you see here what each type and each wear costs.", ENTER)
        return
    numbers(found, money)
    if found.whole.unpriced:
        have = "garment has no price and is" if found.whole.unpriced == 1 else "garments have no price and are"
        _empty(f"{found.whole.unpriced:,} {have} not counted.", ENTER)
    if currency is None:
        _empty("Amounts are shown without a currency.", CURRENCY)
    by_type([one for one in found.by_type if one.cost.spent], money)
    by_wear(found, thumbnail_of, money)
    in_duplicates(found, thumbnail_of, money)


def numbers(found: Spending, money: Money) -> None:
    """The whole in four numbers."""
    per_wear = found.whole.per_wear
    for label, value in cards(
        (
            ("Spent", money(found.whole.spent)),
            ("Cost per wear", "–" if per_wear is None else money(per_wear)),
            ("In duplicates", money(found.in_duplicates)),
            ("Never worn", money(found.unworn_cost)),
        ),
        150,
    ):
        st.metric(label, plain(value))


def by_type(found: Sequence[TypeCost], money: Money) -> None:
    """What was spent by type, with the cost per wear."""
    st.subheader("By type", anchor=False)
    if not found:
        return
    most = found[0]
    st.caption(plain(f"Most was spent on {lower_first(most.label)}: {money(most.cost.spent)} for {most.cost.priced}."))
    shown = list(reversed(found[:MAX_TYPES]))
    words = [_cost_words(one, money) for one in shown]
    figure = go.Figure(
        go.Bar(
            y=[one.label for one in shown],
            x=[float(one.cost.spent) for one in shown],
            text=words,
            orientation="h",
            marker={"color": EFFECTIVE_COLOUR},
            insidetextfont={"color": ON_EFFECTIVE_COLOUR},
            hovertemplate="%{y}: %{text}<extra></extra>",
        )
    )
    figure.update_layout(
        height=60 + 30 * len(shown), margin={"l": 0, "r": 0, "t": 10, "b": 0}, yaxis={"automargin": True}
    )
    alt = "Spent by type: " + ", ".join(f"{one.label} {said}" for one, said in zip(shown, words, strict=True))
    show(figure, "insights_spent", alt)


def _cost_words(one: TypeCost, money: Money) -> str:
    per_wear = one.cost.per_wear
    return money(one.cost.spent) + (f" · {money(per_wear)} per wear" if per_wear is not None else " · not worn yet")


def by_wear(found: Spending, thumbnail_of: photos.PathOf, money: Money) -> None:
    """The garments whose wears cost least and most, and the dearest that were never worn."""
    st.subheader("By wear", anchor=False)
    if not found.wears:
        _empty("Nothing with a price was worn yet.", WEAR)
    else:
        few = found.wears[:MAX_PHOTOS]
        _priced("The cheapest wears:", [(one.item, one.cost or Decimal(0)) for one in few], thumbnail_of, money)
        rest = found.wears[len(few) :][-MAX_PHOTOS:]
        _priced(
            "The dearest wears:", [(one.item, one.cost or Decimal(0)) for one in reversed(rest)], thumbnail_of, money
        )
    if found.unworn:
        told = f"{money(found.unworn_cost)} for {count_of(len(found.unworn), 'garment')} never worn, the dearest:"
        paid = [(item, (item.price or Decimal(0)) * item.quantity) for item in found.unworn[:MAX_PHOTOS]]
        _priced(told, paid, thumbnail_of, money)


def in_duplicates(found: Spending, thumbnail_of: photos.PathOf, money: Money) -> None:
    """What the garments cost that do the same job as another one."""
    st.subheader("In duplicates", anchor=False)
    if not found.duplicates:
        st.caption("No garment does the same job as another one.")
        return
    do = "garment does" if len(found.duplicates) == 1 else "garments do"
    told = f"{len(found.duplicates):,} {do} the same job as another one: {money(found.in_duplicates)} in all."
    st.caption(plain(told))
    _row(found.duplicates[:12], thumbnail_of)
    more = len(found.duplicates) - 12
    if more > 0:
        st.caption(f"And {more:,} more.")


def over_time(months: Sequence[Month], money: Money) -> None:
    """What was bought and what was worn, month by month."""
    st.subheader("Month by month", anchor=False)
    bought, worn = sum(one.bought for one in months), [one for one in months if one.worn]
    if not bought:
        _empty("No garment has a purchase date yet.", ENTER)
    else:
        spent = sum((one.spent for one in months), Decimal(0))
        paid = f" for {money(spent)}" if spent else ""
        st.caption(plain(f"You bought {count_of(bought, 'garment')}{paid} since {months[0].first:%B %Y}."))
        _bars("Bought", months, [one.bought for one in months], GARMENTS_COLOUR)
    if not worn:
        _empty("Nothing is in the calendar yet.", WEAR)
    else:
        last = worn[-1]
        st.caption(f"In {last.first:%B %Y} you wore {count_of(last.worn, 'different garment')}.")
        _bars("Worn", months, [one.worn for one in months], EFFECTIVE_COLOUR)


def _bars(title: str, months: Sequence[Month], values: Sequence[int], colour: str) -> None:
    names = [f"{one.first:%b %Y}" for one in months]
    bar = go.Bar(x=names, y=list(values), marker={"color": colour}, hovertemplate="%{x}: %{y}<extra></extra>")
    figure = go.Figure(bar)
    figure.update_layout(
        height=220, margin={"l": 0, "r": 0, "t": 10, "b": 0}, yaxis={"rangemode": "tozero"}, bargap=0.5
    )
    alt = f"{title} by month: " + ", ".join(f"{name} {value}" for name, value in zip(names, values, strict=True))
    show(figure, f"insights_months_{title}", alt)


def _priced(told: str, found: Sequence[tuple[Garment, Decimal]], thumbnail_of: photos.PathOf, money: Money) -> None:
    if not found:
        return
    st.caption(plain(told))
    with st.container(horizontal=True, gap="xsmall"):
        for garment, amount in found:
            with st.container(width=80, gap="xxsmall"):
                photos.cover(garment, thumbnail_of, 80, opens=True)
                st.caption(plain(money(amount)))


def _row(garments: Sequence[Garment], thumbnail_of: photos.PathOf) -> None:
    with st.container(horizontal=True, gap="xsmall"):
        for garment in garments:
            photos.cover(garment, thumbnail_of, 64, opens=True)


def _empty(text: str, way: Way) -> None:
    """What is missing, and the one place to enter it."""
    st.caption(plain(text))
    st.page_link(way.page, label=way.label, icon=f":material/{way.icon}:", query_params=dict(way.query))
