"""Charts of the number of garments beside their score: how many different garments they are worth."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from wardrobe_app.components.shared.formatting import count_of, plain
from wardrobe_app.domain.insights.diversity import DiversityPoint, Share
from wardrobe_app.domain.wording import lower_first

GARMENTS_COLOUR = "#9aa0a6"
EFFECTIVE_COLOUR = "#2a9d8f"
ON_EFFECTIVE_COLOUR = "#101214"  # words on it: 5.7:1, where white is 3.3:1
INK = {"light": "#55514b", "dark": "#c9c4bb"}  # Streamlit's own grey is 3.7:1 on light pages
MOST_BARS = 20
_LEGEND = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}


def show(figure: go.Figure, key: str, alt: str) -> None:
    """Draw a chart, its words so dark, or in the dark theme so light, that they can be read."""
    ink = INK["dark" if st.context.theme.type == "dark" else "light"]
    figure.update_xaxes(tickfont_color=ink).update_yaxes(tickfont_color=ink)
    figure.update_traces(outsidetextfont_color=ink, selector={"type": "bar"})
    st.plotly_chart(figure, key=key, config={"displaylogo": False}, alt=alt)


def draw_history(history: Sequence[DiversityPoint]) -> None:
    """Draw the wardrobe over time, or say why there is no line yet."""
    st.subheader("Over time", anchor=False)
    if len(history) < 2:
        st.caption("All garments arrived on one day, so there is no line yet. Purchase dates count once you set them.")
        return
    first, last = history[0], history[-1]
    st.caption(
        f"From {first.garments:,} garments that did the work of {first.effective:.0f} to {last.garments:,} that do the "
        f"work of {last.effective:.0f}. A garment counts from the day you bought or added it until it went."
    )
    alt = f"The wardrobe over time, from {history[0].day} to {history[-1].day}"
    show(over_time(history), "insights_history", alt)


def draw_shares(title: str, shares: Sequence[Share]) -> None:
    """Draw one group of bars under its title, like "By type"."""
    st.subheader(title, anchor=False)
    if shares:
        most = max(shares, key=lambda one: one.garments - one.effective)
        st.caption(
            plain(
                f"Most repeat each other in {lower_first(most.label)}: {count_of(most.garments, 'garment')} with a "
                f"score of {most.effective:.1f}."
            )
        )
    alt = f"{title}: " + ", ".join(f"{one.label} {one.garments}, score {one.effective:.1f}" for one in shares)
    show(side_by_side(shares), f"insights_{title}", alt)


def over_time(history: Sequence[DiversityPoint]) -> go.Figure:
    """The wardrobe as it grew: both numbers, in steps, by day."""
    days = [moment.day for moment in history]
    figure = go.Figure(
        [
            _line("garments", days, [float(moment.garments) for moment in history], GARMENTS_COLOUR, None),
            _line("score", days, [moment.effective for moment in history], EFFECTIVE_COLOUR, "tozeroy"),
        ]
    )
    figure.update_layout(
        height=360,
        margin={"l": 0, "r": 0, "t": 30, "b": 0},
        legend=_LEGEND,
        hovermode="x unified",
        yaxis={"rangemode": "tozero"},
    )
    return figure


def _line(name: str, days: Sequence[object], values: Sequence[float], colour: str, fill: str | None) -> go.Scatter:
    return go.Scatter(
        x=days,
        y=values,
        name=name,
        mode="lines+markers",
        line={"color": colour, "width": 3, "shape": "hv"},
        fill=fill,
        hovertemplate="%{y:.1f}" if fill else "%{y:.0f}",
    )


def side_by_side(shares: Sequence[Share]) -> go.Figure:
    """For each type or colour, the most frequent on top: garments beside what they are worth; the rest is left out."""
    shown = list(reversed(shares[:MOST_BARS]))
    labels = [share.label for share in shown]
    figure = go.Figure(
        [
            _bars("score", labels, [one.effective for one in shown], EFFECTIVE_COLOUR, "score %{x:.1f}"),
            _bars("garments", labels, [float(one.garments) for one in shown], GARMENTS_COLOUR, "%{x} garments"),
        ]
    )
    figure.update_layout(
        height=90 + 34 * len(shown),
        margin={"l": 0, "r": 0, "t": 30, "b": 0},
        legend={**_LEGEND, "traceorder": "reversed"},
        barmode="group",
        bargap=0.25,
        xaxis={"rangemode": "tozero"},
        yaxis={"automargin": True, "ticksuffix": "  "},
    )
    return figure


def _bars(name: str, labels: Sequence[str], values: Sequence[float], colour: str, told: str) -> go.Bar:
    return go.Bar(
        y=labels,
        x=values,
        name=name,
        orientation="h",
        marker={"color": colour},
        hovertemplate=f"%{{y}}: {told}<extra></extra>",
    )
