"""Photos that a phone sends: the way to open its page, and what arrives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from wardrobe_app.components.importing import phone
from wardrobe_app.components.importing.results import Rows
from wardrobe_app.components.shared import jobs
from wardrobe_app.components.shared.formatting import count_of, plain
from wardrobe_app.components.shared.widgets import button

if TYPE_CHECKING:
    from wardrobe_app.services.capture.page_session import PageSession
    from wardrobe_app.services.capture.phone_capture import PhoneCapture

JOB: Final = "phone"
_SECONDS: Final = 2.0
_OUTCOMES: Final = ("added", "already there", "refused", "received")
"""What becomes of photos, in the order in which they are counted."""


def ask(capture: PhoneCapture, open_page: Callable[[str], object], picture: Callable[[str], str], rows: Rows) -> None:
    """Draw the phone's code while its page is open, or else the offer to open it, at one of this computer's addresses.

    ``picture`` draws the code of an address.
    """
    addresses = capture.addresses()
    if not addresses:
        phone.offline(lambda: None)
        return
    session = capture.session
    if session is None:
        address = phone.choose_address(addresses)
        phone.start(partial(open_page, address), ended=phone.was_shown())
        if (job := jobs.job(JOB)) is not None and job.running:
            st.fragment(_watch_last, run_every=_SECONDS)(capture)
        return
    renew = partial(open_page, session.host.rpartition(":")[0])
    phone.code(session, picture(session.address), renew, capture.close)
    st.fragment(_watch, run_every=_SECONDS)(capture, session, rows)


def begin(capture: PhoneCapture, session: PageSession) -> None:
    """Show the code of an open page in this browser, and import what the phone sends."""
    phone.watch(session)
    jobs.start(JOB, capture.imported, total=0)


def _watch(capture: PhoneCapture, session: PageSession, rows: Rows) -> None:
    """What arrives; the whole page is drawn once more when the phone's page is closed."""
    if not session.is_open:
        st.rerun()
    phone.watch(session)
    counts = Counter(photo.outcome for photo in list(session.photos.values()))
    phone.progress(session, [(outcome, counts[outcome]) for outcome in _OUTCOMES])
    job = jobs.job(JOB)
    if job is not None and job.error:
        st.error(f"{plain(job.error)} The photos are kept.", icon=":material/error:")
        button("Try again", "refresh", jobs.start, JOB, capture.imported, 0, key="phone_restart")
    if job is not None:
        rows.newest(job)


def _watch_last(capture: PhoneCapture) -> None:
    """What is still to be added after the phone's page was closed."""
    job = jobs.job(JOB)
    if job is None or not job.running:
        st.rerun()
    left = count_of(len(capture.waiting), "photo")
    st.markdown(f":material/hourglass_empty: {left} from the phone still to be added.")
