# Writes a small backup of each schema that there ever was to tests/services/samples, from drawn garments:
#     python -m tests.services.backup_samples
# One that is there already is not written again: it is to be what was written when that schema was new.
from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from alembic.script import ScriptDirectory
from PIL import Image

from db.engine.session import begin_writing, make_engine
from db.migrate import bring_to
from db.transfer.dump import Dump
from db.transfer.load import Loader
from tests.paths import ROOT
from tests.support.drawing import draw_garment, photo_bytes
from wardrobe_app.domain.records.backup import Reason
from wardrobe_app.services.backup.format import PREFERENCES, Manifest, ModelFile
from wardrobe_app.services.backup.writer import BackupWriter

SAMPLES = Path(__file__).parent / "samples"
SCRIPTS = ROOT / "db" / "migrations"
MADE_AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
NOON = "2025-06-07T12:00:00+00:00"
STEMS = tuple(f"{number:032x}" for number in (0xA1, 0xB2, 0xC3, 0xD4))
COLOURS = ((200, 30, 40), (60, 140, 70), (30, 40, 90), (20, 20, 20))

Row = dict[str, Any]


def revisions() -> list[str]:
    return sorted(script.revision for script in ScriptDirectory(SCRIPTS.as_posix()).walk_revisions())


def file_of(number: int) -> str:
    return f"{STEMS[number][:2]}/{STEMS[number]}.jpg"


def _photo(number: int) -> bytes:
    image = draw_garment("tshirt", COLOURS[number], background="wood", size=(36, 48), seed=number)
    return photo_bytes(image, quality=60)


def _png() -> bytes:
    written = io.BytesIO()
    Image.fromarray(np.full((12, 9), 255, np.uint8)).save(written, "PNG")
    return written.getvalue()


