"""Bringing a graph file back: what it would change, what it does not agree about, and doing it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from wardrobe_app.components.shared import notices
from wardrobe_app.components.shared.formatting import count_of, plain
from wardrobe_app.domain.errors import WardrobeError
from wardrobe_app.domain.graph.parsing import Difference, ImportReport

_KEY = "graph_file"
_ROUND = "graph_file_round"


def section(preview: Callable[..., ImportReport], bring_back: Callable[..., ImportReport]) -> None:
    """The chooser of a file, the preview of what it changes, and the button that does it."""
    st.subheader("Bring a graph back", anchor=False)
    st.caption(
        "A graph file that was taken away here gives garments back what you made of them: names, prices and the like, "
        "your own tags, decisions, looks and wears. Garments are told by their photos; add those first."
    )
    chosen = st.file_uploader(
        "A graph file",
        type=["graphml", "gexf", "json", "zip"],
        key=f"{_KEY}_{st.session_state.get(_ROUND, 0)}",
        label_visibility="collapsed",
    )
    if chosen is None:
        return
    data = chosen.getvalue()
    replace = st.toggle("Where file and wardrobe differ, take what the file says", key="graph_file_replace")
    try:
        report = preview(data, replace=replace)
    except WardrobeError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    _show(report)
    if report.changes:
        st.button(
            f"Bring back {count_of(len(report.changes), 'thing')}",
            icon=":material/restore:",
            type="primary",
            key="graph_file_apply",
            on_click=_apply,
            args=(bring_back, data, replace),
        )


def _apply(bring_back: Callable[..., ImportReport], data: bytes, replace: bool) -> None:
    with notices.guarded():
        report = bring_back(data, replace=replace)
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1  # an uploader is emptied by another key
        notices.say(f"{count_of(len(report.changes), 'thing')} brought back.", report.undo)


def _show(report: ImportReport) -> None:
    found = f"{report.found} of {count_of(report.garments, 'garment')} in the file are here."
    if not report.changes:
        st.info(f"{found} The file says nothing that is not known already.", icon=":material/info:")
    else:
        st.markdown(f"{found} This would be brought back:")
        st.dataframe(_table(report.changes), hide_index=True, key="graph_file_changes")
    if report.conflicts:
        st.warning(f"{count_of(len(report.conflicts), 'difference')}: what is here stays.", icon=":material/rule:")
        st.dataframe(_table(report.conflicts), hide_index=True, key="graph_file_conflicts")
    told = [*(f"Not here: {label}" for label in report.unknown), *report.problems]
    if told:
        with st.expander(f"{count_of(len(told), 'thing')} that cannot be brought back"):
            for line in told[:200]:
                st.text(line)
            if len(told) > 200:
                st.caption(f"And {len(told) - 200} more.")


def _table(differences: Sequence[Difference]) -> pd.DataFrame:
    rows = [(one.where, one.what.capitalize(), one.here, one.in_file) for one in differences]
    return pd.DataFrame(rows, columns=["Garment or look", "What", "Here", "In the file"])
