"""Delete garments for good: rows first, in one transaction, then files, once no program uses them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress

from db.unit_of_work import UnitOfWork, Units
from wardrobe_app.domain.catalogue.drafts import draft_keys
from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.services.catalogue.drafts import DraftFiles
from wardrobe_app.services.storage.photo_store import PhotoStore
from wardrobe_app.services.tagging import label_propagation


class Deletion:
    """Deletes garments. A file that cannot be deleted now is deleted the next time."""

    def __init__(self, uow_factory: Units, store: PhotoStore, drafts: DraftFiles) -> None:
        self._uow = uow_factory
        self._store = store
        self._drafts = drafts

    def delete(self, which: Callable[[UnitOfWork], Collection[int]]) -> int:
        """Delete the garments with the ids that ``which`` finds; return how many.

        It is called in the transaction that deletes, so that nothing is deleted that was restored meanwhile.
        """
        with self._uow() as uow:
            some = bool(which(uow))
        deleted = 0
        if some:  # otherwise nothing is written, and the wardrobe opens even on a full disk
            with self._uow(writing=True) as uow:
                ids = which(uow)
                everything = uow.deletion.with_merged(ids)
                examples = uow.label_propagation.corrected(ids)
                deleted = uow.deletion.delete(ids)
                if examples:
                    label_propagation.refresh(uow)
                uow.commit()
            for item_id in everything:
                for key in draft_keys(item_id):
                    self._drafts.drop(key)
        self.remove_files()
        return deleted

    def remove_files(self) -> None:
        """Delete the files of deleted photos, as far as that is possible now."""
        with self._uow() as uow:
            pending_deletion = uow.deletion.pending_deletion()
        gone = []
        for files in pending_deletion:
            with suppress(OSError):
                self._store.remove(files)
                gone.append(files)
        if gone:
            with suppress(StorageFailed), self._uow(writing=True) as uow:  # removing them twice does no harm
                uow.deletion.mark_deleted(gone)
                uow.commit()
