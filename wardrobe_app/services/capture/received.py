"""Photos that a phone sent: kept on the disk at once, imported one after another."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from wardrobe_app.services.importing.importer import Importer, ImportResult
from wardrobe_app.services.importing.rows import ImportRow, import_rows
from wardrobe_app.services.importing.uploads import PendingUploads

_LOOK_S: Final = 0.5
RECEIVED: Final = "received"


@dataclass(slots=True)
class ReceivedPhoto:
    """A photo from the phone; ``outcome`` is "received" until it was imported, ``reason`` why it was refused."""

    id: str
    name: str
    outcome: str = RECEIVED
    reason: str = ""


@dataclass(slots=True)
class _Upload:
    file_id: str
    name: str
    data: bytearray

    def getbuffer(self) -> memoryview:
        return memoryview(self.data)


class ReceivedPhotos:
    """The queue between the phone and the importer; safe to use from several threads."""

    def __init__(self, importer: Importer, uploads: PendingUploads) -> None:
        self._importer = importer
        self._uploads = uploads
        self._queue: deque[ReceivedPhoto] = deque()
        self._changed = threading.Condition()

    def store(self, photo: ReceivedPhoto, data: bytearray) -> bool:
        """Write a photo to the disk and queue it; whether there was room for it."""
        if self._uploads.keep([_Upload(photo.id, photo.name, data)]):
            return False
        with self._changed:
            self._queue.append(photo)
            self._changed.notify_all()
        return True

    @property
    def waiting(self) -> frozenset[str]:
        """The ids of photos that are stored and not imported yet."""
        with self._changed:
            return frozenset(photo.id for photo in self._queue)

    def imported(self, is_open: Callable[[], bool], cancelled: Callable[[], bool]) -> Iterator[ImportRow]:
        """Import what arrives, until no phone page is open and nothing is left."""
        while not cancelled():
            batch = self._next()
            if batch:
                yield from self._import(batch, cancelled)
            elif not is_open():
                return

    def _next(self) -> list[ReceivedPhoto]:
        with self._changed:
            self._changed.wait_for(lambda: self._queue, timeout=_LOOK_S)
            return list(self._queue)

    def _import(self, batch: list[ReceivedPhoto], cancelled: Callable[[], bool]) -> Iterator[ImportRow]:
        pending = {one.id: one for one in self._uploads.all()}
        there = [photo for photo in batch if photo.id in pending]
        self._drop([photo for photo in batch if photo.id not in pending])  # discarded on the desktop
        sources = [self._uploads.source(pending[photo.id]) for photo in there]
        ids = [photo.id for photo in there]
        rows = import_rows(self._importer, self._uploads, sources, waiting=ids, cancelled=cancelled)
        for photo, row in zip(there, rows, strict=False):
            _settle(photo, row[0])
            self._drop([photo])
            yield row

    def _drop(self, photos: list[ReceivedPhoto]) -> None:
        with self._changed:
            for photo in photos:
                self._queue.remove(photo)


def _settle(photo: ReceivedPhoto, result: ImportResult) -> None:
    photo.reason = result.message.removeprefix(f"{result.name}: ") if result.garment is None else ""
    photo.outcome = result.outcome.value
