"""Ask which value is right where garments that are to be merged differ in what their owner entered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import Any

import streamlit as st

from wardrobe_app.components.catalogue import details_form
from wardrobe_app.components.shared import photos
from wardrobe_app.components.shared.formatting import KINDS, day_words, plain, value_label
from wardrobe_app.components.shared.widgets import button, cards
from wardrobe_app.domain.garments.garment import Garment, Tag, Verdict
from wardrobe_app.domain.garments.vocabulary import Vocabulary
from wardrobe_app.domain.redundancy.merging import Conflict
from wardrobe_app.domain.wording import Money

_ASKED = "merge_asked"
_LABELS = {**details_form.LABELS, **{kind.value: label for kind, label in KINDS.items()}}


@dataclass(frozen=True, slots=True)
class Asked:
    """A merge that waits for an answer: of the ``group`` under review the one to ``keep``, and those that go into it.

    ``seen`` are the versions of the garments, by id, that the values were read from.
    """

    verdict: Verdict
    group: int
    keep: int
    others: tuple[int, ...]
    conflicts: Sequence[Conflict]
    seen: Mapping[int, int]


Answer = Callable[[Asked, Mapping[str, int]], object]


def ask(asked: Asked) -> None:
    """Put the question on the page until it is answered or given up."""
    st.session_state[_ASKED] = asked


def asked() -> Asked | None:
    """The question that waits for an answer."""
    found: Asked | None = st.session_state.get(_ASKED)
    return found


def forget() -> None:
    """Give the question up; nothing is merged."""
    st.session_state.pop(_ASKED, None)


def draw(
    question: Asked,
    garments: Sequence[Garment],
    thumbnail_of: photos.PathOf,
    vocabulary: Vocabulary,
    money: Money,
    answer: Answer,
) -> None:
    """Ask over the page: the garments with numbers, the kept one first, and each difference with its values."""
    number_of = {garment.id: number for number, garment in enumerate(garments, 1)}
    told = partial(_told, vocabulary=vocabulary, money=money)

    @st.dialog("Their details differ. Which are right?", width="medium", on_dismiss=forget)
    def ask_which() -> None:
        with st.container(key="merge_choices"):
            for garment in cards(garments, 140):
                photos.cover(garment, thumbnail_of)
                photos.link(garment, f":material/counter_{number_of[garment.id]}:")
            for conflict in question.conflicts:
                _choice(question, conflict, number_of, told)
            st.caption("All other details are kept, and notes are joined. You can undo this.")
            with st.container(horizontal=True, horizontal_alignment="right"):
                done = button("Cancel", "close", forget, key="merge_cancel")
                done |= button("Merge", "merge", _answer, question, answer, type="primary", key="merge_answer")
        if done:
            st.rerun()

    ask_which()


def _choice(question: Asked, conflict: Conflict, number_of: Mapping[int, int], told: Callable[[str, Any], str]) -> None:
    """The values of one difference; at first the kept garment's is chosen, if it has one."""
    st.radio(
        _LABELS.get(conflict.key, conflict.key.replace("_", " ").capitalize()),
        list(conflict.values),
        format_func=lambda item: f"{plain(told(conflict.key, conflict.values[item]))} ({number_of[item]})",
        horizontal=True,
        key=_key(question, conflict),
    )


def _key(question: Asked, conflict: Conflict) -> str:
    return f"holds_{conflict.key}_{question.keep}_{'_'.join(map(str, question.others))}"


def _answer(question: Asked, answer: Answer) -> None:
    """Hand over what is chosen by now: the buttons were drawn before the last choice."""
    answer(question, {one.key: st.session_state[_key(question, one)] for one in question.conflicts})


def _told(key: str, value: Any, *, vocabulary: Vocabulary, money: Money) -> str:
    match value:
        case Tag():
            label = value_label(key, value.value, vocabulary)
            return f"{label} {value.shade}" if value.shade else label
        case Decimal():
            return money(value)
        case date():
            return day_words(value)
        case Enum():
            return str(value.value).replace("-", " ").capitalize()
        case _:
            return str(value)
