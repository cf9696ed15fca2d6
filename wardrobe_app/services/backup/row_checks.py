"""Check that the rows of a backup make a valid wardrobe, by the code that reads them later."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, StringConstraints, TypeAdapter

from classifier.serving import keypoints
from db.unit_of_work import UnitOfWork
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.errors import BackupRefused, InvalidEdit
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.domain.garments.photos import PhotoFiles
from wardrobe_app.domain.outfits.packing import LONGEST_TRIP
from wardrobe_app.domain.outfits.planning import LONGEST_INTERVAL
from wardrobe_app.domain.redundancy import merge_rows
from wardrobe_app.domain.redundancy.merging import FAVOURITE, FIELDS, NOTES, PRICE, QUANTITY, Said
from wardrobe_app.services.backup.format import Sha256, are_plain
from wardrobe_app.services.catalogue import validation

_CHUNK: Final = 500
_MOST_POINTS: Final = 16 * 1024**2
_WRONG: Final = (
    ValueError, TypeError, LookupError, AttributeError, ArithmeticError, zipfile.BadZipFile, InvalidEdit,
)  # fmt: skip

_Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
_Word = Annotated[str, StringConstraints(max_length=200)]
_Hex = Annotated[str, StringConstraints(pattern="^#[0-9a-fA-F]{6}$")]


class _Exact(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class _Candidate(_Exact):
    value: _Word
    confidence: _Share


class _Swatch(_Exact):
    name: _Word
    hex: _Hex
    share: _Share


class _Kept(_Exact):
    before: dict[str, Any]
    after: dict[str, Any]
    prefer: dict[_Word, int]
    twins: bool
    verdicts: list[tuple[int, int, _Word, _Word]]


class _Moved(_Exact):
    item: int
    photos: list[int]
    added: NonNegativeInt = 0
    kept: _Kept | None = None


class _Decision(_Exact):
    verdict: _Word
    items: list[int]
    let_go: list[int]
    merge: int | None
    decided_at: _Word
    before: list[tuple[int, int, _Word, _Word]]


_CANDIDATES: Final = TypeAdapter(list[_Candidate])
_EXAMPLES: Final = TypeAdapter(list[int], config=ConfigDict(strict=True))
_PALETTE: Final = TypeAdapter(list[_Swatch])
_MOVED: Final = TypeAdapter(list[_Moved])
_DECISIONS: Final = TypeAdapter(list[_Decision])
_SHADE: Final = TypeAdapter(_Hex | None)
_CUT_FROM: Final = TypeAdapter(Sha256 | None)
_TAGS: Final = TypeAdapter(list[tuple[Annotated[str, StringConstraints(max_length=100)], _Hex | None]])
_MEASURES: Final = TypeAdapter(tuple[NonNegativeInt, NonNegativeInt, _Share, bool | NonNegativeInt])

_PLACEMENT: Final = TypeAdapter(list[Annotated[float, Field(ge=-360, le=360)] | None])
_INTERVAL: Final = TypeAdapter(Annotated[int, Field(ge=1, le=LONGEST_INTERVAL)] | None)
_TRIP: Final = TypeAdapter(Annotated[int, Field(ge=1, le=LONGEST_TRIP)])


def check_rows(staged: UnitOfWork) -> None:
    """Make sure that every page can show the staged rows of a backup.

    Raises:
        BackupRefused: a row is not valid; the message says which.
    """
    checks: dict[str, Callable[[dict[str, Any]], object]] = {
        "photo": _check_photo,
        "tag": _check_tag,
        "photo_features": _Features().check,
        "merge": _check_merge,
        "duplicate_group": _check_duplicate_group,
        "photo_match": lambda row: _MEASURES.validate_python(row["measures"]),
        "photo_points": _check_points,
        "look_item": lambda row: _PLACEMENT.validate_python([row[name] for name in ("x", "y", "width", "rotation")]),
        "plan": lambda row: _INTERVAL.validate_python(row["every_days"]),
        "packing_list": lambda row: _TRIP.validate_python(row["days"]),
    }
    for table, check in checks.items():
        for number, row in enumerate(staged.dump.rows(table), 1):
            try:
                check(row)
            except _WRONG as error:
                raise BackupRefused(f"Row {number} of “{table}” is not valid.") from error
    _check_merges(staged)
    _read_all(staged)


def _check_photo(row: dict[str, Any]) -> None:
    if not are_plain(PhotoFiles(row["file"], row["thumbnail"])) or "/" in row["filename"]:
        raise ValueError
    if not (0 < row["width"] < 2**16 and 0 < row["height"] < 2**16):
        raise ValueError
    _CUT_FROM.validate_python(row["cut_from"])


def _check_tag(row: dict[str, Any]) -> None:
    _CANDIDATES.validate_python(row["candidates"])
    _EXAMPLES.validate_python(row["examples"])
    _SHADE.validate_python(row["shade"])


def _check_merge(row: dict[str, Any]) -> None:
    _MOVED.validate_json(json.dumps(row["moved"]))
    record = merge_rows.read(row["id"], row["keep_id"], row["moved"], datetime.now(UTC))
    if (was := record.combination) is None:
        return
    if merge_rows.written(record)[0][merge_rows.KEPT] != row["moved"][0][merge_rows.KEPT]:
        raise ValueError
    if any(not {one.a, one.b} <= set(record.ids) for one in record.verdicts):
        raise ValueError
    if set(was.before) != set(was.after) or not all(map(_is_as_written, (was.before, was.after))):
        raise ValueError


def _check_duplicate_group(row: dict[str, Any]) -> None:
    _EXAMPLES.validate_python(row["members"])
    _DECISIONS.validate_json(json.dumps(row["decisions"]))


def _is_as_written(said: Said) -> bool:
    """Whether fields and tags are valid, as stored; a backup of an older version may lack some fields."""
    fields = {name: said[name] for name in FIELDS if name in said}
    tags = [said[kind] for kind in TagKind if said.get(kind) is not None]
    _TAGS.validate_python([(tag.value, tag.shade) for tag in tags])
    return {NOTES, PRICE, QUANTITY, FAVOURITE} <= set(said) and validation.checked(GarmentEdit(**fields)) == fields


def _check_points(row: dict[str, Any]) -> None:
    data = base64.b64decode(row["data"])
    with zipfile.ZipFile(io.BytesIO(data)) as held:  # numpy writes a ZIP; its size must be bounded
        if sum(info.file_size for info in held.infolist()) > _MOST_POINTS:
            raise ValueError
    if row["method"] == keypoints.METHOD:
        found = keypoints.unpack(data)
        if found.points.shape != (len(found.descriptors), 4) or found.descriptors.shape[1:] != (128,):
            raise ValueError


class _Features:
    """Checks that the embeddings of a model all have one length, so that they can be compared."""

    def __init__(self) -> None:
        self._lengths: dict[str, int] = {}

    def check(self, row: dict[str, Any]) -> None:
        _PALETTE.validate_python(row["palette"])
        values = np.frombuffer(base64.b64decode(row["embedding"]), dtype="<f4")
        if not len(values) or not np.isfinite(values).all():
            raise ValueError
        if self._lengths.setdefault(row["model"], len(values)) != len(values):
            raise ValueError


def _check_merges(staged: UnitOfWork) -> None:
    above = {row["id"]: row["merged_into_id"] for row in staged.dump.rows("item")}
    ends: set[int | None] = {None}
    for item_id in above:
        chain: set[int] = set()
        top: int | None = item_id
        while top not in ends:
            if top in chain:
                raise BackupRefused("Garments of this backup are merged into each other in a circle.")
            chain.add(int(top or 0))
            top = above[int(top or 0)]
        ends |= chain


def _read_all(staged: UnitOfWork) -> None:
    ids = [row["id"] for row in staged.dump.rows("item")]
    try:
        for start in range(0, len(ids), _CHUNK):
            staged.garments.many(ids[start : start + _CHUNK])
        staged.outfits.all(), staged.wears.all(), staged.verdicts.all(), staged.merges.all()
        staged.plans.all(), staged.packing_lists.all(), staged.duplicates.all()
    except _WRONG as error:
        raise BackupRefused(f"The rows of this backup make no wardrobe: {error}.") from error
