"""Make backups, schedule automatic ones, and list those that exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from wardrobe_app.components.maintenance import progress
from wardrobe_app.components.shared import jobs, notices
from wardrobe_app.components.shared.formatting import count_of, day_words, plain, size_words
from wardrobe_app.domain.days import Days
from wardrobe_app.domain.records.backup import BackupFile, BackupReport, Every, Reason, Schedule

MAKING = "backup"
MOST_DOWNLOAD_BYTES = 300 * 1024 * 1024  # a download is held in memory; larger ones are taken from the folder
_SHOWN = 8
_REASONS = {
    Reason.BY_HAND: "made by you",
    Reason.SCHEDULED: "automatic",
    Reason.MIGRATION: "before an update",
    Reason.RESTORE: "before a restore",
}
_EVERY = {Every.OFF: "Never", Every.DAY: "Every day", Every.WEEK: "Every week", Every.MONTH: "Every month"}


def section(
    made: Sequence[BackupFile],
    folder: Path | None,
    schedule: Schedule,
    make: Callable[[], Iterator[Any]],
    plan: Callable[[Schedule], None],
    days: Days,
) -> None:
    """Draw the button that makes a backup, the schedule, and the backups.

    ``folder`` is where they are, None for users who cannot open it; ``days`` are those of the user.
    """
    st.markdown(
        "A backup is one ZIP file with everything: photos, tags, outfits, days worn, decisions and preferences. Keep a "
        "copy on another disk: one on the same disk is lost with it."
    )
    if not progress.watch(MAKING):
        if (job := jobs.job(MAKING)) is not None:
            _show_result(job)
        st.button(
            "Back up now", icon=":material/backup:", key="backup_now", type="primary", on_click=progress.start,
            args=(MAKING, make),
        )  # fmt: skip
    _schedule(schedule, plan)
    _list(made, days)
    if folder is not None:
        st.caption("Saved in")
        st.code(str(folder), language=None, wrap_lines=True)


def title(one: BackupFile, days: Days) -> str:
    """When and why a backup was made."""
    return f"{moment(one.made_at, days)}, {_REASONS[one.reason]}"


def moment(when: datetime, days: Days) -> str:
    """Day and time where the user is."""
    local = days.local(when)
    return f"{day_words(local.date())}, {local:%H:%M}"


def _schedule(schedule: Schedule, plan: Callable[[Schedule], None]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Automatic backups", list(Every), index=list(Every).index(schedule.every), format_func=_EVERY.__getitem__,
            key="backup_every", on_change=_plan, args=(plan,), width=220,
            help="In the background, while the app is used",
        )  # fmt: skip
        st.number_input(
            "Keep the last", 1, 30, schedule.keep, key="backup_keep", on_change=_plan, args=(plan,), width=220,
            help="Older automatic ones are deleted. Backups that you made yourself are always kept",
            disabled=schedule.every is Every.OFF,
        )  # fmt: skip


def _plan(plan: Callable[[Schedule], None]) -> None:
    with notices.guarded():
        plan(Schedule(st.session_state["backup_every"], int(st.session_state["backup_keep"])))


def _list(made: Sequence[BackupFile], days: Days) -> None:
    if not made:
        st.caption("There is no backup yet.")
    for one in made[:_SHOWN]:
        with st.container(horizontal=True, vertical_alignment="center", border=True, key=f"backup_{one.path.stem}"):
            when, why = moment(one.made_at, days), _REASONS[one.reason]
            st.markdown(f"**{when}**, {why}, {size_words(one.bytes)}", width="stretch")
            if one.bytes <= MOST_DOWNLOAD_BYTES:
                st.download_button(
                    "Download", partial(one.path.read_bytes), one.path.name, "application/zip",
                    key=f"download_{one.path.stem}", icon=":material/download:", on_click="ignore",
                )  # fmt: skip
    if len(made) > _SHOWN:
        st.caption(f"And {len(made) - _SHOWN} older ones in the folder.")


def _show_result(job: jobs.Job) -> None:
    report = next((one for one in job.results if isinstance(one, BackupReport)), None)
    if job.error:
        st.error(plain(job.error), icon=":material/error:")
    elif report is None:
        st.info("Stopped; no backup was made.", icon=":material/info:")
    else:
        photos = count_of(report.counts.get("photos", 0), "photo")
        name = plain(report.path.name)
        st.success(f"Backed up: {photos}, {size_words(report.bytes)}, as {name}.", icon=":material/done_all:")
        if report.left_out:
            st.warning(
                f"{count_of(len(report.left_out), 'file')} could not be read and had to be left out, for example "
                f"{plain(report.left_out[0])}.",
                icon=":material/warning:",
            )
