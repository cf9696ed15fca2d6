"""The controls of the graph page: the way to look, what colours mean, opened clusters; and its downloads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final, TypeVar

import streamlit as st

from wardrobe_app.components.shared import address
from wardrobe_app.domain.graph.clusters import Cluster
from wardrobe_app.domain.graph.colouring import Colouring
from wardrobe_app.domain.graph.ways import Way
from wardrobe_app.domain.wording import capitalised

OPENED: Final = "graph_opened"
PIN: Final = "graph_pin"
MARK: Final = "graph_mark"
WAY: Final = "graph_way"
TABLES: Final = "graph_tables"
WAYS: Final[Mapping[Way, str]] = {
    Way.DUPLICATES: "Duplicates",
    Way.OUTFITS: "Outfits",
    Way.TYPES: "Types and attributes",
    Way.WORN: "Worn together",
}
COLOURINGS: Final[Mapping[Colouring, str]] = {
    Colouring.TYPE: "Type",
    Colouring.CLOTH: "Colour of the cloth",
    Colouring.WEARS: "Wears",
    Colouring.COST: "Cost per wear",
}
_BY: Final = "graph_colour"
_KEPT: Final[dict[str, Any]] = {"persist_state": "session"}

Form = TypeVar("Form", bound=str)


def in_address() -> list[address.Param]:
    """What addresses say of the page: the way to look, the colours, a pinned garment, opened clusters, the tab."""
    return [
        address.choice("way", WAY, {way.value: way for way in Way}, Way.DUPLICATES),
        address.choice("colours", _BY, {by.value: by for by in Colouring}, Colouring.TYPE),
        address.text("focus", PIN, None),
        address.text("mark", MARK, None),
        address.several("open", OPENED, bool),
        address.choice("tab", TABLES, {"picture": False, "tables": True}, False),
    ]


def draw() -> tuple[Way, Colouring, bool]:
    """Draw title and controls in one row; the way to look, what the colours mean, whether tables are shown."""
    with st.container(horizontal=True, vertical_alignment="center", key="graph_head"):
        st.title("Graph", anchor=False, width="content")
        way: Way = st.segmented_control(
            "Way to look", list(Way), format_func=WAYS.__getitem__, key=WAY, required=True,
            label_visibility="collapsed", on_change=_unmark, **_KEPT,
        )  # fmt: skip
        with st.popover("View", icon=":material/tune:", width="content"):
            colouring: Colouring = st.selectbox(
                "Colour by", list(Colouring), format_func=COLOURINGS.__getitem__, key=_BY, **_KEPT
            )
            tables = st.toggle("As tables", key=TABLES, help="The same content, for those who cannot see it.", **_KEPT)
    return way, colouring, tables


def opened(clusters: Iterable[Cluster]) -> list[str]:
    """Ask for the clusters whose garments are shown; their names."""
    names = [cluster.name for cluster in clusters]
    # A cluster that was open may be gone: a garment more can give it another name.
    st.session_state[OPENED] = [name for name in st.session_state.get(OPENED, []) if name in names]
    placeholder = "Click a circle, or choose here"
    return st.multiselect(
        "Opened clusters", names, format_func=capitalised, placeholder=placeholder, key=OPENED, **_KEPT
    )


def open_cluster(node: str) -> None:
    """Show the garments of one cluster more."""
    name = node.removeprefix("cluster:")
    st.session_state[OPENED] = [*dict.fromkeys([*st.session_state.get(OPENED, []), name])]


def look_at(other: Way) -> None:
    """Change the way to look."""
    st.session_state[WAY] = other
    _unmark()


def _unmark() -> None:
    st.session_state[MARK] = None


def downloads(files: Mapping[Form, tuple[str, str, str]], content: Callable[[Form], bytes], icon: str) -> None:
    """One button a file: its label, the ending of its name and its MIME type; made when it is asked for."""
    with st.container(horizontal=True):
        for form, (label, ending, mime) in files.items():
            st.download_button(
                label, partial(content, form), f"wardrobe-graph.{ending}", mime, icon=icon, key=f"export_{form}",
                on_click="ignore",
            )  # fmt: skip
