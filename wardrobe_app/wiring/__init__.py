"""Put the services together: the only place where all layers meet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from classifier.errors import CheckpointError
from wardrobe_app.config import SHIPPED_CHECKPOINT, Settings
from wardrobe_app.domain.days import OF_THE_COMPUTER, Days
from wardrobe_app.domain.garments.vocabulary import Vocabulary
from wardrobe_app.domain.secrets import without_secrets
from wardrobe_app.domain.wording import Money
from wardrobe_app.services.answers import Answers
from wardrobe_app.services.catalogue.catalogue import Catalogue
from wardrobe_app.services.catalogue.custom_types import CustomTypes
from wardrobe_app.services.catalogue.drafts import DraftFiles
from wardrobe_app.services.catalogue.photos import Photos
from wardrobe_app.services.catalogue.preferences import Preferences
from wardrobe_app.services.home import Home
from wardrobe_app.services.importing.preparing import PhotoPreparer
from wardrobe_app.services.integrity.checker import IntegrityChecker
from wardrobe_app.services.outfits.pair_scoring import PairScoring
from wardrobe_app.services.review.review import ReviewService
from wardrobe_app.services.spreadsheet.service import Spreadsheet
from wardrobe_app.services.storage.garment_pictures import GarmentPictures
from wardrobe_app.services.tagging.keypoints_elsewhere import KeypointWorker
from wardrobe_app.services.tagging.predicting import PhotoPredictor
from wardrobe_app.services.tagging.predictions import TaggerLike, Tagging
from wardrobe_app.services.warmup import WarmUp
from wardrobe_app.wiring import judging, storing
from wardrobe_app.wiring.common import limits_of, make_common, model_registry, money_in, photo_store, vocabulary
from wardrobe_app.wiring.common import read_header as read_header
from wardrobe_app.wiring.judging import GraphServices, InsightServices, OutfitServices, RedundancyServices
from wardrobe_app.wiring.storing import BackupServices, ImportServices, TaggingServices
from wardrobe_app.wiring.watching import needs as needs


@dataclass(frozen=True, slots=True)
class Runtime:
    """Everything that a page or a command may ask for, by capability."""

    settings: Settings
    shared: bool  # whether others use this server too: its own folders are then no business of a page's
    days: Days
    preferences: Preferences
    catalogue: Catalogue
    photos: Photos
    types: CustomTypes
    drafts: DraftFiles
    tagging: TaggingServices
    review: ReviewService
    importing: ImportServices
    redundancy: RedundancyServices
    outfits: OutfitServices
    insights: InsightServices
    graph: GraphServices
    spreadsheet: Spreadsheet
    backup: BackupServices
    integrity: IntegrityChecker
    warm_up: WarmUp
    answers: Answers
    home: Home

    @property
    def vocabulary(self) -> Vocabulary:
        """Every type that there is now, the owner's own among them."""
        return self.types.vocabulary()

    @property
    def money(self) -> Money:
        """Writes amounts for people, in the currency that is chosen."""
        return money_in(self.preferences)

    @property
    def kept_elsewhere(self) -> dict[str, str]:
        """What is not in the data folder, and where it is instead, without passwords."""
        addresses = {"database": self.settings.database_url, "photos": self.settings.photos_url}
        return {what: without_secrets(address) for what, address in addresses.items() if address}


def wire(settings: Settings, *, shared: bool = False, days: Days = OF_THE_COMPUTER) -> Runtime:
    """Put the services together for one wardrobe; nothing is read or written yet."""
    common = make_common(settings, days, partial(_tagger_of, settings))
    units, store = common.units, common.store
    drafts, importing = DraftFiles(settings.drafts_dir), storing.importing(common)
    catalogue = storing.catalogue(common, drafts)
    backup = storing.backup(common, catalogue)
    integrity = storing.integrity(common, catalogue, importing.unfinished, backup.restore)
    small = GarmentPictures(store, lambda: common.preferences.cut_outs)
    outfits, insights = judging.outfits(common, small), judging.insights(common)
    redundancy = judging.redundancy(common, insights.purchases)
    graph = judging.graph(common, small, catalogue, redundancy.review)
    return Runtime(
        settings=settings,
        shared=shared,
        days=days,
        preferences=common.preferences,
        catalogue=catalogue,
        photos=Photos(units, store, common.tagging, importing.importer, catalogue.purge_pending),
        types=CustomTypes(units),
        drafts=drafts,
        tagging=storing.tagging(common),
        review=ReviewService(units, store),
        importing=importing,
        redundancy=redundancy,
        outfits=outfits,
        insights=insights,
        graph=graph,
        spreadsheet=Spreadsheet(units, catalogue.choices, common.currency, days),
        backup=backup,
        integrity=integrity,
        warm_up=WarmUp(catalogue, outfits.suggestions, partial(graph.pictures.kept, matches=False)),
        answers=common.answers,
        home=Home(
            common.answers, catalogue, redundancy.review, insights.connections, outfits.today, outfits.wear_log, days
        ),
    )


def matching() -> PairScoring:
    """Compatibility of garments that are only told of: needs no data folder, no database and no torch."""
    return PairScoring(vocabulary(), _names_of_shades)


def make_tagger(settings: Settings) -> TaggerLike:
    """The tagger of the checkpoint in ``settings``; torch and weights are loaded when it is first used."""
    from classifier.serving.tagger import full_tagger

    checkpoint = settings.checkpoint or SHIPPED_CHECKPOINT
    return full_tagger(checkpoint, batch_size=settings.batch_size)


def for_workers(settings: Settings) -> Settings:
    """What other processes of this wardrobe get: the checkpoint in use now, whole paths, no way to the database."""
    photos = settings.photos_url
    changes: dict[str, Any] = {
        "data_dir": settings.data_dir.absolute(),
        "checkpoint": Path(model_registry(settings).in_use().file).absolute(),
        "photos_url": photos if photos is None or "://" in photos else str(Path(photos).absolute()),
        "database_url": None,
    }
    return settings.model_copy(update=changes)


def for_reading_workers(settings: Settings) -> Settings:
    """What processes get that read the database as well."""
    return for_workers(settings).model_copy(update={"database_url": settings.database_url})


def preparer(settings: Settings, make: Callable[[Settings], TaggerLike] = make_tagger) -> PhotoPreparer:
    """What reads and tags photos in a process that has no database."""
    return PhotoPreparer(photo_store(settings), _tagging(settings, make), limits_of(settings))


def predictor(settings: Settings, make: Callable[[Settings], TaggerLike] = make_tagger) -> PhotoPredictor:
    """What tags stored photos in a process that has no database."""
    return PhotoPredictor(photo_store(settings), _tagging(settings, make), settings.batch_size)


def keypoint_worker(settings: Settings) -> KeypointWorker:
    """What finds and compares keypoints in a process of its own."""
    common = make_common(settings, OF_THE_COMPUTER, partial(_tagger_of, settings))
    return KeypointWorker(common.units, common.store)


def _tagging(settings: Settings, make: Callable[[Settings], TaggerLike]) -> Tagging:
    return Tagging(partial(make, settings), (CheckpointError,))


def _tagger_of(settings: Settings, checkpoint: Path) -> TaggerLike:
    return make_tagger(settings.model_copy(update={"checkpoint": checkpoint}))


def _names_of_shades(shades: Sequence[str]) -> list[str]:
    from classifier.serving import palette  # here, because it takes scikit-image along

    return palette.names_of_hex(shades)
