"""Store prepared photos: recognise duplicates, write files, then rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from db.unit_of_work import ImportKeyTaken, UnitOfWork, Units
from wardrobe_app.domain.errors import InvalidEdit, StorageFailed, WardrobeError
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.photos import KnownPhoto, NewPhoto, PhotoFiles, PhotoPrediction
from wardrobe_app.services.importing.duplicates import Duplicate, DuplicateFinder, KnownPhotos, free_key
from wardrobe_app.services.importing.journal import Journal
from wardrobe_app.services.importing.preparing import PhotoPreparer, PreparedPhoto, threads
from wardrobe_app.services.importing.results import ImportResult, added, already, refused
from wardrobe_app.services.importing.resume import StoppedImports
from wardrobe_app.services.importing.sources import Source, file_name
from wardrobe_app.services.storage.photo_store import PhotoStore
from wardrobe_app.services.tagging import label_propagation

_CHANGED = "Something else changed in the wardrobe at the same time; please add it again."


@dataclass(slots=True, eq=False)
class Item:
    """A photo on its way to storage. One to be stored has ``names`` for its files.

    With ``force`` it is stored even if it is known. It is ``loose`` while its files may exist without rows.
    """

    photo: PreparedPhoto
    force: bool
    names: PhotoFiles | None = None
    loose: bool = False

    @property
    def name(self) -> str:
        """Return the name of the file, for people."""
        return self.photo.name


class Storing:
    """Stores the batches of one import."""

    def __init__(
        self,
        uow_factory: Units,
        store: PhotoStore,
        preparer: PhotoPreparer,
        stopped_imports: StoppedImports,
        cancelled: Callable[[], bool],
        onto: int | None,
    ) -> None:
        self._uow = uow_factory
        self._store = store
        self._preparer = preparer
        self._stopped_imports = stopped_imports
        self._cancelled = cancelled
        self._onto = onto
        self._photos = KnownPhotos()
        self._known = DuplicateFinder()

    def look(self) -> None:
        """Look which photos are stored now."""
        with self._uow() as uow:
            self._known = self._photos.finder(uow)

    def known(self) -> DuplicateFinder:
        """Return what was stored at the last look."""
        return self._known

    def name_files(self, batch: Sequence[Item], sources: Sequence[Source], journal: Journal, done: int) -> None:
        """Choose names of future files, and write them to the journal."""
        new = [(place, item) for place, item in enumerate(batch, done) if item.photo.is_new]
        names = []
        for place, item in new:
            item.names = self._store.new_names()
            names.append((sources[place].path or f"{place} {item.name}", item.names))
        try:
            journal.note(done, names)
        except StorageFailed as error:
            for _, item in new:
                item.photo.error = f"{item.name}: not stored. {error}"

    def store(self, batch: Sequence[Item], rows_together: int) -> Iterator[ImportResult]:
        """Store a batch, so many rows in one transaction."""
        try:
            with threads() as pool:
                written = pool.map(self._write_files, batch)  # continues while earlier rows are committed
                for items in _grouped(written, rows_together):
                    if self._cancelled():
                        return
                    yield from self._finish(items)
        finally:
            with suppress(StorageFailed):  # without the database, whoever opens it next clears up
                if names := [item.names for item in batch if item.loose and item.names]:
                    self._stopped_imports.clear(names)

    def _write_files(self, item: Item) -> Item:
        """Write files before rows: the journal knows what a kill leaves behind."""
        if item.photo.is_new and item.names:
            item.loose = True
            try:
                if encoded := self._preparer.encoded(item.photo):
                    self._store.save(encoded, item.names)
            except StorageFailed as error:
                item.photo.error = f"{item.name}: not stored. {error}"
            item.photo.image = item.photo.encoded = None  # memory is needed for others
        return item

    def _finish(self, items: Sequence[Item]) -> Iterator[ImportResult]:
        """Store the rows of some photos together, or one by one if that fails."""
        stored: dict[Item, ImportResult] = {}
        new = [item for item in items if not item.photo.error and self._found(item) is None]
        if len(new) > 1:
            with suppress(ImportKeyTaken, WardrobeError):
                stored = dict(zip(new, self._store_rows(new), strict=True))
        yield from (stored.get(item) or self._finish_one(item) for item in items)

    def _finish_one(self, item: Item) -> ImportResult:
        if item.photo.error:
            return refused(item.name, item.photo.error)
        try:
            return self._store_or_find(item)
        except WardrobeError as error:
            return refused(item.name, f"{item.name}: not stored. {error}")

    def _store_or_find(self, item: Item) -> ImportResult:
        found = self._found(item)
        if found is None:
            try:
                return self._store_rows([item])[0]
            except ImportKeyTaken:
                found = self._stored_meanwhile(item.photo.sha256)
        with self._uow() as uow:
            return already(item.name, _present(uow, found.item_id), found.same)

    def _found(self, item: Item) -> Duplicate | None:
        """Return the garment that has the photo; a file of the same batch may have been stored since it was read."""
        return None if item.force else self._known.find(item.photo.sha256, item.photo.phash)

    def _store_rows(self, items: Sequence[Item]) -> list[ImportResult]:
        """Store the rows of photos whose files are written, all or none."""
        with self._uow(writing=True) as uow:
            stored = [self._add(uow, item) for item in items]
            changed = set(label_propagation.refresh(uow, {garment.id for garment in stored}))
            stored = [uow.garments.get(one.id) if one.id in changed else one for one in stored]
            photo_ids = [uow.photos.of(garment.id)[-1] for garment in stored]
            uow.commit()
        for item, garment in zip(items, stored, strict=True):
            item.loose = False
            self._known.learn(KnownPhoto(garment.id, "", item.photo.sha256, item.photo.phash))
        return [
            added(item.name, garment, photo_id, item.photo.untagged, onto=self._onto is not None)
            for item, garment, photo_id in zip(items, stored, photo_ids, strict=True)
        ]

    def _add(self, uow: UnitOfWork, item: Item) -> Garment:
        if item.names is None:  # it was known when it was read, and has been deleted since
            raise StorageFailed(_CHANGED)
        photo = item.photo
        known = list(uow.garments.known_photos(photo.sha256).values()) if item.force else []
        new = NewPhoto(
            free_key(photo.sha256, known),
            file_name(item.name),
            item.names.file,
            item.names.thumbnail,
            *photo.size,
            photo.sha256,
            photo.phash,
        )
        if self._onto is None:
            return uow.garments.add(new, photo.prediction, datetime.now(UTC))
        return _add_onto(uow, self._onto, new, photo.prediction)

    def _stored_meanwhile(self, sha256: str) -> Duplicate:
        with self._uow() as uow:
            known = list(uow.garments.known_photos(sha256).values())
        if not known:
            raise StorageFailed(_CHANGED)
        return Duplicate(known[-1].item_id, "file")


def _grouped(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield the items in groups of up to ``size`` within which no picture is there twice."""
    group: list[Item] = []
    pictures = DuplicateFinder()
    for item in items:
        if len(group) == size or pictures.find(item.photo.sha256, item.photo.phash):
            yield group
            group, pictures = [], DuplicateFinder()
        group.append(item)
        pictures.learn(KnownPhoto(0, "", item.photo.sha256, item.photo.phash))
    if group:
        yield group


def require_outside_trash(garment: Garment) -> None:
    """Check that photos may be added to a garment.

    Raises:
        InvalidEdit: it is in the trash.
    """
    if garment.trashed_at is not None:
        raise InvalidEdit(f"{garment.title} is in the trash. Take it out before adding photos to it.")


def _add_onto(uow: UnitOfWork, item_id: int, photo: NewPhoto, prediction: PhotoPrediction | None) -> Garment:
    """Add a photo to a garment; its ``prediction`` becomes the garment's tags only if it is the first photo."""
    require_outside_trash(uow.garments.get(item_id))
    photo_id = uow.photos.add(item_id, photo, datetime.now(UTC))
    if prediction is not None:
        uow.garments.set_prediction(item_id, {photo_id: prediction})
    return uow.garments.get(item_id)


def _present(uow: UnitOfWork, item_id: int) -> Garment:
    """The garment, or the first one that it was split into, if it was."""
    garment = uow.garments.get(item_id)
    if garment.trashed_at is None:
        return garment
    pieces = uow.garments.many(uow.photos.cut_from([photo.sha256 for photo in garment.photos]))
    return next((piece for piece in pieces if piece.trashed_at is None), garment)
