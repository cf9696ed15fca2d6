"""What pages and components share: links, buttons, grids of cards, swatches, files of a package, components' events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Final, Literal, TypeVar

import streamlit as st

ADD_PAGE: Final = "wardrobe_app/pages/add_photos.py"
ARRANGE_PAGE: Final = "wardrobe_app/pages/outfits/arrange.py"
CALENDAR_PAGE: Final = "wardrobe_app/pages/outfits/calendar.py"
OUTFITS_PAGE: Final = "wardrobe_app/pages/outfits/outfits.py"
TODAY_PAGE: Final = "wardrobe_app/pages/outfits/today.py"
REVIEW_PAGE: Final = "wardrobe_app/pages/review.py"
WARDROBE_PAGE: Final = "wardrobe_app/pages/wardrobe.py"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Way:
    """A link: the ``page`` it leads to, its words and icon, and the parameters of the address there."""

    page: str
    label: str
    icon: str
    query: Mapping[str, str | Sequence[str]] = field(default_factory=dict)


@cache
def text_of(package: str, folder: str, *names: str) -> str:
    """Read files of a ``folder`` in ``package`` and join them: a component is given its script as one text."""
    place = resources.files(package) / folder
    return "\n".join((place / name).read_text(encoding="utf-8") for name in names)


def outbox() -> str:
    """Return the script that sends events from a browser until they are known to be handled."""
    return text_of(__package__, "web", "outbox.js")


def elements() -> str:
    """Return the script that makes elements of a page."""
    return text_of(__package__, "web", "elements.js")


def handled(key: str) -> int:
    """Return the number of the last event that was handled of the component with this ``key``."""
    return int(st.session_state.get(f"handled_{key}", 0))


def handle(key: str, handlers: Mapping[str, Callable[[Mapping[str, Any]], object]]) -> None:
    """Call the handler of each new event that the component with this ``key`` sent, by the event's name, in order.

    Of two messages that come during a run Streamlit keeps the newer one. So a component numbers its events, and sends
    under ``sent`` all that it has not yet heard to be handled.
    """
    sent = st.session_state[key].get("sent")
    for event in sent if isinstance(sent, list) else []:
        number = event.get("number") if isinstance(event, dict) else None
        if not isinstance(number, int | float) or number <= handled(key):
            continue
        st.session_state[f"handled_{key}"] = int(number)
        name, value = str(event.get("name")), event.get("value")
        if name in handlers and isinstance(value, dict):
            handlers[name](value)


def button(label: str, icon: str, act: Callable[..., Any], *args: object, **rest: Any) -> bool:
    """Draw a button with a Material ``icon`` that calls ``act(*args)``; whether it was clicked."""
    return st.button(label, icon=f":material/{icon}:", on_click=act, args=args, **rest)


def cards(
    things: Iterable[T], width: int, key: str | None = None, *, gap: Literal["small", "xsmall"] = "small"
) -> Iterator[T]:
    """Yield each thing inside a cell at least ``width`` pixels wide; with a ``key`` the cells have borders."""
    with st.grid(min_column_width=width, gap=gap, border=key is not None, key=key) as grid:
        for thing in things:
            with grid.cell():
                yield thing


def swatch(shade: str, alt: str, width: int, height: int) -> None:
    """Draw a rectangle of one colour, in pixels; ``shade`` is its hex code."""
    st.image(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<rect width="{width}" height="{height}" rx="6" fill="{shade}" stroke="#88888866"/></svg>',
        alt=alt,
        width=width,
    )
