"""The queue of groups to review one by one, and what was decided in this visit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import streamlit as st

from wardrobe_app.components.shared.formatting import count_of
from wardrobe_app.components.shared.widgets import button
from wardrobe_app.domain.redundancy.groups import RedundancyGroup

Ids = tuple[int, ...]
_AT, _PLACE, _LATER, _DEEDS = "desk_at", "desk_place", "desk_later", "desk_deeds"
SAME, TWINS, KEEP, DIFFERENT, LET_GO = "same", "twins", "keep", "different", "let go"
KEEP_HELP = "They are alike, and you want them all"
DIFFERENT_HELP = "They are not alike"


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be done about one group. ``same`` and ``twins`` take the one to keep and the others."""

    same: Callable[[int, Ids], object]
    identical: Callable[[int, Ids], object]
    keep: Callable[[Ids], object]
    different: Callable[[Ids], object]
    let_go: Callable[[Ids, Ids], object]


@dataclass(frozen=True, slots=True, eq=False)
class Deed:
    """One decision: its ``kind``, the ``group`` on the table, the garments that it was about and those that left."""

    kind: str
    group: Ids
    ids: Ids
    left: Ids = field(default=())

    @property
    def whole(self) -> bool:
        """Whether it settled all of the group."""
        return set(self.ids) == set(self.group)


def deeds() -> list[Deed]:
    """What was decided in this visit, in order."""
    found: list[Deed] = st.session_state.setdefault(_DEEDS, [])
    return found


def did(deed: Deed) -> None:
    """Remember a decision."""
    deeds().append(deed)


def undone(deed: Deed) -> None:
    """Forget a decision, and put its group back on the table."""
    st.session_state[_DEEDS] = [one for one in deeds() if one is not deed]
    st.session_state[_AT] = deed.group


def forget(ids: Ids) -> None:
    """Forget what was decided about these very garments: it was taken back in another place."""
    st.session_state[_DEEDS] = [one for one in deeds() if set(one.ids) != set(ids)]


def queue(groups: Sequence[RedundancyGroup]) -> list[RedundancyGroup]:
    """The groups in the order to decide them: those that were put off come last."""
    later: list[Ids] = st.session_state.get(_LATER, [])
    return sorted(groups, key=lambda group: later.index(group.ids) if group.ids in later else -1)


def place(waiting: Sequence[RedundancyGroup]) -> int:
    """Which of the groups ``waiting`` (one or more) is on the table.

    The one that was, or what a decision about some of its garments left of it; else the one that took its place.
    """
    at: Ids = st.session_state.get(_AT, ())
    exact = (number for number, group in enumerate(waiting) if group.ids == at)
    rest = (number for number, group in enumerate(waiting) if set(group.ids) < set(at))
    last = min(st.session_state.get(_PLACE, 0), len(waiting) - 1)
    found = next(exact, None)
    found = next(rest, last) if found is None else found
    st.session_state[_PLACE], st.session_state[_AT] = found, waiting[found].ids
    return found


def _go(waiting: Sequence[Ids], number: int) -> None:
    st.session_state[_PLACE], st.session_state[_AT] = number, waiting[number]


def _put_off(ids: Ids) -> None:
    st.session_state[_LATER] = [*(one for one in st.session_state.get(_LATER, []) if one != ids), ids]
    st.session_state[_AT] = ()


def navigation(waiting: Sequence[RedundancyGroup], at: int) -> None:
    """How far the owner has come ("3 of 17"), and the ways to other groups."""
    settled = sum(deed.whole for deed in deeds())
    total = settled + len(waiting)
    put_off = sum(group.ids in st.session_state.get(_LATER, []) for group in waiting)
    text = f"{settled + at + 1} of {total}" + (f", {put_off} postponed" if put_off else "")
    st.progress(settled / total, text=text)
    ids = [group.ids for group in waiting]
    with st.container(horizontal=True, gap="xsmall"):
        moves = (("Previous", "arrow_back", "Left", at - 1), ("Next", "arrow_forward", "Right", at + 1))
        for label, icon, keys, number in moves:
            disabled, key = not 0 <= number < len(waiting), f"desk_{label.lower()}"
            button(label, icon, _go, ids, number, shortcut=keys, key=key, disabled=disabled)
        button(
            "Not now", "schedule", _put_off, ids[at], shortcut="N", key="desk_put_off", disabled=len(waiting) < 2,
            help="Moves this group to the end",
        )  # fmt: skip


def summary() -> list[str]:
    """What was decided in this visit, a sentence for each kind of decision."""
    by_kind = {kind: [deed for deed in deeds() if deed.kind == kind] for kind in (SAME, TWINS, KEEP, DIFFERENT, LET_GO)}
    garments = {kind: sum(len(deed.ids) for deed in found) for kind, found in by_kind.items()}
    count = {kind: len(found) for kind, found in by_kind.items()}
    left = sum(len(deed.left) for deed in by_kind[LET_GO])
    words = {
        SAME: f"{garments[SAME]} garments merged into {count[SAME]}.",
        TWINS: f"{garments[TWINS]} garments merged into {count[TWINS]}, with a quantity.",
        KEEP: f"{count_of(count[KEEP], 'group')} of {garments[KEEP]} garments kept.",
        DIFFERENT: f"{count_of(count[DIFFERENT], 'group')} of {garments[DIFFERENT]} garments marked as different.",
        LET_GO: f"{count_of(left, 'garment')} moved to the trash.",
    }
    return [words[kind] for kind, found in by_kind.items() if found]
