"""Garments, scores and outfits as the commands print them in JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wardrobe_app.domain.garments.garment import Garment, PairScore, Part, Tag
from wardrobe_app.domain.outfits.search import Outfit
from wardrobe_app.services.importing.importer import ImportResult

_AS_STORED = (
    "id", "title", "type", "slot", "colour", "pattern", "palette", "brand", "size", "price", "purchased_on", "notes",
    "quantity", "condition", "status", "lent_to", "favourite", "added_at",
)  # fmt: skip


def garment_json(garment: Garment, currency: str | None = None) -> dict[str, Any]:
    """Return everything that is known about a garment, its price in ``currency``."""
    return {
        **{name: getattr(garment, name) for name in _AS_STORED},
        "files": files(garment),
        "photos": [{"id": photo.id, "file": photo.filename} for photo in garment.photos],
        "tags": {kind.value: _tag_json(tag) for kind, tag in garment.tags.items()},
        "currency": currency if garment.price is not None else None,
        "archived": garment.archived_at is not None,
    }


def import_json(result: ImportResult) -> dict[str, Any]:
    """Return what became of a file that was to be added."""
    return {
        "path": result.name,
        "outcome": result.outcome,
        "same": result.same,
        "message": result.message,
        "item": garment_json(result.garment) if result.garment else None,
    }


def named(garment: Garment, **more: Any) -> dict[str, Any]:
    """Identify a garment by id and title, and add ``more`` about it."""
    return {"id": garment.id, "title": garment.title, **more}


def brief(garment: Garment, **more: Any) -> dict[str, Any]:
    """Identify a garment by id, title and the files of its photos, and add ``more`` about it."""
    return named(garment, files=files(garment), **more)


def files(garment: Garment) -> list[str]:
    """List the names of the files that a garment's photos came from."""
    return [photo.filename for photo in garment.photos]


def outfit_json(outfit: Outfit) -> dict[str, Any]:
    """Return an outfit's garments, score and reasons."""
    items = [brief(garment) for garment in outfit.items]
    return {"items": items, "score": outfit.score, "reasons": outfit.reasons}


def pair_json(pair: PairScore) -> dict[str, Any]:
    """Return the score of a pair (0 to 1) and the reasons in words."""
    return {"score": pair.score, "reasons": pair.reasons}


def parts_json(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """Return the parts of a score: name, text, score (0 to 1) and weight."""
    return [{"name": one.name, "text": one.text, "score": one.score, "weight": one.weight} for one in parts]


def _tag_json(tag: Tag) -> dict[str, Any]:
    return {name: getattr(tag, name) for name in ("value", "values", "source", "confidence", "tier", "model")}
