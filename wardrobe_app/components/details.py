"""What only the owner knows of a garment, as a form.

A form begins with what the garment says then, and keeps to that until it is saved: what was typed meanwhile must not go
because something else changed. Only fields that she changed are handed over, with the version that she was shown.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import streamlit as st

from wardrobe_app.components.words import plain
from wardrobe_app.domain.garment import Condition, Garment

Save = Callable[[dict[str, Any], int], None]
LABELS = {
    "name": "Name",
    "brand": "Brand",
    "size": "Size",
    "price": "Price",
    "purchased_on": "Bought on",
    "quantity": "How many of these",
    "condition": "Condition",
    "notes": "Notes",
}


def begin_anew(item: int) -> None:
    """Let the form of a garment begin again with what the garment says by then; what was typed goes."""
    st.session_state.pop(_began(item), None)


def form(garment: Garment, save: Save) -> None:
    """The form; ``save`` is called with the fields that were changed and the garment's version that was shown."""
    item = garment.id
    began = _begin(garment)
    changed = _differences(began, garment)
    if changed:
        _say_what_it_says_now(garment, changed)
    with st.form(f"details_{item}", enter_to_submit=False):
        st.text_input("Name", key=f"name_{item}", placeholder=garment.title, max_chars=200)
        left, right = st.columns(2)
        left.text_input("Brand", key=f"brand_{item}", max_chars=200)
        right.text_input("Size", key=f"size_{item}", max_chars=50)
        left.number_input(
            "Price",
            min_value=0.0,
            max_value=1_000_000.0,
            value=None,
            step=1.0,
            format="%.2f",
            key=f"price_{item}",
            help="Of one, where there are several",
        )
        right.date_input(
            "Bought on", value=None, min_value=date(1900, 1, 1), max_value="today", key=f"purchased_on_{item}"
        )
        left.number_input("How many of these", min_value=1, max_value=1000, key=f"quantity_{item}")
        right.selectbox(
            "Condition",
            list(Condition),
            index=None,
            format_func=lambda condition: condition.value.capitalize(),
            placeholder="Not said",
            key=f"condition_{item}",
        )
        st.text_area("Notes", key=f"notes_{item}", max_chars=10_000)
        st.form_submit_button(
            "Use mine anyway" if changed else "Save details",
            icon=":material/save:",
            on_click=_submit,
            args=(began, garment.version, save),
        )


def _began(item: int) -> str:
    return f"details_began_{item}"


def _begin(garment: Garment) -> Garment:
    """The garment as it was when its form began, which is now where there was none on the last run."""
    item = garment.id
    began: Garment | None = st.session_state.get(_began(item))
    if began is None or f"name_{item}" not in st.session_state:
        for name in LABELS:
            st.session_state[f"{name}_{item}"] = _shown(garment, name)
        began = None
    if began is None or not _differences(began, garment):  # something else may have changed: its tags, a mark
        st.session_state[_began(item)] = began = garment
    return began


def _submit(began: Garment, version: int, save: Save) -> None:
    typed = {name: st.session_state[f"{name}_{began.id}"] for name in LABELS}
    changed = {name: value for name, value in typed.items() if value != _shown(began, name)}
    if changed.get("price") is not None:
        changed["price"] = Decimal(str(changed["price"])).quantize(Decimal("0.01"))
    save(changed, version)


def _shown(garment: Garment, name: str) -> Any:
    """A field as its widget holds it."""
    value = getattr(garment, name)
    return float(value) if isinstance(value, Decimal) else value


def _differences(one: Garment, other: Garment) -> list[str]:
    return [name for name in LABELS if getattr(one, name) != getattr(other, name)]


def _say_what_it_says_now(garment: Garment, changed: list[str]) -> None:
    with st.container(border=True, key="details_changed"):
        st.markdown(":material/sync_problem: Changed meanwhile, in another tab or by another program. It says now:")
        for name in changed:
            value = getattr(garment, name)
            shown = value.value.capitalize() if isinstance(value, Condition) else str(value or "nothing")
            st.markdown(f"**{LABELS[name]}**: {plain(shown)}")
        st.caption("What you typed is still below. Using yours changes only the fields that you changed.")
        st.button(
            "Keep theirs",
            icon=":material/check:",
            key=f"details_theirs_{garment.id}",
            on_click=begin_anew,
            args=(garment.id,),
        )
