"""Export the graph as a picture: SVG, PNG, or a self-contained web page."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Final

from wardrobe_app.domain.garments.garment import Photo
from wardrobe_app.domain.graph.clusters import find_clusters
from wardrobe_app.domain.graph.layout import garment_map, placed
from wardrobe_app.domain.graph.schema import COMPATIBLE_WITH, DECIDED, PART_OF_OUTFIT, SIMILAR_TO, item_node
from wardrobe_app.domain.wording import capitalised
from wardrobe_app.services.graph.exporter import ExportReport, GraphExporter
from wardrobe_app.services.graph.rendering import Scene, html, png, svg
from wardrobe_app.services.storage.atomic_files import write_whole

__all__ = ["GraphPictures", "PictureFormat"]

_DRAWN: Final = (SIMILAR_TO, DECIDED, PART_OF_OUTFIT)
_KINDS: Final = ("item", "look")


class PictureFormat(StrEnum):
    """The picture formats of a wardrobe graph."""

    SVG = "svg"
    PNG = "png"
    HTML = "html"


class GraphPictures:
    """Draws the garments in use, their outfits, and what relates them."""

    def __init__(self, graph_exporter: GraphExporter, small_picture_of: Callable[[Photo], Path]) -> None:
        self._graphs = graph_exporter
        self._small_picture_of = small_picture_of

    def picture_bytes(self, format: PictureFormat) -> bytes:
        """Return the picture as the content of a file."""
        return _draw(self._scene(format), format)

    def export(self, format: PictureFormat, path: Path) -> ExportReport:
        """Write the picture to ``path``; an existing file is replaced only once all is written.

        Raises:
            ExportFailed: it could not be written; nothing was left behind, and an older file is as it was.
        """
        scene = self._scene(format)
        data = _draw(scene, format)
        write_whole(path, data)
        return ExportReport(path, scene.graph.number_of_nodes(), scene.graph.number_of_edges(), len(data))

    def _scene(self, format: PictureFormat) -> Scene:
        material = self._graphs.material()
        whole = self._graphs.graph(material)
        # On the web page matches can be switched on; in a picture that stands still they would hide everything.
        relations = (*_DRAWN, COMPATIBLE_WITH) if format is PictureFormat.HTML else _DRAWN
        part = whole.copy()  # not a subgraph, whose order differs from run to run
        part.remove_nodes_from([node for node, data in whole.nodes(data=True) if data["kind"] not in _KINDS])
        places = placed(part, garment_map(part))
        others = [(a, b) for a, b, data in part.edges(data=True) if data["relation"] not in relations]
        part.remove_edges_from(others)
        names = []
        for cluster in find_clusters(material.garments, whole):
            x, y = max((places[item_node(item_id)] for item_id in cluster.item_ids), key=lambda place: place[1])
            names.append((f"{capitalised(cluster.name)} · {len(cluster.item_ids)}", x, y))
        photos = {
            item_node(garment.id): self._small_picture_of(garment.cover)
            for garment in material.garments
            if garment.cover
        }
        return Scene(part, places, photos, names, self._graphs.lexicon())


def _draw(scene: Scene, format: PictureFormat) -> bytes:
    return {PictureFormat.SVG: svg, PictureFormat.PNG: png, PictureFormat.HTML: html}[format](scene)
