"""Import files of which some are pending uploads, one row for each file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from wardrobe_app.services.importing.importer import Importer, ImportResult, Outcome
from wardrobe_app.services.importing.sources import Source, source_from_bytes
from wardrobe_app.services.importing.uploads import PendingUploads

ImportRow: TypeAlias = tuple[ImportResult, Source | None]
"""What became of a file, and the file itself while it may still be added although it is there already."""


def import_rows(
    importer: Importer,
    uploads: PendingUploads,
    sources: Sequence[Source],
    *,
    waiting: Sequence[str] = (),
    asked: Sequence[Path | str] = (),
    allow_duplicates: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[ImportRow]:
    """Add ``sources`` as ``Importer.add`` does; those with an id in ``waiting`` are discarded one by one."""
    found = importer.add(sources, asked=asked, allow_duplicates=allow_duplicates, cancelled=cancelled)
    for position, (source, result) in enumerate(zip(sources, found, strict=False)):
        again = source if result.outcome is Outcome.ALREADY else None
        if again and position < len(waiting):
            again = source_from_bytes(source.name, source.read())  # its file goes now
        uploads.discard(waiting[position : position + 1])
        yield result, again
