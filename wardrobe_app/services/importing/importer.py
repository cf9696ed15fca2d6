"""Import photos: have an engine prepare them, and store them under a journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from db.unit_of_work import Units
from wardrobe_app.services.importing.preparing import Engine, LocalEngine, PhotoPreparer, Wanted
from wardrobe_app.services.importing.results import ImportResult, Outcome
from wardrobe_app.services.importing.resume import StoppedImports
from wardrobe_app.services.importing.sources import Source, place_of, source_from_bytes, source_from_path
from wardrobe_app.services.importing.storing import Item, Storing, require_outside_trash
from wardrobe_app.services.observation import observed
from wardrobe_app.services.storage.photo_store import PhotoStore

__all__ = ["ImportResult", "Importer", "Outcome", "Source", "source_from_bytes", "source_from_path"]


class Importer:
    """Adds photos to the wardrobe; each is stored safely before its result is returned."""

    def __init__(
        self,
        uow_factory: Units,
        store: PhotoStore,
        preparer: PhotoPreparer,
        stopped_imports: StoppedImports,
        batch_size: int = 16,
    ) -> None:
        self._uow = uow_factory
        self._store = store
        self._preparer = preparer
        self._stopped_imports = stopped_imports
        self._here = LocalEngine(preparer, batch_size)

    @observed
    def add(
        self,
        sources: Sequence[Source],
        *,
        asked: Sequence[Path | str] = (),
        allow_duplicates: bool = False,
        cancelled: Callable[[], bool] = lambda: False,
        onto: int | None = None,
        engine: Engine | None = None,
    ) -> Iterator[ImportResult]:
        """Add the files, yielding one result for each, in order.

        Args:
            sources: the files.
            asked: the files, folders and addresses that the user named. What a stopped import of the same ones stored
                is not added again.
            allow_duplicates: add files that are in the wardrobe already.
            cancelled: once it returns True, or the caller stops iterating, nothing more is stored.
            onto: the garment that all photos are added to; by default each becomes a garment.
            engine: reads and tags the files; by default this process does.

        Raises:
            NotFound: there is no garment ``onto``.
            InvalidEdit: it is in the trash.
        """
        if onto is not None:
            with self._uow() as uow:
                require_outside_trash(uow.garments.get(onto))
        if not sources:
            return
        paths = [place_of(one) for one in asked]
        with self._stopped_imports.running(paths, allow_duplicates, len(sources)) as (journal, stored_before):
            force = [allow_duplicates and source.path not in stored_before for source in sources]
            storing = Storing(self._uow, self._store, self._preparer, self._stopped_imports, cancelled, onto)
            wanted, done = Wanted(sources, force, storing.known, cancelled), 0
            engine = engine or self._here
            with closing(engine.prepare(wanted)) as batches:
                while not cancelled():
                    storing.look()
                    if (photos := next(batches, None)) is None or cancelled():
                        break
                    batch = [Item(photo, force[place]) for place, photo in enumerate(photos, done)]
                    storing.name_files(batch, sources, journal, done)
                    for result in storing.store(batch, engine.rows_together):
                        done += 1
                        if done == len(sources):
                            journal.end()
                        yield result
            if cancelled():
                journal.end()
