"""Long work of the maintenance page: start it in the background, and show how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import streamlit as st

from wardrobe_app.components.shared import jobs, notices
from wardrobe_app.domain.records.backup import Progress

Steps = Iterator[Any]


def start(name: str, steps: Callable[[], Steps]) -> None:
    """Start work unless it is running; closing its steps, on cancel, cleans up what was begun."""

    def work(cancelled: Callable[[], bool]) -> Steps:
        taken = steps()
        for step in taken:
            yield step
            if cancelled():
                taken.close()  # type: ignore[attr-defined]
                return

    if jobs.start(name, work, total=1) is None:
        notices.say("This is already running.")


def watch(name: str) -> bool:
    """Show the progress of running work, refreshed each second; False where none is running."""
    job = jobs.job(name)
    if job is None or not job.running:
        return False
    st.fragment(partial(_watch, name), run_every=1.0)()
    return True


def _watch(name: str) -> None:
    job = jobs.job(name)
    if job is None or not job.running:
        st.rerun()
    step = next((one for one in reversed(job.results) if hasattr(one, "share")), None)
    with st.container(horizontal=True, vertical_alignment="center"):
        text = step.doing if step else "Preparing"
        if isinstance(step, Progress):
            text = f"{text}: {step.done} of {step.total}"
        st.progress(min(1.0, step.share) if step else 0.0, text="Stopping" if job.cancelled else text)
        st.button(
            "Cancel", icon=":material/stop_circle:", key=f"{name}_cancel", disabled=job.cancelled, on_click=job.cancel
        )
