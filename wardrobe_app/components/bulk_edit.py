"""What can be done to several garments at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from wardrobe_app.components.selection import Selected, key
from wardrobe_app.components.words import KINDS, count_of
from wardrobe_app.domain.garment import TagKind

Action = Callable[[list[int]], None]


def draw(
    selected: Selected,
    choices: Mapping[TagKind, Sequence[str]],
    label_of: Callable[[str, str], str],
    set_tag: Callable[[list[int], TagKind, str], None],
    actions: Sequence[tuple[str, str, Action]],
    show: Callable[[], None],
    clear: Callable[[], None],
) -> None:
    """Draw the bar for the ``selected`` garments; ``actions`` are (label, icon, what to call with the ids).

    Actions get the garments that the list holds. Where filters hide others, ``show`` brings those into view.
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
            _set_tags(selected, choices, label_of, set_tag)


def _set_tags(
    selected: Selected,
    choices: Mapping[TagKind, Sequence[str]],
    label_of: Callable[[str, str], str],
    set_tag: Callable[[list[int], TagKind, str], None],
) -> None:
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
            f"Set for {count_of(len(selected.ids), 'garment')}{selected.elsewhere}",
            type="primary",
            key=key("bulk_set", selected.ids),
            disabled=value is None,
            on_click=set_tag,
            args=(list(selected.ids), kind, value),
        )
