"""What can be done to several garments at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

import streamlit as st

from wardrobe_app.components.shared.formatting import KINDS, count_of
from wardrobe_app.components.shared.selection import Selected, key
from wardrobe_app.components.shared.widgets import button
from wardrobe_app.domain.garments import tag_values
from wardrobe_app.domain.garments.garment import SEVERAL

TITLES: Final[Mapping[str, str]] = {**{kind.value: title for kind, title in KINDS.items()}, "status": "Status"}
Action = Callable[[list[int]], object]
SetValue = Callable[[list[int], str, str], object]


def draw(
    selected: Selected,
    choices: Mapping[str, Sequence[str]],
    label_of: Callable[[str, str], str],
    set_value: SetValue,
    add_values: SetValue,
    actions: Sequence[tuple[str, str, Action]],
    show: Callable[[], object],
    clear: Callable[[], object],
) -> None:
    """Draw the bar for the ``selected`` garments.

    ``choices`` are the values by kind of tag, or "status"; ``set_value`` and ``add_values`` are called with the ids,
    the kind and a value. ``actions`` are (label, icon, what to call with the ids). All get the garments that the list
    holds. If filters hide others, ``show`` brings those into view.
    """
    ids = list(selected.ids)
    with st.container(border=True, key="bulk_edit"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{selected.words()}**", width="stretch")
            for label, icon, act in actions if ids else ():
                button(selected.label(label), icon, act, ids, key=key(f"bulk_{label}", ids))
            if selected.hidden:
                button("Show selected", "visibility", show, key="bulk_show")
            button("Clear selection", "close", clear, type="tertiary", key="bulk_clear")
        if ids:
            _set_values(selected, choices, label_of, set_value, add_values)


def _set_values(
    selected: Selected,
    choices: Mapping[str, Sequence[str]],
    label_of: Callable[[str, str], str],
    set_value: SetValue,
    add_values: SetValue,
) -> None:
    ids = list(selected.ids)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox("Change", list(choices), format_func=TITLES.__getitem__, key="bulk_kind", width=160)
        value = _value(kind, choices[kind], label_of)
        whom = f"for {count_of(len(ids), 'garment')}{selected.elsewhere}"
        button(
            f"Set {whom}", "check", set_value, ids, kind, value,
            type="primary", key=key("bulk_set", ids), disabled=not value,
        )  # fmt: skip
        if kind in SEVERAL:
            button(
                f"Add {whom}", "add", add_values, ids, kind, value,
                key=key("bulk_add", ids), disabled=not value, help="Keeps the values they already have",
            )  # fmt: skip


def _value(kind: str, choices: Sequence[str], label_of: Callable[[str, str], str]) -> str | None:
    """What is chosen; of a kind of which a garment may have several values, all of them as one text."""
    label, name = partial(label_of, kind), f"bulk_value_{kind}"
    if kind in SEVERAL:
        chosen = st.multiselect("to", choices, placeholder="Choose", format_func=label, key=name, width=240)
        return tag_values.SEPARATOR.join(chosen)
    return st.selectbox("to", choices, index=None, placeholder="Choose", format_func=label, key=name, width=240)