def _packed(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _points() -> str:
    from classifier.serving.keypoints import Keypoints, pack

    return _packed(pack(Keypoints(np.zeros((2, 4), np.float32), np.zeros((2, 128), np.uint8), 0.5)))


def _tag(number: int, item: int, kind: str, source: str, value: str, **more: Any) -> Row:
    by_model = {"confidence": 0.5, "tier": "check", "model": "old 1"}
    said = by_model if source != "person" else dict.fromkeys(by_model)
    return {
        "id": number,
        "item_id": item,
        "kind": kind,
        "source": source,
        "value": value,
        "candidates": [],
        **said,
        **more,
    }


def rows_of(revision: str) -> dict[str, list[Row]]:
    # Two garments, one that was merged into the first, one in the trash; then what each schema added.
    item = {"notes": "", "brand": "", "size": "", "price": None, "purchased_on": None, "favourite": False,
            "added_at": NOON, "archived_at": None, "trashed_at": None, "merged_into_id": None}  # fmt: skip
    tables: dict[str, list[Row]] = {
        "item": [
            {**item, "id": 1, "name": "Lyon", "price": 1990, "purchased_on": "2024-02-29", "favourite": True},
            {**item, "id": 2, "name": "", "archived_at": NOON},
            {**item, "id": 3, "name": "", "trashed_at": NOON, "merged_into_id": 1},
            {**item, "id": 5, "name": "old", "trashed_at": NOON},
        ],
        "photo": [
            {"id": number + 1, "item_id": owner, "position": place, "import_key": f"{number:064x}",
             "filename": f"{number}.jpg", "file": file_of(number), "thumbnail": file_of(number), "width": 36,
             "height": 48, "sha256": f"{number:064x}", "phash": "ff", "added_at": NOON}
            for number, (owner, place) in enumerate([(1, 0), (2, 0), (1, 1), (5, 0)])
        ],
        "photo_features": [
            {"photo_id": number, "model": "old 1", "embedding": _packed(np.array([0.6, 0.8], "<f4").tobytes()),
             "palette": [{"name": "red", "hex": "#c81e28", "share": 1.0}]}
            for number in (1, 2, 3, 4)
        ],
        "tag": [
            _tag(1, 1, "type", "model", "Tee", candidates=[{"value": "Tee", "confidence": 0.5}]),
            _tag(2, 1, "type", "person", "Blouse"),
            _tag(3, 2, "type", "model", "Jeans"),
            _tag(4, 2, "colour", "person", "green"),
        ],
        "pair_verdict": [{"a_id": 1, "b_id": 2, "verdict": "different", "decided_at": NOON}],
        "merge": [{"id": 1, "keep_id": 1, "moved": [{"item": 3, "photos": [3]}], "merged_at": NOON}],
    }  # fmt: skip
    if revision >= "0002":
        for tag in tables["tag"]:
            tag["examples"] = []
        tables["own_type"] = [{"name": "Dirndl", "slot": "full", "created_at": NOON}]
        tables["tag"].append(_tag(5, 2, "type", "followed", "Dirndl", examples=[1]))
    if revision >= "0003":
        for photo in tables["photo"]:
            photo |= {"mask_model": "old masks 1", "masked": photo["id"] != 2}
        for tag in tables["tag"]:
            tag["shade"] = "#3c8c46" if tag["value"] == "green" else None
    if revision >= "0004":
        for garment in tables["item"]:
            garment |= {"quantity": 2 if garment["id"] == 1 else 1, "condition": "worn" if garment["id"] == 2 else None}
        tables["photo_points"] = [{"photo_id": 1, "method": "sift 1", "data": _points()}]
        tables["photo_match"] = [{"a_id": 1, "b_id": 2, "method": "sift 1", "measures": [4, 2, 0.5, False]}]
        tables["look"] = [{"id": 1, "name": "Sunday", "state": "saved", "created_at": NOON}]
        tables["look_item"] = [{"look_id": 1, "item_id": one, "position": one} for one in (1, 2)]
        tables["wear"] = [{"id": 1, "worn_on": "2025-06-08", "look_id": 1}]
        tables["wear_item"] = [{"wear_id": 1, "item_id": one, "position": one} for one in (1, 2)]
    if revision >= "0005":
        for garment in tables["item"]:
            garment["version"] = garment["id"]
    if revision >= "0007":
        for garment in tables["item"]:
            lent = garment["id"] == 2
            garment |= {"status": "lent" if lent else None, "lent_to": "Ada" if lent else ""}
    if revision >= "0009":
        for photo in tables["photo"]:
            photo |= {"cut_from": "5" * 64 if photo["id"] == 1 else None, "whole": photo["id"] == 2}
    if revision >= "0010":
        for lies in tables["look_item"]:
            lies |= {"x": 0.5, "y": 0.25, "width": 0.5, "rotation": -5.0, "layer": lies["position"]}
        tables["plan"] = [{"id": 1, "starts_on": "2100-06-08", "every_days": 7, "until": None}]
        tables["plan_item"] = [{"plan_id": 1, "item_id": one, "position": one} for one in (1, 2)]
        tables["plan_skip"] = [{"plan_id": 1, "day": "2100-06-15"}]
        trip = {"id": 1, "name": "Rome", "starts_on": "2100-06-08", "days": 3, "note": "mild", "created_at": NOON}
        tables["packing_list"] = [trip]
        line = {"list_id": 1, "packed": False, "text": ""}
        tables["packing_line"] = [
            {**line, "id": 1, "item_id": 1, "packed": True, "position": 0},
            {**line, "id": 2, "item_id": None, "text": "charger", "position": 1},
        ]
    if revision >= "0011":
        said = {"verdict": "different", "items": [1, 2], "let_go": [], "merge": None, "decided_at": NOON, "before": []}
        queued = {"started_at": NOON, "likeness": "SIMILAR", "members": [1, 2], "decisions": [said]}
        tables["duplicate_group"] = [{"id": 1, "weaker": False, **queued}]
    return tables


def pictures() -> Iterator[tuple[str, bytes]]:
    for number in range(len(STEMS)):
        data = _photo(number)
        yield f"photos/{file_of(number)}", data
        yield f"thumbnails/{file_of(number)}", data
    yield f"masks/{file_of(0).removesuffix('.jpg')}.png", _png()


def write(revision: str, target: Path, **changed: Any) -> None:
    # A whole backup of this revision; ``changed`` are parts of its manifest.
    with TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/sample.db")
        with engine.connect() as connection:
            begin_writing(connection)
            bring_to(connection, revision)
            loader, rows = Loader(connection), rows_of(revision)
            for table in loader.tables:
                loader.insert(table, rows[table])
            with target.open("wb") as file, BackupWriter(file, target.parent, MADE_AT) as writer:
                dump = Dump(connection)
                for table in dump.tables:
                    writer.rows(table, dump.rows(table))
                writer.file(PREFERENCES, b'{"cut_outs": false}')
                for name, data in pictures():
                    writer.file(name, data)
                told: dict[str, Any] = {
                    "schema_revision": revision,
                    "program_version": "0.1.0",
                    "created_at": MADE_AT,
                    "reason": Reason.BY_HAND,
                    "pictures": True,
                    "counts": {"garments": 1},
                    "rows": writer.counts,
                    "models": [ModelFile(file="mine.safetensors", title="mine 1", bytes=1, sha256="0" * 64)],
                    "left_out": [],
                    "members": writer.members,
                }
                writer.finish(Manifest(**{**told, **changed}))
        engine.dispose()


if __name__ == "__main__":
    SAMPLES.mkdir(exist_ok=True)
    for one in revisions():
        path = SAMPLES / f"backup-{one}.zip"
        if not path.exists():
            write(one, path)
            print(path.name, path.stat().st_size)
