"""Export all garments as a spreadsheet, and import an edited one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from wardrobe_app.components.shared import file_form
from wardrobe_app.components.shared.formatting import count_of, plain
from wardrobe_app.domain.records.spreadsheet import RowOutcome, SpreadsheetReport

_KEY = "table_file"
_SEPARATORS = {"commas": "Commas, 19.90", "semicolons": "Semicolons, 19,90"}


def section(
    export: Callable[[str], bytes],
    preview: Callable[[bytes], SpreadsheetReport],
    apply: Callable[[bytes], SpreadsheetReport],
) -> None:
    """Draw the download, the file chooser, a preview of every row, and the button that imports.

    ``export`` takes how cells are separated: "commas" or "semicolons".
    """
    st.markdown(
        "All garments as a table for Excel, Numbers or LibreOffice, one row each. Edit it there, save it as CSV, and "
        "import it: you first see what each row would change. A list of your own works too, if a column “photo” names "
        "the photo file of each garment."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        way = st.segmented_control(
            "Cells and amounts", list(_SEPARATORS), format_func=_SEPARATORS.__getitem__, default="commas",
            required=True, key="table_way", help="Excel in German, French and most of Europe needs semicolons",
        )  # fmt: skip
        st.download_button(
            "Download the table", data=lambda: export(way), file_name="wardrobe.csv", mime="text/csv",
            icon=":material/download:", on_click="ignore", key="table_download",
        )  # fmt: skip
    data = file_form.choose(_KEY, "An edited table, or a list of your own (CSV)", ["csv", "txt", "tsv"])
    report = file_form.preview(partial(preview, data)) if data is not None else None
    if report is None or data is None:
        return
    _show(report)
    if changed := report.count(RowOutcome.CHANGED):
        label = f"Change {count_of(changed, 'garment')}"
        file_form.apply_button(_KEY, label, ":material/table_edit:", partial(apply, data), _done)


def _done(report: SpreadsheetReport) -> str:
    refused = report.count(RowOutcome.REFUSED)
    left = f" {count_of(refused, 'row')} refused." if refused else ""
    return f"{count_of(report.count(RowOutcome.CHANGED), 'garment')} changed.{left}"


def _show(report: SpreadsheetReport) -> None:
    words = ", ".join(f"{report.count(outcome)} {outcome.value}" for outcome in RowOutcome)
    st.markdown(f"**{count_of(len(report.rows), 'row')}**: {words}. Nothing is written yet.")
    for note in report.notes:
        st.caption(plain(note))
    if refused := [row for row in report.rows if row.outcome is RowOutcome.REFUSED]:
        st.warning(
            f"{count_of(len(refused), 'row')} will be left out. Correct them in the spreadsheet, or continue without.",
            icon=":material/rule:",
        )
        file_form.table(
            "table_refused",
            ["Row", "Garment", "Column", "In the file", "Why not"],
            [(row.row, row.title, one.column, one.value[:200], one.reason) for row in refused for one in row.problems],
        )
    if changes := [(row, change) for row in report.rows for change in row.changes]:
        file_form.table(
            "table_changes",
            ["Row", "Garment", "Column", "Here", "In the file"],
            [(row.row, row.title, change.column, change.before, change.after) for row, change in changes],
        )
    elif not refused:
        st.info("The table contains nothing new.", icon=":material/info:")
    remarks = [f"Row {row.row}: {remark}" for row in report.rows for remark in row.remarks]
    file_form.lines(count_of(len(remarks), "remark"), remarks[:50], len(remarks))
