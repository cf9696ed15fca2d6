"""What the database holds, as rows and names: for telling whether it agrees with the files, and with itself."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.matching import CHUNK
from db.models import PhotoRow


class InventoryRepository:
    """Looks at rows rather than garments."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def stored(self, files: Collection[str]) -> set[str]:
        """Which of these names of photo files a photo has."""
        names = sorted(files)
        found: set[str] = set()
        for start in range(0, len(names), CHUNK):
            wanted = PhotoRow.file.in_(names[start : start + CHUNK])
            found.update(self._session.scalars(select(PhotoRow.file).where(wanted)))
        return found
