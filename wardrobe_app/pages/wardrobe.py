"""The gallery: filter, search, sort, page through garments, and edit several together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.catalogue import bulk_edit, custom_types, filters, gallery, label_propagation, status
from wardrobe_app.components.catalogue import drafts as drafted
from wardrobe_app.components.shared import address, empty_state, jobs, notices, selection
from wardrobe_app.components.shared.formatting import KINDS, by_label, count_of, searched_instead, value_label
from wardrobe_app.components.shared.notices import Said, action
from wardrobe_app.components.shared.widgets import button
from wardrobe_app.domain.catalogue.filters import Filter, Sort
from wardrobe_app.domain.garments.availability import AVAILABLE, Status
from wardrobe_app.domain.garments.garment import SEVERAL, TagKind
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.services.catalogue.change_set import AppliedChanges

LIST = "wardrobe"
PAGE = "page_number"
SIZES = (24, 48, 96)
WARM_UP = "warm_up"

rt = notices.opened(startup.current)
label_of = partial(value_label, vocabulary=rt.vocabulary)


def choices_of(kind: TagKind) -> list[str]:
    found = rt.catalogue.choices(kind)
    return list(found) if kind in SEVERAL else by_label(found, partial(label_of, kind.value))


def changed(done: AppliedChanges, ids: Sequence[int], text: str) -> Said:
    selection.unsee(LIST, ids)
    return text, partial(rt.catalogue.undo, done)


@action
def set_value(ids: list[int], kind: str, value: str, *, force: bool = False) -> Said:
    number, label = count_of(len(ids), "garment"), label_of(kind, value)
    if kind == "status":
        return changed(rt.catalogue.set_status(ids, status.status_of(value)), ids, f"{number} now {label.lower()}.")
    done = rt.catalogue.correct(ids, TagKind(kind), value, seen=None if force else selection.seen(LIST, ids))
    text = f"{KINDS[TagKind(kind)]} of {number} changed to {label}." + label_propagation.words(done.propagated)
    return changed(done, ids, text)


@action
def add_values(ids: list[int], kind: str, value: str, *, force: bool = False) -> Said:
    done = rt.catalogue.add_values(ids, TagKind(kind), value, seen=None if force else selection.seen(LIST, ids))
    return changed(done, ids, f"{label_of(kind, value)} added to {count_of(len(ids), 'garment')}.")


@action
def make_type(ids: list[int], name: str, slot: Slot) -> None:
    set_value(ids, TagKind.TYPE.value, rt.types.add(name, slot))


@action
def favour(ids: list[int]) -> Said:
    done = rt.catalogue.set_favourite(ids, True)
    return changed(done, done.ids, f"{count_of(len(done.ids), 'garment')} added to favourites.")


def moved(done: AppliedChanges, ids: list[int], where: str) -> Said:
    selection.drop(LIST, ids)
    return changed(done, done.ids, f"{count_of(len(done.ids), 'garment')} {where}.")


@action
def archive(ids: list[int]) -> Said:
    return moved(rt.catalogue.archive(ids), ids, "archived")


@action
def unarchive(ids: list[int]) -> Said:
    return moved(rt.catalogue.unarchive(ids), ids, "back in the wardrobe")


@action
def trash(ids: list[int]) -> Said:
    return moved(rt.catalogue.trash(ids), ids, "moved to the trash")


def known(facet: str, value: str) -> bool:
    """Whether an address may ask for this."""
    others = {"brand": brands, "slot": set(Slot), "status": {AVAILABLE, *Status}}
    return value in (others[facet] if facet in others else rt.catalogue.choices(TagKind(facet)))


def to_first_page() -> None:
    st.session_state[PAGE] = 1


def clear_filters() -> None:
    filters.clear()
    for name, value in (("search", ""), ("only_favourites", False), ("only_archived", False), ("only_unsure", False)):
        st.session_state[name] = value
    st.session_state["only_ids"] = []
    to_first_page()


def show_selected() -> None:
    clear_filters()
    st.session_state["only_ids"] = selection.chosen(LIST)


def select_all(ids: Sequence[int]) -> None:
    selection.add(LIST, ids)


def select_matching(wanted: Filter) -> None:
    """Those that match at the moment of the click, as the button says."""
    select_all(rt.catalogue.matching_ids(wanted))


st.title("Wardrobe", anchor=False)
counts = rt.catalogue.count()
if not counts.live and not counts.archived:
    empty_state.stop("wardrobe", "No garments yet", empty_state.first_steps(rt.shared))

brands = rt.catalogue.brands()
in_address = [
    address.text("q", "search"),
    *filters.params(known, rt.vocabulary.merged),
    address.flag("favourite", "only_favourites"),
    address.flag("check", "only_unsure"),
    address.flag("archived", "only_archived"),
    address.ids("ids", "only_ids"),
    address.choice("sort", "sort", {sort.name.lower(): sort for sort in Sort}, Sort.NEWEST),
    address.number("size", "page_size", SIZES[0], SIZES),
    address.number("page", PAGE, 1, range(1, 100_000)),
]
address.follow(in_address)
kept: dict[str, Any] = {"persist_state": "session", "on_change": to_first_page}
with st.sidebar:
    search = st.text_input(
        "Search", key="search", placeholder="Name, brand, notes, tags", icon=":material/search:", **kept
    )
    order: Sort = st.selectbox("Sort by", [*Sort], format_func=lambda sort: sort.value, key="sort", **kept)
    favourites = st.checkbox("Favourites only", key="only_favourites", **kept)
    unsure = st.checkbox("Needs review only", key="only_unsure", **kept)
    archived = st.checkbox(f"Archived ({counts.archived})", key="only_archived", **kept)

only = frozenset(st.session_state["only_ids"]) or None
typed = Filter(filters.chosen(), search, favourites or None, archived, unsure or None, only)
wanted = rt.catalogue.forgiven(typed)
with st.sidebar:
    filters.draw(rt.catalogue.facets(wanted), partial(label_of, brands=brands), to_first_page)
    button("Clear all filters", "filter_alt_off", clear_filters, width="stretch")

with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
    found = st.empty()
    size = st.selectbox("Garments per page", SIZES, key="page_size", width=170, **kept)

page = rt.catalogue.browse(wanted, order, page=st.session_state[PAGE] - 1, size=size)
last = max(1, -(-page.total // size))
if st.session_state[PAGE] > last:
    st.session_state[PAGE] = last
    page = rt.catalogue.browse(wanted, order, page=last - 1, size=size)
address.publish(in_address)
found.markdown(f"**{count_of(page.total, 'garment')}**" + (f" of {counts.live}" if page.total < counts.live else ""))

on_page = [garment.id for garment in page.garments]
selected = selection.Selected(())
if ticked := selection.chosen(LIST):
    existing = rt.catalogue.matching_ids(Filter(ids=frozenset(ticked)))
    selected = selection.split(LIST, rt.catalogue.matching_ids(wanted), on_page, existing)

if only is not None:
    st.caption("Showing selected garments only. “Clear all filters” shows the rest.")
if wanted.text != typed.text:
    st.info(searched_instead(typed.text, wanted.text), icon=":material/spellcheck:")
if not page.garments:
    st.info("No garments match. Clear some filters in the sidebar.", icon=":material/filter_alt_off:")
if selected.ids or selected.hidden:
    bulk_edit.draw(
        selected,
        {**{kind.value: choices_of(kind) for kind in KINDS}, "status": [AVAILABLE, *Status]},
        label_of,
        set_value,
        add_values,
        [
            ("Favourite", "favorite", favour),
            *([("Archive", "archive", archive)] if not archived or only is not None else []),
            *([("Back to wardrobe", "unarchive", unarchive)] if archived or only is not None else []),
            ("Trash", "delete", trash),
        ],
        show_selected,
        partial(selection.put, LIST, ()),
    )
if selected.ids:
    custom_types.new("new_type", None, partial(make_type, list(selected.ids)), drafted.Shelf(rt.drafts, rt.days))
with st.container(horizontal=True):
    if set(on_page) - set(selected.ids):
        button("Select all on this page", "select_all", select_all, on_page, type="tertiary")
    if page.total > max(size, len(selected.ids)):
        button(f"Select all {page.total} matches", "select_all", select_matching, wanted, type="tertiary")
gallery.draw(page.garments, rt.catalogue.thumbnail_path, LIST)
if last > 1:
    with st.container(horizontal_alignment="center"):
        st.pagination(last, key=PAGE, persist_state="session")
if rt.warm_up.pays(counts.live) and jobs.job(WARM_UP) is None:
    jobs.start(WARM_UP, rt.warm_up.look, 3)
