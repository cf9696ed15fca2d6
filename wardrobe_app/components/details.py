"""What only the owner knows of a garment, as a form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import streamlit as st

from wardrobe_app.domain.garment import Condition, Garment

Save = Callable[[dict[str, Any]], None]


def _submit(item: int, save: Save) -> None:
    values = {name: st.session_state[f"{name}_{item}"] for name in ("name", "brand", "size", "notes")}
    price = st.session_state[f"price_{item}"]
    values["price"] = None if price is None else Decimal(str(price)).quantize(Decimal("0.01"))
    values["purchased_on"] = st.session_state[f"purchased_on_{item}"]
    values["quantity"] = st.session_state[f"quantity_{item}"]
    values["condition"] = st.session_state[f"condition_{item}"]
    save(values)


def form(garment: Garment, save: Save) -> None:
    """The form; ``save`` is called with every field when it is submitted."""
    item = garment.id
    with st.form(f"details_{item}", enter_to_submit=False):
        st.text_input("Name", garment.name, key=f"name_{item}", placeholder=garment.title, max_chars=200)
        left, right = st.columns(2)
        left.text_input("Brand", garment.brand, key=f"brand_{item}", max_chars=200)
        right.text_input("Size", garment.size, key=f"size_{item}", max_chars=50)
        left.number_input(
            "Price",
            min_value=0.0,
            max_value=1_000_000.0,
            value=None if garment.price is None else float(garment.price),
            step=1.0,
            format="%.2f",
            key=f"price_{item}",
            help="Of one, where there are several",
        )
        right.date_input(
            "Bought on",
            value=garment.purchased_on,
            min_value=date(1900, 1, 1),
            max_value="today",
            key=f"purchased_on_{item}",
        )
        left.number_input(
            "How many of these", min_value=1, max_value=1000, value=garment.quantity, key=f"quantity_{item}"
        )
        right.selectbox(
            "Condition",
            list(Condition),
            index=list(Condition).index(garment.condition) if garment.condition else None,
            format_func=lambda condition: condition.value.capitalize(),
            placeholder="Not said",
            key=f"condition_{item}",
        )
        st.text_area("Notes", garment.notes, key=f"notes_{item}", max_chars=10_000)
        st.form_submit_button("Save details", icon=":material/save:", on_click=_submit, args=(item, save))
