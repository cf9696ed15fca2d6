"""Backups on the safekeeping page: making one, when they are made by themselves, and bringing one back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, Any

import streamlit as st

from wardrobe_app.components.shared import jobs, notices
from wardrobe_app.components.shared.formatting import count_of, day_words, plain, size_words
from wardrobe_app.domain.days import Days
from wardrobe_app.domain.records.backup import (
    BackupFile,
    BackupReport,
    Every,
    Mode,
    Progress,
    Reason,
    RestoreCounts,
    RestoreReport,
    Schedule,
)

Steps = Iterator[Any]
Restoring = Callable[[Path | IO[bytes], str, Mode], Steps]

MAKING, LOOKING, RESTORING = "backup", "restore_preview", "restore"
MOST_DOWNLOAD = 300 * 1024 * 1024  # a download is held in memory; larger ones are taken from the folder
MOST_UPLOAD_MB = 500
_SHOWN = 8
_ASKED = "restore_asked"
_ROUND = "restore_round"
_REASONS = {
    Reason.BY_HAND: "made by you",
    Reason.SCHEDULED: "made by itself",
    Reason.MIGRATION: "before a new version",
    Reason.RESTORE: "before a backup was brought back",
}
_EVERY = {Every.OFF: "Never", Every.DAY: "Every day", Every.WEEK: "Every week", Every.MONTH: "Every month"}
_MODES = {
    Mode.MERGE: "Add what is missing; what is here stays",
    Mode.REPLACE: "Put the backup in place of everything here",
}
_THINGS = (
    ("garments", "garment", "garments"),
    ("outfits", "outfit", "outfits"),
    ("wears", "day worn", "days worn"),
    ("decisions", "decision", "decisions"),
    ("types", "type of your own", "types of your own"),
)


def section(
    made: Sequence[BackupFile],
    folder: Path | None,
    schedule: Schedule,
    make: Callable[[], Steps],
    plan: Callable[[Schedule], None],
    days: Days,
) -> None:
    """The button that makes a backup, how often one is made by itself, and those that there are.

    ``folder`` is where they are, None for those who have no business there; ``days`` are those of who asks.
    """
    st.markdown(
        "A backup is one ZIP file with everything: photos, tags, looks, wears, decisions and preferences. Keep a copy "
        "on another disk: one that lies beside the wardrobe is lost with it."
    )
    job = jobs.job(MAKING)
    if job is not None and job.running:
        _watched(MAKING)
    else:
        if job is not None:
            _tell_made(job)
        st.button(
            "Back up now",
            icon=":material/backup:",
            key="backup_now",
            on_click=_start,
            args=(MAKING, make),
            type="primary",
        )
    _schedule(schedule, plan)
    _list(made, days)
    if folder is not None:
        st.caption("They are kept in this folder:")
        st.code(str(folder), language=None)


def restoring(made: Sequence[BackupFile], preview: Restoring, restore: Restoring, days: Days) -> None:
    """The choice of a backup, what bringing it back would do, and the button that does it."""
    st.subheader("Bring a backup back", anchor=False)
    if (job := jobs.job(RESTORING)) is not None and job.running:
        _watched(RESTORING)
        return
    if job is not None:
        _tell_restored(job)
    known: dict[str, BackupFile | None] = {_title(one, days): one for one in made}
    chosen = st.selectbox("Which one", [*known, "A file from elsewhere"], key="restore_which")
    source: Any = one.path if (one := known.get(chosen)) else _upload()
    mode: Mode = st.radio("What to do", [*Mode], format_func=_MODES.__getitem__, key="restore_mode")
    if source is None:
        return
    name = source.name
    asked = (name, getattr(source, "file_id", ""), mode)
    looking = jobs.job(LOOKING)
    if looking is not None and looking.running:
        _watched(LOOKING)
    elif looking is None or st.session_state.get(_ASKED) != asked:
        st.button(
            "See what would happen",
            icon=":material/preview:",
            key="restore_look",
            on_click=_look,
            args=(partial(preview, source, name, mode), asked),
        )
    else:
        _preview(looking, partial(restore, source, name, mode), days)


def _upload() -> Any:
    return st.file_uploader(
        "A backup",
        type=["zip"],
        key=f"restore_file_{st.session_state.get(_ROUND, 0)}",
        max_upload_size=MOST_UPLOAD_MB,
        help=f"Up to {MOST_UPLOAD_MB} MB. Put a larger one into the folder of the backups, or use the command line",
    )


def _schedule(schedule: Schedule, plan: Callable[[Schedule], None]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Make one by itself",
            list(Every),
            index=list(Every).index(schedule.every),
            format_func=_EVERY.__getitem__,
            key="backup_every",
            on_change=_plan,
            args=(plan,),
            width=220,
            help="In the background, while the program is in use",
        )
        st.number_input(
            "Keep so many of them",
            1,
            30,
            schedule.keep,
            key="backup_keep",
            on_change=_plan,
            args=(plan,),
            width=220,
            help="Older ones go. Those that you made yourself always stay",
            disabled=schedule.every is Every.OFF,
        )


def _plan(plan: Callable[[Schedule], None]) -> None:
    with notices.guarded():
        plan(Schedule(st.session_state["backup_every"], int(st.session_state["backup_keep"])))


def _list(made: Sequence[BackupFile], days: Days) -> None:
    if not made:
        st.caption("There is no backup yet.")
    for one in made[:_SHOWN]:
        with st.container(horizontal=True, vertical_alignment="center", border=True, key=f"backup_{one.path.stem}"):
            st.markdown(
                f"**{_moment(one.made_at, days)}**, {_REASONS[one.reason]}, {size_words(one.bytes)}", width="stretch"
            )
            if one.bytes <= MOST_DOWNLOAD:
                st.download_button(
                    "Download",
                    partial(one.path.read_bytes),
                    one.path.name,
                    "application/zip",
                    key=f"download_{one.path.stem}",
                    icon=":material/download:",
                    on_click="ignore",
                )
    if len(made) > _SHOWN:
        st.caption(f"And {len(made) - _SHOWN} older ones in the folder.")


def _start(name: str, steps: Callable[[], Steps]) -> None:
    def work(cancelled: Callable[[], bool]) -> Steps:
        taken = steps()
        for step in taken:
            yield step
            if cancelled():
                taken.close()  # type: ignore[attr-defined]  # puts away what was begun
                return

    if jobs.start(name, work, total=1) is None:
        notices.say("That is being done already.")


def _look(preview: Callable[[], Steps], asked: tuple[Any, ...]) -> None:
    st.session_state[_ASKED] = asked
    jobs.forget(RESTORING)
    _start(LOOKING, preview)


def _restore(restore: Callable[[], Steps]) -> None:
    st.session_state.pop(_ASKED, None)
    jobs.forget(LOOKING)
    _start(RESTORING, restore)


def _watched(name: str) -> None:
    st.fragment(partial(_watch, name), run_every=1.0)()


def _watch(name: str) -> None:
    job = jobs.job(name)
    if job is None or not job.running:
        st.rerun()
    step = next((one for one in reversed(job.results) if isinstance(one, Progress)), None)
    words = "Getting ready" if step is None else f"{step.doing}: {step.done} of {step.total}"
    share = step.done / step.total if step and step.total else 0.0
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(min(1.0, share), text="Stopping" if job.cancelled else words)
        st.button(
            "Cancel",
            icon=":material/stop_circle:",
            key=f"{name}_cancel",
            disabled=job.cancelled,
            on_click=job.cancel,
        )


def _tell_made(job: jobs.Job) -> None:
    report = next((one for one in job.results if isinstance(one, BackupReport)), None)
    if job.error:
        st.error(plain(job.error), icon=":material/error:")
    elif report is None:
        st.info("Stopped; no backup was made.", icon=":material/info:")
    else:
        photos = count_of(report.counts.get("photos", 0), "photo")
        st.success(
            f"Backed up: {photos}, {size_words(report.bytes)}, as {plain(report.path.name)}.",
            icon=":material/done_all:",
        )
        if report.left_out:
            st.warning(
                f"{count_of(len(report.left_out), 'file')} could not be read and had to be left out, "
                f"{plain(report.left_out[0])} among them.",
                icon=":material/warning:",
            )


def _tell_restored(job: jobs.Job) -> None:
    report = next((one for one in job.results if isinstance(one, RestoreReport)), None)
    if job.error:
        st.error(plain(job.error), icon=":material/error:")
    elif report is None:
        st.info("Stopped; nothing was changed.", icon=":material/info:")
    else:
        kept = f" What was here before is kept as {plain(report.kept_before.name)}." if report.kept_before else ""
        came = count_of(report.garments.come, "garment")
        gone = f" {count_of(report.garments.go, 'garment')} went." if report.garments.go else ""
        st.success(f"The backup is back: {came} came.{gone}{kept}", icon=":material/done_all:")


def _preview(job: jobs.Job, restore: Callable[[], Steps], days: Days) -> None:
    report = next((one for one in job.results if isinstance(one, RestoreReport)), None)
    if job.error or report is None:
        st.error(plain(job.error or "Stopped before it was read."), icon=":material/error:")
        return
    st.markdown(
        f"Made on {_moment(report.made_at, days)}, by version {plain(report.program)}. Bringing it back would do this:"
    )
    for line in _lines(report):
        st.markdown(f"- {line}")
    _titles("These come", report.come, report.garments.come)
    _titles("These go", report.go, report.garments.go)
    _titles("These are other in the backup than here", report.differing, report.differ)
    if report.models:
        st.warning(
            f"{plain(', '.join(report.models))}: this model of your own was there, and is not in the models folder "
            "here. Tags stay; to tag with it again, put its file there.",
            icon=":material/warning:",
        )
    if report.changes_nothing:
        st.info("All of it is here already.", icon=":material/info:")
        return
    replacing = report.mode is Mode.REPLACE
    if replacing:
        st.caption("What is here is backed up first; bring that one back to undo this.")
    st.button(
        "Replace everything here" if replacing else "Bring back what is missing",
        icon=":material/restore:",
        type="primary",
        key="restore_now",
        on_click=_restore,
        args=(restore,),
    )


def _lines(report: RestoreReport) -> Iterator[str]:
    for name, one, several in _THINGS:
        tally: RestoreCounts = getattr(report, name)
        parts = [(tally.come, "come"), (tally.there, "here already"), (tally.go, "go")]
        told = ", ".join(f"{count_of(number, one, several)} {what}" for number, what in parts if number)
        if told:
            yield told
    if report.differ:
        what = "stay as they are here" if report.mode is Mode.MERGE else "become as they were"
        yield f"{count_of(report.differ, 'garment')} of those differ, and {what}"
    if report.photos:
        yield f"{count_of(report.photos, 'photo')} to copy, {size_words(report.bytes)}"
    if report.without_file:
        yield f"{count_of(report.without_file, 'photo')} whose file is not in the backup"


def _titles(words: str, titles: Sequence[str], number: int) -> None:
    if not titles:
        return
    with st.expander(f"{words}: {number}"):
        for title in titles:
            st.text(title)
        if number > len(titles):
            st.caption(f"And {number - len(titles)} more.")


def _title(one: BackupFile, days: Days) -> str:
    return f"{_moment(one.made_at, days)}, {_REASONS[one.reason]} ({one.path.name})"


def _moment(moment: datetime, days: Days) -> str:
    local = days.local(moment)
    return f"{day_words(local.date())}, {local:%H:%M}"
