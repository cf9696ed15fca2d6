from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.paths import ROOT
from tests.support.drawing import draw_garment, photo_bytes
from wardrobe_app.config import Settings
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.domain.text import one_line, shown, some_lines
from wardrobe_app.services.graph.exporter import ExportFormat
from wardrobe_app.services.importing.importer import Outcome, source_from_bytes
from wardrobe_app.services.importing.sources import file_name
from wardrobe_app.wiring import Runtime

ESCAPES = "\x1b]0;owned\x07\x1b[2J\x1b[31mred\x9b31m\r\b\x7f"
BIDI = "photo\u202egpj.exe \u2066a\u2069 \u200fb\u200e \u061c"
NAMES = [
    "../../x.jpg", "..\\..\\x.jpg", "/etc/passwd", "C:\\Users\\me\\x.jpg", "\\\\server\\share\\x.jpg", "..", "/",
    "\\", "", ".", "CON", "a\0b.jpg", f"a{ESCAPES}.jpg", "a\nb\r\nc.jpg", "x" * 300 + ".jpg", "\U0001f457" * 300, BIDI,
    "\ud800.jpg", "<script>alert(1)</script>.jpg", "**b** [x](javascript:1).jpg", "=1+1.jpg",
    "a%2F..%2Fb.jpg", "e\u0301.jpg",
    "\ufeffa.jpg", "\u2028\u2029", "file:///etc/passwd", "http://192.0.2.1/x.jpg", "-rf", "~", "$HOME", "`id`",
]  # fmt: skip


def files_of(settings: Settings) -> list[Path]:
    return sorted(path for path in settings.data_dir.parent.rglob("*") if path.is_file())


def is_plain(text: str) -> bool:
    return text.isprintable() and not any(unicodedata.bidirectional(letter) in _TURNING for letter in text)


_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def test_a_file_may_have_any_name_and_none_of_it_reaches_the_disk(runtime: Runtime, settings: Settings) -> None:
    photos = [photo_bytes(draw_garment(size=(60, 80), seed=number)) for number in range(len(NAMES))]
    sources = [source_from_bytes(name, data) for name, data in zip(NAMES, photos, strict=True)]
    results = list(runtime.importing.importer.add(sources, allow_duplicates=True))
    assert [one.outcome for one in results] == [Outcome.ADDED] * len(NAMES)
    for result in results:
        assert result.garment
        kept = result.garment.cover.filename
        assert is_plain(kept)
        assert is_plain(result.message)
        assert 0 < len(kept) <= 255
        assert "/" not in kept
        assert "\\" not in kept
    stored = [path for path in files_of(settings) if path.parent.parent.name in ("photos", "thumbnails", "masks")]
    assert len(stored) == 4 * len(NAMES)
    assert all(set(path.stem) <= set("0123456789abcdef") and len(path.stem) == 32 for path in stored)
    for form in ExportFormat:
        assert runtime.graph.exporter.export_bytes(form)


@pytest.mark.parametrize("name", NAMES)
def test_a_refused_file_is_named_on_one_line_that_can_be_printed(runtime: Runtime, name: str) -> None:
    (result,) = runtime.importing.importer.add([source_from_bytes(name, b"no picture")])
    assert result.outcome is Outcome.REFUSED
    assert is_plain(result.message)
    result.message.encode("utf-8")


def test_an_override_of_direction_shows_where_it_is() -> None:
    assert "\ufffdgpj.exe" in file_name(source_from_bytes(BIDI, b"").name)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../x.jpg", "x.jpg"),
        ("C:\\a\\x.jpg", "x.jpg"),
        ("a/", "a"),
        ("/", "photo"),
        ("", "photo"),
        ("x" * 300, "x" * 255),
    ],
)
def test_of_a_file_s_name_no_folder_is_kept(name: str, kept: str) -> None:
    assert file_name(name) == kept


def test_what_people_write_is_kept_without_what_cannot_be_seen(runtime: Runtime) -> None:
    (result,) = runtime.importing.importer.add([source_from_bytes("a.jpg", photo_bytes(draw_garment(size=(60, 80))))])
    assert result.garment
    item, nasty = result.garment.id, f" a{ESCAPES}\n{BIDI}\ud800\0 "
    runtime.catalogue.edit(
        [item], GarmentEdit(name=nasty, brand=nasty, size=nasty[:20], notes=f"one\r\n\r\ntwo{nasty}")
    )
    kept = runtime.catalogue.get(item)
    assert all(is_plain(text) for text in (kept.name, kept.brand, kept.size))
    assert kept.notes.startswith("one\n\ntwo a")
    assert all(is_plain(line) for line in kept.notes.splitlines())
    assert is_plain(runtime.types.add(nasty, Slot.UPPER))


def test_letters_of_every_script_and_joined_emoji_stay_as_they_are() -> None:
    for text in ("Mädchenkleid", "שמלה", "فستان", "می\u200cخواهم", "ドレス", "👩\u200d👧 dress", "Ｔシャツ", "naïve"):
        assert one_line(text) == text
    assert some_lines("a\n\n  b\u202e\r\nc ") == "a\n\n  b\nc"
    assert shown("a\tb\x1b[31m\u202e") == "a\tb\ufffd[31m\ufffd"


@pytest.fixture
def folder_of_names(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number, name in enumerate((b"a\x1b[2J\x07.jpg", b"b\xff\xfe.jpg", "c\u202egpj.exe".encode(), b"d\n0\tx.jpg")):
        try:
            (folder / os.fsdecode(name)).write_bytes(photo_bytes(draw_garment(size=(60, 80), seed=number)))
        except OSError:
            pytest.skip("this file system takes no such names")
    yield folder


@pytest.mark.slow
def test_no_file_s_name_steers_the_terminal(folder_of_names: Path, tmp_path: Path) -> None:
    (folder_of_names / os.fsdecode(b"e\x1b]0;owned\x07.jpg")).write_bytes(b"no picture")
    environment = {**os.environ, "WARDROBE_DATA_DIR": str(tmp_path / "data"), "PYTHONUTF8": "1"}
    for arguments in (["add", str(folder_of_names)], ["list"], ["add", "\x1b[31mnowhere.jpg"], ["duplicates"]):
        done = subprocess.run(
            [sys.executable, "-m", "wardrobe_app", *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            check=False,
        )
        printed = (done.stdout + done.stderr).decode("utf-8")
        assert all(is_plain(line) for line in printed.replace("\t", " ").split("\n")), printed
    assert b"Traceback" not in done.stderr
