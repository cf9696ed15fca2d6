"""The wardrobe graph, and taking it away as a file."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import networkx as nx

from db.unit_of_work import UnitOfWork
from wardrobe_app.domain.errors import ExportFailed
from wardrobe_app.domain.graph import wardrobe_graph
from wardrobe_app.services.graph_files import ExportFormat, dump, load

__all__ = ["ExportFormat", "ExportReport", "GraphService", "load"]


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written: where, how many nodes and edges, how many bytes."""

    path: Path
    nodes: int
    edges: int
    bytes: int


class GraphService:
    """The graph of the garments in use."""

    def __init__(self, uow_factory: Callable[[], UnitOfWork]) -> None:
        self._uow = uow_factory

    def graph(self) -> nx.Graph[str]:
        """The graph as it is now, in the schema of ``docs/graph-schema.md``."""
        with self._uow() as uow:
            garments = uow.garments.all()
            verdicts, looks, wears = uow.verdicts.all(), uow.looks.all(), uow.wears.all()
        return wardrobe_graph(garments, verdicts=verdicts, looks=looks, wears=wears)

    def export_bytes(self, format: ExportFormat) -> bytes:
        """The graph as the content of a file."""
        return dump(self.graph(), format)

    def export(self, format: ExportFormat, path: Path) -> ExportReport:
        """Write the graph to ``path``, replacing what is there only when all of it is written.

        Raises:
            ExportFailed: it could not be written; nothing was left behind, and an older file is as it was.
        """
        graph = self.graph()
        data = dump(graph, format)
        _write_whole(path, data)
        return ExportReport(path, graph.number_of_nodes(), graph.number_of_edges(), len(data))


def _write_whole(path: Path, data: bytes) -> None:
    # Beside its target, so that the last step is one rename; a short name, since the target's may be as long as can be.
    partial = path.parent / f".{uuid4().hex}.part"
    try:
        with partial.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise ExportFailed(f"The graph could not be written to {path}: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
