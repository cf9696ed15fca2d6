"""The check-up of a wardrobe: its button, how far it is, and what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import streamlit as st

from wardrobe_app.components.shared import jobs, photos
from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.records.integrity import Checkup, Finding, Step

JOB = "checkup"
SHOWN = 10
Examine = Callable[..., Iterator[Step]]


def draw(examine: Examine, find: Callable[[list[int]], Mapping[int, Garment]]) -> None:
    """Everything about it; ``examine(repair=)`` does the work, ``find`` gives the garments of ids that are there."""
    st.markdown(
        "Do database and photos agree, and is every picture whole? Every file is read, which takes some seconds for a "
        "thousand photos."
    )
    job = jobs.job(JOB)
    if job is not None and job.running:
        st.fragment(_watch, run_every=1.0)()
        return
    checkup = _checkup_of(job)
    with st.container(horizontal=True):
        label = "Check the wardrobe" if job is None else "Check again"
        st.button(label, icon=":material/stethoscope:", on_click=_start, args=(examine, False))
        if checkup and any(finding.is_repairable for finding in checkup.findings):
            st.button(
                "Mend what can be mended",
                icon=":material/healing:",
                type="primary",
                on_click=_start,
                args=(examine, True),
                help="Nothing of yours is deleted: what belongs to no garment is moved to the folder lost+found",
            )
    if job is not None and job.error:
        st.error(plain(job.error), icon=":material/error:")
    if checkup:
        _tell(checkup, find)


def _start(examine: Examine, repair: bool) -> None:
    def work(cancelled: Callable[[], bool]) -> Iterator[Step]:
        for step in examine(repair=repair):
            yield step
            if cancelled():
                return

    jobs.start(JOB, work, total=1)


def _watch() -> None:
    job = jobs.job(JOB)
    if job is None or not job.running:
        st.rerun()
    step = job.results[-1] if job.results else Step(0.0, "Getting ready")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(step.share, text=step.doing)
        st.button("Cancel", icon=":material/stop_circle:", key="cancel_checkup", on_click=job.cancel)


def _checkup_of(job: jobs.Job | None) -> Checkup | None:
    return job.results[-1].checkup if job is not None and job.results else None


def _tell(checkup: Checkup, find: Callable[[list[int]], Mapping[int, Garment]]) -> None:
    if checkup.is_ok:
        st.success(checkup.summary, icon=":material/check_circle:")
    else:
        st.warning(checkup.summary, icon=":material/warning:")
    for at, finding in enumerate(checkup.findings):
        _finding(finding, find, key=f"finding_{at}")


def _finding(finding: Finding, find: Callable[[list[int]], Mapping[int, Garment]], key: str) -> None:
    mark = (
        ":green[:material/check:] Mended:"
        if finding.is_repaired
        else ":orange[:material/warning:]"
        if finding.is_wrong
        else ":material/info:"
    )
    with st.container(border=True, key=key, gap="xsmall"):
        st.markdown(f"{mark} {plain(finding.sentence)}")
        if told := " ".join(part for part in (finding.told, finding.advice) if part):
            st.caption(plain(told))
        names = [one.name for one in finding.found if one.name and one.item_id is None]
        if names and not finding.is_repaired:
            st.text("\n".join([*names[:SHOWN], *([f"and {len(names) - SHOWN} more"] if len(names) > SHOWN else [])]))
        if not finding.is_repaired:
            with st.container(horizontal=True):
                for garment in find(list(finding.item_ids[:SHOWN])).values():
                    photos.link(garment)
