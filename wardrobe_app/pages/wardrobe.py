"""The gallery: filter, search, sort, leaf through, and edit several garments together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.catalogue import bulk_edit, custom_types, filters, gallery, label_propagation, status
from wardrobe_app.components.catalogue import drafts as drafted
from wardrobe_app.components.shared import address, jobs, notices, selection
from wardrobe_app.components.shared.formatting import KINDS, by_label, count_of, searched_instead, value_label
from wardrobe_app.domain.catalogue.filters import Filter, Sort
from wardrobe_app.domain.garments.availability import AVAILABLE, Status
from wardrobe_app.domain.garments.garment import SEVERAL, TagKind
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.services.catalogue.change_set import AppliedChanges

LIST = "wardrobe"
PAGE = "page_number"
SIZES = (24, 48, 96)
AHEAD = "foresight"
ADD_PAGE = "wardrobe_app/pages/add_photos.py"

rt = notices.opened(startup.current)
label_of = partial(value_label, vocabulary=rt.vocabulary)


def choices_of(kind: TagKind) -> list[str]:
    found = rt.catalogue.choices(kind)
    return list(found) if kind in SEVERAL else by_label(found, partial(label_of, kind.value))


def set_tag(ids: list[int], kind: TagKind, value: str, *, anyway: bool = False) -> None:
    with notices.guarded(partial(set_tag, ids, kind, value, anyway=True)):
        done = rt.catalogue.correct(ids, kind, value, seen=None if anyway else selection.seen(LIST, ids))
        selection.unsee(LIST, ids)
        said = (
            f"{KINDS[kind]} of {count_of(len(ids), 'garment')} set to {value_label(kind.value, value, rt.vocabulary)}."
        )
        notices.say(said + label_propagation.words(done.followed), partial(rt.catalogue.take_back, done))


def set_status(ids: list[int], where: Status | None) -> None:
    with notices.guarded():
        done = rt.catalogue.set_status(ids, where)
        selection.unsee(LIST, ids)
        said = label_of("status", where.value if where else AVAILABLE).lower()
        notices.say(f"{count_of(len(ids), 'garment')} now {said}.", partial(rt.catalogue.take_back, done))


def set_value(ids: list[int], kind: str, value: str) -> None:
    if kind == "status":
        set_status(ids, status.status_of(value))
    else:
        set_tag(ids, TagKind(kind), value)


def add_values(ids: list[int], kind: str, value: str, *, anyway: bool = False) -> None:
    with notices.guarded(partial(add_values, ids, kind, value, anyway=True)):
        seen = None if anyway else selection.seen(LIST, ids)
        done = rt.catalogue.add_values(ids, TagKind(kind), value, seen=seen)
        said = f"{value_label(kind, value, rt.vocabulary)} added to {count_of(len(ids), 'garment')}."
        notices.say(said, partial(rt.catalogue.take_back, done))


def make_type(ids: list[int], name: str, slot: Slot) -> bool:
    with notices.guarded():
        set_tag(ids, TagKind.TYPE, rt.types.add(name, slot))
        return True
    return False


def marked(done: AppliedChanges, said: str) -> None:
    selection.unsee(LIST, done.ids)
    notices.say(f"{count_of(len(done.ids), 'garment')} {said}.", partial(rt.catalogue.take_back, done))


def favour(ids: list[int]) -> None:
    with notices.guarded():
        marked(rt.catalogue.set_favourite(ids, True), "marked as favourite")


def archive(ids: list[int]) -> None:
    with notices.guarded():
        marked(rt.catalogue.archive(ids), "archived")
        selection.drop(LIST, ids)


def unarchive(ids: list[int]) -> None:
    with notices.guarded():
        marked(rt.catalogue.unarchive(ids), "back in the wardrobe")
        selection.drop(LIST, ids)


def trash(ids: list[int]) -> None:
    with notices.guarded():
        marked(rt.catalogue.trash(ids), "moved to the trash")
        selection.drop(LIST, ids)


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
notices.show()
counts = rt.catalogue.count()

if not counts.live and not counts.archived:
    with st.container(border=True):
        st.subheader("Nothing here yet", anchor=False)
        st.markdown(
            "Take a photo of each garment, or use those that are on your phone or computer. Wardrobe Graph tells what "
            "each one is, finds what you have more than once, and shows what goes together. Everything stays on "
            + ("the computer that runs this." if rt.shared else "this computer.")
        )
        with st.container(horizontal=True):
            if st.button("Add photos", icon=":material/add_a_photo:", type="primary"):
                st.switch_page(ADD_PAGE, query_params={"from": "files"})
            if st.button("Import a folder", icon=":material/folder:"):
                st.switch_page(ADD_PAGE, query_params={"from": "folder" if rt.shared else "path"})
    st.stop()

brands = rt.catalogue.brands()
in_address = [
    address.text("q", "search"),
    *filters.params(known),
    address.flag("favourite", "only_favourites"),
    address.flag("check", "only_unsure"),
    address.flag("archived", "only_archived"),
    address.ids("ids", "only_ids"),
    address.choice("sort", "sort", {sort.name.lower(): sort for sort in Sort}, Sort.NEWEST),
    address.number("size", "page_size", SIZES[0], SIZES),
    address.number("page", PAGE, 1, range(1, 100_000)),
]
address.follow(in_address)
with st.sidebar:
    search = st.text_input(
        "Search",
        key="search",
        persist_state="session",
        on_change=to_first_page,
        placeholder="Name, brand, notes, tags",
        icon=":material/search:",
    )
    order: Sort = st.selectbox(
        "Sort by",
        [*Sort],
        format_func=lambda sort: sort.value,
        key="sort",
        persist_state="session",
        on_change=to_first_page,
    )
    kept: dict[str, Any] = {"persist_state": "session", "on_change": to_first_page}
    favourites = st.checkbox("Favourites only", key="only_favourites", **kept)
    unsure = st.checkbox("Only those worth a check", key="only_unsure", **kept)
    archived = st.checkbox(f"Archived ({counts.archived})", key="only_archived", **kept)

only = frozenset(st.session_state["only_ids"]) or None
typed = Filter(filters.chosen(), search, favourites or None, archived, unsure or None, only)
wanted = rt.catalogue.forgiven(typed)
with st.sidebar:
    filters.draw(rt.catalogue.facets(wanted), partial(label_of, brands=brands), to_first_page)
    st.button("Clear all filters", icon=":material/filter_alt_off:", on_click=clear_filters, width="stretch")

with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
    found = st.empty()
    size = st.selectbox(
        "Garments on a page",
        SIZES,
        key="page_size",
        persist_state="session",
        on_change=to_first_page,
        width=170,
    )

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
    there = rt.catalogue.matching_ids(Filter(ids=frozenset(ticked)))
    selected = selection.split(LIST, rt.catalogue.matching_ids(wanted), on_page, there)

if only is not None:
    st.caption("Only garments that you selected are shown. “Clear all filters” shows the others again.")
if wanted.text != typed.text:
    st.info(searched_instead(typed.text, wanted.text), icon=":material/spellcheck:")
if not page.garments:
    st.info("Nothing fits these filters. Clear some of them in the sidebar.", icon=":material/filter_alt_off:")
if selected.ids or selected.hidden:
    bulk_edit.draw(
        selected,
        {
            **{kind.value: choices_of(kind) for kind in KINDS},
            "status": [AVAILABLE, *Status],
        },
        label_of,
        set_value,
        add_values,
        [
            ("Favourite", ":material/favorite:", favour),
            *([("Archive", ":material/archive:", archive)] if not archived or only is not None else []),
            *([("Back to wardrobe", ":material/unarchive:", unarchive)] if archived or only is not None else []),
            ("Trash", ":material/delete:", trash),
        ],
        show_selected,
        partial(selection.put, LIST, ()),
    )
if selected.ids:
    custom_types.new("new_type", None, partial(make_type, list(selected.ids)), drafted.Shelf(rt.drafts, rt.days))
with st.container(horizontal=True):
    offers = (
        ("Select all on this page", set(on_page) - set(selected.ids), select_all, on_page),
        (f"Select all {page.total} that match", page.total > max(size, len(selected.ids)), select_matching, wanted),
    )
    for label, wanting, act, which in offers:
        if wanting:
            st.button(label, icon=":material/select_all:", type="tertiary", on_click=act, args=(which,))
gallery.draw(page.garments, rt.catalogue.thumbnail_path, LIST)
if last > 1:
    with st.container(horizontal_alignment="center"):
        st.pagination(last, key=PAGE, persist_state="session")
if rt.warm_up.pays(counts.live) and jobs.job(AHEAD) is None:
    jobs.start(AHEAD, rt.warm_up.look, 3)
