from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine

from db.engine.session import make_engine, make_session_factory
from db.migrate import upgrade
from db.unit_of_work import UnitOfWork, Units
from wardrobe_app.domain.garments.garment import Swatch, Tag, TagKind, TagSource
from wardrobe_app.domain.garments.photos import NewPhoto, PhotoPrediction
from wardrobe_app.domain.garments.vocabulary import GarmentType, Slot, Vocabulary

VOCABULARY = Vocabulary([GarmentType("Tee", "T-shirt", Slot.UPPER), GarmentType("Jeans", "Jeans", Slot.LOWER)])


def zipped(dump: object) -> Path:
    return Path("backup.zip")  # how backups are made has tests of its own


def never(dump: object) -> Path:
    raise AssertionError("what was not there yet is not backed up")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{(tmp_path / 'wardrobe.db').as_posix()}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("fresh_postgres")())
    return str(request.getfixturevalue("sqlite_url"))


@pytest.fixture
def engine(url: str) -> Engine:
    upgrade(url, never)
    return make_engine(url)


@pytest.fixture
def uow(engine: Engine) -> Units:
    return partial(UnitOfWork, make_session_factory(engine), VOCABULARY)


def photo(number: int) -> NewPhoto:
    return NewPhoto(f"key{number}", f"{number}.jpg", f"{number}.jpg", f"t{number}.jpg", 3, 4, f"sha{number}", "ff")


def seen(kind: str = "Tee", colour: str = "red", model: str = "m 1") -> PhotoPrediction:
    tags = (
        Tag(TagKind.TYPE, kind, TagSource.MODEL, 0.9, "sure", model),
        Tag(TagKind.COLOUR, colour, TagSource.MODEL, 0.8, "check", model),
    )
    return PhotoPrediction(model, tags, (Swatch(colour, "#ff0000", 1.0),), np.array([0.6, 0.8], np.float32))
