"""The errors that a user may be shown: each message is a sentence that says what is wrong and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wardrobe_app.domain.redundancy.merging import Conflict


class WardrobeError(Exception):
    """Base of everything a user may be shown."""


class ImageRefused(WardrobeError):
    """A file that is not a photo we can keep: unreadable, too large, truncated, or not a picture."""


class NotFound(WardrobeError):
    """The garment, photo or group asked for is not (or no longer) there."""


class InvalidEdit(WardrobeError):
    """A value that the field does not take."""


class MergeConflict(WardrobeError):
    """Garments that are to become one differ in ``conflicts``; nothing was done, and the owner has to be asked."""

    def __init__(self, message: str, conflicts: tuple[Conflict, ...]) -> None:
        super().__init__(message)
        self.conflicts = conflicts


class ChangedElsewhere(WardrobeError):
    """A garment was changed elsewhere since it was shown; nothing of it was overwritten."""


class ExportFailed(WardrobeError):
    """An export that could not be written; no file was left behind."""


class StorageFailed(WardrobeError):
    """The data folder or the database could not be read or written."""


class TaggingUnavailable(WardrobeError):
    """There is no usable checkpoint; photos can be kept, but not tagged."""


class GraphRefused(WardrobeError):
    """A file that is not a wardrobe graph which can be read."""


class AccessDenied(WardrobeError):
    """Who asks may not see a wardrobe."""


class SignInNeeded(AccessDenied):
    """Nobody is signed in; ``providers`` are the names of those who can do it, an empty one for the only one."""

    def __init__(self, message: str, providers: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.providers = providers


class NotInvited(AccessDenied):
    """Who is signed in is not on the list of those who may come in."""


class SpreadsheetRefused(WardrobeError):
    """A file that is not a table of garments which can be read."""


class BackupRefused(WardrobeError):
    """A file that is not a whole backup which this program can restore; nothing was changed."""
