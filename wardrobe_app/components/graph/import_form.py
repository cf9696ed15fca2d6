"""Import a graph file: what it would change, where it differs from what is here, and the button that applies it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from wardrobe_app.components.shared import file_form
from wardrobe_app.components.shared.formatting import count_of
from wardrobe_app.domain.graph.parsing import Difference, ImportReport

_KEY = "graph_file"


def section(preview: Callable[..., ImportReport], apply: Callable[..., ImportReport]) -> None:
    """Draw the file chooser, the preview, and the button that imports."""
    st.header("Import", anchor=False)
    st.caption(
        "A graph file that was exported here restores what you added to garments: names, prices and other details, "
        "your own tags, decisions, outfits and the days they were worn. Garments are matched by their photos, so add "
        "those first."
    )
    data = file_form.choose(_KEY, "A graph file", ["graphml", "gexf", "json", "zip"])
    if data is None:
        return
    replace = st.toggle("Where the file differs from what is here, use the file", key="graph_file_replace")
    report = file_form.preview(partial(preview, data, replace=replace))
    if report is None:
        return
    _show(report)
    if report.changes:
        label = f"Import {count_of(len(report.changes), 'change')}"
        action = partial(apply, data, replace=replace)
        file_form.apply_button(_KEY, label, ":material/restore:", action, _done)


def _done(report: ImportReport) -> str:
    return f"{count_of(len(report.changes), 'change')} imported."


def _show(report: ImportReport) -> None:
    found = f"{report.found} of {count_of(report.garments, 'garment')} in the file are here."
    if report.changes:
        st.markdown(f"{found} This would change:")
        file_form.table("graph_file_changes", _HEADINGS, _rows(report.changes))
    else:
        st.info(f"{found} The file contains nothing new.", icon=":material/info:")
    if report.conflicts:
        st.warning(f"{count_of(len(report.conflicts), 'difference')}: what is here stays.", icon=":material/rule:")
        file_form.table("graph_file_conflicts", _HEADINGS, _rows(report.conflicts))
    problems = [*(f"Not here: {label}" for label in report.unknown), *report.problems]
    file_form.lines(f"{count_of(len(problems), 'entry', 'entries')} not imported", problems[:200], len(problems))


_HEADINGS = ("Garment or outfit", "What", "Here", "In the file")


def _rows(differences: Sequence[Difference]) -> list[tuple[str, ...]]:
    return [(one.where, one.what.capitalize(), one.here, one.in_file) for one in differences]
