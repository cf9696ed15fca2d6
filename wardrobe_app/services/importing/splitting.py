"""Split a garment whose photo shows several: offer it, do it, undo it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from PIL import Image

from db.unit_of_work import ImportKeyTaken, UnitOfWork, Units
from wardrobe_app.domain.errors import ChangedElsewhere, InvalidEdit, StorageFailed, TaggingUnavailable
from wardrobe_app.domain.garments.garment import Garment, Photo
from wardrobe_app.domain.garments.photos import NewPhoto, PhotoFiles, PhotoPrediction
from wardrobe_app.domain.garments.splitting import SplitOffer, may_be_split
from wardrobe_app.services.importing.cropping import crops, previews
from wardrobe_app.services.importing.decoding import file_hash
from wardrobe_app.services.importing.duplicates import free_key, picture_hash
from wardrobe_app.services.importing.resume import StoppedImports
from wardrobe_app.services.storage.photo_store import EncodedPhoto, PhotoStore
from wardrobe_app.services.tagging import label_propagation
from wardrobe_app.services.tagging.predictions import Tagging

if TYPE_CHECKING:
    from classifier.serving.masks.separate import Labels

_CACHED_OFFERS, _CACHED_PREVIEWS = 4096, 64


@dataclass(frozen=True, slots=True)
class Split:
    """The ``pieces`` that a garment was split into; ``untagged`` is why they have no tags, "" if they have."""

    item_id: int
    pieces: tuple[Garment, ...]
    untagged: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A garment to store: its picture, the names of its files and their content."""

    image: Image.Image
    names: PhotoFiles
    encoded: EncodedPhoto
    prediction: PhotoPrediction | None


