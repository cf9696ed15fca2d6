"""Put the services together: the only place where all layers meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from classifier import taxonomy
from classifier.errors import CheckpointError
from classifier.serving import heads
from classifier.serving.checkpoint import read_config
from db.engine.session import make_engine, make_session_factory
from db.migrate import head
from db.staging import staged
from db.unit_of_work import UnitOfWork, Units
from wardrobe_app import __version__
from wardrobe_app.config import SHIPPED_CHECKPOINT, Settings
from wardrobe_app.domain.days import OF_THE_COMPUTER, Days
from wardrobe_app.domain.garments.models import Header
from wardrobe_app.domain.garments.vocabulary import GarmentType, Slot, Vocabulary
from wardrobe_app.domain.secrets import without_secrets
from wardrobe_app.domain.wording import Money
from wardrobe_app.services.answers import Answers
from wardrobe_app.services.backup.maker import RowSource
from wardrobe_app.services.backup.restore import Restore
from wardrobe_app.services.backup.scheduler import Backups
from wardrobe_app.services.capture.phone_capture import PhoneCapture
from wardrobe_app.services.catalogue.amounts import write_amount
from wardrobe_app.services.catalogue.catalogue import Catalogue
from wardrobe_app.services.catalogue.custom_types import CustomTypes
from wardrobe_app.services.catalogue.deletion import Deletion
from wardrobe_app.services.catalogue.drafts import DraftFiles
from wardrobe_app.services.catalogue.photos import Photos
from wardrobe_app.services.catalogue.preferences import Preferences
from wardrobe_app.services.graph.exporter import GraphExporter
from wardrobe_app.services.graph.importer import GraphImport
from wardrobe_app.services.graph.picture_export import GraphPictures
from wardrobe_app.services.home import Home
from wardrobe_app.services.importing.decoding import Limits
from wardrobe_app.services.importing.importer import Importer
from wardrobe_app.services.importing.journal import Journals
from wardrobe_app.services.importing.resume import StoppedImports
from wardrobe_app.services.importing.splitting import Splitting
from wardrobe_app.services.importing.uploads import PendingUploads
from wardrobe_app.services.insights.connections import Connections
from wardrobe_app.services.insights.insights import InsightsService
from wardrobe_app.services.insights.marks import GraphMarks
from wardrobe_app.services.insights.purchase_advice import PurchaseAdvisor
from wardrobe_app.services.integrity.checker import IntegrityChecker
from wardrobe_app.services.integrity.file_check import FileCheck
from wardrobe_app.services.integrity.repair import Repairs
from wardrobe_app.services.outfits.collages import Collages
from wardrobe_app.services.outfits.packing_lists import PackingLists
from wardrobe_app.services.outfits.pair_scoring import PairScoring
from wardrobe_app.services.outfits.planner import Planner
from wardrobe_app.services.outfits.saved_outfits import SavedOutfits
from wardrobe_app.services.outfits.scoring_rules import ScoringRules
from wardrobe_app.services.outfits.suggestions import OutfitService
from wardrobe_app.services.outfits.today import TodayService
from wardrobe_app.services.outfits.wear_log import WearLog
from wardrobe_app.services.redundancy.cloth_samples import ClothSamples
from wardrobe_app.services.redundancy.photo_comparison import PhotoComparison
from wardrobe_app.services.redundancy.review import RedundancyService
from wardrobe_app.services.review.review import ReviewService
from wardrobe_app.services.spreadsheet.service import Spreadsheet
from wardrobe_app.services.storage.blobs import Blobs
from wardrobe_app.services.storage.garment_pictures import GarmentPictures
from wardrobe_app.services.storage.local_cache import LocalCache
from wardrobe_app.services.storage.photo_store import PhotoStore
from wardrobe_app.services.tagging.colour_picker import ColourPicker
from wardrobe_app.services.tagging.explanations import Explanations
from wardrobe_app.services.tagging.keypoint_matching import KeypointMatching
from wardrobe_app.services.tagging.model_registry import CurrentTagger, ModelRegistry
from wardrobe_app.services.tagging.predictions import TaggerLike, Tagging
from wardrobe_app.services.warmup import WarmUp

_MASK_IS_FRESH_S = 300


@dataclass(frozen=True, slots=True)
class TaggingServices:
    """What tags garments, and why."""

    models: ModelRegistry
    explanations: Explanations
    colour_picker: ColourPicker


@dataclass(frozen=True, slots=True)
class ImportServices:
    """Photos in, what is left of imports that were cut off, and photos of several garments."""

    importer: Importer
    unfinished: StoppedImports
    uploads: PendingUploads
    phone: PhoneCapture
    splitting: Splitting


@dataclass(frozen=True, slots=True)
class RedundancyServices:
    """Duplicates, and photos compared without storing them."""

    review: RedundancyService
    comparison: PhotoComparison
    cloth: ClothSamples


@dataclass(frozen=True, slots=True)
class OutfitServices:
    """Outfits: suggested, saved, worn, planned and drawn, packing lists, and the rules that score outfits."""

    suggestions: OutfitService
    saved: SavedOutfits
    wear_log: WearLog
    planner: Planner
    packing_lists: PackingLists
    rules: ScoringRules
    collages: Collages
    today: TodayService


@dataclass(frozen=True, slots=True)
class InsightServices:
    """Diversity, removal cost and gaps; what joins the wardrobe, also for the graph; advice before a purchase."""

    analysis: InsightsService
    connections: Connections
    marks: GraphMarks
    purchases: PurchaseAdvisor


@dataclass(frozen=True, slots=True)
class GraphServices:
    """The wardrobe as a graph: files out and in, and pictures."""

    exporter: GraphExporter
    importer: GraphImport
    pictures: GraphPictures


@dataclass(frozen=True, slots=True)
class BackupServices:
    """Backups and restoring one."""

    backups: Backups
    restore: Restore


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
        return _money(self.preferences)

    @property
    def kept_elsewhere(self) -> dict[str, str]:
        """What is not in the data folder, and where it is instead, without passwords."""
        addresses = {"database": self.settings.database_url, "photos": self.settings.photos_url}
        return {what: without_secrets(address) for what, address in addresses.items() if address}


def wire(settings: Settings, *, shared: bool = False, days: Days = OF_THE_COMPUTER) -> Runtime:
    """Put the services together for one wardrobe; nothing is read or written yet."""
    units, store = _units(settings), _photo_store(settings)
    preferences = Preferences(settings.preferences_file)
    models = ModelRegistry(
        settings.models_dir, SHIPPED_CHECKPOINT, settings.checkpoint, read_header, (CheckpointError,)
    )
    tagging = Tagging(partial(CurrentTagger, models, partial(_tagger_of, settings)), (CheckpointError,))
    limits = Limits(settings.max_file_bytes, settings.max_pixels, settings.photo_max_side)
    keypoints, rules = KeypointMatching(units, store), ScoringRules(units, preferences)
    drafts = DraftFiles(settings.drafts_dir)
    catalogue = _catalogue(settings, units, store, tagging, preferences, drafts)
    backups = Backups(partial(_rows, units), store, preferences, models.all, settings.backups_dir, __version__)
    restore = _restore(settings, units, store, preferences, backups, models, catalogue)
    unfinished = StoppedImports(Journals(settings.imports_dir), units, store)
    importer = Importer(units, store, tagging, limits, unfinished, settings.batch_size)
    outfits, saved = OutfitService(units, rules.rules), SavedOutfits(units)
    purchases = PurchaseAdvisor(units, tagging, limits, keypoints, rules.rules)
    review = RedundancyService(units, keypoints, rules.rules, partial(_money, preferences))
    analysis, wear_log = InsightsService(units, rules.rules, days), WearLog(units, days)
    answers = Answers(rules.revision)
    today = TodayService(units, outfits, answers, preferences, days)
    connections = Connections(answers, analysis)
    exporter = GraphExporter(units, keypoints, rules.rules, lambda: preferences.currency)
    small, money = GarmentPictures(store, lambda: preferences.cut_outs), partial(_money, preferences)
    pictures = GraphPictures(exporter, small, review.groups, rules.rules, money, answers)
    warm_up = WarmUp(catalogue, outfits, partial(pictures.kept, matches=False))
    return Runtime(
        settings=settings,
        shared=shared,
        days=days,
        preferences=preferences,
        catalogue=catalogue,
        photos=Photos(units, store, tagging, importer, catalogue.purge_pending),
        types=CustomTypes(units),
        drafts=drafts,
        tagging=TaggingServices(models, Explanations(store, tagging), ColourPicker(store, _name_of_shade)),
        review=ReviewService(units, store),
        importing=_importing(settings, importer, unfinished, Splitting(units, store, tagging, unfinished)),
        redundancy=RedundancyServices(review, PhotoComparison(purchases), ClothSamples(store)),
        outfits=OutfitServices(
            outfits,
            saved,
            wear_log,
            Planner(units, days),
            PackingLists(units),
            rules,
            Collages(small, saved.arrangements),
            today,
        ),
        insights=InsightServices(analysis, connections, GraphMarks(connections), purchases),
        graph=GraphServices(exporter, GraphImport(units, catalogue.choices, lambda: preferences.currency), pictures),
        spreadsheet=Spreadsheet(units, catalogue.choices, lambda: preferences.currency, days),
        backup=BackupServices(backups, restore),
        integrity=_integrity(settings, units, catalogue, store, unfinished, tagging, restore),
        warm_up=warm_up,
        answers=answers,
        home=Home(answers, catalogue, review, connections, today, wear_log, days),
    )


def matching() -> PairScoring:
    """Compatibility of garments that are only told of: needs no data folder, no database and no torch."""
    return PairScoring(_vocabulary(), _names_of_shades)


def make_tagger(settings: Settings) -> TaggerLike:
    """The tagger of the checkpoint in ``settings``; torch and weights are loaded when it is first used."""
    from classifier.serving.tagger import full_tagger

    checkpoint = settings.checkpoint or SHIPPED_CHECKPOINT
    return full_tagger(checkpoint, batch_size=settings.batch_size)


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
    from classifier.serving import palette  # here, because it takes scikit-image along

    return palette.name_of_hex(shade)


def _names_of_shades(shades: Sequence[str]) -> list[str]:
    from classifier.serving import palette

    return palette.names_of_hex(shades)


def _vocabulary() -> Vocabulary:
    types = [GarmentType(kind.name, kind.label, Slot(kind.slot)) for kind in taxonomy.garment_types()]
    return Vocabulary(types, taxonomy.merged_types())


def _money(preferences: Preferences) -> Money:
    return partial(write_amount, currency=preferences.currency)


def _units(settings: Settings) -> Units:
    sessions = make_session_factory(make_engine(settings.resolved_database_url, settings.database_schema))
    return partial(UnitOfWork, sessions, _vocabulary())


def _catalogue(
    settings: Settings, units: Units, store: PhotoStore, tagging: Tagging, preferences: Preferences, drafts: DraftFiles
) -> Catalogue:
    sizes = {"batch_size": settings.batch_size, "trash_days": settings.trash_days}
    return Catalogue(units, store, tagging, preferences, Deletion(units, store, drafts), **sizes)


def _importing(
    settings: Settings, importer: Importer, unfinished: StoppedImports, splitting: Splitting
) -> ImportServices:
    uploads = PendingUploads(settings.uploads_dir, settings.max_batch_files)
    phone = PhoneCapture(
        importer,
        uploads,
        max_bytes=settings.max_file_bytes,
        max_photos=settings.max_batch_files,
        address=settings.phone_address,
        port=settings.phone_port,
    )
    return ImportServices(importer, unfinished, uploads, phone, splitting)


def _restore(
    settings: Settings,
    unit_of_work: Units,
    store: PhotoStore,
    preferences: Preferences,
    backups: Backups,
    models: ModelRegistry,
    catalogue: Catalogue,
) -> Restore:
    return Restore(
        unit_of_work,
        partial(staged, vocabulary=_vocabulary()),
        store,
        preferences,
        backups,
        models.all,
        catalogue.purge_pending,
        settings.restoring_dir,
        max_pixels=settings.max_pixels // 2,  # what a backup holds is decoded whole
        trash_days=settings.trash_days,
    )


@contextmanager
def _rows(unit_of_work: Units) -> Iterator[tuple[RowSource, str]]:
    with unit_of_work() as uow:
        yield uow.dump, uow.revision()


def _photo_store(settings: Settings) -> PhotoStore:
    photos, thumbnails, masks = settings.photo_places
    copies = settings.copies_dir
    return PhotoStore(
        Blobs(photos, LocalCache(copies / "photos")),
        Blobs(thumbnails, LocalCache(copies / "thumbnails")),
        # Another computer may draw a mask anew under the same name; photos never change.
        Blobs(masks, LocalCache(copies / "masks", most_seconds=_MASK_IS_FRESH_S)),
        settings.thumbnail_side,
    )


def _integrity(
    settings: Settings,
    units: Units,
    catalogue: Catalogue,
    store: PhotoStore,
    unfinished: StoppedImports,
    tagging: Tagging,
    restore: Restore,
) -> IntegrityChecker:
    files = FileCheck(store, shared=settings.photos_url is not None)
    repairs = Repairs(units, store, catalogue.retag, settings.lost_and_found_dir)
    return IntegrityChecker(
        units,
        files,
        repairs,
        unfinished,
        tagging,
        catalogue.purge_pending,
        restore.alone,
        schema=head(),
        folder=settings.data_dir,
    )
