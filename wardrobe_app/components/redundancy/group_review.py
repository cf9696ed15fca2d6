"""One group under review: large photos, the best to keep first, and a keyboard shortcut for every decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from wardrobe_app.components.redundancy import similarity_bars
from wardrobe_app.components.redundancy.review_queue import DIFFERENT_HELP, KEEP_HELP, Choices, Ids
from wardrobe_app.components.shared import photos
from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.components.shared.widgets import button
from wardrobe_app.domain.garments.garment import Garment, PairScore
from wardrobe_app.domain.redundancy.groups import RedundancyGroup
from wardrobe_app.domain.redundancy.keep_ranking import KeepRanking
from wardrobe_app.domain.similarity.relations import Relation, plain_note
from wardrobe_app.domain.wording import listed

MOST_KEYS = 9  # keys for garments go from 1 to 9
_ONE = frozenset({Relation.SAME_PICTURE, Relation.SAME_GARMENT, Relation.TWINS})


def _key(group: RedundancyGroup) -> str:
    return "_".join(str(item) for item in group.ids)


def _keep(key: str, item: int) -> None:
    st.session_state[f"desk_keep_{key}"] = item


def _numbers(items: Sequence[int], number_of: Mapping[int, int]) -> str:
    return listed(str(number_of[item]) for item in items)


def _card(garment: Garment, place: KeepRanking, count: int, kept: bool, key: str, thumbnail_of: photos.PathOf) -> None:
    photos.cover(garment, thumbnail_of, opens=True)
    photos.link(garment, f":material/counter_{count}:" if count <= MOST_KEYS else "")
    label, icon, kind = (
        ("Keep", "check_circle", "primary") if kept else ("Keep this one", "radio_button_unchecked", "secondary")
    )
    button(
        label, icon, _keep, key, garment.id, type=kind, shortcut=str(count) if count <= MOST_KEYS else None,
        width="stretch", key=f"desk_keep_{key}_{garment.id}", help="The one that stays when you merge or let go",
    )  # fmt: skip
    facts = [*place.reasons, *([f"quantity {garment.quantity}"] if garment.quantity > 1 else [])]
    st.caption(plain(", ".join(facts)) or "No wears, favourites or prices yet")


def _some(
    label: str, items: Sequence[int], default: Sequence[int], number_of: Mapping[int, int], key: str, told: str
) -> Ids:
    """Those of the ``items`` that are chosen, by their numbers."""
    chosen = st.pills(
        label, items, selection_mode="multi", default=default, format_func=lambda item: str(number_of[item]), key=key,
        wrap=True, help=told,
    )  # fmt: skip
    return tuple(item for item in items if item in chosen)


def _meant(key: str, ranked: Sequence[int], number_of: Mapping[int, int]) -> Ids:
    """The garments that the decision is about: both of two, any of more."""
    if len(ranked) == 2:
        return tuple(ranked)
    told = "You can decide about the others afterwards"
    return _some("Decide about", ranked, ranked, number_of, f"desk_meant_{key}", told)


def _leaving(key: str, meant: Ids, keep: int, number_of: Mapping[int, int]) -> Ids:
    """The garments to let go of: the other one of two, any of more; the others, unless told otherwise."""
    others = [item for item in meant if item != keep]
    if len(number_of) == 2:
        return tuple(others)
    told = "The others are kept and won't be shown together again"
    key = f"desk_leaving_{key}_{keep}_{'_'.join(map(str, meant))}"
    return _some("Let go of", meant, others, number_of, key, told)


def _decisions(group: RedundancyGroup, choices: Choices, ranked: Sequence[int], keep: int) -> None:
    """Every decision, at the bottom of the window, within reach however long the page is."""
    key, number_of = _key(group), {item: count for count, item in enumerate(ranked, 1)}
    with st.container(horizontal=True):
        meant = _meant(key, ranked, number_of)
        keep = keep if keep in meant else next(iter(meant), keep)
        leaving = _leaving(key, meant, keep, number_of)
    staying = tuple(item for item in meant if item not in leaving)
    others = tuple(item for item in meant if item != keep)
    both, into = "both" if len(ranked) == 2 else "all", number_of[keep]
    few = f"Let go of {_numbers(leaving, number_of)}" if leaving else "Let go"
    few = few if len(leaving) < 3 else f"Let go of {len(leaving)} garments"
    rows: tuple[tuple[str, str, str, Callable[..., object], tuple[object, ...], str], ...] = (
        ("Same garment", "merge", "S", choices.same, (keep, others), f"Number {into} gets all photos and details"),
        ("Several of the same", "filter_2", "T", choices.identical, (keep, others), f"Number {into} gets a quantity"),
        (f"Keep {both}", "favorite", "K", choices.keep, (meant,), KEEP_HELP),
        ("Different", "difference", "D", choices.different, (meant,), DIFFERENT_HELP),
        (few, "delete", "L", choices.let_go, (leaving, staying), "Moves them to the trash"),
    )
    with st.bottom, st.container(horizontal=True, gap="xsmall"):
        for label, icon, keys, act, args, told in rows:
            button(
                label, icon, act, *args, shortcut=keys, key=f"desk_{keys}_{key}", help=told,
                type="primary" if keys == "S" and group.relation in _ONE else "secondary",
                disabled=not leaving if keys == "L" else len(meant) < 2,
            )  # fmt: skip
    if len(meant) < 2:
        st.caption("Select at least two.")


def draw(
    group: RedundancyGroup,
    ranking: Sequence[KeepRanking],
    pairs: Sequence[PairScore],
    thumbnail_of: photos.PathOf,
    choices: Choices,
) -> None:
    """The group with its ``ranking`` (the best to keep first), and why its ``pairs`` are alike."""
    key, garments = _key(group), {item.id: item for item in group.items}
    ranked = [place.item_id for place in ranking]
    keep = st.session_state.get(f"desk_keep_{key}", ranked[0])
    with st.container(key=f"group_{key}"):
        similarity_bars.heading(group)
        two = len(ranked) == 2
        left, right = st.columns([2, 1], gap="medium") if two else (st.container(), None)
        with left, st.grid(2 if two else min(len(ranked), 4), min_column_width=140, gap="small") as grid:
            for count, place in enumerate(ranking, 1):
                with grid.cell():
                    item = place.item_id
                    _card(garments[item], place, count, item == keep, key, thumbnail_of)
        _decisions(group, choices, ranked, keep)
        words, facts = st.columns(2, gap="medium")
        with right or words:
            similarity_bars.bars(pairs)
        with words if right else facts:
            similarity_bars.relation(group, plain_note(group.items) if group.relation is Relation.LOOK_ALIKE else "")
        with facts:
            similarity_bars.shared(group)
            similarity_bars.differences(group)
