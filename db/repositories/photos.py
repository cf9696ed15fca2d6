"""Store the photos of a garment: add, reorder, remove and put back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.engine.errors import ImportKeyTaken
from db.repositories.mapping import photo_row
from db.schema.tables import ItemRow, PendingDeletionRow, PhotoRow
from wardrobe_app.domain.garments.photos import NewPhoto


class PhotoRepository:
    """Changes which photos garments have, and their order. Ids are photo ids unless they say otherwise."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, item_id: int) -> tuple[int, ...]:
        """Return the photos of a garment; the first one is its cover."""
        query = select(PhotoRow.id).where(PhotoRow.item_id == item_id).order_by(PhotoRow.position, PhotoRow.id)
        return tuple(self._session.scalars(query))

    def add(self, item_id: int, photo: NewPhoto, added_at: datetime) -> int:
        """Store a photo behind the garment's other photos; returns its id.

        Raises:
            ImportKeyTaken: the photo's import key is stored already; nothing was stored.
        """
        row = photo_row(photo, added_at)
        last = self._session.scalar(select(func.max(PhotoRow.position)).where(PhotoRow.item_id == item_id))
        row.item_id, row.position = item_id, 0 if last is None else last + 1
        self._session.add(row)
        try:
            self._session.flush()
        except IntegrityError as error:
            raise ImportKeyTaken(photo.import_key) from error
        self._session.expire_all()
        return row.id

    def arrange(self, item_id: int, order: Sequence[int]) -> None:
        """Give the garment these photos in this order, moving them from other garments if need be."""
        for position, photo_id in enumerate(order):
            change = update(PhotoRow).where(PhotoRow.id == photo_id).values(item_id=item_id, position=position)
            self._session.execute(change)
        self._session.expire_all()

    def split_off(self, photo_id: int, name: str, at: datetime) -> int:
        """Make a photo a garment called ``name``, in the trash since ``at``; returns the garment's id."""
        added_at = self._session.scalar(select(PhotoRow.added_at).where(PhotoRow.id == photo_id))
        row = ItemRow(name=name, added_at=added_at or at, trashed_at=at)
        self._session.add(row)
        self._session.flush()
        self.arrange(row.id, [photo_id])
        return row.id

    def cut_from(self, sha256s: Collection[str]) -> tuple[int, ...]:
        """Return the garments, trashed ones too, that have a photo cut from an imported one with such a SHA-256."""
        query = select(PhotoRow.item_id).where(PhotoRow.cut_from.in_(sha256s)).order_by(PhotoRow.id)
        return tuple(dict.fromkeys(self._session.scalars(query)))

    def set_whole(self, photo_id: int, whole: bool) -> None:
        """Record whether the owner said that a photo shows a single garment."""
        self._session.execute(update(PhotoRow).where(PhotoRow.id == photo_id).values(whole=whole))
        self._session.expire_all()

    def forget_emptied(self, item_id: int) -> None:
        """Delete a garment whose only photo went back to where it was split off from."""
        self._session.execute(delete(ItemRow).where(ItemRow.id == item_id))
        self._session.expire_all()

    def delete(self, photo_ids: Sequence[int]) -> None:
        """Delete photos with everything known about them, and mark their files for deletion."""
        wanted = PhotoRow.id.in_(photo_ids)
        files = self._session.execute(select(PhotoRow.file, PhotoRow.thumbnail).where(wanted))
        self._session.add_all([PendingDeletionRow(file=file, thumbnail=thumbnail) for file, thumbnail in files])
        self._session.execute(delete(PhotoRow).where(wanted))
        self._session.flush()
        self._session.expire_all()
