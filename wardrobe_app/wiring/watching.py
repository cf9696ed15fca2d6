"""Ask whether what is needed to show wardrobes is there."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from db.migrate import head, revision_at
from wardrobe_app.config import Settings
from wardrobe_app.services.storage.blobs import Blobs
from wardrobe_app.wiring.common import model_registry


def needs(settings: Settings, *, own: bool) -> Mapping[str, Callable[[], bool]]:
    """What tells whether wardrobes can be shown: this machine's ``own`` one, or those of people who sign in."""
    models = model_registry(settings)
    return {
        "database": partial(_database, settings, own),
        "photos": partial(_photos, settings, own),
        "model": lambda: models.in_use().header is not None,
    }


def _database(settings: Settings, own: bool) -> bool:
    """Whether it answers. Each person's wardrobe is migrated when it is opened, this machine's own at the start."""
    revision = revision_at(settings.resolved_database_url, settings.database_schema)
    return revision == head() if own else True


def _photos(settings: Settings, own: bool) -> bool:
    """Whether photos can be stored. People have folders of their own, which are made when they first come."""
    if own or settings.photos_url:
        return Blobs(settings.photo_places[0]).is_usable()
    place: Path = settings.data_dir.absolute()
    while not place.exists():
        place = place.parent
    return os.access(place, os.R_OK | os.W_OK | os.X_OK)
