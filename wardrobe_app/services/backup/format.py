"""The format of backup files, described in docs/backup-format.md."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import PurePosixPath
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, NonNegativeInt, StringConstraints

from wardrobe_app.domain.garments.photos import PhotoFiles
from wardrobe_app.domain.records.backup import Reason

FORMAT: Final = "wardrobe-graph-backup"
FORMAT_VERSION: Final = 1
MANIFEST: Final = "manifest.json"
PREFERENCES: Final = "preferences.json"
_PICTURE: Final = re.compile(r"(photos|thumbnails|masks)/([0-9a-z_-]{1,64}/)?[0-9a-z_-]{1,64}\.(jpg|png|webp)")
_FILE: Final = re.compile(r"wardrobe-(\d{8}T\d{6}Z)(?:-\d+)?-(by-hand|scheduled|migration|before-restore)\.zip")
_STAMP: Final = "%Y%m%dT%H%M%S%z"

Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class ModelFile(_Strict):
    """A model that the owner added. Its weights are not in the backup."""

    file: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    title: Annotated[str, StringConstraints(max_length=300)]
    bytes: NonNegativeInt
    sha256: Sha256


class Manifest(_Strict):
    """The last member of a backup. ``rows`` counts by table, ``members`` has size and SHA-256 by name."""

    format: Literal["wardrobe-graph-backup"] = "wardrobe-graph-backup"
    format_version: NonNegativeInt = FORMAT_VERSION
    schema_revision: Annotated[str, StringConstraints(pattern=r"^[\w.-]{1,40}$")]
    program_version: Annotated[str, StringConstraints(max_length=40)]
    created_at: Annotated[AwareDatetime, Field(strict=False)]
    reason: Annotated[Reason, Field(strict=False)]
    pictures: bool
    counts: dict[str, NonNegativeInt]
    rows: dict[str, NonNegativeInt]
    models: list[ModelFile]
    left_out: list[str]
    members: dict[str, Annotated[tuple[NonNegativeInt, Sha256], Field(strict=False)]]


class Version(_Strict):
    """The part of a manifest that every version of the format has."""

    format: Literal["wardrobe-graph-backup"]
    format_version: NonNegativeInt


def member_of_table(table: str) -> str:
    """Name the member with the rows of a table."""
    return f"rows/{table}.jsonl"


def table_of_member(name: str) -> str | None:
    """Return the table whose rows a member holds; None for other members."""
    found = re.fullmatch(r"rows/([a-z_]{1,60})\.jsonl", name)
    return found[1] if found else None


def is_picture(name: str) -> bool:
    """Whether a member's name is that of a stored picture, directly below one of three folders."""
    return _PICTURE.fullmatch(name) is not None


def are_plain(files: PhotoFiles) -> bool:
    """Whether the file names in a photo's row are valid in the photo store."""
    return (
        files.file.endswith(".jpg")
        and is_picture(f"photos/{files.file}")
        and is_picture(f"thumbnails/{files.thumbnail}")
    )


def file_name(made_at: datetime, reason: Reason, number: int = 1) -> str:
    """Name a backup in the backups folder; ``number`` distinguishes those of the same second."""
    again = f"-{number}" if number > 1 else ""
    return f"wardrobe-{made_at:%Y%m%dT%H%M%S}Z{again}-{reason.value}.zip"


def parse_file_name(name: str) -> tuple[datetime, Reason] | None:
    """Read from a file name when and why a backup was made; None for other names."""
    found = _FILE.fullmatch(PurePosixPath(name).name)
    if found is None:
        return None
    try:
        return datetime.strptime(found[1], _STAMP), Reason(found[2])
    except ValueError:
        return None
