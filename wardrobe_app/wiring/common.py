"""Open what the services of one wardrobe share: database, photos, choices, tagger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from classifier import taxonomy
from classifier.errors import CheckpointError
from classifier.serving import heads
from classifier.serving.checkpoint import read_config
from db.engine.session import make_engine, make_session_factory
from db.unit_of_work import UnitOfWork, Units
from wardrobe_app.config import SHIPPED_CHECKPOINT, Settings
from wardrobe_app.domain.days import Days
from wardrobe_app.domain.garments.models import Header
from wardrobe_app.domain.garments.vocabulary import GarmentType, Slot, Vocabulary
from wardrobe_app.domain.wording import Money
from wardrobe_app.services.answers import Answers
from wardrobe_app.services.catalogue.amounts import write_amount
from wardrobe_app.services.catalogue.preferences import Preferences
from wardrobe_app.services.importing.decoding import Limits
from wardrobe_app.services.outfits.scoring_rules import ScoringRules
from wardrobe_app.services.storage.blobs import Blobs
from wardrobe_app.services.storage.local_cache import LocalCache
from wardrobe_app.services.storage.photo_store import PhotoStore
from wardrobe_app.services.tagging.keypoint_matching import KeypointMatching
from wardrobe_app.services.tagging.model_registry import CurrentTagger, ModelRegistry
from wardrobe_app.services.tagging.predictions import TaggerLike, Tagging

_MASK_IS_FRESH_S = 300


@dataclass(frozen=True, slots=True)
class Common:
    """What most services of one wardrobe are made with."""

    settings: Settings
    days: Days
    units: Units
    store: PhotoStore
    preferences: Preferences
    models: ModelRegistry
    tagging: Tagging
    limits: Limits
    keypoints: KeypointMatching
    rules: ScoringRules
    answers: Answers

    def money(self) -> Money:
        """As ``money_in`` the owner's choices."""
        return money_in(self.preferences)

    def currency(self) -> str | None:
        """The code of the currency that is chosen now."""
        return self.preferences.currency


def make_common(settings: Settings, days: Days, load: Callable[[Path], TaggerLike]) -> Common:
    """Open what the services share; ``load`` makes the tagger of a checkpoint when it is first asked."""
    sessions = make_session_factory(make_engine(settings.resolved_database_url, settings.database_schema))
    units, store = partial(UnitOfWork, sessions, vocabulary()), photo_store(settings)
    preferences = Preferences(settings.preferences_file)
    models = model_registry(settings)
    rules = ScoringRules(units, preferences)
    return Common(
        settings,
        days,
        units,
        store,
        preferences,
        models,
        Tagging(partial(CurrentTagger, models, load), (CheckpointError,)),
        limits_of(settings),
        KeypointMatching(units, store),
        rules,
        Answers(rules.revision),
    )


def model_registry(settings: Settings) -> ModelRegistry:
    """The checkpoints that there are."""
    return ModelRegistry(settings.models_dir, SHIPPED_CHECKPOINT, settings.checkpoint, read_header, (CheckpointError,))


def limits_of(settings: Settings) -> Limits:
    """The largest photos that are read."""
    return Limits(settings.max_file_bytes, settings.max_pixels, settings.photo_max_side)


def money_in(preferences: Preferences) -> Money:
    """Writes amounts for people, in the currency that is chosen now."""
    return partial(write_amount, currency=preferences.currency)


def vocabulary() -> Vocabulary:
    """The types that the program knows of itself."""
    types = [GarmentType(kind.name, kind.label, Slot(kind.slot)) for kind in taxonomy.garment_types()]
    return Vocabulary(types, taxonomy.merged_types())


def read_header(checkpoint: Path) -> Header:
    """What a checkpoint says of itself, without loading torch.

    Raises:
        CheckpointError: it is missing, damaged, or not one for tagging garments.
    """
    config = read_config(checkpoint)
    types = len(heads.type_names(config, checkpoint))
    return Header(config.name, config.version, config.backbone, types, config.metrics)


def photo_store(settings: Settings) -> PhotoStore:
    """Open the store of photos, thumbnails and masks."""
    photos, thumbnails, masks = settings.photo_places
    copies = settings.copies_dir
    return PhotoStore(
        Blobs(photos, LocalCache(copies / "photos")),
        Blobs(thumbnails, LocalCache(copies / "thumbnails")),
        # Another computer may draw a mask anew under the same name; photos never change.
        Blobs(masks, LocalCache(copies / "masks", most_seconds=_MASK_IS_FRESH_S)),
        settings.thumbnail_side,
    )
