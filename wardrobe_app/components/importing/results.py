"""Progress of an import, and one row a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from wardrobe_app.components.shared import jobs, photos
from wardrobe_app.components.shared.formatting import KINDS, count_of, duration, photo_alt, plain, tier_words
from wardrobe_app.components.shared.widgets import button
from wardrobe_app.domain.garments.garment import Garment, Photo

if TYPE_CHECKING:
    from wardrobe_app.services.importing.importer import ImportResult
    from wardrobe_app.services.importing.rows import ImportRow
    from wardrobe_app.services.importing.sources import Source

_NEWEST: Final = 6
"""Rows that are shown of an import that still runs."""

_ICONS = {
    "added": ":green[:material/check_circle:]",
    "already there": ":orange[:material/content_copy:]",
    "refused": ":red[:material/block:]",
}


def progress(job: jobs.Job) -> None:
    """How far the job is, what is left, and a button that stops it."""
    state = _state(job)
    words = f"{job.done} of {count_of(job.total, 'photo')}" + (f", {state}" if state else "")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(min(1.0, job.done / job.total) if job.total else 1.0, text=words)
        button("Cancel", "stop_circle", job.cancel, key="cancel", disabled=job.cancelled)


def _state(job: jobs.Job) -> str:
    if job.cancelled:
        return "stopping"
    left = job.seconds_left
    if left is None:
        return "" if job.done else "starting"
    return f"about {duration(left)} left"


def _tags(garment: Garment, label_of: Callable[[str, str], str]) -> str:
    marks = []
    for kind in KINDS:
        if tag := garment.tags.get(kind):
            words, colour, icon = tier_words(tag)
            doubt = {"check": f" {icon}", "unknown": f" ({words})"}.get(tag.tier or "", "")
            marks.append(f":{colour}-badge[{plain(label_of(kind.value, tag.value))}{doubt}]")
    return " ".join(marks)


def row(
    result: ImportResult,
    thumbnail: Path | None,
    label_of: Callable[[str, str], str],
    allow_duplicate: Callable[[], object] | None,
    key: str,
) -> None:
    """One file: what became of it and why, its photo and tags, and the way to add it although it is there already."""
    garment, outcome = result.garment, result.outcome.value
    reason = result.untagged if outcome == "added" else result.message.removeprefix(f"{result.name}: ")
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=key):
        if garment is not None and thumbnail is not None:
            photos.photo(thumbnail, photo_alt(garment), width=72)
        with st.container(gap="xxsmall", width="stretch"):
            st.markdown(f"{_ICONS.get(outcome, '')} **{plain(result.name)}**: {outcome}")
            if reason:
                st.text(reason[:1].upper() + reason[1:])
            if garment is not None:
                if tags := _tags(garment, label_of):
                    st.markdown(tags)
                photos.link(garment)
        if allow_duplicate is not None:
            button("Add anyway", "add", allow_duplicate, key=f"{key}_anyway")


@dataclass(frozen=True, slots=True)
class Rows:
    """Draws what became of files: ``allow`` adds the file of a row although it is there already."""

    thumbnail_of: Callable[[Photo], Path]
    label_of: Callable[[str, str], str]
    allow: Callable[[list[ImportRow], int, Source], object]

    def draw(self, rows: list[ImportRow], position: int) -> None:
        """Draw one row."""
        result, source = rows[position]
        cover = result.garment.cover if result.garment else None
        thumbnail = self.thumbnail_of(cover) if cover else None
        allow = partial(self.allow, rows, position, source) if source else None
        row(result, thumbnail, self.label_of, allow, key=f"result_{position}")

    def newest(self, job: jobs.Job) -> None:
        """Draw the newest rows of a job, the last one first."""
        for position in reversed(range(max(0, job.done - _NEWEST), job.done)):
            self.draw(job.results, position)


def running(name: str, rows: Rows) -> None:
    """Draw the import called ``name``: progress and the newest rows; the page is drawn once more when it ends."""
    job = jobs.job(name)
    if job is None or not job.running:
        st.rerun()
    progress(job)
    rows.newest(job)
