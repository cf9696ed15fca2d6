"""Garments, scores and outfits as the commands print them in JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wardrobe_app.domain.garments.garment import Garment, Part
from wardrobe_app.domain.outfits.search import Outfit
from wardrobe_app.services.importing.importer import ImportResult

_GARMENT = (
    "id title type slot colour pattern palette brand size price purchased_on notes quantity condition status lent_to "
    "favourite added_at"
)


def pick(value: object, names: str) -> dict[str, Any]:
    """Return the named attributes of a value as a JSON object; ``names`` are separated by spaces."""
    return {name: getattr(value, name) for name in names.split()}


def garment_json(garment: Garment, currency: str | None = None) -> dict[str, Any]:
    """Return everything that is known about a garment, its price in ``currency``."""
    return {
        **pick(garment, _GARMENT),
        "files": files(garment),
        "photos": [{"id": photo.id, "file": photo.filename} for photo in garment.photos],
        "tags": {kind: pick(tag, "value values source confidence tier model") for kind, tag in garment.tags.items()},
        "currency": currency if garment.price is not None else None,
        "archived": garment.archived_at is not None,
    }


def import_json(result: ImportResult) -> dict[str, Any]:
    """Return what became of a file that was to be added."""
    item = garment_json(result.garment) if result.garment else None
    return {"path": result.name, **pick(result, "outcome same message"), "item": item}


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
    return {"items": [brief(garment) for garment in outfit.items], **pick(outfit, "score reasons")}


def parts_json(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """Return the parts of a score: name, text, score (0 to 1) and weight."""
    return [
        {"name": one.name, "text": one.text, "score": round(one.score, 4), "weight": round(one.weight, 4)}
        for one in parts
    ]
