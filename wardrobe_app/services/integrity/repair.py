"""Repair what can be repaired without loss: derived files, tags, and files that belong to no photo."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from db.unit_of_work import Units
from wardrobe_app.domain.errors import WardrobeError
from wardrobe_app.domain.garments.garment import Garment, Photo
from wardrobe_app.domain.records.integrity import IssueKind, Occurrence
from wardrobe_app.services.storage.atomic_files import replace_file
from wardrobe_app.services.storage.photo_store import PhotoStore

Retag = Callable[[Sequence[int]], Iterator[Garment]]


class Repairs:
    """Repairs that can be repeated, and interrupted at any moment."""

    def __init__(
        self,
        uow_factory: Units,
        store: PhotoStore,
        retag: Retag,
        lost_and_found: Path,
    ) -> None:
        self._uow = uow_factory
        self._store = store
        self._retag = retag
        self.lost_and_found = lost_and_found

    def redraw(self, photo: Photo, troubles: Iterable[IssueKind]) -> None:
        """Recreate the thumbnail or the cut-out of a photo, from the photo and its mask.

        Raises:
            StorageFailed: the photo cannot be read, or the files cannot be written.
        """
        image = self._store.open(photo)
        wanted = set(troubles)
        if wanted & {IssueKind.THUMBNAIL_MISSING, IssueKind.THUMBNAIL_DAMAGED, IssueKind.THUMBNAIL_SIZE}:
            self._store.keep_thumbnail(photo, image)
        if photo.has_cut_out and (mask := self._store.mask(photo)) is not None:
            self._store.keep_mask(photo, image, mask)  # the cut-out has a thumbnail's size

    def tag(self, item_ids: Sequence[int]) -> str:
        """Tag garments again; returns why that failed, "" if it did not."""
        try:
            for _ in self._retag(item_ids):
                pass
        except WardrobeError as error:
            return str(error)
        return ""

    def put_aside(self, place: str, name: str) -> None:
        """Move an orphaned file to the folder lost+found, without replacing one there.

        Raises:
            OSError: it cannot be read, written or deleted; it stays where it was, and may be in both places.
        """
        blobs = self._store.places[place]
        target = self.lost_and_found / place / name
        number = 1
        while target.exists():
            number += 1
            target = (self.lost_and_found / place / name).with_stem(f"{Path(name).stem} {number}")
        replace_file(target, blobs.read(name))
        blobs.remove(name)

    def repair_rows(self, method: str) -> None:
        """Delete dangling and obsolete rows, and restore a missing revision.

        Raises:
            StorageFailed: the database did not answer.
        """
        with self._uow(writing=True) as uow:
            uow.inventory.repair_dangling()
            uow.inventory.drop_outdated(method)
            if not uow.inventory.has_revision():
                uow.inventory.create_revision()
            uow.commit()


def by_photo(found: Iterable[Occurrence]) -> dict[int, list[IssueKind]]:
    """Group findings by photo."""
    troubles: dict[int, list[IssueKind]] = {}
    for one in found:
        if one.photo_id is not None:
            troubles.setdefault(one.photo_id, []).append(one.trouble)
    return troubles
