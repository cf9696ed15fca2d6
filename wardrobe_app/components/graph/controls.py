"""The controls of the graph page: links, features, strength, focus and opened clusters; and its downloads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import networkx as nx
import streamlit as st

from wardrobe_app.components.shared import address
from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.domain.graph.clusters import Cluster
from wardrobe_app.domain.graph.labels import RELATIONS, relation_word
from wardrobe_app.domain.text import natural_key
from wardrobe_app.domain.wording import capitalised

OPENED = "graph_opened"
FOCUS = "graph_focus"
TAB = "graph_tab"
PICTURE, TABLES = "Picture", "Tables"
_SHOWN_AT_FIRST = ("similar-to", "decided", "part-of-look")
_KINDS_AT_FIRST = (TagKind.COLOUR.value,)
_KINDS = "graph_kinds"
_KEPT: dict[str, Any] = {"persist_state": "session"}

Form = TypeVar("Form", bound=str)


def in_address() -> list[address.Param]:
    """What addresses say of the page: what is shown, how strong it has to be, the focus, opened clusters, the tab."""
    return [
        address.several("show", "graph_relations", set(RELATIONS).__contains__, _SHOWN_AT_FIRST),
        address.several("has", _KINDS, set(TagKind).__contains__, _KINDS_AT_FIRST),
        address.number("from", "graph_least", 50, range(0, 101, 5)),
        address.text("focus", FOCUS, None),
        address.several("open", OPENED, bool),
        address.choice("tab", TAB, {"picture": PICTURE, "tables": TABLES}, PICTURE),
    ]


def relations() -> list[str]:
    """The relations to show."""
    return st.pills(
        "Links", list(RELATIONS), selection_mode="multi", format_func=relation_word, key="graph_relations", **_KEPT
    )


def kinds(graph: nx.Graph[str], shown_relations: Iterable[str]) -> set[str]:
    """The kinds of node to show; which values is asked where what garments have is shown."""
    shown = {"item", "type", "slot", "look"}
    if "has-attribute" not in shown_relations:
        return shown
    attributes = sorted({data["attribute"] for _, _, data in graph.edges(data=True) if "attribute" in data})
    wanted = st.session_state[_KINDS]
    # What no garment has is not offered; where that leaves nothing of what was wanted, everything is shown.
    st.session_state[_KINDS] = [kind for kind in wanted if kind in attributes] or (attributes if wanted else [])
    chosen = st.pills("Features", attributes, selection_mode="multi", key=_KINDS, **_KEPT)
    return shown | set(chosen)


def least_score() -> float:
    """How strong likenesses and matches have to be, 0 to 1."""
    label = "Minimum strength of similarities and matches"
    percent: int = st.slider(label, 0, 100, step=5, format="%d%%", key="graph_least", **_KEPT)
    return percent / 100


def focus(graph: nx.Graph[str]) -> str | None:
    """The node to show with its neighbours, or None for the whole wardrobe."""
    labels, kind_of = nx.get_node_attributes(graph, "label"), nx.get_node_attributes(graph, "kind")
    if (asked := st.session_state[FOCUS]) is not None and asked not in labels:
        st.session_state[FOCUS] = None
        st.warning(f"“{plain(asked)}” is not in the graph. Showing the whole wardrobe.")
    chosen: str | None = st.selectbox(
        "Focus on",
        sorted(labels, key=lambda node: (kind_of[node] != "item", natural_key(labels[node]))),
        index=None,
        format_func=lambda node: f"{labels[node]} ({node.replace('item:', 'garment ').replace(':', ' ', 1)})",
        placeholder="The whole wardrobe",
        key=FOCUS,
    )
    return chosen


def opened(clusters: Sequence[Cluster]) -> list[str]:
    """The names of the clusters whose garments are shown."""
    names = [cluster.name for cluster in clusters]
    # A cluster that was open may be gone: a garment more can give it another name.
    st.session_state[OPENED] = [name for name in st.session_state.get(OPENED, []) if name in names]
    placeholder = "Click a circle, or choose here"
    return st.multiselect(
        "Opened clusters", names, format_func=capitalised, placeholder=placeholder, key=OPENED, **_KEPT
    )


def open_cluster(name: str) -> None:
    """Show the garments of one cluster more."""
    st.session_state[OPENED] = [*st.session_state.get(OPENED, []), name]


def downloads(files: Mapping[Form, tuple[str, str, str]], content: Callable[[Form], bytes], icon: str) -> None:
    """One button a file: its label, the ending of its name and its MIME type; made when it is asked for."""
    with st.container(horizontal=True):
        for form, (label, ending, mime) in files.items():
            st.download_button(
                label, partial(content, form), f"wardrobe-graph.{ending}", mime, icon=icon, key=f"export_{form}",
                on_click="ignore",
            )  # fmt: skip
