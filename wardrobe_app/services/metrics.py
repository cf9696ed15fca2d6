"""Count what happens, for Prometheus; the only place that imports ``prometheus_client``."""

from __future__ import annotations

import logging
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from wardrobe_app.services.observation import Observer

_SECONDS: Final = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)  # of a batch, from a few photos on a GPU to many on a NAS
_OUTCOMES: Final = ("added", "already", "refused")


class Metrics(Observer):
    """What this process has done since it started. It names no garment, no photo and no person."""

    def __init__(self) -> None:
        """Start at zero, and count what is logged as an error from now on."""
        self._registry = CollectorRegistry()
        self._photos = Counter("wardrobe_photos_tagged", "Photos the model has seen.", registry=self._registry)
        self._seconds = Histogram(
            "wardrobe_tagging_seconds", "Seconds for a batch of photos.", buckets=_SECONDS, registry=self._registry
        )
        self._waiting = Gauge("wardrobe_import_waiting", "Photos that wait in imports.", registry=self._registry)
        self._outcomes = Counter(
            "wardrobe_import_photos", "Photos that imports are done with.", ["outcome"], registry=self._registry
        )
        self._errors = Counter("wardrobe_errors", "Errors, by part of the program.", ["kind"], registry=self._registry)
        for outcome in _OUTCOMES:  # so that rates are known from the first one on
            self._outcomes.labels(outcome)
        ProcessCollector(registry=self._registry)
        logging.getLogger().addHandler(_CountErrors(self))

    def tagged(self, photos: int, seconds: float) -> None:
        """Count a batch."""
        self._photos.inc(photos)
        self._seconds.observe(seconds)

    def waiting(self, change: int) -> None:
        """Add to the photos that wait."""
        self._waiting.inc(change)

    def imported(self, outcome: str) -> None:
        """Count a photo that an import is done with."""
        self._outcomes.labels(outcome).inc()

    def failed(self, kind: str) -> None:
        """Count an error."""
        self._errors.labels(kind).inc()

    def text(self) -> str:
        """Return all counts in Prometheus' text format."""
        return generate_latest(self._registry).decode()


class _CountErrors(logging.Handler):
    """Counts each record of an error, by the part of the program whose logger it is."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__(logging.ERROR)
        self._metrics = metrics

    def emit(self, record: logging.LogRecord) -> None:
        """Count one record."""
        self._metrics.failed(_kind_of(record.name))


def _kind_of(logger: str) -> str:
    """Return "tagging" for a logger of services/tagging, "db" and so on for other parts of ours, or "other"."""
    parts = logger.split(".")
    if parts[:2] == ["wardrobe_app", "services"] and len(parts) > 2:
        return parts[2]
    if parts[0] == "wardrobe_app" and len(parts) > 1:
        return parts[1]
    return parts[0] if parts[0] in ("db", "classifier") else "other"
