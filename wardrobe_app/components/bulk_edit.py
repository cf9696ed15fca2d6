"""What can be done to several garments at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from wardrobe_app.components.words import KINDS, count_of
from wardrobe_app.domain.garment import TagKind

Action = Callable[[list[int]], None]


def draw(
    ids: list[int],
    choices: Mapping[TagKind, Sequence[str]],
    label_of: Callable[[str, str], str],
    set_tag: Callable[[list[int], TagKind, str], None],
    actions: Sequence[tuple[str, str, Action]],
    clear: Callable[[], None],
) -> None:
    """Draw the bar for the garments ``ids``; ``actions`` are (label, icon, what to call with the ids)."""
    with st.container(border=True, key="bulk_edit"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{count_of(len(ids), 'garment')} selected**", width="stretch")
            for label, icon, action in actions:
                st.button(label, icon=icon, key=f"bulk_{label}", on_click=action, args=(ids,))
            st.button("Clear selection", icon=":material/close:", type="tertiary", key="bulk_clear", on_click=clear)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            kind = st.selectbox("Set", list(KINDS), format_func=KINDS.__getitem__, key="bulk_kind", width=160)
            value = st.selectbox(
                "to",
                choices[kind],
                index=None,
                placeholder="Choose",
                format_func=lambda value: label_of(kind, value),
                key=f"bulk_value_{kind.value}",
                width=240,
            )
            st.button(
                f"Set for {count_of(len(ids), 'garment')}",
                type="primary",
                key="bulk_set",
                disabled=value is None,
                on_click=set_tag,
                args=(ids, kind, value),
            )
