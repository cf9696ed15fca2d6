"""Build the wardrobe graph, and export it as a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from db.unit_of_work import Units
from wardrobe_app.domain.catalogue.lexicon import Lexicon, lexicon_of
from wardrobe_app.domain.garments.garment import Garment, VerdictRecord
from wardrobe_app.domain.garments.wear_log import SavedOutfit, Wear
from wardrobe_app.domain.graph.edges import DEFAULT
from wardrobe_app.domain.graph.schema import wardrobe_graph
from wardrobe_app.services.graph.formats import ExportFormat, dump, load
from wardrobe_app.services.outfits.scoring_rules import Rules, normal_rules
from wardrobe_app.services.storage.atomic_files import write_whole
from wardrobe_app.services.tagging.keypoint_matching import KeypointMatching

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["ExportFormat", "ExportReport", "GraphExporter", "Material", "load"]


@dataclass(frozen=True, slots=True)
class ExportReport:
    """A graph that was written: where, how many nodes and edges, how many bytes."""

    path: Path
    nodes: int
    edges: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Material:
    """What the graph is made of: the garments in use, verdicts, outfits and wears."""

    garments: tuple[Garment, ...]
    verdicts: tuple[VerdictRecord, ...]
    outfits: tuple[SavedOutfit, ...]
    wears: tuple[Wear, ...]


class GraphExporter:
    """The graph of the garments in use."""

    def __init__(
        self,
        uow_factory: Units,
        matching: KeypointMatching,
        rules: Callable[[], Rules] = normal_rules,
        currency: Callable[[], str | None] = lambda: None,
    ) -> None:
        """Prices are in ``currency()``, an ISO 4217 code or None."""
        self._uow = uow_factory
        self._matching = matching
        self._rules = rules
        self._currency = currency

    def material(self) -> Material:
        """Return what the graph is made of now."""
        with self._uow() as uow:
            decided, outfits, wears = uow.verdicts.all(), uow.outfits.all(), uow.wears.all()
            return Material(uow.garments.all(), tuple(decided), tuple(outfits), tuple(wears))

    def lexicon(self) -> Lexicon:
        """Return the words for types, colours and patterns in the graph."""
        with self._uow() as uow:
            return lexicon_of(uow.vocabulary)

    def graph(self, material: Material | None = None, *, matches: bool = True) -> nx.Graph[str]:
        """Build the graph of ``material``, by default of the current wardrobe, in the schema of docs/graph-schema.md.

        ``matches=False`` leaves out what goes together, most of the work in a large wardrobe. Keypoints that were not
        compared yet are not used.
        """
        of = material or self.material()
        known = self._matching.known(of.garments)
        config = DEFAULT if matches else replace(DEFAULT, compatible_per_item=0)
        rules, learned_preferences = self._rules()
        return wardrobe_graph(
            of.garments,
            config,
            rules,
            learned_preferences,
            verdicts=of.verdicts,
            outfits=of.outfits,
            wears=of.wears,
            local=known,
            currency=self._currency(),
        )

    def export_bytes(self, format: ExportFormat) -> bytes:
        """Return the graph as the content of a file, with all keypoints compared."""
        return dump(self._whole(), format)

    def _whole(self) -> nx.Graph[str]:
        material = self.material()
        self._matching.matches(material.garments)
        return self.graph(material)

    def export(self, format: ExportFormat, path: Path) -> ExportReport:
        """Write the graph to ``path``; an existing file is replaced only once all is written.

        Raises:
            ExportFailed: it could not be written; an older file stays unchanged.
        """
        graph = self._whole()
        data = dump(graph, format)
        write_whole(path, data)
        return ExportReport(path, graph.number_of_nodes(), graph.number_of_edges(), len(data))
