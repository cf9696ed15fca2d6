"""Restore a backup: choose one, see what would change, and do it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

import streamlit as st

from wardrobe_app.components.maintenance import progress
from wardrobe_app.components.maintenance.backups import moment, title
from wardrobe_app.components.shared import file_form, jobs, notices
from wardrobe_app.components.shared.formatting import count_of, plain, size_words
from wardrobe_app.components.shared.widgets import button
from wardrobe_app.domain.days import Days
from wardrobe_app.domain.records.backup import BackupFile, Mode, RestoreCounts, RestoreReport

Restoring = Callable[[Path | IO[bytes], str, Mode], Iterator[Any]]

PREVIEWING, RESTORING = "restore_preview", "restore"
MOST_UPLOAD_MB = 500
_REQUESTED = "restore_requested"
_MODES = {
    Mode.MERGE: "Add what is missing and keep what is here",
    Mode.REPLACE: "Replace everything here by the backup",
}
_KEPT: Final = {Mode.MERGE: "kept as in this wardrobe", Mode.REPLACE: "replaced by the backup's"}
_THINGS = (
    ("garments", "garment", "garments"),
    ("outfits", "outfit", "outfits"),
    ("wears", "day worn", "days worn"),
    ("plans", "planned outfit", "planned outfits"),
    ("packing_lists", "packing list", "packing lists"),
    ("decisions", "decision", "decisions"),
    ("types", "type of your own", "types of your own"),
)


def section(made: Sequence[BackupFile], preview: Restoring, restore: Restoring, days: Days) -> None:
    """Draw the choice of a backup and its preview; a dialog asks before anything is restored."""
    st.subheader("Restore a backup", anchor=False)
    if progress.watch(RESTORING):
        return
    if (job := jobs.job(RESTORING)) is not None:
        _show_result(job)
    known = {f"{title(one, days)} ({one.path.name})": one.path for one in made}
    chosen = st.selectbox("Backup", [*known, "Another file"], key="restore_which")
    source: Any = known.get(chosen) or st.file_uploader(
        "A backup", type=["zip"], key="restore_file", max_upload_size=MOST_UPLOAD_MB,
        help=f"Up to {MOST_UPLOAD_MB} MB. Copy a larger one to the folder of the backups, or use the command line",
    )  # fmt: skip
    mode: Mode = st.radio("What to do", [*Mode], format_func=_MODES.__getitem__, key="restore_mode")
    if source is None or progress.watch(PREVIEWING):
        return
    requested = (source.name, getattr(source, "file_id", ""), mode)
    st.button(
        "Preview", icon=":material/preview:", key="restore_look", on_click=_start_preview,
        args=(partial(preview, source, source.name, mode), requested),
    )  # fmt: skip
    looked = jobs.job(PREVIEWING)
    if looked is not None and st.session_state.get(_REQUESTED) == requested:
        _ask(looked, partial(restore, source, source.name, mode), days)


def _start_preview(preview: Callable[[], Iterator[Any]], requested: tuple[Any, ...]) -> None:
    st.session_state[_REQUESTED] = requested
    jobs.forget(RESTORING)
    progress.start(PREVIEWING, preview)


def _start(restore: Callable[[], Iterator[Any]]) -> None:
    _forget()
    progress.start(RESTORING, restore)


def _forget() -> None:
    st.session_state.pop(_REQUESTED, None)
    jobs.forget(PREVIEWING)


def _report(job: jobs.Job) -> RestoreReport | None:
    """The report of a job; an error is shown."""
    if job.error:
        st.error(plain(job.error), icon=":material/error:")
    return next((one for one in job.results if isinstance(one, RestoreReport)), None)


def _show_result(job: jobs.Job) -> None:
    if (report := _report(job)) is not None:
        kept = (
            f" The previous wardrobe was backed up as {plain(report.kept_before.name)}." if report.kept_before else ""
        )
        added, removed = count_of(report.garments.added, "garment"), count_of(report.garments.removed, "garment")
        gone = f", {removed} removed" if report.garments.removed else ""
        st.success(f"Restored: {added} added{gone}.{kept}", icon=":material/done_all:")
    elif not job.error:
        st.info("Stopped; nothing was changed.", icon=":material/info:")


def _ask(job: jobs.Job, restore: Callable[[], Iterator[Any]], days: Days) -> None:
    """Show what restoring would change, and ask whether to do it; why the backup can't be read is shown on the page."""
    if (report := _report(job)) is None:
        if not job.error:
            st.error("Stopped before the backup was read.", icon=":material/error:")
    elif report.changes_nothing:
        st.info("Everything in it is already here.", icon=":material/info:")
    elif not notices.asks():
        replaces = report.mode is Mode.REPLACE
        question = "Replace everything here?" if replaces else "Add what is missing?"

        @st.dialog(question, width="medium", icon=":material/restore:", on_dismiss=_forget)
        def ask() -> None:
            _show_changes(report, days)
            if replaces:
                st.caption("What is here is backed up first; restore that backup to undo this.")
            with st.container(horizontal=True, horizontal_alignment="right"):
                done = button("Cancel", "close", _forget, key="restore_cancel")
                label = "Replace everything here" if replaces else "Add what is missing"
                done |= button(label, "restore", _start, restore, type="primary", key="restore_now")
            if done:
                st.rerun()

        ask()


def _show_changes(report: RestoreReport, days: Days) -> None:
    st.markdown(
        f"Made on {moment(report.made_at, days)} by version {plain(report.program)}. Restoring it would change this:"
    )
    for line in _lines(report):
        st.markdown(f"- {line}")
    file_form.lines(f"Added: {report.garments.added}", report.added, report.garments.added)
    file_form.lines(f"Removed: {report.garments.removed}", report.removed, report.garments.removed)
    file_form.lines(f"Different in the backup: {report.differ}", report.differing, report.differ)
    if report.models:
        st.warning(
            f"{plain(', '.join(report.models))}: this model is not in the models folder here. Tags stay; to tag with "
            "it again, copy its file there.",
            icon=":material/warning:",
        )


def _lines(report: RestoreReport) -> Iterator[str]:
    for name, one, several in _THINGS:
        counts: RestoreCounts = getattr(report, name)
        parts = [(counts.added, "added"), (counts.existing, "already here"), (counts.removed, "removed")]
        if words := ", ".join(f"{count_of(number, one, several)} {what}" for number, what in parts if number):
            yield words
    if report.differ:
        yield f"Different in the backup: {count_of(report.differ, 'garment')}, {_KEPT[report.mode]}"
    if report.photos:
        yield f"{count_of(report.photos, 'photo')} to copy, {size_words(report.bytes)}"
    if report.without_file:
        yield f"{count_of(report.without_file, 'photo')} whose file is not in the backup"
