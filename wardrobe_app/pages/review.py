"""Review: what the tagger is not sure of, a key press each, look-alikes together."""

from __future__ import annotations

import hashlib
from typing import Any

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.review import queue as component
from wardrobe_app.components.review.payload import Exchange, Words, payload
from wardrobe_app.components.shared import address, empty_state, notices
from wardrobe_app.components.shared.formatting import value_label
from wardrobe_app.components.shared.widgets import WARDROBE_PAGE
from wardrobe_app.domain.errors import InvalidEdit, WardrobeError
from wardrobe_app.domain.review.decisions import Decision, read

EXCHANGE, PART = "review_exchange", "review_part"
TYPES, OTHERS = "types", "others"
LABELS = {TYPES: "Types", OTHERS: "Other tags"}  # without counts: a button that is named anew loses its mark
IN_ADDRESS = [address.choice("what", PART, {TYPES: TYPES, OTHERS: OTHERS}, TYPES)]

rt = notices.opened(startup.current)


def numbers_in(raw: Any) -> set[int]:
    return {item for item in raw if isinstance(item, int)} if isinstance(raw, list) else set()


def decisions_in(raw: Any) -> list[Decision]:
    found = []
    for one in raw if isinstance(raw, list) else []:
        try:
            found.append(read(one))
        except InvalidEdit:  # nothing that our own script sends
            continue
    return found


def received() -> None:
    sent, reviewed, problem = component.sent(), None, ""
    try:
        reviewed = rt.review.decide(decisions_in(sent.get("decisions")))
    except WardrobeError as error:  # the browser keeps what it sent, and tries again
        problem = str(error)
    st.session_state[EXCHANGE] = Exchange(
        numbers_in(sent.get("has")), numbers_in(sent.get("large")), numbers_in(sent.get("wants")), reviewed, problem
    )


def draw_ways_on() -> None:
    with st.container(horizontal=True, key="review_next"):
        st.page_link(WARDROBE_PAGE, label="Go to the wardrobe", icon=":material/checkroom:")
        st.page_link("wardrobe_app/pages/duplicates.py", label="Check for duplicates", icon=":material/content_copy:")


st.title("Review", anchor=False)
if not rt.catalogue.count().live:
    empty_state.stop("wardrobe", "Nothing to review yet", "Here you check the tags that the tagger is not sure of.")
address.follow(IN_ADDRESS)
exchange: Exchange = st.session_state.pop(EXCHANGE, Exchange())
others = st.session_state[PART] == OTHERS
queue = rt.review.queue(others=others)
st.segmented_control(
    "What to review", [TYPES, OTHERS], required=True, format_func=LABELS.__getitem__, label_visibility="collapsed",
    key=PART, persist_state="session",
)  # fmt: skip
address.publish(IN_ADDRESS)
vocabulary = rt.vocabulary
words = Words(rt.catalogue.choices, lambda kind, value: value_label(kind.value, value, vocabulary))
wardrobe = hashlib.sha256(str(rt.settings.data_dir).encode()).hexdigest()[:16]  # what the browser keeps is for this one
photo, large = rt.review.photo, rt.review.large_photo
component.show(payload(queue, words, photo, large, exchange, wardrobe=wardrobe, others=others), received)
if not queue.questions:
    draw_ways_on()
