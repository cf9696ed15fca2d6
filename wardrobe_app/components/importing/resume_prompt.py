"""An import that was cut off: how far it came, and the offer to go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from wardrobe_app.components.shared.formatting import count_of, plain


def offer(
    key: str,
    paths: Sequence[str],
    figures: tuple[int, int, int],
    go_on: Callable[[], None],
    forget: Callable[[], None],
) -> None:
    """Tell of one import; ``figures`` are how many files were looked at, stored, and asked for."""
    done, stored, total = figures
    kept = f"{count_of(stored, 'photo')} of it {'is' if stored == 1 else 'are'} in the wardrobe"
    with st.container(border=True, key=f"stopped_{key}"):
        if paths:
            st.markdown(
                f":orange[:material/pause_circle:] The import of **{plain(_named(paths))}** stopped after {done} of "
                f"{count_of(total, 'file')}; {kept}."
            )
        else:
            st.markdown(
                f":orange[:material/pause_circle:] An upload stopped after {done} of {count_of(total, 'file')}; "
                f"{kept}. To add the rest, choose the same files again: those that are there are recognised."
            )
        with st.container(horizontal=True):
            if paths:
                st.button("Go on", icon=":material/play_arrow:", key=f"go_on_{key}", type="primary", on_click=go_on)
            st.button("Forget it" if paths else "Understood", key=f"forget_{key}", on_click=forget)


def _named(paths: Sequence[str]) -> str:
    more = len(paths) - 1
    return paths[0] + (f" and {more} more" if more else "")
