"""Read and tag the photos of an import in the actors of a Ray cluster."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from wardrobe_app.cluster.actor_pool import ActorPool
from wardrobe_app.services.importing.duplicates import Duplicate
from wardrobe_app.services.importing.preparing import PhotoPreparer, PreparedPhoto, Wanted, threads
from wardrobe_app.services.importing.sources import Source, clean_name

ROWS_TOGETHER = 32
"""Rows of photos in one transaction."""


class RayEngine:
    """Prepares photos in actors; what is stored when it begins is neither decoded nor tagged by them."""

    rows_together = ROWS_TOGETHER

    def __init__(self, pool: ActorPool, make_preparer: Callable[[], PhotoPreparer], batch_size: int) -> None:
        """Take ``make_preparer`` to be called in each actor."""
        self._pool = pool
        self._make_preparer = make_preparer
        self._batch_size = batch_size

    def prepare(self, wanted: Wanted) -> Generator[Sequence[PreparedPhoto], None, None]:
        """Yield the files in order, batch by batch. One that ends whoever reads it is refused."""
        make = partial(_PhotoWork, self._make_preparer, _StoredFiles(wanted.known().files()))
        jobs = [_Job(source, force) for source, force in zip(wanted.sources, wanted.force, strict=True)]
        answers = self._pool.map(jobs, make, self._batch_size)
        try:
            while not wanted.cancelled() and (some := list(islice(answers, self._batch_size))):
                yield [photo or _poisoned(jobs[place].source) for place, photo in some]
        finally:
            answers.close()


@dataclass(frozen=True, slots=True)
class _Job:
    source: Source
    force: bool


@dataclass(frozen=True, slots=True)
class _StoredFiles:
    """The SHA-256 of stored files, 32 bytes each; pictures are compared by whoever stores them, in order."""

    digests: frozenset[bytes]

    def find_file(self, sha256: str) -> Duplicate | None:
        """Return a stand-in for the garment with the same file."""
        return Duplicate(0, "file") if bytes.fromhex(sha256) in self.digests else None

    def find(self, sha256: str, phash: str) -> Duplicate | None:
        """Return None: the picture may be new."""
        return None


class _PhotoWork:
    """What an actor does with a batch of files: read, decode, tag and encode them."""

    def __init__(self, make_preparer: Callable[[], PhotoPreparer], stored: _StoredFiles) -> None:
        self._preparer = make_preparer()
        self._stored = stored

    def __call__(self, jobs: Sequence[_Job]) -> list[PreparedPhoto]:
        with threads() as pool:
            photos = list(pool.map(self._read, jobs))
            self._preparer.tag(photos)
            return list(pool.map(self._finished, photos))

    def _read(self, job: _Job) -> PreparedPhoto:
        return self._preparer.read(job.source, None if job.force else self._stored)

    def _finished(self, photo: PreparedPhoto) -> PreparedPhoto:
        """Encode what would be larger to send."""
        photo.encoded, photo.image = self._preparer.encoded(photo), None
        if photo.prediction is not None:
            photo.prediction = replace(photo.prediction, mask=None)
        return photo


def _poisoned(source: Source) -> PreparedPhoto:
    name = clean_name(source.name)
    return PreparedPhoto(
        name,
        error=f"{name}: the program that read it ended each time that it was tried. The file may be damaged, or need "
        "more memory than there is.",
    )
