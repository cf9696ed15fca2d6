"""What can be done to several garments at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

import streamlit as st

from wardrobe_app.components.shared.formatting import KINDS, count_of
from wardrobe_app.components.shared.selection import Selected, key
from wardrobe_app.domain.garments import tag_values
from wardrobe_app.domain.garments.garment import SEVERAL

TITLES: Final[Mapping[str, str]] = {**{kind.value: title for kind, title in KINDS.items()}, "status": "Status"}
Action = Callable[[list[int]], None]


def draw(
    selected: Selected,
    choices: Mapping[str, Sequence[str]],
    label_of: Callable[[str, str], str],
    set_value: Callable[[list[int], str, str], None],
    add_values: Callable[[list[int], str, str], None],
    actions: Sequence[tuple[str, str, Action]],
    show: Callable[[], None],
    clear: Callable[[], None],
) -> None:
    """Draw the bar for the ``selected`` garments.

    ``choices`` are the values by kind of tag, or "status"; ``set_value`` and ``add_values`` are called with the ids,
    the kind and a value. ``actions`` are (label, icon, what to call with the ids). All get the garments that the list
    holds. Where filters hide others, ``show`` brings those into view.
    """
    with st.container(border=True, key="bulk_edit"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{selected.words()}**", width="stretch")
            for label, icon, action in actions if selected.ids else ():
                st.button(
                    selected.label(label),
                    icon=icon,
                    key=key(f"bulk_{label}", selected.ids),
                    on_click=action,
                    args=(list(selected.ids),),
                )
            if selected.hidden:
                st.button("Show selected", icon=":material/visibility:", key="bulk_show", on_click=show)
            st.button("Clear selection", icon=":material/close:", type="tertiary", key="bulk_clear", on_click=clear)
        if selected.ids:
            _set_values(selected, choices, label_of, set_value, add_values)


def _set_values(
    selected: Selected,
    choices: Mapping[str, Sequence[str]],
    label_of: Callable[[str, str], str],
    set_value: Callable[[list[int], str, str], None],
    add_values: Callable[[list[int], str, str], None],
) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox("Set", list(choices), format_func=TITLES.__getitem__, key="bulk_kind", width=160)
        value = _value(kind, choices[kind], label_of)
        whom = f"for {count_of(len(selected.ids), 'garment')}{selected.elsewhere}"
        st.button(
            f"Set {whom}",
            type="primary",
            key=key("bulk_set", selected.ids),
            disabled=not value,
            on_click=set_value,
            args=(list(selected.ids), kind, value),
        )
        if kind in SEVERAL:
            st.button(
                f"Add {whom}",
                key=key("bulk_add", selected.ids),
                disabled=not value,
                on_click=add_values,
                args=(list(selected.ids), kind, value),
                help="What they are for already stays",
            )


def _value(kind: str, choices: Sequence[str], label_of: Callable[[str, str], str]) -> str | None:
    """What is chosen; of a kind of which a garment may have several values, all of them as one text."""
    label, name = partial(label_of, kind), f"bulk_value_{kind}"
    if kind in SEVERAL:
        chosen = st.multiselect("to", choices, placeholder="Choose", format_func=label, key=name, width=240)
        return tag_values.SEPARATOR.join(chosen)
    return st.selectbox("to", choices, index=None, placeholder="Choose", format_func=label, key=name, width=240)
