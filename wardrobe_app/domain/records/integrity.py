"""What can be wrong with a wardrobe, and how that is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from wardrobe_app.domain.garments.garment import Photo
from wardrobe_app.domain.wording import capitalised, number


class IssueKind(StrEnum):
    """One kind of disagreement."""

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
    NO_POINTS = "no local features"
    ORPHAN = "orphan file"
    UNFINISHED = "unfinished file"
    DOOMED = "file of a deleted photo"
    NO_PHOTO = "garment without a photo"
    STOPPED_IMPORT = "stopped import"
    NO_MODEL = "no model"


NOTES: Final = frozenset(
    {IssueKind.NO_PHOTO, IssueKind.STOPPED_IMPORT, IssueKind.NO_MODEL, IssueKind.NO_POINTS, IssueKind.OUTDATED}
)
"""Worth knowing, and nothing wrong: a garment may have come from a spreadsheet, photos are kept without a model."""

FROM_THE_PHOTO: Final = frozenset(
    {
        IssueKind.THUMBNAIL_MISSING,
        IssueKind.THUMBNAIL_DAMAGED,
        IssueKind.THUMBNAIL_SIZE,
        IssueKind.CUT_OUT_MISSING,
        IssueKind.CUT_OUT_DAMAGED,
    }
)
"""What is made anew from the photo and its mask."""

BY_TAGGING: Final = frozenset(
    {IssueKind.MASK_MISSING, IssueKind.MASK_DAMAGED, IssueKind.NOT_TAGGED, IssueKind.OTHER_MODEL}
)
"""What tagging again mends, for which a model has to be there."""

GONE: Final = frozenset({IssueKind.PHOTO_MISSING, IssueKind.PHOTO_DAMAGED})
"""What nothing here can bring back."""

_RESTORE: Final = (
    "Restore a backup that has it. Nothing was deleted: the garment keeps its tags and what you wrote. Until then its "
    "other pictures are shown where there are any."
)
_BY_ITSELF: Final = "Mending makes it anew from the photo."
# One, several, and what to do.
_TOLD: Final[Mapping[IssueKind, tuple[str, str, str]]] = {
    IssueKind.DATABASE: ("the database is damaged", "{} places in the database are damaged", "Restore a backup."),
    IssueKind.SCHEMA: (
        "the database is not of this program's version",
        "the database is not of this program's version",
        "Start the program that it belongs to, or the newest one.",
    ),
    IssueKind.DANGLING: (
        "one row points to nothing",
        "{} rows point to nothing",
        "Mending deletes what points nowhere.",
    ),
    IssueKind.STATE: (
        "the database does not say when it changed",
        "the database does not say when it changed",
        "Mending writes it down anew.",
    ),
    IssueKind.OUTDATED: (
        "one row is of an earlier method, or empty, and nobody reads it",
        "{} rows are of an earlier method, or empty, and nobody reads them",
        "Mending deletes them.",
    ),
    IssueKind.PHOTO_MISSING: ("the file of one photo is gone", "the files of {} photos are gone", _RESTORE),
    IssueKind.PHOTO_DAMAGED: ("one photo cannot be read any more", "{} photos cannot be read any more", _RESTORE),
    IssueKind.THUMBNAIL_MISSING: ("one thumbnail is gone", "{} thumbnails are gone", _BY_ITSELF),
    IssueKind.THUMBNAIL_DAMAGED: ("one thumbnail is damaged", "{} thumbnails are damaged", _BY_ITSELF),
    IssueKind.THUMBNAIL_SIZE: (
        "one thumbnail has another size than the settings say",
        "{} thumbnails have another size than the settings say",
        _BY_ITSELF,
    ),
    IssueKind.MASK_MISSING: ("one mask is gone", "{} masks are gone", "Mending tags the garment again."),
    IssueKind.MASK_DAMAGED: ("one mask is damaged", "{} masks are damaged", "Mending tags the garment again."),
    IssueKind.CUT_OUT_MISSING: ("one cut-out is gone", "{} cut-outs are gone", _BY_ITSELF),
    IssueKind.CUT_OUT_DAMAGED: ("one cut-out is damaged", "{} cut-outs are damaged", _BY_ITSELF),
    IssueKind.NOT_CHECKED: (
        "one check failed",
        "{} checks failed",
        "The program met something it does not expect. Nothing was changed or deleted; everything else was checked.",
    ),
    IssueKind.NOT_TAGGED: (
        "one photo was seen by no model",
        "{} photos were seen by no model",
        "Mending tags the garment again; your own tags stay.",
    ),
    IssueKind.OTHER_MODEL: (
        "one photo was seen by another model than the one in use",
        "{} photos were seen by another model than the one in use",
        "They are compared with others by another measure. Mending tags them again; your own tags stay.",
    ),
    IssueKind.NO_POINTS: (
        "one photo has no local features of the method in use",
        "{} photos have no local features of the method in use",
        "Mending finds them now; else they are found when they are needed.",
    ),
    IssueKind.ORPHAN: (
        "one file belongs to no photo",
        "{} files belong to no photo",
        "Mending moves it to the folder lost+found and deletes nothing.",
    ),
    IssueKind.UNFINISHED: (
        "one file was never finished",
        "{} files were never finished",
        "A power cut or a full disk leaves such files. Mending deletes them.",
    ),
    IssueKind.DOOMED: (
        "the files of one photo that you deleted are still there",
        "the files of {} photos that you deleted are still there",
        "Another program holds them. Mending deletes them if it lets them go.",
    ),
    IssueKind.NO_PHOTO: ("one garment has no photo", "{} garments have no photo", ""),
    IssueKind.STOPPED_IMPORT: ("one import was stopped", "{} imports were stopped", "Add photos offers to go on."),
    IssueKind.NO_MODEL: (
        "no model is there to tag with",
        "no model is there to tag with",
        "Settings tell why. Tags and masks cannot be checked or made.",
    ),
}


@dataclass(frozen=True, slots=True)
class KeptPhoto:
    """A photo's row, with the garment it is of, and how it was seen: ``model`` and ``method`` of local features."""

    item_id: int
    photo: Photo
    model: str | None
    method: str | None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One thing that is wrong: ``name`` of a file or a row, the garment and the photo if it is of one."""

    trouble: IssueKind
    name: str
    item_id: int | None = None
    photo_id: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """All of one kind, and how many of them were ``mended``; ``told`` adds where things went or why they did not."""

    trouble: IssueKind
    found: tuple[Occurrence, ...]
    repaired: int = 0
    told: str = ""

    @property
    def sentence(self) -> str:
        """What is wrong."""
        one, many, _ = _TOLD[self.trouble]
        return capitalised(one if len(self.found) == 1 else many.format(number(len(self.found)))) + "."

    @property
    def advice(self) -> str:
        """What can be done; "" where that was done."""
        if self.is_repaired:
            return ""
        part = f"{capitalised(number(self.repaired))} of them mended. " if self.repaired else ""
        return part + _TOLD[self.trouble][2]

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
        """Whether mending is worth a try."""
        left = self.is_wrong or (self.trouble in {IssueKind.NO_POINTS, IssueKind.OUTDATED} and not self.repaired)
        return left and self.trouble not in GONE | {IssueKind.DATABASE, IssueKind.SCHEMA, IssueKind.NOT_CHECKED}

    @property
    def item_ids(self) -> tuple[int, ...]:
        """The garments that it is about."""
        return tuple(sorted({one.item_id for one in self.found if one.item_id is not None}))


@dataclass(frozen=True, slots=True)
class Checkup:
    """What was found; ``checked`` counts what was looked at."""

    findings: tuple[Finding, ...]
    checked: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_ok(self) -> bool:
        """Whether nothing is wrong, or everything was mended."""
        return not any(finding.is_wrong for finding in self.findings)

    @property
    def summary(self) -> str:
        """How it stands, in a sentence."""
        repaired = sum(finding.repaired for finding in self.findings)
        wrong = sum(len(one.found) - one.repaired for one in self.findings if one.is_wrong)
        looked = f"{self.checked.get('photos', 0)} photos and {self.checked.get('files', 0)} files were looked at."
        if wrong:
            done = f", {number(repaired)} mended" if repaired else ""
            return f"{capitalised(number(wrong))} {'thing is' if wrong == 1 else 'things are'} wrong{done}. {looked}"
        if repaired:
            return f"{capitalised(number(repaired))} {'thing was' if repaired == 1 else 'things were'} mended. {looked}"
        return f"All is well. {looked}"


@dataclass(frozen=True, slots=True)
class Step:
    """How far a check-up is: ``share`` of it (0 to 1), and what it is ``doing``; the last one has the ``checkup``."""

    share: float
    doing: str
    checkup: Checkup | None = None
