from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np

from db.engine.session import make_engine, make_session_factory
from db.migrate import upgrade
from db.unit_of_work import UnitOfWork, Units
from tests.support.garments import NOON, VOCABULARY
from wardrobe_app.config import Settings
from wardrobe_app.domain.garments.garment import Garment, Photo
from wardrobe_app.domain.garments.photos import NewPhoto, PhotoPrediction
from wardrobe_app.services.graph.exporter import GraphExporter
from wardrobe_app.services.redundancy.review import RedundancyService
from wardrobe_app.services.storage.blobs import Blobs
from wardrobe_app.services.storage.garment_pictures import GarmentPictures
from wardrobe_app.services.storage.photo_store import PhotoStore
from wardrobe_app.services.tagging.keypoint_matching import KeypointMatching

Factory = Units


def stored(settings: Settings, garments: Iterable[Garment]) -> Factory:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(settings.resolved_database_url, never)
    sessions = make_session_factory(make_engine(settings.resolved_database_url))
    factory = partial(UnitOfWork, sessions, VOCABULARY)
    with factory(writing=True) as uow:
        for garment in garments:
            _add(uow, garment)
        uow.commit()
    return factory


def never(dump: object) -> Path:
    raise AssertionError("what was not there yet is not backed up")


def _add(uow: UnitOfWork, garment: Garment) -> None:
    assert add_as(uow, garment, garment.id) == garment.id


def add_as(uow: UnitOfWork, garment: Garment, number: int) -> int:
    photo = garment.photos[0]
    key = f"{number:064x}"
    new = NewPhoto(key, photo.filename, f"{key}.jpg", f"{key}.webp", photo.width, photo.height, key, photo.phash)
    vector = garment.embedding if garment.embedding is not None else np.ones(1, np.float32)
    made = uow.garments.add(new, PhotoPrediction("fake 1", tuple(garment.tags.values()), garment.palette, vector), NOON)
    changes = {
        name: value
        for name in (
            "name",
            "notes",
            "brand",
            "size",
            "price",
            "purchased_on",
            "favourite",
            "condition",
            "status",
            "lent_to",
        )
        if (value := getattr(garment, name))
    }
    uow.garments.change([made.id], {**changes, "quantity": garment.quantity})
    return made.id


def photo_store(settings: Settings) -> PhotoStore:
    return PhotoStore(*(Blobs(place) for place in settings.photo_places), settings.thumbnail_side)


def redundancy_service(settings: Settings, factory: Factory) -> RedundancyService:
    return RedundancyService(factory, KeypointMatching(factory, photo_store(settings)))


def graph_service(factory: Factory) -> GraphExporter:
    return GraphExporter(factory, KeypointMatching(factory, photo_store(Settings())))


def small_pictures(thumbnail: Path, missing: int = 0) -> GarmentPictures:
    # As if every photo had this thumbnail and no mask, but for the photo with the number that is missing.
    class Store:
        def thumbnail_path(self, photo: Photo) -> Path:
            return thumbnail.parent / "missing.webp" if photo.id == missing else thumbnail

    return GarmentPictures(cast(PhotoStore, Store()), lambda: True)
