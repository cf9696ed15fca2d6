from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from tests.services.backup.backup_samples import SAMPLES, file_of
from tests.services.support.actions import split
from tests.services.support.full_wardrobe import files, tables
from tests.support.garments import NOON, garment
from wardrobe_app.domain.errors import BackupRefused
from wardrobe_app.domain.garments.garment import MergeId
from wardrobe_app.domain.records.backup import Mode
from wardrobe_app.domain.redundancy import merge_rows
from wardrobe_app.domain.redundancy.merging import Combination, MergeRecord, said

if TYPE_CHECKING:
    from wardrobe_app.wiring import Runtime

SAMPLE = SAMPLES / "backup-0005.zip"
PHOTO = f"photos/{file_of(0)}"
Change = Callable[[dict[str, bytes]], None]


def packed(members: Mapping[str, bytes], *, honest: bool = True, manifest: Mapping[str, Any] | None = None) -> bytes:
    # With a manifest that fits the members, unless it is to lie.
    found = dict(members)
    told = json.loads(found.pop("manifest.json"))
    if honest:
        told["members"] = {name: [len(data), hashlib.sha256(data).hexdigest()] for name, data in found.items()}
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, data in found.items():
            method = zipfile.ZIP_DEFLATED if name.startswith("rows/") else zipfile.ZIP_STORED
            archive.writestr(zipfile.ZipInfo(name), data, method)
        archive.writestr("manifest.json", json.dumps({**told, **(manifest or {})}))
    return written.getvalue()


def sample() -> dict[str, bytes]:
    with zipfile.ZipFile(SAMPLE) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_rows(table: str, change: Callable[[list[dict[str, Any]]], Any]) -> bytes:
    members = sample()
    rows = [json.loads(line) for line in members[f"rows/{table}.jsonl"].splitlines()]
    change(rows)
    members[f"rows/{table}.jsonl"] = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    told = json.loads(members["manifest.json"])
    return packed(members, manifest={"rows": {**told["rows"], table: len(rows)}})


def refusal(runtime: Runtime, data: bytes, tmp_path: Path) -> str:
    # Nothing is left behind.
    path = tmp_path / "b.zip"
    path.write_bytes(data)
    before = tables(runtime)
    with pytest.raises(BackupRefused) as refused:
        list(runtime.backup.restore.restore(path, path.name, Mode.REPLACE))
    assert (tables(runtime), files(runtime.settings)) == (before, {})
    assert [one.name for one in runtime.settings.restoring_dir.iterdir()] == ["lock"]
    message = str(refused.value)
    assert "\n" not in message
    assert message.endswith((".", ")"))
    return message


