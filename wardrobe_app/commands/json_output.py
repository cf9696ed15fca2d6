"""Garments as the commands tell of them."""

from __future__ import annotations

from typing import Any

from wardrobe_app.domain.garments.garment import Garment, Tag
from wardrobe_app.services.importing.importer import ImportResult


def garment_json(garment: Garment, currency: str | None = None) -> dict[str, Any]:
    """What `list --json` prints of a garment, whose price is in ``currency``."""
    return {
        **brief(garment),
        "photos": [{"id": photo.id, "file": photo.filename} for photo in garment.photos],
        "type": garment.type,
        "slot": garment.slot.value if garment.slot else None,
        "colour": garment.colour,
        "pattern": garment.pattern,
        "tags": {kind.value: _tag_json(tag) for kind, tag in garment.tags.items()},
        "palette": [{"name": part.name, "hex": part.hex, "share": round(part.share, 4)} for part in garment.palette],
        "brand": garment.brand,
        "size": garment.size,
        "price": str(garment.price) if garment.price is not None else None,
        "currency": currency if garment.price is not None else None,
        "purchased_on": garment.purchased_on.isoformat() if garment.purchased_on else None,
        "notes": garment.notes,
        "quantity": garment.quantity,
        "condition": garment.condition.value if garment.condition else None,
        "status": garment.status.value if garment.status else None,
        "lent_to": garment.lent_to,
        "favourite": garment.favourite,
        "archived": garment.archived_at is not None,
        "added_at": garment.added_at.isoformat() if garment.added_at else None,
    }


def import_json(result: ImportResult) -> dict[str, Any]:
    """What is printed of a file that was to be added."""
    return {
        "path": result.name,
        "outcome": result.outcome.value,
        "same": result.same,
        "message": result.message,
        "item": garment_json(result.garment) if result.garment else None,
    }


def brief(garment: Garment) -> dict[str, Any]:
    """Which garment it is: id, title, and the files that its photos came from."""
    return {"id": garment.id, "title": garment.title, "files": files(garment)}


def files(garment: Garment) -> list[str]:
    """The names of the files that its photos came from."""
    return [photo.filename for photo in garment.photos]


def _tag_json(tag: Tag) -> dict[str, Any]:
    confidence = round(tag.confidence, 4) if tag.confidence is not None else None
    return {
        "value": tag.value,
        "values": list(tag.values),
        "source": tag.source.value,
        "confidence": confidence,
        "tier": tag.tier,
        "model": tag.model,
    }


def group_json(group: Any) -> dict[str, Any]:
    """What is printed of a redundant group or a look: its garments, score and reasons."""
    title = {"title": group.title} if hasattr(group, "title") else {}
    items = [brief(garment) for garment in group.items]
    return {**title, "items": items, "score": round(group.score, 4), "reasons": list(group.reasons)}
