"""The graph as a picture: what it is made of, its scenes, and files of them: SVG, PNG, or a self-contained web page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, Final

from wardrobe_app.domain.garments.garment import Garment, Photo
from wardrobe_app.domain.graph import scene as scenes
from wardrobe_app.domain.graph.clusters import find_clusters
from wardrobe_app.domain.graph.colouring import Colouring
from wardrobe_app.domain.graph.layout import garment_map
from wardrobe_app.domain.graph.scene import Group, Scene, Wardrobe
from wardrobe_app.domain.graph.schema import item_node
from wardrobe_app.domain.graph.ways import Way, links
from wardrobe_app.domain.insights.base_outfits import base_outfits
from wardrobe_app.domain.redundancy.groups import RedundancyGroup
from wardrobe_app.domain.wording import Money, bare_amount
from wardrobe_app.services.answers import Answers
from wardrobe_app.services.graph import viewer
from wardrobe_app.services.graph.exporter import ExportReport, GraphExporter
from wardrobe_app.services.graph.rendering import png, svg
from wardrobe_app.services.outfits.scoring_rules import Rules, normal_rules
from wardrobe_app.services.storage.atomic_files import write_whole
from wardrobe_app.services.storage.garment_pictures import GarmentPictures

__all__ = ["GraphPictures", "Look", "PictureFormat"]

OUTFITS_AT_MOST: Final = 500
"""Of more garments, outfits are not counted for a picture: it would take longer than all the rest."""


class PictureFormat(StrEnum):
    """The picture formats of a wardrobe graph."""

    SVG = "svg"
    PNG = "png"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Look:
    """How a picture looks: the way to look, and what the colours of garments mean."""

    way: Way = Way.OUTFITS
    by: Colouring = Colouring.TYPE


class GraphPictures:
    """Pictures of the garments in use and of what relates them."""

    def __init__(
        self,
        graph_exporter: GraphExporter,
        small: GarmentPictures,
        groups: Callable[[], Sequence[RedundancyGroup]] = lambda: (),
        rules: Callable[[], Rules] = normal_rules,
        money: Callable[[], Money] = lambda: bare_amount,
        answers: Answers | None = None,
    ) -> None:
        """Take ``groups`` for duplicates, ``rules`` for outfits, ``money`` for prices, ``answers`` to keep things."""
        self._graphs = graph_exporter
        self.small = small
        self._groups = groups
        self._rules = rules
        self._money = money
        self._answers = answers or Answers(lambda: "")

    def kept(self, *, matches: bool = True) -> Wardrobe:
        """Return what ``wardrobe`` returns, made once for each state of the wardrobe."""
        return self._answers.get(("graph", matches), partial(self.wardrobe, matches=matches))

    def wardrobe(self, *, matches: bool = True) -> Wardrobe:
        """Return what pictures are made of; ``matches=False`` leaves out what goes together and the outfits."""
        material = self._graphs.material()
        graph = self._graphs.graph(material, matches=matches)
        garments = material.garments
        return Wardrobe(
            graph,
            find_clusters(garments, graph),
            garment_map(graph),
            [Group(tuple(map(item_node, group.ids)), group.title) for group in self._groups()],
            [wear.item_ids for wear in material.wears],
            self._outfits(garments) if matches and len(garments) <= OUTFITS_AT_MOST else {},
            self._graphs.lexicon().words_for,
        )

    def details(self, wardrobe: Wardrobe, nodes: Iterable[str], href: str | None = None) -> dict[str, Any]:
        """Return what the panel says of garments, by node; ``href`` with ``{}`` for the id is where each one opens."""
        money = self._money()

        def amount(price: float) -> str:
            return money(Decimal(f"{price:.2f}"))

        kind_of = wardrobe.graph.nodes(data="kind", default="")
        garments = [node for node in nodes if node in wardrobe.graph and kind_of[node] == "item"]
        ids = {node: wardrobe.graph.nodes[node]["item_id"] for node in garments}
        worn_with = links(wardrobe.graph, Way.WORN, wardrobe.worn)
        return {
            node: scenes.details(wardrobe, node, worn_with, amount, href and href.format(ids[node]))
            for node in garments
        }

    def picture_bytes(self, format: PictureFormat, look: Look = Look()) -> bytes:
        """Return the picture as the content of a file."""
        wardrobe = self.wardrobe()
        return self._draw(wardrobe, scenes.scene(wardrobe, look.way, look.by), format)

    def export(self, format: PictureFormat, path: Path, look: Look = Look()) -> ExportReport:
        """Write the picture to ``path``; an existing file is replaced only once all is written.

        Raises:
            ExportFailed: it could not be written; nothing was left behind, and an older file is as it was.
        """
        wardrobe = self.wardrobe()
        scene = scenes.scene(wardrobe, look.way, look.by)
        data = self._draw(wardrobe, scene, format)
        write_whole(path, data)
        return ExportReport(path, len(scene.places), len(scene.links), len(data))

    def covers(self) -> dict[str, Photo]:
        """Return the photo that stands for each garment, by node."""
        return {item_node(one.id): one.cover for one in self._graphs.material().garments if one.cover}

    def _outfits(self, garments: Sequence[Garment]) -> dict[str, int]:
        counts = base_outfits(garments, *self._rules()).each()
        return {item_node(garment.id): int(count) for garment, count in zip(garments, counts, strict=True)}

    def _draw(self, wardrobe: Wardrobe, scene: Scene, format: PictureFormat) -> bytes:
        wanted = {node: photo for node, photo in self.covers().items() if node in scene.pictured}
        side = 160 if len(wanted) <= 200 else 96
        if format is PictureFormat.PNG:
            return png(scene, {node: self.small.image(photo, side) for node, photo in wanted.items()})
        pictures = {node: found for node, found in self.small.of(wanted, side).items() if found}
        if format is PictureFormat.SVG:
            return svg(scene, pictures)
        details = self.details(wardrobe, scene.garments)
        written: bytes = viewer.page({**scene.data(), "pictures": pictures, "details": details}, "Wardrobe graph")
        return written
