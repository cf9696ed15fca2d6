"""A dialog in which one tag, or the status, of several garments is set."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

import streamlit as st

from wardrobe_app.components.shared.formatting import KINDS, count_of
from wardrobe_app.components.shared.selection import key
from wardrobe_app.components.shared.widgets import button
from wardrobe_app.domain.garments import tag_values
from wardrobe_app.domain.garments.garment import SEVERAL

TITLES: Final[Mapping[str, str]] = {**{kind.value: title for kind, title in KINDS.items()}, "status": "Status"}
SetValue = Callable[[list[int], str, str], object]


def draw(
    ids: list[int],
    choices: Mapping[str, Sequence[str]],
    label_of: Callable[[str, str], str],
    set_value: SetValue,
    add_values: SetValue,
    new_type: Callable[[], None],
    close: Callable[[], None],
) -> None:
    """Draw the dialog for the garments with these ``ids``.

    ``choices`` are the values by kind of tag, or "status"; ``set_value`` and ``add_values`` are called with the ids,
    the kind and a value. ``new_type`` draws what makes a type that there is not yet. ``close`` is called once
    something was set, or the dialog was put away.
    """
    dialog = st.dialog("Change several garments", on_dismiss=close)
    dialog(_body)(ids, choices, label_of, set_value, add_values, new_type, close)


def _body(
    ids: list[int],
    choices: Mapping[str, Sequence[str]],
    label_of: Callable[[str, str], str],
    set_value: SetValue,
    add_values: SetValue,
    new_type: Callable[[], None],
    close: Callable[[], None],
) -> None:
    whom = f"for {count_of(len(ids), 'garment')}"
    kind = st.selectbox("Change", list(choices), format_func=TITLES.__getitem__, key="bulk_kind")
    value = _value(kind, choices[kind], label_of)
    if kind == "type":
        new_type()
    with st.container(horizontal=True):
        done = button(
            f"Set {whom}", "check", set_value, ids, kind, value,
            type="primary", key=key("bulk_set", ids), disabled=not value,
        )  # fmt: skip
        if kind in SEVERAL:
            done |= button(
                f"Add {whom}", "add", add_values, ids, kind, value,
                key=key("bulk_add", ids), disabled=not value, help="Keeps the values they already have",
            )  # fmt: skip
    if done:
        close()
        st.rerun()


def _value(kind: str, choices: Sequence[str], label_of: Callable[[str, str], str]) -> str | None:
    """What is chosen; of a kind of which a garment may have several values, all of them as one text."""
    label, name = partial(label_of, kind), f"bulk_value_{kind}"
    if kind in SEVERAL:
        chosen = st.multiselect("to", choices, placeholder="Choose", format_func=label, key=name)
        return tag_values.SEPARATOR.join(chosen)
    return st.selectbox("to", choices, index=None, placeholder="Choose", format_func=label, key=name)