def test_the_sample_packed_anew_is_restored(runtime: Runtime, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(packed(sample()))
    list(runtime.backup.restore.restore(tmp_path / "b.zip", "b.zip", Mode.MERGE))
    assert len(tables(runtime)["photo"]) == 4


@pytest.mark.parametrize(
    "name",
    ["../evil.jpg", "/etc/evil", "photos/../../evil.jpg", "photos\\evil.jpg", "C:evil.jpg", "photos/evil.exe",
     "photos/.hidden.jpg", "photos/a/b/c.jpg", "rows/../x.jsonl", "photos/", "photos/\u202egpj.exe", "PHOTOS/A.JPG"],
)  # fmt: skip
def test_a_name_that_is_in_no_backup_is_refused(runtime: Runtime, tmp_path: Path, name: str) -> None:
    assert "belongs to no backup" in refusal(runtime, packed({**sample(), name: b"x"}), tmp_path)
    assert not (tmp_path / "evil.jpg").exists()


def test_a_member_that_is_there_twice_is_refused(runtime: Runtime, tmp_path: Path) -> None:
    written = io.BytesIO(packed(sample()))
    with zipfile.ZipFile(written, "a") as archive, pytest.warns(UserWarning):
        archive.writestr(PHOTO, b"another")
    assert "twice" in refusal(runtime, written.getvalue(), tmp_path)


def test_a_link_is_refused(runtime: Runtime, tmp_path: Path) -> None:
    written = io.BytesIO(packed(sample()))
    with zipfile.ZipFile(written, "a") as archive:
        link = zipfile.ZipInfo("photos/link.jpg")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert "is a link" in refusal(runtime, written.getvalue(), tmp_path)


def test_an_encrypted_member_is_refused(runtime: Runtime, tmp_path: Path) -> None:
    data = bytearray(packed(sample()))
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<H", data, at + 8, struct.unpack_from("<H", data, at + 8)[0] | 1)
    assert "encrypted" in refusal(runtime, bytes(data), tmp_path)


def test_rows_that_swell_are_refused(runtime: Runtime, tmp_path: Path) -> None:
    assert "unpack" in refusal(runtime, packed({**sample(), "rows/item.jsonl": b" " * 40_000_000}), tmp_path)


def test_a_packed_picture_is_refused(runtime: Runtime, tmp_path: Path) -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(PHOTO, b"\x00" * 10_000_000)
    assert "compressed in a way" in refusal(runtime, written.getvalue(), tmp_path)


def test_a_size_that_lies_is_refused(runtime: Runtime, tmp_path: Path) -> None:
    data = bytearray(packed(sample()))
    at = data.index(b"PK\x01\x02")  # the first member is rows: more in it than it says
    struct.pack_into("<I", data, at + 24, 10)
    assert "wrong size" in refusal(runtime, bytes(data), tmp_path)


def test_a_picture_that_says_it_is_huge_is_refused(runtime: Runtime, tmp_path: Path) -> None:
    written = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(written, "PNG")
    mask = f"masks/{file_of(0).removesuffix('.jpg')}.png"
    path = tmp_path / "b.zip"
    path.write_bytes(packed({**sample(), mask: written.getvalue()}))
    with pytest.raises(BackupRefused, match="pixels"):
        list(runtime.backup.restore.restore(path, path.name, Mode.MERGE))
    assert files(runtime.settings) == {}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda found: found.pop(PHOTO), f"{PHOTO} is missing"),
        (lambda found: found.update({PHOTO: b"x" * len(found[PHOTO])}), f"{PHOTO} is not what it was"),
        (lambda found: found.update({PHOTO: b"x"}), f"{PHOTO} has the wrong size"),
        (lambda found: found.update({"photos/more.jpg": b"x"}), "does not name"),
        (lambda found: found.update({"manifest.json": b"[1]"}), "manifest.json is wrong"),
        (lambda found: found.pop("rows/tag.jsonl"), "rows/tag.jsonl is missing"),
    ],
)
def test_what_is_not_as_the_manifest_says_is_named(runtime: Runtime, tmp_path: Path, change: Change, says: str) -> None:
    found = sample()
    change(found)
    if found["manifest.json"] == b"[1]":
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w") as archive:
            archive.writestr("manifest.json", "[1]")
        assert says in refusal(runtime, written.getvalue(), tmp_path)
    else:
        assert says in refusal(runtime, packed(found, honest=False), tmp_path)


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        ({"schema_revision": "9999"}, "newer version"),
        ({"format_version": 2}, "newer version"),
        ({"format": "another"}, "manifest.json is wrong"),
        ({"created_at": "yesterday"}, "manifest.json is wrong"),
        ({"members": {"photos/x.jpg": [1, "no hash"]}}, "manifest.json is wrong"),
        ({"rows": {"item": 4}}, "other tables"),
        ({"schema_revision": "0004"}, "columns"),
        ({"schema_revision": "0001"}, "tables"),
    ],
)
def test_a_manifest_of_another_world_is_refused(
    runtime: Runtime, tmp_path: Path, manifest: dict[str, Any], says: str
) -> None:
    assert says in refusal(runtime, packed(sample(), manifest=manifest), tmp_path)


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"no zip at all" * 100, b'{"format": "wardrobe-graph-backup"}', b"PK\x05\x06" + b"\x00" * 18]
)
def test_what_is_no_backup_is_refused(runtime: Runtime, tmp_path: Path, data: bytes) -> None:
    assert "not a backup" in refusal(runtime, data, tmp_path)


