"""The health check: its button, its progress, and what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import streamlit as st

from wardrobe_app.components.maintenance import progress
from wardrobe_app.components.shared import jobs, photos
from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.records.integrity import Finding, Step

JOB = "checkup"
_MOST_NAMES = 10
Examine = Callable[..., Iterator[Step]]
Find = Callable[[list[int]], Mapping[int, Garment]]


def draw(examine: Examine, find: Find) -> None:
    """Draw the check; ``examine(repair=)`` does the work, ``find`` gives the garments of those ids that exist."""
    st.markdown(
        "Checks that the database and the photos agree and that every picture is intact. It reads every file, which "
        "takes some seconds for a thousand photos."
    )
    if progress.watch(JOB):
        return
    job = jobs.job(JOB)
    checkup = job.results[-1].checkup if job is not None and job.results else None
    with st.container(horizontal=True):
        label = "Check the wardrobe" if job is None else "Check again"
        st.button(label, icon=":material/stethoscope:", key="check", on_click=_start, args=(examine, False))
        if checkup and any(finding.is_repairable for finding in checkup.findings):
            st.button(
                "Repair",
                icon=":material/healing:",
                type="primary",
                key="repair",
                on_click=_start,
                args=(examine, True),
                help="Nothing of yours is deleted: what belongs to no garment is moved to the folder lost+found",
            )
    if job is not None and job.error:
        st.error(plain(job.error), icon=":material/error:")
    if checkup:
        if checkup.is_ok:
            st.success(checkup.summary, icon=":material/check_circle:")
        else:
            st.warning(checkup.summary, icon=":material/warning:")
        for number, finding in enumerate(checkup.findings):
            _finding(finding, find, key=f"finding_{number}")


def _start(examine: Examine, repair: bool) -> None:
    progress.start(JOB, partial(examine, repair=repair))


def _finding(finding: Finding, find: Find, key: str) -> None:
    wrong = ":orange[:material/warning:]" if finding.is_wrong else ":material/info:"
    mark = ":green[:material/check:] Repaired:" if finding.is_repaired else wrong
    with st.container(border=True, key=key, gap="xsmall"):
        st.markdown(f"{mark} {plain(finding.sentence)}")
        if text := " ".join(part for part in (finding.told, finding.advice) if part):
            st.caption(plain(text))
        if finding.is_repaired:
            return
        if names := [one.name for one in finding.found if one.name and one.item_id is None]:
            more = [f"and {len(names) - _MOST_NAMES} more"] if len(names) > _MOST_NAMES else []
            st.text("\n".join([*names[:_MOST_NAMES], *more]))
        with st.container(horizontal=True):
            for garment in find(list(finding.item_ids[:_MOST_NAMES])).values():
                photos.link(garment)
