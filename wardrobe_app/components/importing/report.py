"""What became of the files of a finished import, and where to go from there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import streamlit as st

from wardrobe_app.components.importing import split_offer
from wardrobe_app.components.importing.results import Rows
from wardrobe_app.components.shared import jobs
from wardrobe_app.components.shared.formatting import count_of, plain
from wardrobe_app.components.shared.widgets import REVIEW_PAGE, WARDROBE_PAGE, button
from wardrobe_app.domain.catalogue.filters import Filter
from wardrobe_app.domain.errors import NotFound
from wardrobe_app.domain.garments.garment import Garment

if TYPE_CHECKING:
    from wardrobe_app.services.catalogue.catalogue import Catalogue
    from wardrobe_app.services.importing.importer import ImportResult
    from wardrobe_app.services.importing.splitting import Splitting

_ROWS: Final = 20
_OUTCOMES: Final = ("added", "already there", "refused")


def may_be_several(result: ImportResult, splitting: Splitting) -> bool:
    """Whether what was added looked like several garments in one photo."""
    garment = result.garment if result.outcome.value == "added" else None
    return garment is not None and splitting.offer(garment) is not None


def draw(job: jobs.Job, name: str, rows: Rows, catalogue: Catalogue, splitting: Splitting) -> None:
    """Draw the report of the job called ``name``: what may be several garments comes first, what was added last."""
    _summary(job)
    _to_review(job, name, catalogue)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(WARDROBE_PAGE, label="Go to the wardrobe", icon=":material/checkroom:")
        st.page_link("wardrobe_app/pages/duplicates.py", label="Check for duplicates", icon=":material/content_copy:")
        button("Clear this list", "close", jobs.forget, name, type="tertiary")
    several = {at for at in range(job.done) if may_be_several(job.results[at][0], splitting)}
    if several:
        st.caption(f"{count_of(len(several), 'photo')} may show several garments, first in this list.")
    order = sorted(range(job.done), key=lambda at: (at not in several, job.results[at][0].outcome.value == "added", at))
    pages = max(1, -(-len(order) // _ROWS))
    page = st.pagination(pages, key="result_page") if pages > 1 else 1
    for position in order[(page - 1) * _ROWS : page * _ROWS]:
        rows.draw(job.results, position)
        _split(job.results[position][0], catalogue.get, splitting)


def _summary(job: jobs.Job) -> None:
    counts = Counter(result.outcome.value for result, _ in job.results)
    words = ", ".join(f"{counts[outcome]} {outcome}" for outcome in _OUTCOMES if counts[outcome]) or "nothing added"
    left = max(0, job.total - job.done)
    stopped = f" Stopped with {count_of(left, 'file')} left, which were not added." if left else ""
    if job.error:
        st.error(f"{plain(job.error)} Before that: {words}.{stopped}", icon=":material/error:")
    else:
        st.success(f"Done: {words}.{stopped}", icon=":material/done_all:")


def _to_review(job: jobs.Job, name: str, catalogue: Catalogue) -> None:
    """How many of the garments that were added are certain, and the way to review the others."""
    added = [result.garment.id for result, _ in job.results if result.outcome.value == "added" and result.garment]
    unsure = len(catalogue.matching_ids(Filter(ids=frozenset(added), unsure=True)))
    if not unsure:
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"to_review_{name}"):
        st.markdown(f"**{len(added) - unsure} sure, {unsure} to review**")
        if button("Review now", "rule", lambda: None, key=f"review_{name}", type="primary"):
            st.switch_page(REVIEW_PAGE)


def _split(result: ImportResult, get: Callable[[int], Garment], splitting: Splitting) -> None:
    """The offer to split what was added, or what it was split into since."""
    if result.garment is not None and may_be_several(result, splitting):
        with suppress(NotFound):
            split_offer.draw(get(result.garment.id), splitting)
