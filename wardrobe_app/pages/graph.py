"""The wardrobe as a graph: a picture to click in, tables with the same content, and files to take away."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import networkx as nx
import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.graph import controls as graph_controls
from wardrobe_app.components.graph import figure as graph_picture
from wardrobe_app.components.graph import import_form, view
from wardrobe_app.components.graph import layout as graph_layout
from wardrobe_app.components.graph import tables as graph_tables
from wardrobe_app.components.shared import address, notices, photos, size_limits
from wardrobe_app.components.shared.formatting import count_of
from wardrobe_app.domain.graph.clusters import Cluster, find_clusters
from wardrobe_app.domain.graph.labels import RELATIONS
from wardrobe_app.domain.graph.layout import Places, garment_map
from wardrobe_app.services.graph.exporter import ExportFormat, GraphExporter, Material
from wardrobe_app.services.graph.picture_export import PictureFormat
from wardrobe_app.services.storage.thumbnails import icon

MOST_PHOTOS = 500
FILES = {
    ExportFormat.GRAPHML: ("GraphML", "graphml", "application/xml"),
    ExportFormat.GEXF: ("GEXF", "gexf", "application/xml"),
    ExportFormat.JSON: ("JSON (node-link)", "json", "application/json"),
    ExportFormat.CSV: ("CSV (nodes and edges)", "zip", "application/zip"),
}
PICTURES = {
    PictureFormat.SVG: ("SVG", "svg", "image/svg+xml"),
    PictureFormat.PNG: ("PNG", "png", "image/png"),
    PictureFormat.HTML: ("Web page", "html", "text/html"),
}

rt = notices.opened(startup.current)


def clicked(key: str) -> None:
    """A click on a garment opens it, one on a cluster shows its garments, one on anything else focuses on it."""
    points = st.session_state[key]["selection"]["points"]
    if not points or not points[0].get("customdata"):
        return
    node = points[0]["customdata"][0]
    if node.startswith("cluster:"):
        graph_controls.open_cluster(node.removeprefix("cluster:"))
    else:
        st.session_state["graph_open" if node.startswith("item:") else graph_controls.FOCUS] = node


def opened_row(rows: list[str]) -> None:
    st.session_state["graph_open"] = rows[st.session_state["graph_row"]["row"]]


@st.cache_data(max_entries=5000, show_spinner=False)
def icon_of(thumbnail: Path, side: int) -> str | None:
    return icon(thumbnail, side)


@st.cache_resource(max_entries=3, show_spinner="Building the graph")
def prepared(
    _graphs: GraphExporter, _of: Material, state: str, matches: bool
) -> tuple[nx.Graph[str], tuple[Cluster, ...], Places]:
    graph = _graphs.graph(_of, matches=matches)
    return graph, find_clusters(_of.garments, graph), garment_map(graph)


if (node := st.session_state.pop("graph_open", None)) is not None:
    st.switch_page(photos.GARMENT_PAGE, query_params={"item": node.removeprefix("item:")})

st.title("Graph", anchor=False)
notices.show()
state, material = rt.outfits.rules.state(), rt.graph.exporter.material()
garments = {f"item:{garment.id}": garment for garment in material.garments}
if not garments:
    st.info("The graph grows with the first photo.", icon=":material/info:")
    st.page_link("wardrobe_app/pages/add_photos.py", label="Add photos", icon=":material/add_a_photo:")
    st.stop()

address.follow(graph_controls.in_address())
with st.sidebar:
    shown_relations = graph_controls.relations()
graph, clusters, garment_places = prepared(rt.graph.exporter, material, state, "compatible-with" in shown_relations)
with st.sidebar:
    shown_kinds = graph_controls.kinds(graph, shown_relations)
    least = graph_controls.least_score()
    focus = graph_controls.focus(graph)
    clustered = focus is None and len(garments) > view.MOST_GARMENTS
    opened = graph_controls.opened(clusters) if clustered else []

if focus is not None and graph.nodes[focus]["kind"] != "item":
    # A type, a colour or a look has one relation only: to focus on it is to ask for that.
    shown_relations, shown_kinds = list(RELATIONS), set(nx.get_node_attributes(graph, "kind").values())
part, left_out = view.select(graph, shown_relations, shown_kinds, focus, least)
if clustered:
    part = view.collapsed(part, clusters, opened)
words = f"{count_of(part.number_of_nodes(), 'node')} and {count_of(part.number_of_edges(), 'relation')} shown"
how = "Click a circle to see its garments, a photo to open it." if clustered else "Click a photo to open the garment."
st.caption(f"{words}. {how} Point at a line to see why.")
size_limits.graph(len(garments))
if left_out:
    st.warning(f"The {left_out} weakest relations are left out. Narrow the filters, or focus on one garment.")

pictured: dict[str, str] = {}
faces = {name: part.nodes[name].get("face", name) for name in part}
with_photo = sorted((name for name in part if faces[name] in garments), key=lambda name: -part.degree(name))
for name in with_photo[:MOST_PHOTOS]:
    cover = garments[faces[name]].cover
    if cover and (small := icon_of(rt.catalogue.thumbnail_path(cover), 128 if len(with_photo) < 100 else 64)):
        pictured[name] = small

drawing, tables = st.tabs([graph_controls.PICTURE, graph_controls.TABLES], on_change="rerun", key=graph_controls.TAB)
address.publish(graph_controls.in_address())
if drawing.open:
    at = graph_layout.places(part, garment_places, focus)
    drawing.plotly_chart(
        graph_picture.figure(
            part, at, pictured, names=None if focus or clustered else graph_layout.names(clusters, at)
        ),
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
st.caption("The whole graph, whatever is shown above: as data that can be brought back, and as a picture to keep.")
graph_controls.downloads(FILES, rt.graph.exporter.export_bytes, ":material/download:")
graph_controls.downloads(PICTURES, rt.graph.pictures.picture_bytes, ":material/image:")

import_form.section(rt.graph.importer.preview, rt.graph.importer.bring_back)
