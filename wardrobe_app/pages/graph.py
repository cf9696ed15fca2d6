"""The wardrobe as a graph: four ways to look at it, tables with the same content, exports and import."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.graph import canvas, controls, import_form, tables
from wardrobe_app.components.shared import address, empty_state, notices, photos, size_limits
from wardrobe_app.components.shared.formatting import count_of
from wardrobe_app.components.shared.widgets import CALENDAR_PAGE, button
from wardrobe_app.domain.garments.garment import Photo
from wardrobe_app.domain.graph import scene as scenes
from wardrobe_app.domain.graph.scene import Scene, Wardrobe
from wardrobe_app.domain.graph.ways import Way
from wardrobe_app.services.graph import viewer
from wardrobe_app.services.graph.formats import FILE_KINDS
from wardrobe_app.services.graph.picture_export import OUTFITS_AT_MOST, Look, PictureFormat

WEB_PAGE = {PictureFormat.HTML: ("Web page", "html", "text/html")}
OPEN = "graph_open"
SHOWN = {
    Way.DUPLICATES: "Only what is alike: {left:,} of {all:,} have no look-alike and are left out.",
    Way.OUTFITS: "The best matches of each garment.",
    Way.TYPES: "Every garment around its type, with colours and patterns.",
    Way.WORN: "What was worn on the same day, or saved as an outfit: {left:,} of {all:,} were in neither.",
}

rt = notices.opened(startup.current)
pictures = rt.graph.pictures


def open_garment(node: str) -> None:
    st.session_state[OPEN] = node


def opened_row(rows: list[str]) -> None:
    open_garment(rows[st.session_state["graph_row"]["row"]])


def wardrobe(matches: bool) -> Wardrobe:
    with st.spinner("Building the graph", show_time=False):
        return pictures.kept(matches=matches)


def scene_of(made_of: Wardrobe, look: Look, opened: Sequence[str]) -> Scene:
    marked = (*(mark.nodes if mark else ()), *filter(None, [st.session_state[controls.PIN]]))
    build = partial(scenes.scene, made_of, look.way, look.by, opened=opened, focus=marked, most=scenes.MOST_GARMENTS)
    return rt.answers.get(("scene", look, tuple(opened), marked), build)


def covers() -> dict[str, Photo]:
    """The photos by keys that change with the picture: the browser keeps what it has."""

    def build() -> dict[str, Photo]:
        return {f"{node} {pictures.small.version(photo)}": photo for node, photo in pictures.covers().items()}

    return rt.answers.get(("covers", rt.preferences.cut_outs), build)


def pictures_of(keys: Sequence[str], side: int) -> dict[str, str | None]:
    known = covers()
    return pictures.small.of({key: known[key] for key in keys if key in known}, side)


def details_of(nodes: Sequence[str]) -> dict[str, Any]:
    return pictures.details(wardrobe(True), nodes, "/garment?item={}") if nodes else {}


@st.fragment
def deliver() -> None:
    canvas.deliver(viewer.script(), viewer.style(), pictures_of, details_of)


def draw_picture() -> None:
    highlight = {"nodes": standing_out, "label": mark.label} if mark else None
    key_of = {key.partition(" ")[0]: key for key in covers()}
    nodes = [node | {"picture": key_of.get(node["picture"])} for node in shown.data()["nodes"]]
    data = shown.data() | {"nodes": nodes, "pin": st.session_state[controls.PIN], "highlight": highlight}
    canvas.draw(viewer.script(), viewer.style(), data, controls.open_cluster, open_garment)
    deliver()


def draw_tables() -> None:
    st.dataframe(tables.links(shown), hide_index=True, key="graph_links_table")
    table = tables.nodes(shown)
    rows = list(table.pop("Node"))
    table["Open"] = ["Open" if node.startswith("item:") else None for node in rows]
    opens = {"Open": st.column_config.ButtonColumn("Open", key="graph_row", on_click=opened_row, args=(rows,))}
    st.dataframe(table, hide_index=True, key="graph_nodes_table", column_config=opens)


def nothing_to_show() -> None:
    if look.way is Way.WORN:
        st.info("Nothing is marked as worn yet, and no outfit is saved.", icon=":material/calendar_month:")
        st.page_link(CALENDAR_PAGE, label="Mark what you wear in the calendar", icon=":material/calendar_month:")
    else:
        st.success("No two garments are alike: nothing here is redundant.", icon=":material/check_circle:")
    button("Look at the outfits", "hub", controls.look_at, Way.OUTFITS, key="graph_look_at_outfits")


if (node := st.session_state.pop(OPEN, None)) is not None:
    st.switch_page(photos.GARMENT_PAGE, query_params={"item": node.removeprefix("item:")})

count = rt.catalogue.count().live
if not count:
    st.title("Graph", anchor=False)
    empty_state.stop("graph", "No garments to link yet", "The graph grows with your first photo.")

address.follow(controls.in_address())
way, by, as_tables = controls.draw()
address.publish(controls.in_address())
look = Look(way, by)
mark = rt.insights.marks.of(asked) if (asked := st.session_state[controls.MARK]) else None
made_of = wardrobe(matches=way is Way.OUTFITS or count <= OUTFITS_AT_MOST)
opened = controls.opened(made_of.clusters) if count > scenes.MOST_GARMENTS else []
shown = scene_of(made_of, look, opened)
standing_out = [at for at, node in enumerate(shown.places) if mark and node in mark.nodes]
words = f"{count_of(len(shown.garments), 'garment')} and {count_of(len(shown.links), 'link')}."
sizes = "The larger a garment, the more outfits hang on it." if made_of.outfits else ""
st.caption(f"{words} {SHOWN[way].format(left=shown.left_out, all=count)} {sizes}")
size_limits.graph(count)
if not shown.places:
    nothing_to_show()
elif as_tables:
    draw_tables()
else:
    draw_picture()

st.header("Export", anchor=False)
st.caption(
    "The whole graph as data for other programs; GraphML, GEXF, JSON and CSV can be imported again. "
    "The web page holds this picture."
)
controls.downloads(FILE_KINDS, rt.graph.exporter.export_bytes, ":material/download:")
controls.downloads(WEB_PAGE, partial(pictures.picture_bytes, look=look), ":material/hub:")

import_form.section(rt.graph.importer.preview, rt.graph.importer.apply)
