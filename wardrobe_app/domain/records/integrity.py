"""What a health check can find, and how it is worded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from wardrobe_app.domain.garments.garment import Photo
from wardrobe_app.domain.wording import capitalised, number


class IssueKind(StrEnum):
    """A kind of issue; the value is its name in JSON."""

    DATABASE = "database damaged"
    SCHEMA = "schema of another version"
    DANGLING = "rows that point to nothing"
    STATE = "no state"
    OUTDATED = "outdated rows"
    PHOTO_MISSING = "photo missing"
    PHOTO_DAMAGED = "photo damaged"
    THUMBNAIL_MISSING = "thumbnail missing"
    THUMBNAIL_DAMAGED = "thumbnail damaged"
    THUMBNAIL_SIZE = "thumbnail of another size"
    MASK_MISSING = "mask missing"
    MASK_DAMAGED = "mask damaged"
    CUT_OUT_MISSING = "cut-out missing"
    CUT_OUT_DAMAGED = "cut-out damaged"
    NOT_CHECKED = "could not be checked"
    NOT_TAGGED = "not tagged"
    OTHER_MODEL = "tagged by another model"
    ORPHAN = "orphan file"
    UNFINISHED = "unfinished file"
    DOOMED = "file of a deleted photo"
    NO_PHOTO = "garment without a photo"
    STOPPED_IMPORT = "stopped import"
    NO_MODEL = "no model"
    NO_EXTENSION = "no extension"


NOTES: Final = frozenset(
    {IssueKind.NO_PHOTO, IssueKind.STOPPED_IMPORT, IssueKind.NO_MODEL, IssueKind.NO_EXTENSION, IssueKind.OUTDATED}
)
"""Worth knowing, but not wrong: photos can be kept without a model."""

FROM_THE_PHOTO: Final = frozenset(
    {
        IssueKind.THUMBNAIL_MISSING, IssueKind.THUMBNAIL_DAMAGED, IssueKind.THUMBNAIL_SIZE,
        IssueKind.CUT_OUT_MISSING, IssueKind.CUT_OUT_DAMAGED,
    }
)  # fmt: skip
"""Can be made again from the photo and its mask."""

BY_TAGGING: Final = frozenset(
    {IssueKind.MASK_MISSING, IssueKind.MASK_DAMAGED, IssueKind.NOT_TAGGED, IssueKind.OTHER_MODEL}
)
"""Can be repaired by tagging again, which needs a model."""

GONE: Final = frozenset({IssueKind.PHOTO_MISSING, IssueKind.PHOTO_DAMAGED})
"""Cannot be repaired without a backup."""

_RESTORE: Final = (
    "Restore a backup that has it. Nothing was deleted: the garment keeps its tags and what you wrote. Until then its "
    "other pictures are shown, if it has any."
)
_FROM_PHOTO: Final = "Repairing makes it again from the photo."
_TAG_AGAIN: Final = "Repairing tags the garment again; your own tags stay."
_DELETE: Final = "Repairing deletes them."
# The rest of the sentence for one and for several, and what to do. Sentences without a number begin with "the" or "no".
_TEXTS: Final[Mapping[IssueKind, tuple[str, str, str]]] = {
    IssueKind.DATABASE: ("place in the database is damaged", "places in the database are damaged", "Restore a backup."),
    IssueKind.SCHEMA: ("the database belongs to another version of the program", "", "Start the newest version."),
    IssueKind.DANGLING: ("row refers to a missing one", "rows refer to missing ones", _DELETE),
    IssueKind.STATE: ("the database does not say when it changed", "", "Repairing records it again."),
    IssueKind.OUTDATED: ("row is empty or outdated", "rows are empty or outdated", f"Nothing reads them. {_DELETE}"),
    IssueKind.PHOTO_MISSING: ("photo file is missing", "photo files are missing", _RESTORE),
    IssueKind.PHOTO_DAMAGED: ("photo cannot be read", "photos cannot be read", _RESTORE),
    IssueKind.THUMBNAIL_MISSING: ("thumbnail is missing", "thumbnails are missing", _FROM_PHOTO),
    IssueKind.THUMBNAIL_DAMAGED: ("thumbnail is damaged", "thumbnails are damaged", _FROM_PHOTO),
    IssueKind.THUMBNAIL_SIZE: ("thumbnail has the wrong size", "thumbnails have the wrong size", _FROM_PHOTO),
    IssueKind.MASK_MISSING: ("mask is missing", "masks are missing", _TAG_AGAIN),
    IssueKind.MASK_DAMAGED: ("mask is damaged", "masks are damaged", _TAG_AGAIN),
    IssueKind.CUT_OUT_MISSING: ("cut-out is missing", "cut-outs are missing", _FROM_PHOTO),
    IssueKind.CUT_OUT_DAMAGED: ("cut-out is damaged", "cut-outs are damaged", _FROM_PHOTO),
    IssueKind.NOT_CHECKED: (
        "check failed", "checks failed", "An unexpected error; nothing was changed, and everything else was checked.",
    ),
    IssueKind.NOT_TAGGED: ("photo was never tagged", "photos were never tagged", _TAG_AGAIN),
    IssueKind.OTHER_MODEL: (
        "photo was tagged by another model", "photos were tagged by another model",
        f"Until then they are compared with others less exactly. {_TAG_AGAIN}",
    ),
    IssueKind.ORPHAN: (
        "file belongs to no photo", "files belong to no photo",
        "Repairing moves it to the folder lost+found and deletes nothing.",
    ),
    IssueKind.UNFINISHED: ("file was never finished", "files were never finished", f"Left by a power cut. {_DELETE}"),
    IssueKind.DOOMED: (
        "deleted photo still has files", "deleted photos still have files", f"Another program uses them. {_DELETE}",
    ),
    IssueKind.NO_PHOTO: ("garment has no photo", "garments have no photo", ""),
    IssueKind.STOPPED_IMPORT: ("import was stopped", "imports were stopped", "Add photos offers to continue."),
    IssueKind.NO_MODEL: ("no model can be used", "", "Settings say why. Tags and masks cannot be checked."),
    IssueKind.NO_EXTENSION: (
        "the database server lacks an extension", "extensions are missing on the database server",
        "Without vector (pgvector) similar garments are searched in memory, and without pg_trgm a search reads every "
        "text. For a very large wardrobe, install them on the server and start the app again.",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeptPhoto:
    """A photo's row with its garment and the ``model`` that tagged it."""

    item_id: int
    photo: Photo
    model: str | None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One issue: the ``name`` of a file or row, and the garment and photo that it belongs to."""

    trouble: IssueKind
    name: str
    item_id: int | None = None
    photo_id: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """All issues of one kind, and how many were ``repaired``; ``told`` adds where things went, or why they did not."""

    trouble: IssueKind
    found: tuple[Occurrence, ...]
    repaired: int = 0
    told: str = ""

    @property
    def sentence(self) -> str:
        """What is wrong."""
        one, many, _ = _TEXTS[self.trouble]
        text = one if len(self.found) == 1 else many or one
        return capitalised(text if not many else f"{number(len(self.found))} {text}") + "."

    @property
    def advice(self) -> str:
        """What can be done; "" once it is repaired."""
        if self.is_repaired:
            return ""
        part = f"{capitalised(number(self.repaired))} of them repaired. " if self.repaired else ""
        return part + _TEXTS[self.trouble][2]

    @property
    def is_repaired(self) -> bool:
        """Whether nothing is left of it."""
        return self.repaired == len(self.found)

    @property
    def is_wrong(self) -> bool:
        """Whether it is more than worth knowing, and still there."""
        return self.trouble not in NOTES and not self.is_repaired

    @property
    def is_repairable(self) -> bool:
        """Whether a repair can be tried."""
        left = self.is_wrong or (self.trouble is IssueKind.OUTDATED and not self.repaired)
        return left and self.trouble not in GONE | {IssueKind.DATABASE, IssueKind.SCHEMA, IssueKind.NOT_CHECKED}

    @property
    def item_ids(self) -> tuple[int, ...]:
        """The garments that it is about."""
        return tuple(sorted({one.item_id for one in self.found if one.item_id is not None}))


@dataclass(frozen=True, slots=True)
class Checkup:
    """What was found; ``checked`` counts what was checked."""

    findings: tuple[Finding, ...]
    checked: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_ok(self) -> bool:
        """Whether nothing is wrong, or everything was repaired."""
        return not any(finding.is_wrong for finding in self.findings)

    @property
    def summary(self) -> str:
        """The result in a sentence."""
        repaired = sum(finding.repaired for finding in self.findings)
        wrong = sum(len(one.found) - one.repaired for one in self.findings if one.is_wrong)
        parts = [(wrong, "problem found", "problems found"), (repaired, "problem repaired", "problems repaired")]
        told = ", ".join(f"{number(count)} {one if count == 1 else many}" for count, one, many in parts if count)
        looked = f"{self.checked.get('photos', 0)} photos and {self.checked.get('files', 0)} files were checked."
        return f"{capitalised(told or 'no problems found')}. {looked}"


@dataclass(frozen=True, slots=True)
class Step:
    """The progress of a check, ``share`` from 0 to 1, and what it is ``doing``; the last one has the ``checkup``."""

    share: float
    doing: str
    checkup: Checkup | None = None
