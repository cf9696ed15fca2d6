"""One garment in a panel over the grid: its photo, quick corrections, and the way to the one before and the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import streamlit as st

from wardrobe_app.components.catalogue import status, tag_editor
from wardrobe_app.components.shared import address, notices, photos
from wardrobe_app.components.shared.formatting import KINDS, number_in, photo_alt, plain
from wardrobe_app.components.shared.widgets import button
from wardrobe_app.domain.garments.availability import Status
from wardrobe_app.domain.garments.garment import Garment, TagKind

_PARAM: Final = "item"
_LAST: Final = "gallery_last"
_SAID: Final = "gallery_item"
_WRITTEN: Final = "gallery_item_written"
_CHANGED: Final = "gallery_changed"
_WIDTH: Final = 560
_PHOTO_WIDTH: Final = 330  # the type below it is on the screen too


@dataclass(frozen=True, slots=True)
class Content:
    """What the panel shows besides the garment, and what can be done to it; every action gets the garment first."""

    order: Sequence[int]
    choices: Callable[[TagKind], Sequence[str]]
    label_of: Callable[[str, str], str]
    photo_path: photos.PathOf
    thumbnail_path: photos.PathOf
    alike: Callable[[Garment], Sequence[Garment]]
    correct: Callable[[Garment, TagKind, str], object]
    forget: Callable[[Garment, TagKind], object]
    set_status: Callable[[Garment, Status | None, str], object]
    actions: Callable[[Garment], Sequence[tuple[str, str, Callable[[list[int]], object]]]]


def follow() -> None:
    """Take the garment to show from a new address; to be called in each run of the page, before ``address.follow``.

    The browser sends the address that it has, which may be the one from before the last click, though not on the way
    here from another page.
    """
    asked, (said, before) = number_in(st.query_params.get(_PARAM, "")), _said()
    item = asked if address.entered() or address.by_history() or asked not in (said, before) else said
    by_us = st.session_state.pop(_WRITTEN, False)  # in this very run: the browser has not heard of it yet
    st.session_state[_SAID] = item, item if asked == item and not by_us else before
    if asked != item:
        _write(item)


def opened() -> int:
    """The garment that is to be shown; 0 for none."""
    return _said()[0]


def last() -> int:
    """The garment that was shown last, or is shown now."""
    return int(st.session_state.get(_LAST, 0))


def open_item(item: int) -> None:
    """Show this garment, in the address too, so that back closes the panel again."""
    st.session_state[_SAID], st.session_state[_WRITTEN] = (item, opened()), True
    _write(item)


def close() -> None:
    """Show none any more."""
    open_item(0)


def _said() -> tuple[int, int]:
    """The garment that was asked for last, and the one before, which a late address may still name."""
    said: tuple[int, int] = st.session_state.get(_SAID, (0, 0))
    return said


def _write(item: int) -> None:
    if item:
        st.query_params[_PARAM] = str(item)
    elif _PARAM in st.query_params:
        del st.query_params[_PARAM]


def draw(garment_of: Callable[[int], Garment | None], content: Callable[[], Content]) -> None:
    """Draw the panel with the garment that is to be shown."""
    dialog = st.dialog("Garment", width=_WIDTH, position="right", on_dismiss=close)
    dialog(_body)(garment_of, content)


def _body(garment_of: Callable[[int], Garment | None], content: Callable[[], Content]) -> None:
    if st.session_state.pop(_CHANGED, False):
        st.rerun()  # the card behind the panel shows it too
    garment = garment_of(opened())
    if garment is None:
        st.info("There is no garment at this address any more.", icon=":material/search:")
        return
    st.session_state[_LAST] = garment.id
    shown = content()
    _turn(garment, shown.order)
    notices.inside()
    with st.container(key=f"panel_{garment.id}"):
        st.header(plain(garment.title), anchor=False)
        if garment.cover is not None:
            photos.photo(shown.photo_path(garment.cover), photo_alt(garment), _PHOTO_WIDTH)
        _offer(garment, shown)
        for kind in filter(garment.may_have, KINDS):
            _tag(garment, kind, shown)
        status.row(garment, partial(_changing, shown.set_status, garment))
    _related(garment, shown)
    photos.page_link(garment)


def _turn(garment: Garment, order: Sequence[int]) -> None:
    """Buttons for the garment before and the next, also on the arrow keys."""
    at = order.index(garment.id) if garment.id in order else -1
    before = order[at - 1] if at > 0 else 0
    after = order[at + 1] if 0 <= at < len(order) - 1 else 0
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        _turner("Previous", "chevron_left", before, "left")
        if at >= 0:
            st.markdown(f"{at + 1} of {len(order)}", width="content")
        _turner("Next", "chevron_right", after, "right")


def _turner(label: str, icon: str, item: int, shortcut: str) -> None:
    button(label, icon, open_item, item, key=f"panel_{shortcut}", shortcut=shortcut, disabled=not item)


def _changing(act: Callable[..., object], *args: object) -> None:
    act(*args)
    st.session_state[_CHANGED] = True


def _offer(garment: Garment, shown: Content) -> None:
    with st.container(horizontal=True):
        for label, icon, act in shown.actions(garment):
            button(label, icon, _changing, act, [garment.id], key=f"panel_{label}_{garment.id}")


def _tag(garment: Garment, kind: TagKind, shown: Content) -> None:
    label: Callable[[str], str] = partial(shown.label_of, kind.value)
    correct: Callable[..., Any] = partial(_changing, shown.correct, garment)
    forget: Callable[..., Any] = partial(_changing, shown.forget, garment)
    tag_editor.row(garment, kind, shown.choices(kind), label, correct, forget)


def _related(garment: Garment, shown: Content) -> None:
    alike = shown.alike(garment)
    if not alike:
        return
    st.subheader("Most similar", anchor=False)
    with st.container(horizontal=True, gap="small"):
        for other in alike:
            with st.container(width=118, gap="xxsmall"):
                photos.cover(other, shown.thumbnail_path)
                button(
                    plain(other.title), "open_in_full", open_item, other.id, type="tertiary", key=f"alike_{other.id}"
                )
