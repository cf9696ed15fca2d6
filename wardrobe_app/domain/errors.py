"""Errors that users may see: each message says what is wrong and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wardrobe_app.domain.redundancy.merging import Conflict


class WardrobeError(Exception):
    """Base of all errors shown to users."""


class ImageRefused(WardrobeError):
    """A file that cannot be stored as a photo: unreadable, too large, truncated, or not a picture."""


class NotFound(WardrobeError):
    """The garment, photo or group does not exist (any more)."""


class InvalidEdit(WardrobeError):
    """A value that the field does not accept."""


class MergeConflict(WardrobeError):
    """Garments to be merged differ in ``conflicts``; nothing was done, and the owner has to choose."""

    def __init__(self, message: str, conflicts: tuple[Conflict, ...]) -> None:
        super().__init__(message)
        self.conflicts = conflicts


class ChangedElsewhere(WardrobeError):
    """A garment was changed elsewhere since it was shown; nothing was overwritten."""


class ExportFailed(WardrobeError):
    """An export that could not be written; no file was left behind."""


class StorageFailed(WardrobeError):
    """The data folder or the database could not be read or written."""


class TaggingUnavailable(WardrobeError):
    """There is no usable checkpoint; photos can be stored but not tagged."""


class GraphRefused(WardrobeError):
    """A file that is not a readable wardrobe graph."""


class AccessDenied(WardrobeError):
    """The visitor may not see a wardrobe."""


class SignInNeeded(AccessDenied):
    """Nobody is signed in; ``providers`` are the names of identity providers, an empty one for the only one."""

    def __init__(self, message: str, providers: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.providers = providers


class NotInvited(AccessDenied):
    """The signed-in person is not on the list of allowed users."""


class CaptureUnavailable(WardrobeError):
    """The page for a phone could not be opened on the home network."""


class SpreadsheetRefused(WardrobeError):
    """A file that is not a readable spreadsheet of garments."""


class BackupRefused(WardrobeError):
    """A file that is not a complete backup this program can restore; nothing was changed."""
