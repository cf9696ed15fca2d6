"""What became of each file of an import, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wardrobe_app.domain.garments.garment import Garment, TagKind, TagSource


class Outcome(StrEnum):
    """The outcome for a file."""

    ADDED = "added"
    ALREADY = "already there"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The outcome for one file, explained by ``message``.

    ``garment`` is the new or the existing one; ``same`` is what an existing one shares with the file: the "file" or the
    "picture", saved again. ``untagged`` is why a new garment has no tags, "" if it has. ``photo_id`` is the stored
    photo, if any.
    """

    name: str
    outcome: Outcome
    garment: Garment | None
    message: str
    same: str | None = None
    untagged: str = ""
    photo_id: int | None = None


def refused(name: str, message: str) -> ImportResult:
    """Say why a file was not stored."""
    return ImportResult(name, Outcome.REFUSED, None, message)


def added(name: str, garment: Garment, photo_id: int, untagged: str, *, onto: bool) -> ImportResult:
    """Say which garment a file became, or, ``onto``, to which one it was added."""
    if onto:
        message = f"{name}: added to {garment.title} (item {garment.id})"
    elif untagged:
        message = f"{name}: added, but not tagged. {untagged}"
    else:
        message = f"{name}: added as {garment.title}{_confidence(garment)}"
    return ImportResult(name, Outcome.ADDED, garment, message, untagged=untagged, photo_id=photo_id)


def already(name: str, garment: Garment, same: str) -> ImportResult:
    """Say which garment has the ``same`` file or picture."""
    where = " in the trash" if garment.trashed_at else " in the archive" if garment.archived_at else ""
    what = "the same file is" if same == "file" else "the same picture, saved again, is"
    message = f"{name}: {what} already there{where} as {garment.title} (item {garment.id})"
    return ImportResult(name, Outcome.ALREADY, garment, message, same)


def _confidence(garment: Garment) -> str:
    tag = garment.tags.get(TagKind.TYPE)
    if tag is None or tag.confidence is None:
        return ""
    if tag.source is TagSource.PROPAGATED:
        return " (copied from your corrections)"
    return f" ({tag.confidence:.0%} sure)" if tag.is_known else " (not sure)"
