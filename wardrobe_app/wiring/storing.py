"""Put together what stores a wardrobe: catalogue, photos in, tagging, backups, checks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from db.migrate import head
from db.staging import staged
from db.unit_of_work import Units
from wardrobe_app import __version__
from wardrobe_app.services.backup.maker import RowSource
from wardrobe_app.services.backup.restore import Restore
from wardrobe_app.services.backup.scheduler import Backups
from wardrobe_app.services.capture.phone_capture import PhoneCapture
from wardrobe_app.services.catalogue.catalogue import Catalogue
from wardrobe_app.services.catalogue.deletion import Deletion
from wardrobe_app.services.catalogue.drafts import DraftFiles
from wardrobe_app.services.importing.importer import Importer
from wardrobe_app.services.importing.journal import Journals
from wardrobe_app.services.importing.preparing import PhotoPreparer
from wardrobe_app.services.importing.resume import StoppedImports
from wardrobe_app.services.importing.splitting import Splitting
from wardrobe_app.services.importing.uploads import PendingUploads
from wardrobe_app.services.integrity.checker import IntegrityChecker
from wardrobe_app.services.integrity.file_check import FileCheck
from wardrobe_app.services.integrity.repair import Repairs
from wardrobe_app.services.tagging.colour_picker import ColourPicker
from wardrobe_app.services.tagging.explanations import Explanations
from wardrobe_app.services.tagging.model_registry import ModelRegistry
from wardrobe_app.services.tagging.predicting import PhotoPredictor
from wardrobe_app.wiring.common import Common, vocabulary


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
class BackupServices:
    """Backups and restoring one."""

    backups: Backups
    restore: Restore


def catalogue(common: Common, drafts: DraftFiles) -> Catalogue:
    """Garments, found, changed and deleted."""
    return Catalogue(
        common.units,
        common.store,
        PhotoPredictor(common.store, common.tagging, common.settings.batch_size),
        common.preferences,
        Deletion(common.units, common.store, drafts),
        trash_days=common.settings.trash_days,
    )


def tagging(common: Common) -> TaggingServices:
    """What tags garments, and why."""
    explanations = Explanations(common.store, common.tagging)
    return TaggingServices(common.models, explanations, ColourPicker(common.store, _name_of_shade))


def importing(common: Common) -> ImportServices:
    """Photos in, from folders, uploads and phones."""
    settings, units, store = common.settings, common.units, common.store
    unfinished = StoppedImports(Journals(settings.imports_dir), units, store)
    preparer = PhotoPreparer(store, common.tagging, common.limits)
    importer = Importer(units, store, preparer, unfinished, settings.batch_size)
    uploads = PendingUploads(settings.uploads_dir, settings.max_batch_files)
    phone = PhoneCapture(
        importer,
        uploads,
        max_bytes=settings.max_file_bytes,
        max_photos=settings.max_batch_files,
        address=settings.phone_address,
        port=settings.phone_port,
    )
    return ImportServices(importer, unfinished, uploads, phone, Splitting(units, store, common.tagging, unfinished))


def backup(common: Common, catalogue: Catalogue) -> BackupServices:
    """Backups and restoring one."""
    settings, units, store, preferences = common.settings, common.units, common.store, common.preferences
    rows, models = partial(_rows, units), common.models.all
    backups = Backups(rows, store, preferences, models, settings.backups_dir, __version__)
    restore = Restore(
        units,
        partial(staged, vocabulary=vocabulary()),
        store,
        preferences,
        backups,
        models,
        catalogue.purge_pending,
        settings.restoring_dir,
        max_pixels=settings.max_pixels // 2,  # what a backup holds is decoded whole
        trash_days=settings.trash_days,
    )
    return BackupServices(backups, restore)


def integrity(common: Common, catalogue: Catalogue, unfinished: StoppedImports, restore: Restore) -> IntegrityChecker:
    """Checks of the whole wardrobe, and repairs."""
    settings, units, store = common.settings, common.units, common.store
    return IntegrityChecker(
        units,
        FileCheck(store, shared=settings.photos_url is not None),
        Repairs(units, store, catalogue.retag, settings.lost_and_found_dir),
        unfinished,
        common.tagging,
        catalogue.purge_pending,
        restore.alone,
        schema=head(),
        folder=settings.data_dir,
    )


def _name_of_shade(shade: str) -> str:
    from classifier.serving import palette  # here, because it takes scikit-image along

    return palette.name_of_hex(shade)


@contextmanager
def _rows(unit_of_work: Units) -> Iterator[tuple[RowSource, str]]:
    with unit_of_work() as uow:
        yield uow.dump, uow.revision()