def test_a_preview_refuses_what_a_restore_refuses(runtime: Runtime, tmp_path: Path) -> None:
    for number, data in enumerate([packed({**sample(), "evil": b"x"}), with_rows("item", lambda rows: rows.pop())]):
        path = tmp_path / f"{number}.zip"
        path.write_bytes(data)
        with pytest.raises(BackupRefused):
            list(runtime.backup.restore.preview(path, path.name, Mode.MERGE))


def test_a_file_that_is_not_there_is_told(runtime: Runtime, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="There is no file"):
        list(runtime.backup.restore.preview(tmp_path / "none.zip", "none.zip", Mode.MERGE))


def kept(verdicts: Sequence[Any] = (), **wrong: Any) -> list[dict[str, Any]]:
    says = said(garment(1))
    moved = merge_rows.written(MergeRecord(MergeId(1), 1, {3: (3,)}, NOON, {}, Combination(says, says)))
    moved[0]["kept"]["after"] |= wrong
    moved[0]["kept"]["verdicts"] = list(verdicts)
    return moved


WRONG_ROWS: list[tuple[str, Callable[[list[dict[str, Any]]], Any]]] = [
    ("item", lambda rows: rows[0].update(name=7)),
    ("item", lambda rows: rows[0].update(name="x" * 201)),
    ("item", lambda rows: rows[0].update(name="\ud800")),
    ("item", lambda rows: rows[0].update(name="a\x00b")),
    ("item", lambda rows: rows[0].update(id=2**40)),
    ("item", lambda rows: rows[0].update(id=True)),
    ("item", lambda rows: rows[0].update(added_at="noon")),
    ("item", lambda rows: rows[0].update(added_at=None)),
    ("item", lambda rows: rows[0].update(favourite=1)),
    ("item", lambda rows: rows[0].update(condition="eaten")),
    ("item", lambda rows: rows[0].update(more="x")),
    ("item", lambda rows: rows[0].pop("notes")),
    ("item", lambda rows: rows[0].update(merged_into_id=99)),
    ("item", lambda rows: rows[0].update(merged_into_id=3)),
    ("item", lambda rows: rows.append(rows[0])),
    ("item", lambda rows: rows.pop(0)),
    ("photo", lambda rows: rows[0].update(file="../../evil.jpg")),
    ("photo", lambda rows: rows[0].update(file="/evil.jpg")),
    ("photo", lambda rows: rows[0].update(thumbnail="..\\evil.jpg")),
    ("photo", lambda rows: rows[0].update(filename="../evil.jpg")),
    ("photo", lambda rows: rows[0].update(width=-1)),
    ("photo", lambda rows: rows[0].update(import_key=rows[1]["import_key"])),
    ("photo", lambda rows: rows[0].update(file=rows[1]["file"])),
    ("photo_features", lambda rows: rows[0].update(embedding="***")),
    ("photo_features", lambda rows: rows[0].update(embedding="AAA=")),
    ("photo_features", lambda rows: rows[0].update(embedding="AADAfw==")),
    ("photo_features", lambda rows: rows[0].update(palette=[{"name": "x", "hex": "red;}", "share": 1}])),
    ("photo_features", lambda rows: rows[0].update(palette="[]")),
    ("photo_points", lambda rows: rows[0].update(data="AAAA")),
    ("photo_match", lambda rows: rows[0].update(measures=[1, 2])),
    ("photo_match", lambda rows: rows[0].update(a_id=2, b_id=1)),
    ("tag", lambda rows: rows[0].update(kind="smell")),
    ("tag", lambda rows: rows[0].update(source="rumour")),
    ("tag", lambda rows: rows[0].update(confidence=float("nan"))),
    ("tag", lambda rows: rows[0].update(confidence=7)),
    ("tag", lambda rows: rows[0].update(candidates=[{"value": "Tee"}])),
    ("tag", lambda rows: rows[0].update(examples=["one"])),
    ("tag", lambda rows: rows[0].update(shade="red")),
    ("pair_verdict", lambda rows: rows[0].update(verdict="maybe")),
    ("merge", lambda rows: rows[0].update(moved=[{"item": "x", "photos": []}])),
    ("merge", lambda rows: rows[0].update(moved=[[]])),
    ("merge", lambda rows: rows[0].update(moved=kept(name="x" * 201))),
    ("merge", lambda rows: rows[0].update(moved=kept(name=5))),
    ("merge", lambda rows: rows[0].update(moved=kept(price="-1.00"))),
    ("merge", lambda rows: rows[0].update(moved=kept(price="NaN"))),
    ("merge", lambda rows: rows[0].update(moved=kept(quantity=0))),
    ("merge", lambda rows: rows[0].update(moved=kept(purchased_on="2025-02-30"))),
    ("merge", lambda rows: rows[0].update(moved=kept(condition="eaten"))),
    ("merge", lambda rows: rows[0].update(moved=kept(smell="roses"))),
    ("photo", lambda rows: rows[0].update(cut_from="a photo")),
    ("merge", lambda rows: rows[0].update(moved=kept(colour={"value": "red", "shade": "red"}))),
    ("merge", lambda rows: rows[0].update(moved=kept(verdicts=[[1, 2, "different", "2025-05-04T12:00:00+00:00"]]))),
    ("look", lambda rows: rows[0].update(state="forgotten")),
    ("look_item", lambda rows: rows[0].update(item_id=77)),
    ("wear", lambda rows: rows[0].update(worn_on="2025-02-30")),
    ("own_type", lambda rows: rows[0].update(slot="tail")),
]


