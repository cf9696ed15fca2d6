"""The wardrobe as a graph: a picture to click in, tables with the same content, and files to take away."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import networkx as nx
import streamlit as st

from wardrobe_app import runtime
from wardrobe_app.components import graph_layout, graph_picture, graph_tables, graph_view, notices, photos
from wardrobe_app.components.words import RELATIONS, count_of
from wardrobe_app.services.exporting import ExportFormat, GraphService
from wardrobe_app.services.icons import icon

MOST_PHOTOS = 500
SHOWN_AT_FIRST = ("is-a", "similar-to")
FILES = {
    ExportFormat.GRAPHML: ("GraphML", "graphml", "application/xml"),
    ExportFormat.GEXF: ("GEXF", "gexf", "application/xml"),
    ExportFormat.JSON: ("JSON (node-link)", "json", "application/json"),
    ExportFormat.CSV: ("CSV (nodes and edges)", "zip", "application/zip"),
}

rt = notices.opened(runtime.current)


def clicked(key: str) -> None:
    """A click on a garment opens it, one on anything else brings it to the middle."""
    points = st.session_state[key]["selection"]["points"]
    if points and points[0].get("customdata"):
        node = points[0]["customdata"][0]
        st.session_state["graph_open" if node.startswith("item:") else "graph_focus"] = node


def opened_row(rows: list[str]) -> None:
    st.session_state["graph_open"] = rows[st.session_state["graph_row"]["row"]]


@st.cache_data(max_entries=5000, show_spinner=False)
def icon_of(thumbnail: Path) -> str | None:
    return icon(thumbnail)


@st.cache_resource(max_entries=2, show_spinner="Building the graph")
def graph_of(_graphs: GraphService, garments: str) -> nx.Graph:
    # What a garment is stands in its repr, so a changed wardrobe is another key.
    return _graphs.graph()


def export(form: ExportFormat) -> bytes:
    return rt.graphs.export_bytes(form)


if (node := st.session_state.pop("graph_open", None)) is not None:
    st.switch_page(photos.GARMENT_PAGE, query_params={"item": node.removeprefix("item:")})

st.title("Graph", anchor=False)
notices.show()
garments = {f"item:{garment.id}": garment for garment in rt.catalogue.garments()}
graph = graph_of(rt.graphs, repr(garments))
labels: dict[str, str] = {name: data["label"] for name, data in graph.nodes(data=True)}
kind_of: dict[str, str] = {name: data["kind"] for name, data in graph.nodes(data=True)}
items = [name for name, kind in kind_of.items() if kind == "item"]
if not items:
    st.info("The graph grows with the first photo.", icon=":material/info:")
    st.page_link("wardrobe_app/pages/add_photos.py", label="Add photos", icon=":material/add_a_photo:")
    st.stop()

relations = sorted({data["relation"] for _, _, data in graph.edges(data=True)})
kinds = sorted(set(kind_of.values()), key=lambda kind: (kind != "item", kind))
state: dict[str, Any] = {"persist_state": "session"}
with st.sidebar:
    shown_relations = st.pills(
        "Relations",
        relations,
        selection_mode="multi",
        default=[relation for relation in relations if relation in SHOWN_AT_FIRST],
        format_func=lambda relation: RELATIONS.get(relation, relation),
        key="graph_relations",
        **state,
    )
    shown_kinds = st.pills(
        "Kinds of node",
        kinds,
        selection_mode="multi",
        default=kinds,
        format_func=lambda kind: "garment" if kind == "item" else kind,
        key="graph_kinds",
        **state,
    )
    least = st.slider(
        "Only likenesses and matches from", 0, 100, 50, step=5, format="%d %%", key="graph_least", **state
    )
    focus = st.selectbox(
        "Focus on",
        sorted(labels, key=lambda name: (kind_of[name] != "item", labels[name].lower())),
        index=None,
        format_func=lambda name: f"{labels[name]} ({name.replace(':', ' ', 1)})",
        placeholder="The whole wardrobe",
        key="graph_focus",
    )

part, left_out = graph_view.select(graph, shown_relations, shown_kinds, focus, least / 100)
words = f"{count_of(part.number_of_nodes(), 'node')} and {count_of(part.number_of_edges(), 'relation')} shown"
st.caption(f"{words}, of {graph.number_of_nodes()} and {graph.number_of_edges()}. Click a photo to open the garment.")
if left_out:
    st.warning(f"The {left_out} weakest relations are left out. Narrow the filters, or focus on one garment.")

pictured: dict[str, str] = {}
for name in sorted((name for name in part if name in garments), key=lambda name: -part.degree(name))[:MOST_PHOTOS]:
    cover = garments[name].cover
    if cover and (small := icon_of(rt.catalogue.thumbnail_path(cover))):
        pictured[name] = small

drawing, tables = st.tabs(["Picture", "Tables"], on_change="rerun", key="graph_tab")
if drawing.open:
    drawing.plotly_chart(
        graph_picture.figure(part, graph_layout.positions(part), pictured),
        key="graph_picture",
        on_select=partial(clicked, "graph_picture"),
        selection_mode="points",
        config={"scrollZoom": True, "displaylogo": False},
        alt=f"The wardrobe as a graph: {words}. The tab Tables holds the same content.",
    )
if tables.open:
    with tables:
        st.dataframe(
            graph_tables.relations(part),
            hide_index=True,
            key="graph_relations_table",
            column_config={"Score": st.column_config.NumberColumn(format="%.2f")},
        )
        table = graph_tables.nodes(part)
        table["Open"] = ["Open" if name in garments else None for name in table["Node"]]
        st.dataframe(
            table,
            hide_index=True,
            key="graph_nodes_table",
            column_config={
                "Open": st.column_config.ButtonColumn(
                    "Open", key="graph_row", on_click=opened_row, args=(list(table["Node"]),)
                )
            },
        )

st.subheader("Take the graph away", anchor=False)
st.caption("The whole graph, whatever is shown above.")
with st.container(horizontal=True):
    for form, (label, ending, mime) in FILES.items():
        st.download_button(
            label,
            data=partial(export, form),
            file_name=f"wardrobe-graph.{ending}",
            mime=mime,
            icon=":material/download:",
            key=f"export_{form.value}",
            on_click="ignore",
        )
