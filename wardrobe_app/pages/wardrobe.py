"""The gallery: filter, search and sort garments, look at one in a panel, and edit several together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.catalogue import bulk_edit, custom_types, filters
from wardrobe_app.components.catalogue import drafts as drafted
from wardrobe_app.components.gallery import panel, view
from wardrobe_app.components.gallery.actions import Actions
from wardrobe_app.components.shared import address, empty_state, jobs, notices
from wardrobe_app.components.shared.formatting import KINDS, by_label, searched_instead, value_label
from wardrobe_app.domain.catalogue.filters import Filter, Sort
from wardrobe_app.domain.errors import NotFound
from wardrobe_app.domain.garments.availability import AVAILABLE, Status
from wardrobe_app.domain.garments.garment import SEVERAL, Garment, TagKind
from wardrobe_app.domain.garments.vocabulary import Slot

WARM_UP = "warm_up"
CHANGE = "gallery_change"  # which garments are to be changed in the dialog
DIALOG = "gallery_dialog"  # whether the last run drew one
MARKS = {
    "unsure": ("only_unsure", "Needs review"),
    "favourite": ("only_favourites", "Favourites"),
    "archived": ("only_archived", "Archived"),
}
DENSITIES = {"comfortable": "Comfortable", "compact": "Compact"}
MOST_ALIKE, LEAST_ALIKE = 4, 0.2

rt = notices.opened(startup.current)
catalogue = rt.catalogue
label_of = partial(value_label, vocabulary=rt.vocabulary)


def choices_of(kind: TagKind) -> list[str]:
    found = catalogue.choices(kind)
    return list(found) if kind in SEVERAL else by_label(found, partial(label_of, kind.value))


do = Actions(catalogue, rt.types, label_of)
AT_ONCE = {"favourite": do.favour, "archive": do.archive, "unarchive": do.unarchive, "trash": do.trash}


def act(event: view.Event) -> None:
    if event.name in AT_ONCE and event.ids:
        AT_ONCE[event.name](event.ids)
    elif event.name == "change" and event.ids:
        st.session_state[CHANGE] = event


def close_change() -> None:
    st.session_state.pop(CHANGE, None)


def make_type(event: view.Event, name: str, slot: Slot) -> bool:
    worked = bool(do.make_type(event.seen, event.ids, name, slot))
    if worked:
        close_change()
    return worked


def change_several(event: view.Event) -> None:
    shelf, kinds = drafted.Shelf(rt.drafts, rt.days), {kind.value: choices_of(kind) for kind in KINDS}

    def new_type() -> None:
        if CHANGE not in st.session_state:  # one was made just now
            st.rerun()
        custom_types.new("new_type", None, partial(make_type, event), shelf)

    bulk_edit.draw(
        event.ids,
        {**kinds, "status": [AVAILABLE, *Status]},
        label_of,
        partial(do.set_value, event.seen),
        partial(do.add_values, event.seen),
        new_type,
        close_change,
    )


# What is shown


def known(facet: str, value: str) -> bool:
    """Whether an address, or a click, may ask for this."""
    others = {"brand": brands, "slot": set(Slot), "status": {AVAILABLE, *Status}}
    return value in (others[facet] if facet in others else catalogue.choices(TagKind(facet)))


def clear_filters() -> None:
    filters.clear()
    for key in ("only_unsure", "only_favourites", "only_archived"):
        st.session_state[key] = False
    st.session_state["search"], st.session_state["only_ids"] = "", []


def switch(asked: Mapping[str, Any]) -> None:
    if asked.get("clear"):
        clear_filters()
    elif "only" in asked:
        clear_filters()
        st.session_state["only_ids"] = view.numbers(asked["only"])
    elif asked.get("mark") in MARKS:
        st.session_state[MARKS[asked["mark"]][0]] = bool(asked.get("on"))
    elif asked.get("facet") in filters.FACETS and known(asked["facet"], str(asked.get("value"))):
        filters.switch(asked["facet"], asked["value"], bool(asked.get("on")))


def show_cut_outs() -> None:
    with notices.guarded():
        rt.preferences.show_cut_outs(st.session_state["gallery_cut_outs"])


def draw_head() -> tuple[str, Sort, str]:
    """The title, the search and the menu; what is searched for, the order and the density."""
    with st.container(horizontal=True, vertical_alignment="center", key="gallery_head"):
        st.title("Wardrobe", anchor=False, width="content")
        search = st.text_input(
            "Search", key="search", placeholder="Name, brand, notes, tags", icon=":material/search:",
            label_visibility="collapsed", persist_state="session",
        )  # fmt: skip
        with st.popover("View", icon=":material/tune:", width="content"):
            order: Sort = st.selectbox(
                "Sort by", [*Sort], format_func=lambda sort: sort.value, key="sort", persist_state="session"
            )
            density = st.segmented_control(
                "Size of the photos", list(DENSITIES), format_func=DENSITIES.__getitem__, key="density", required=True,
                persist_state="session",
            )  # fmt: skip
            st.toggle(
                "Without their background", value=rt.preferences.cut_outs, key="gallery_cut_outs",
                on_change=show_cut_outs,
            )  # fmt: skip
    return search, order, density or "comfortable"


def actions() -> list[tuple[str, str, str]]:
    """What the bar offers: name, label and look."""
    both = bool(only)
    back, away = wanted.archived or both, not wanted.archived or both
    return [
        ("change", "Change…", "wg-main"),
        ("favourite", "Favourite", ""),
        *([("archive", "Archive", "")] if away else []),
        *([("unarchive", "Back to wardrobe", "")] if back else []),
        ("trash", "Trash", ""),
    ]


def marks() -> list[dict[str, Any]]:
    found = catalogue.marks(wanted)
    return [
        {"name": name, "label": label, "count": found[name], "on": bool(st.session_state[key])}
        for name, (key, label) in MARKS.items()
    ]


def garment_of(item: int) -> Garment | None:
    try:
        return catalogue.get(item)
    except NotFound:
        return None


def alike(garment: Garment) -> list[Garment]:
    others = {other.id: other for other in catalogue.garments() if other.id != garment.id}
    pairs = rt.redundancy.review.most_alike(garment, tuple(others.values()), MOST_ALIKE, LEAST_ALIKE)
    return [others[pair.b if pair.a == garment.id else pair.a] for pair in pairs]


def actions_on(garment: Garment) -> Sequence[tuple[str, str, Any]]:
    loved, away = garment.favourite, garment.archived_at is not None
    return [
        ("Remove from favourites", "heart_minus", do.no_favourite) if loved else ("Favourite", "favorite", do.favour),
        ("Back to the wardrobe", "unarchive", do.unarchive) if away else ("Archive", "archive", do.archive),
        ("Trash", "delete", do.trash),
    ]


def in_panel() -> panel.Content:
    return panel.Content(
        order=st.session_state["gallery_order"],
        choices=choices_of,
        label_of=label_of,
        photo_path=catalogue.photo_path,
        thumbnail_path=catalogue.thumbnail_path,
        alike=alike,
        correct=do.correct,
        forget=do.forget,
        set_status=do.set_status,
        actions=actions_on,
    )


@st.fragment
def deliver() -> None:
    opened = panel.opened()
    asked = opened or CHANGE in st.session_state
    if st.session_state[DIALOG] and not asked:
        st.rerun()  # a run under way may have drawn the dialog again, and a fragment's next run does not take it away
    st.session_state[DIALOG] = bool(asked)
    view.deliver(
        catalogue.these, catalogue.thumbnail_path, rt.preferences.cut_outs, opened, panel.last(), panel.open_item
    )
    if notices.asks():
        close_change()  # a page can ask one thing at a time
    elif CHANGE in st.session_state:
        change_several(st.session_state[CHANGE])
    elif opened:
        panel.draw(garment_of, in_panel)


counts = catalogue.count()
if not counts.live and not counts.archived:
    st.title("Wardrobe", anchor=False)
    empty_state.stop("wardrobe", "No garments yet", empty_state.first_steps(rt.shared))

brands = catalogue.brands()
in_address = [
    address.text("q", "search"),
    *filters.params(known, rt.vocabulary.merged),
    address.flag("favourite", "only_favourites"),
    address.flag("check", "only_unsure"),
    address.flag("archived", "only_archived"),
    address.ids("ids", "only_ids"),
    address.choice("sort", "sort", {sort.name.lower(): sort for sort in Sort}, Sort.NEWEST),
    address.choice("density", "density", {name: name for name in DENSITIES}, "comfortable"),
]
panel.follow()
address.follow(in_address)
search, order, density = draw_head()

only = frozenset(st.session_state["only_ids"]) or None
typed = Filter(
    filters.chosen(),
    search,
    st.session_state["only_favourites"] or None,
    st.session_state["only_archived"],
    st.session_state["only_unsure"] or None,
    only,
)
wanted = catalogue.forgiven(typed)
address.publish(in_address)
if wanted.text != typed.text:
    st.info(searched_instead(typed.text, wanted.text), icon=":material/spellcheck:")
ids = catalogue.matching_ids(wanted, order)
st.session_state["gallery_order"] = ids
view.draw(
    ids,
    [*catalogue.matching_ids(Filter()), *catalogue.matching_ids(Filter(archived=True))],
    catalogue.these,
    rt.preferences.cut_outs,
    {
        "list": repr((typed, order)),
        "total": counts.live,
        "density": density,
        "marks": marks(),
        "facets": filters.facets(catalogue.facets(wanted), partial(label_of, brands=brands)),
        "filtered": typed != Filter(),
        "only": only is not None,
        "actions": actions(),
    },
    switch,
    act,
)
st.session_state[DIALOG] = False
deliver()
if rt.warm_up.pays(counts.live) and jobs.job(WARM_UP) is None:
    jobs.start(WARM_UP, rt.warm_up.look, 4)
