"""The wardrobe as a graph: an interactive picture, tables with the same content, exports and import."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import networkx as nx
import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.graph import controls, figure, import_form, layout, tables, view
from wardrobe_app.components.shared import address, empty_state, notices, photos, size_limits
from wardrobe_app.components.shared.formatting import count_of
from wardrobe_app.domain.graph.clusters import Cluster, find_clusters
from wardrobe_app.domain.graph.labels import RELATIONS
from wardrobe_app.domain.graph.layout import Places, garment_map
from wardrobe_app.services.graph.formats import FILE_KINDS
from wardrobe_app.services.graph.picture_export import PictureFormat
from wardrobe_app.services.storage.thumbnails import icon

MOST_PHOTOS = 500
PICTURES = {
    PictureFormat.SVG: ("SVG", "svg", "image/svg+xml"),
    PictureFormat.PNG: ("PNG", "png", "image/png"),
    PictureFormat.HTML: ("Web page", "html", "text/html"),
}

rt = notices.opened(startup.current)


def clicked(key: str) -> None:
    """Open the garment that was clicked, show the garments of a cluster, or focus on anything else."""
    points = st.session_state[key]["selection"]["points"]
    if not points or not points[0].get("customdata"):
        return
    node = points[0]["customdata"][0]
    if node.startswith("cluster:"):
        controls.open_cluster(node.removeprefix("cluster:"))
    else:
        st.session_state["graph_open" if node.startswith("item:") else controls.FOCUS] = node


def opened_row(rows: list[str]) -> None:
    st.session_state["graph_open"] = rows[st.session_state["graph_row"]["row"]]


@st.cache_data(max_entries=5000, show_spinner=False)
def icon_of(thumbnail: Path, side: int) -> str | None:
    return icon(thumbnail, side)


def prepared(matches: bool) -> tuple[nx.Graph[str], tuple[Cluster, ...], Places]:
    def build() -> tuple[nx.Graph[str], tuple[Cluster, ...], Places]:
        graph = rt.graph.exporter.graph(material, matches=matches)
        return graph, find_clusters(material.garments, graph), garment_map(graph)

    with st.spinner("Building the graph"):
        return rt.answers.get(("graph", matches), build)


def pictured() -> dict[str, str]:
    """Small photos for the nodes of garments and clusters, those with most links first."""
    faces = {name: part.nodes[name].get("face", name) for name in part}
    with_photo = sorted((name for name in part if faces[name] in garments), key=lambda name: -part.degree(name))
    found, side = {}, 128 if len(with_photo) < 100 else 64
    for name in with_photo[:MOST_PHOTOS]:
        cover = garments[faces[name]].cover
        if cover and (small := icon_of(rt.catalogue.thumbnail_path(cover), side)):
            found[name] = small
    return found


def draw_picture() -> None:
    at = layout.places(part, garment_places, focus)
    names = None if focus or clustered else layout.names(clusters, at)
    st.plotly_chart(
        figure.figure(part, at, pictured(), names=names),
        key="graph_picture",
        on_select=partial(clicked, "graph_picture"),
        selection_mode="points",
        config={"scrollZoom": True, "displaylogo": False},
        alt=f"The wardrobe as a graph: {words}. The Tables tab has the same content.",
    )


def draw_tables() -> None:
    scores = {"Match": st.column_config.NumberColumn(format="%.2f")}
    st.dataframe(tables.relations(part), hide_index=True, key="graph_relations_table", column_config=scores)
    table = tables.nodes(part)
    rows = list(table.pop("Node"))
    table["Open"] = ["Open" if name in garments else None for name in rows]
    opens = {"Open": st.column_config.ButtonColumn("Open", key="graph_row", on_click=opened_row, args=(rows,))}
    st.dataframe(table, hide_index=True, key="graph_nodes_table", column_config=opens)


if (node := st.session_state.pop("graph_open", None)) is not None:
    st.switch_page(photos.GARMENT_PAGE, query_params={"item": node.removeprefix("item:")})

st.title("Graph", anchor=False)
material = rt.graph.exporter.material()
garments = {f"item:{garment.id}": garment for garment in material.garments}
if not garments:
    empty_state.stop("graph", "No garments to link yet", "The graph grows with your first photo.")

address.follow(controls.in_address())
with st.sidebar:
    shown_relations = controls.relations()
graph, clusters, garment_places = prepared("compatible-with" in shown_relations)
with st.sidebar:
    shown_kinds = controls.kinds(graph, shown_relations)
    least = controls.least_score()
    focus = controls.focus(graph)
    clustered = focus is None and len(garments) > view.MOST_GARMENTS
    opened = controls.opened(clusters) if clustered else []

if focus is not None and graph.nodes[focus]["kind"] != "item":
    # A type, a colour or an outfit has one kind of link only: to focus on it is to ask for that.
    shown_relations, shown_kinds = list(RELATIONS), set(nx.get_node_attributes(graph, "kind").values())
part, left_out = view.select(graph, shown_relations, shown_kinds, focus, least)
if clustered:
    part = view.collapsed(part, clusters, opened)
words = f"{count_of(view.garments_in(part), 'garment')} and {count_of(part.number_of_edges(), 'link')}"
how = "Click a circle to see its garments, or a photo to open it." if clustered else "Click a photo to open a garment."
st.caption(f"{words} shown. {how} Hover over a line to see why.")
size_limits.graph(len(garments))
if left_out:
    st.warning(f"The {left_out} weakest links are left out. Narrow the filters, or focus on one garment.")

drawing, table_tab = st.tabs([controls.PICTURE, controls.TABLES], on_change="rerun", key=controls.TAB)
address.publish(controls.in_address())
if drawing.open:
    with drawing:
        draw_picture()
if table_tab.open:
    with table_tab:
        draw_tables()

st.header("Export", anchor=False)
st.caption(
    "The whole graph, whatever is shown above: as data for other programs, or as a picture. "
    "GraphML, GEXF, JSON and CSV can be imported again."
)
controls.downloads(FILE_KINDS, rt.graph.exporter.export_bytes, ":material/download:")
controls.downloads(PICTURES, rt.graph.pictures.picture_bytes, ":material/image:")

import_form.section(rt.graph.importer.preview, rt.graph.importer.apply)