class Splitting:
    """Splits garments. The garment itself goes to the trash, with the photo; its pieces remember that photo."""

    def __init__(self, uow_factory: Units, store: PhotoStore, tagging: Tagging, stopped: StoppedImports) -> None:
        self._uow = uow_factory
        self._store = store
        self._tagging = tagging
        self._stopped = stopped
        # A photo's file never changes, and the same model finds the same mask in it.
        self._count = lru_cache(_CACHED_OFFERS)(self._counted)
        self._previews = lru_cache(_CACHED_PREVIEWS)(self._previewed)

    def offer(self, garment: Garment) -> SplitOffer | None:
        """Return the offer to split a garment, if its mask shows several; no model runs."""
        if not may_be_split(garment) or (photo := garment.cover) is None:
            return None
        count = self._count(photo)
        return SplitOffer(garment.id, count) if count > 1 else None

    def previews(self, garment: Garment) -> tuple[bytes, ...]:
        """Return what a garment would be split into, from left to right, as small JPEG files; none without an offer.

        Raises:
            StorageFailed: the photo cannot be read.
        """
        photo = garment.cover
        return self._previews(photo) if photo is not None and self.offer(garment) else ()

    def split(self, item_id: int) -> Split:
        """Store each garment of a photo as one of its own, tagged by the model, and move the garment to the trash.

        Raises:
            NotFound: there is no such garment.
            InvalidEdit: there is nothing to split.
            ChangedElsewhere: it was changed meanwhile; nothing was stored.
            StorageFailed: the photo cannot be read, or the pieces cannot be written; nothing was stored.
        """
        with self._uow() as uow:
            garment = uow.garments.get(item_id)
        photo = garment.cover
        labels = self._labels(photo) if photo is not None and self.offer(garment) else None
        if photo is None or labels is None:
            raise InvalidEdit(f"{garment.title} is not a photo of several garments that could be split.")
        images = crops(self._store.open(photo), labels)
        predictions, untagged = self._look_at(images)
        with self._stopped.running((), False, 0) as (journal, _):
            names = [self._store.new_names() for _ in images]
            journal.note(0, [(f"{place} {photo.filename}", files) for place, files in enumerate(names)])
            try:
                pieces = [self._write(*piece) for piece in zip(images, names, predictions, strict=True)]
                made = self._store_rows(garment, photo, pieces)
            finally:
                with suppress(StorageFailed):  # without the database, whoever opens it next clears up
                    self._stopped.clear(names)
                    journal.end()
        return Split(item_id, made, untagged)

    def pieces(self, garment: Garment) -> tuple[Garment, ...]:
        """Return the garments outside the trash that a garment in the trash was split into."""
        if garment.trashed_at is None:
            return ()
        with self._uow() as uow:
            return _pieces(uow, garment)

    def whole(self, piece: Garment) -> Garment | None:
        """Return the garment in the trash that a piece was split from, if it is still there."""
        sources = {photo.cut_from for photo in piece.photos} - {None}
        if piece.trashed_at is not None or not sources:
            return None
        with self._uow() as uow:
            known = [one for source in sources for one in uow.garments.known_photos(source).values()]
            found = uow.garments.many([one.item_id for one in known])
        return next((one for one in found if one.trashed_at is not None), None)

    def undo(self, item_id: int) -> None:
        """Take a split back: the garment returns from the trash, and its pieces go there.

        Raises:
            NotFound: the garment was deleted for good.
            ChangedElsewhere: a piece has more photos by now, or is part of another garment; nothing was undone.
        """
        with self._uow(writing=True) as uow:
            garment = uow.garments.get(item_id)
            pieces = _pieces(uow, garment)
            if any(
                {photo.cut_from for photo in piece.photos} - {one.sha256 for one in garment.photos} for piece in pieces
            ):
                raise ChangedElsewhere(
                    "One of the garments was merged or got more photos since. That change stays; nothing was undone."
                )
            ids = [piece.id for piece in pieces]
            uow.garments.change(ids, {"trashed_at": datetime.now(UTC)})
            if garment.trashed_at is not None:
                uow.garments.change([item_id], {"trashed_at": None})
            label_propagation.refresh_after(uow, [item_id, *ids])
            uow.commit()

    def keep_whole(self, item_id: int, whole: bool = True) -> None:
        """Record that the photo of a garment shows a single one, so that splitting is not offered again.

        Raises:
            NotFound: there is no such garment.
        """
        with self._uow(writing=True) as uow:
            for photo in uow.garments.get(item_id).photos:
                uow.photos.set_whole(photo.id, whole)
            uow.commit()

    def _labels(self, photo: Photo) -> Labels | None:
        mask = self._store.mask(photo)
        if mask is None:
            return None
        from classifier.serving.masks.separate import separate_garments  # here, because it takes scipy along

        return separate_garments(mask)

    def _counted(self, photo: Photo) -> int:
        labels = self._labels(photo)
        return 0 if labels is None else int(labels.max())

    def _previewed(self, photo: Photo) -> tuple[bytes, ...]:
        labels = self._labels(photo)
        return () if labels is None else previews(self._store.open(photo), labels)

    def _look_at(self, images: Sequence[Image.Image]) -> tuple[Sequence[PhotoPrediction | None], str]:
        """Predict the pieces; they are stored without tags if that fails."""
        try:
            return self._tagging.see(images), ""
        except TaggingUnavailable as error:
            return [None] * len(images), str(error)

    def _write(self, image: Image.Image, names: PhotoFiles, prediction: PhotoPrediction | None) -> _Piece:
        encoded = self._store.encode(image, prediction.mask if prediction else None)
        self._store.save(encoded, names)
        return _Piece(image, names, encoded, prediction)

    def _store_rows(self, garment: Garment, photo: Photo, pieces: Sequence[_Piece]) -> tuple[Garment, ...]:
        now = datetime.now(UTC)
        with self._uow(writing=True) as uow:
            uow.garments.require_versions({garment.id: garment.version})
            if uow.photos.of(garment.id) != (photo.id,):
                raise ChangedElsewhere(f"The photos of {garment.title} were changed meanwhile. Nothing was split.")
            try:
                ids = [uow.garments.add(_new_photo(uow, photo, piece), piece.prediction, now).id for piece in pieces]
            except ImportKeyTaken as error:
                raise ChangedElsewhere("The photo is being split by another program. Nothing was split.") from error
            uow.garments.change([garment.id], {"trashed_at": now})
            label_propagation.refresh_after(uow, [garment.id, *ids])
            made = uow.garments.many(ids)
            uow.commit()
        return made


def _new_photo(uow: UnitOfWork, photo: Photo, piece: _Piece) -> NewPhoto:
    sha256 = file_hash(piece.encoded.photo)
    return NewPhoto(
        free_key(sha256, uow.garments.known_photos(sha256).values()),
        photo.filename,
        piece.names.file,
        piece.names.thumbnail,
        *piece.image.size,
        sha256,
        picture_hash(piece.image),
        photo.sha256,
    )


def _pieces(uow: UnitOfWork, garment: Garment) -> tuple[Garment, ...]:
    found = uow.garments.many(uow.photos.cut_from([photo.sha256 for photo in garment.photos]))
    return tuple(piece for piece in found if piece.trashed_at is None)
