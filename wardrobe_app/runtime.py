"""Puts the program together, once: the only place where all rooms meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from classifier import heads, taxonomy
from classifier.checkpoint import read_config
from classifier.errors import CheckpointError
from db.revision import is_current
from db.session import make_engine, make_session_factory
from db.unit_of_work import UnitOfWork
from wardrobe_app.config import SHIPPED_CHECKPOINT, Settings, keep_caches_in
from wardrobe_app.domain.checkpoints import Header
from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.domain.vocabulary import GarmentType, Slot, Vocabulary
from wardrobe_app.services.blobs import Blobs
from wardrobe_app.services.catalogue import Catalogue
from wardrobe_app.services.colour_picking import ColourPicking
from wardrobe_app.services.comparing import Comparing
from wardrobe_app.services.considering import Considering
from wardrobe_app.services.explaining import Explaining
from wardrobe_app.services.exporting import GraphService
from wardrobe_app.services.graph_import import GraphImport
from wardrobe_app.services.graph_pictures import GraphPictures
from wardrobe_app.services.images import Limits
from wardrobe_app.services.importing import Importer
from wardrobe_app.services.insights import InsightsService
from wardrobe_app.services.local_matching import LocalMatching
from wardrobe_app.services.matching import Matching
from wardrobe_app.services.models import CurrentTagger, Models
from wardrobe_app.services.outfits import OutfitService
from wardrobe_app.services.own_looks import OwnLooks
from wardrobe_app.services.own_types import OwnTypes
from wardrobe_app.services.photo_store import PhotoStore
from wardrobe_app.services.preferences import Preferences
from wardrobe_app.services.redundancy import RedundancyService
from wardrobe_app.services.tagging import TaggerLike, Tagging
from wardrobe_app.services.taste import TasteService
from wardrobe_app.services.wearing import Wearing


@dataclass(frozen=True, slots=True)
class Runtime:
    """Everything that a page or a command may ask for."""

    settings: Settings
    types: OwnTypes
    importer: Importer
    catalogue: Catalogue
    redundancy: RedundancyService
    outfits: OutfitService
    own_looks: OwnLooks
    wearing: Wearing
    graphs: GraphService
    insights: InsightsService
    considering: Considering
    comparing: Comparing
    graph_import: GraphImport
    graph_pictures: GraphPictures
    models: Models
    explaining: Explaining
    picking: ColourPicking
    preferences: Preferences
    taste: TasteService

    @property
    def vocabulary(self) -> Vocabulary:
        """Every type that there is now, the owner's own among them."""
        return self.types.vocabulary()


def build(settings: Settings | None = None) -> Runtime:
    """Create the folders, bring the database up to date, empty the trash of what is too old, and wire it all up.

    Raises:
        StorageFailed: the data folder or the database cannot be used.
    """
    settings = settings or Settings()
    _create_folders(settings)
    keep_caches_in(settings.data_dir / "cache")
    _upgrade(settings)
    sessions = make_session_factory(make_engine(settings.resolved_database_url))
    unit_of_work = partial(UnitOfWork, sessions, _vocabulary())
    store = _photo_store(settings)
    local_matching = LocalMatching(unit_of_work, store)
    preferences = Preferences(settings.preferences_file)
    taste = TasteService(unit_of_work, preferences)
    models = Models(settings.models_dir, SHIPPED_CHECKPOINT, settings.checkpoint, read_header, (CheckpointError,))
    tagging = Tagging(partial(CurrentTagger, models, partial(_tagger_of, settings)), (CheckpointError,))
    limits = Limits(settings.max_file_bytes, settings.max_pixels, settings.max_frames, settings.photo_max_side)
    considering = Considering(unit_of_work, tagging, limits, local_matching, taste.rules)
    catalogue = Catalogue(
        unit_of_work,
        store,
        tagging,
        preferences,
        batch_size=settings.batch_size,
        trash_days=settings.trash_days,
    )
    catalogue.purge_expired()
    graphs = GraphService(unit_of_work, local_matching, taste.rules)
    return Runtime(
        settings=settings,
        types=OwnTypes(unit_of_work),
        importer=Importer(unit_of_work, store, tagging, limits, settings.batch_size),
        catalogue=catalogue,
        redundancy=RedundancyService(unit_of_work, local_matching, taste.rules),
        outfits=OutfitService(unit_of_work, taste.rules),
        own_looks=OwnLooks(unit_of_work),
        wearing=Wearing(unit_of_work),
        graphs=graphs,
        graph_import=GraphImport(unit_of_work, catalogue.choices),
        graph_pictures=GraphPictures(graphs, catalogue.thumbnail_path),
        insights=InsightsService(unit_of_work, taste.rules),
        considering=considering,
        comparing=Comparing(considering),
        models=models,
        explaining=Explaining(store, tagging),
        picking=ColourPicking(store, _name_of_shade),
        preferences=preferences,
        taste=taste,
    )


def current() -> Runtime:
    """The one runtime of this server, for the settings as they are now."""
    import streamlit as st

    @st.cache_resource(show_spinner="Opening the wardrobe")
    def opened(settings: str) -> Runtime:
        return build(Settings.model_validate_json(settings))

    return opened(Settings().model_dump_json())


def matching() -> Matching:
    """Compatibility of garments that are only told of: needs no data folder, no database and no torch."""
    return Matching(_vocabulary(), _names_of_shades)


def make_tagger(settings: Settings) -> TaggerLike:
    """The tagger of the checkpoint in ``settings``; torch and weights are loaded when it is first used."""
    from classifier.tagger import full_tagger

    return full_tagger(settings.checkpoint or SHIPPED_CHECKPOINT, batch_size=settings.batch_size)


def read_header(checkpoint: Path) -> Header:
    """What a checkpoint says of itself, without loading torch.

    Raises:
        CheckpointError: it is missing, damaged, or not one for tagging garments.
    """
    config = read_config(checkpoint)
    types = len(heads.type_names(config, checkpoint))
    return Header(config.name, config.version, config.backbone, types, config.metrics)


def _tagger_of(settings: Settings, checkpoint: Path) -> TaggerLike:
    return make_tagger(settings.model_copy(update={"checkpoint": checkpoint}))


def _name_of_shade(shade: str) -> str:
    from classifier import colour  # here, because it takes scikit-image along

    return colour.name_of_hex(shade)


def _names_of_shades(shades: Sequence[str]) -> list[str]:
    from classifier import colour

    return colour.names_of_hex(shades)


def _vocabulary() -> Vocabulary:
    return Vocabulary(GarmentType(kind.name, kind.label, Slot(kind.slot)) for kind in taxonomy.garment_types())


def _photo_store(settings: Settings) -> PhotoStore:
    names = ("photos", "thumbnails", "masks")
    places = zip(settings.photo_places, names, strict=True)
    return PhotoStore(*(Blobs(place, settings.copies_dir / name) for place, name in places), settings.thumbnail_side)


def _upgrade(settings: Settings) -> None:
    if is_current(settings.resolved_database_url):
        return
    from db.migrate import upgrade  # here, because it takes Alembic along

    upgrade(settings.resolved_database_url, settings.backups_dir)


def _create_folders(settings: Settings) -> None:
    try:
        for folder in (settings.photos_dir, settings.thumbnails_dir, settings.masks_dir, settings.models_dir):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageFailed(f"The data folder {settings.data_dir} cannot be used: {error.strerror}.") from error