@pytest.mark.parametrize(("table", "change"), WRONG_ROWS)
def test_rows_that_no_wardrobe_has_are_refused(
    runtime: Runtime, tmp_path: Path, table: str, change: Callable[[list[dict[str, Any]]], Any]
) -> None:
    refusal(runtime, with_rows(table, change), tmp_path)


def test_a_merge_with_what_was_said_of_the_kept_one_is_read(runtime: Runtime, tmp_path: Path) -> None:
    path = tmp_path / "backup.zip"
    path.write_bytes(with_rows("merge", lambda rows: rows[0].update(moved=kept(name="Lyon"))))
    list(runtime.backup.restore.restore(path, path.name, Mode.REPLACE))
    split(runtime, runtime.catalogue.merges(1)[0])
    assert runtime.catalogue.get(1).name == ""


@pytest.mark.parametrize(
    "line", [b"{", b"[]\n", b'"x"\n', b"[" * 100_000, b'{"id": 1' + b"0" * 5000 + b"}\n", b"\xff\n"]
)
def test_lines_that_are_no_rows_are_refused(runtime: Runtime, tmp_path: Path, line: bytes) -> None:
    assert "rows/look.jsonl" in refusal(runtime, packed({**sample(), "rows/look.jsonl": line}), tmp_path)


def test_a_backup_that_was_cut_off_or_flipped_anywhere_does_no_harm(runtime: Runtime, tmp_path: Path) -> None:
    # 120 damaged files, with a seed: cut off, or one to three bytes changed.
    random, whole, refused = Random(6), SAMPLE.read_bytes(), 0  # noqa: S311
    for _ in range(120):
        data = bytearray(whole)
        if random.random() < 0.3:
            del data[random.randrange(1, len(data)) :]
        else:
            for at in random.sample(range(len(data)), random.randrange(1, 4)):
                data[at] ^= 1 << random.randrange(8)
        path = tmp_path / "b.zip"
        path.write_bytes(data)
        try:
            list(runtime.backup.restore.preview(path, path.name, Mode.REPLACE))
        except BackupRefused:
            refused += 1
    assert refused > 100, "what is left are flips in times and attributes that nobody reads"
    assert files(runtime.settings) == {}
    assert not tables(runtime)["item"]
