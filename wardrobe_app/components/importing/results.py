"""Progress of an import, and one row a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from wardrobe_app.components.shared import photos
from wardrobe_app.components.shared.formatting import KINDS, count_of, duration, photo_alt, plain, tier_words
from wardrobe_app.components.shared.jobs import Job
from wardrobe_app.domain.garments.garment import Garment

_ICONS = {
    "added": ":green[:material/check_circle:]",
    "already there": ":orange[:material/content_copy:]",
    "refused": ":red[:material/block:]",
}


def progress(job: Job) -> None:
    """How far the job is, what is left, and a button that stops it."""
    left = job.seconds_left
    words = f"{job.done} of {count_of(job.total, 'photo')}"
    if job.cancelled:
        words += ", stopping"
    elif left is not None:
        words += f", about {duration(left)} left"
    else:
        words += ", getting ready"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(min(1.0, job.done / job.total) if job.total else 1.0, text=words)
        st.button("Cancel", icon=":material/stop_circle:", key="cancel", disabled=job.cancelled, on_click=job.cancel)


def _tags(garment: Garment, label_of: Callable[[str, str], str]) -> str:
    marks = []
    for kind in KINDS:
        if tag := garment.tags.get(kind):
            words, colour, icon = tier_words(tag)
            doubt = {"check": f" {icon}", "unknown": f" ({words})"}.get(tag.tier or "", "")
            marks.append(f":{colour}-badge[{plain(label_of(kind.value, tag.value))}{doubt}]")
    return " ".join(marks)


def row(
    name: str,
    outcome: str,
    reason: str,
    garment: Garment | None,
    thumbnail: Path | None,
    label_of: Callable[[str, str], str],
    allow_duplicates: Callable[[], None] | None,
    key: str,
) -> None:
    """One file: what became of it and for which ``reason``, its photo and tags, and the way to insist."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=key):
        if garment is not None and thumbnail is not None:
            photos.photo(thumbnail, photo_alt(garment), width=72)
        with st.container(gap="xxsmall", width="stretch"):
            st.markdown(f"{_ICONS.get(outcome, '')} **{plain(name)}**: {outcome}")
            if reason:
                st.text(reason)
            if garment is not None:
                if tags := _tags(garment, label_of):
                    st.markdown(tags)
                photos.link(garment)
        if allow_duplicates is not None:
            st.button("Add anyway", icon=":material/add:", key=f"{key}_anyway", on_click=allow_duplicates)
