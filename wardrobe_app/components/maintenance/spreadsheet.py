"""The table of garments for a spreadsheet: taking it away, what an edited one would change, and doing it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from wardrobe_app.components.shared import notices
from wardrobe_app.components.shared.formatting import count_of, plain
from wardrobe_app.domain.errors import WardrobeError
from wardrobe_app.domain.records.spreadsheet import RowOutcome, RowResult, SpreadsheetReport

_ROUND = "table_file_round"
_MOST = 1000
_WAYS = {"commas": "Commas, 19.90", "semicolons": "Semicolons, 19,90"}


def section(
    export: Callable[[str], bytes],
    preview: Callable[[bytes], SpreadsheetReport],
    bring_in: Callable[[bytes], SpreadsheetReport],
) -> None:
    """A download, the chooser of a file, a preview of every row, and the button that takes it over.

    ``export`` is given how cells are parted: "commas" or "semicolons".
    """
    st.markdown(
        "All garments as a table for Excel, Numbers or LibreOffice, one row each. Edit it there, save it as CSV, "
        "and bring it back: first you see what each row would change. A list of your own works too, if a column "
        "“photo” names the photo file of each garment."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        way = st.segmented_control(
            "Cells and amounts", list(_WAYS), format_func=_WAYS.__getitem__, default="commas", required=True,
            key="table_way", help="Excel in German, French and most of Europe wants semicolons",
        )  # fmt: skip
        st.download_button(
            "Download the table",
            data=lambda: export(way),
            file_name="wardrobe.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="table_download",
        )
    chosen = st.file_uploader(
        "An edited table, or a list of your own (CSV)",
        type=["csv", "txt", "tsv"],
        key=f"table_file_{st.session_state.get(_ROUND, 0)}",
    )
    if chosen is None:
        return
    data = chosen.getvalue()
    try:
        report = preview(data)
    except WardrobeError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    _show(report)
    if changed := report.count(RowOutcome.CHANGED):
        st.button(
            f"Change {count_of(changed, 'garment')}",
            icon=":material/table_edit:",
            type="primary",
            key="table_apply",
            on_click=_apply,
            args=(bring_in, data),
        )


def _apply(bring_in: Callable[[bytes], SpreadsheetReport], data: bytes) -> None:
    with notices.guarded():
        report = bring_in(data)
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1  # an uploader is emptied by another key
        refused = report.count(RowOutcome.REFUSED)
        left = f" {count_of(refused, 'row')} refused." if refused else ""
        notices.say(f"{count_of(report.count(RowOutcome.CHANGED), 'garment')} changed.{left}", report.undo)


def _show(report: SpreadsheetReport) -> None:
    words = ", ".join(f"{report.count(outcome)} {outcome.value}" for outcome in RowOutcome)
    st.markdown(f"**{count_of(len(report.rows), 'row')}**: {words}. Nothing is written yet.")
    for note in report.notes:
        st.caption(plain(note))
    if refused := [row for row in report.rows if row.outcome is RowOutcome.REFUSED]:
        st.warning(
            f"{count_of(len(refused), 'row')} will be left out. Mend them in the spreadsheet, or go on without them.",
            icon=":material/rule:",
        )
        _table(
            [
                (row.row, row.title, problem.column, problem.value[:200], problem.reason)
                for row in refused
                for problem in row.problems
            ],
            ["Row", "Garment", "Column", "In the file", "Why not"],
            "table_refused",
        )
    if changes := [(row, change) for row in report.rows for change in row.changes]:
        _table(
            [(row.row, row.title, change.column, change.before, change.after) for row, change in changes],
            ["Row", "Garment", "Column", "Here", "In the file"],
            "table_changes",
        )
    elif not refused:
        st.info("The table says nothing that is not known already.", icon=":material/info:")
    _remarks(report.rows)


def _table(rows: Sequence[tuple[object, ...]], headings: Sequence[str], key: str) -> None:
    st.dataframe(pd.DataFrame(rows[:_MOST], columns=list(headings)), hide_index=True, key=key)
    if len(rows) > _MOST:
        st.caption(f"And {len(rows) - _MOST} more.")


def _remarks(rows: Sequence[RowResult]) -> None:
    if told := [f"Row {row.row}: {remark}" for row in rows for remark in row.remarks]:
        with st.expander(f"{count_of(len(told), 'thing')} left alone"):
            for line in told[:50]:
                st.text(line)
