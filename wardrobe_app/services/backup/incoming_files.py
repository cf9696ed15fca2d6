"""Write the files of a restore before its rows, under free names, and remove them if the restore fails."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from PIL import Image, UnidentifiedImageError

from db.unit_of_work import Units
from wardrobe_app.domain.errors import BackupRefused, StorageFailed
from wardrobe_app.domain.garments.photos import PhotoFiles
from wardrobe_app.domain.records.backup import Progress
from wardrobe_app.services.backup.reader import Archive
from wardrobe_app.services.backup.writer import ROOM_LEFT
from wardrobe_app.services.storage.atomic_files import clear_parts
from wardrobe_app.services.storage.photo_store import PhotoStore, StoredPart


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files of a photo go: their names in the backup and here, and the members to write.

    ``is_here`` says that the same files are here already.
    """

    there: PhotoFiles
    here: PhotoFiles
    members: tuple[tuple[str, StoredPart], ...]
    is_here: bool

    @property
    def has_photo(self) -> bool:
        """Whether the photo itself is in the backup."""
        return any(part.kind == "photos" for _, part in self.members)


class IncomingFiles:
    """Writes the files of a backup to the photo store, with a journal of them until their rows are written."""

    def __init__(self, uow_factory: Units, store: PhotoStore, journal: Path, max_pixels: int) -> None:
        self._uow = uow_factory
        self._store = store
        self._journal = journal
        self._max_pixels = max_pixels

    def places(self, archive: Archive, photos: Iterable[PhotoFiles], taken: Collection[str]) -> Iterator[Place]:
        """Decide where each photo goes. ``taken`` are names of files that stay here, whatever is restored.

        A photo keeps its name where that is free, or where the same files have it already; otherwise it gets another,
        so that no file is ever overwritten.
        """
        for names in photos:
            there = [part for part in self._store.parts(names) if f"{part.kind}/{part.name}" in archive]
            is_here = names.file not in taken and bool(there) and self._are_here(archive, names)
            is_free = names.file not in taken and (not there or not self._any_here(names))
            here = names if is_here or is_free else self._store.new_names()
            goes_to = zip(self._store.parts(names), self._store.parts(here), strict=True)
            members = tuple((f"{old.kind}/{old.name}", new) for old, new in goes_to if old in there)
            yield Place(names, here, members, is_here)

    def write(self, archive: Archive, places: Collection[Place]) -> Iterator[Progress]:
        """Write the files that are not here yet.

        Raises:
            BackupRefused: a member is damaged, or a picture has too many pixels.
            StorageFailed: there is no room, or it cannot be written.
        """
        missing = [place for place in places if not place.is_here and place.members]
        self._need_room(sum(archive.size(member) for place in missing for member, _ in place.members))
        try:
            self._journal.parent.mkdir(parents=True, exist_ok=True)
            with self._journal.open("a", encoding="utf-8") as journal:
                for done, place in enumerate(missing):
                    yield Progress(done, len(missing), "Copying photos")
                    self._write(archive, place, journal)
        except OSError as error:
            raise StorageFailed(
                f"A photo could not be written: {error.strerror or error}. Nothing was restored."
            ) from error

    def write_again(self, archive: Archive, places: Iterable[Place]) -> None:
        """Write files again that were removed meanwhile, just before the rows are written."""
        for place in places:
            if all(part.place.folder is None or part.place.exists(part.name) for _, part in place.members):
                continue
            with self._journal.open("a", encoding="utf-8") as journal:
                self._write(archive, place, journal)

    def settle(self) -> None:
        """Remove files without a row, after a restore that failed, was stopped or killed.

        Raises:
            StorageFailed: the database does not answer.
            OSError: a file cannot be removed; the next call tries again.
        """
        written = self._written()
        if written is None:
            return
        with self._uow(writing=True) as uow:  # nobody else can write rows for them meanwhile
            named = {row["file"] for row in uow.dump.rows("photo")}
            for names in written:
                if names.file not in named:
                    self._store.remove(names)
            for names in written[-1:]:  # only the last one can be half written
                self._clear_parts(names)
        self._journal.unlink(missing_ok=True)

    def _write(self, archive: Archive, place: Place, journal: IO[str]) -> None:
        journal.write(json.dumps([place.here.file, place.here.thumbnail]) + "\n")
        journal.flush()
        for member, part in place.members:
            data = archive.read(member)
            _refuse_bomb(archive.name, member, data, self._max_pixels)
            part.place.write(part.name, data)

    def _written(self) -> list[PhotoFiles] | None:
        try:
            lines = self._journal.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return None
        found = []
        for line in lines:
            with suppress(ValueError):  # a line that was cut off: its files were not written
                found.append(PhotoFiles(*json.loads(line)))
        return found

    def _clear_parts(self, names: PhotoFiles) -> None:
        for part in self._store.parts(names):
            if part.place.folder is not None:
                clear_parts(part.place.folder / part.name)

    def _any_here(self, names: PhotoFiles) -> bool:
        return any(part.place.exists(part.name) for part in self._store.parts(names))

    def _are_here(self, archive: Archive, names: PhotoFiles) -> bool:
        return all(_is_here(archive, part) for part in self._store.parts(names))

    def _need_room(self, size: int) -> None:
        folder = self._store.folder
        if folder is None or not folder.exists():
            return
        free = shutil.disk_usage(folder).free
        if free < size + ROOM_LEFT:
            raise StorageFailed(
                f"The photos of this backup need {size // 1024**2 + 1} MB, and the disk has {free // 1024**2} MB left. "
                "Nothing was restored."
            )


def _is_here(archive: Archive, part: StoredPart) -> bool:
    """Whether the file here is the same as in the backup, or missing in both."""
    member = f"{part.kind}/{part.name}"
    try:
        data = part.place.read(part.name)
    except OSError:
        return member not in archive
    return member in archive and hashlib.sha256(data).hexdigest() == archive.sha256(member)


def _refuse_bomb(name: str, member: str, data: bytes, max_pixels: int) -> None:
    """Refuse a picture with too many pixels. One that cannot be read was damaged before, and does no harm."""
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as image:
            pixels = image.width * image.height * getattr(image, "n_frames", 1)
    except Image.DecompressionBombError:
        pixels = max_pixels + 1
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return
    if pixels > max_pixels:
        raise BackupRefused(f"{name}: {member} is a picture of more than {max_pixels} pixels. Nothing was restored.")
