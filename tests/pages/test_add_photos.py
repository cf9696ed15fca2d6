from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.app_pages import GREEN, NAVY, PINK, OpenPage, a_photo, button, finish_import, texts
from tests.support.fakes import NoTagger
from wardrobe_app import wiring
from wardrobe_app.components.shared import jobs
from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.services.capture import phone_capture
from wardrobe_app.services.capture.addresses import HomeAddress
from wardrobe_app.services.importing.importer import Importer, ImportResult, source_from_bytes
from wardrobe_app.services.importing.sources import sources_in

if TYPE_CHECKING:
    from wardrobe_app.wiring import Runtime


def test_photos_are_added_with_one_row_each_and_a_broken_one_harms_nothing(
    open_page: OpenPage, wardrobe: Runtime
) -> None:
    app = open_page("add_photos")
    files = [("a.jpg", a_photo(), "image/jpeg"), ("b.jpg", b"nonsense", "image/jpeg")]
    app.file_uploader[0].set_value([*files, ("c.jpg", a_photo("trousers", NAVY), "image/jpeg")]).run()
    button(app, "Add 3 photos").click().run()
    finish_import(app)
    assert [one.value for one in app.success] == ["Done: 2 added, 1 refused."]
    assert "b\\.jpg" in texts(app)
    assert wardrobe.catalogue.count().live == 2


def test_running_the_page_again_stores_nothing_again(open_page: OpenPage, wardrobe: Runtime) -> None:
    app = open_page("add_photos")
    app.file_uploader[0].set_value([("a.jpg", a_photo(), "image/jpeg")]).run()
    button(app, "Add 1 photo").click().run()
    finish_import(app)
    app.run()
    assert not app.file_uploader[0].value
    assert wardrobe.catalogue.count().live == 1
    assert open_page("add_photos").success[0].value == "Done: 1 added."


def test_a_photo_that_is_there_can_be_added_anyway(open_page: OpenPage, wardrobe: Runtime) -> None:
    for _ in range(2):
        app = open_page("add_photos")
        app.file_uploader[0].set_value([("a.jpg", a_photo(), "image/jpeg")]).run()
        button(app, "Add 1 photo").click().run()
        finish_import(app)
    assert app.success[0].value == "Done: 1 already there."
    button(app, "Add anyway").click().run()
    assert not app.exception
    assert app.success[0].value == "Done: 1 added."
    assert wardrobe.catalogue.count().live == 2


def test_a_folder_of_this_computer_is_imported(open_page: OpenPage, wardrobe: Runtime, tmp_path: Path) -> None:
    folder = tmp_path / "my photos" / "shoes"
    folder.mkdir(parents=True)
    (folder / "a.jpg").write_bytes(a_photo())
    app = open_page("add_photos", **{"from": "path"})
    app.text_input(key="folder_path").set_value(str(folder.parent)).run()
    button(app, "Import this folder").click().run()
    finish_import(app)
    assert wardrobe.catalogue.count().live == 1


def test_what_cannot_be_read_in_a_folder_has_a_row_and_what_is_hidden_is_counted(
    open_page: OpenPage, wardrobe: Runtime, tmp_path: Path
) -> None:
    folder = tmp_path / "my photos"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(a_photo())
    (folder / ".b.jpg").write_bytes(a_photo())
    try:
        (folder / "gone.jpg").symlink_to(tmp_path / "nothing.jpg")
        (folder / "loop").symlink_to(folder, target_is_directory=True)
    except OSError:
        pytest.skip("no links can be made here")
    app = open_page("add_photos", **{"from": "path"})
    app.text_input(key="folder_path").set_value(str(folder)).run()
    button(app, "Import this folder").click().run()
    finish_import(app)
    job = jobs.job("import")
    assert job is not None
    assert {result.name: result.outcome.value for result, _ in job.results} == {
        "a.jpg": "added", "gone.jpg": "refused", "loop": "refused"
    }  # fmt: skip
    assert "1 hidden" in texts(app) + "".join(str(one.value) for one in app.toast)
    assert wardrobe.catalogue.count().live == 1


def test_a_folder_that_is_not_there_is_said(open_page: OpenPage, tmp_path: Path) -> None:
    app = open_page("add_photos", **{"from": "path"})
    app.text_input(key="folder_path").set_value(str(tmp_path / "none")).run()
    button(app, "Import this folder").click().run()
    assert not app.exception
    assert "There is no folder" in texts(app)


def test_more_files_than_fit_are_not_taken(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARDROBE_MAX_BATCH_FILES", "1")
    app = open_page("add_photos")
    app.file_uploader[0].set_value([(f"{name}.jpg", a_photo(), "image/jpeg") for name in "ab"]).run()
    assert button(app, "Add 2 photos").disabled
    assert "at most 1" in texts(app)


def test_the_camera_adds_a_picture(open_page: OpenPage, wardrobe: Runtime) -> None:
    app = open_page("add_photos", **{"from": "camera"})
    app.camera_input[0].upload("camera.jpg", a_photo(), "image/jpeg").run()
    button(app, "Add 1 photo").click().run()
    finish_import(app)
    assert wardrobe.catalogue.count().live == 1


def test_without_a_model_photos_are_kept_and_the_page_says_why_they_have_no_tags(
    open_page: OpenPage, wardrobe: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: NoTagger())
    app = open_page("add_photos")
    app.file_uploader[0].set_value([("a.jpg", a_photo(), "image/jpeg")]).run()
    button(app, "Add 1 photo").click().run()
    finish_import(app)
    assert "There is no checkpoint." in texts(app)
    assert wardrobe.catalogue.count().live == 1


def test_an_import_that_fails_says_so_and_not_that_it_is_done(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> Iterator[ImportResult]:
        raise StorageFailed("The disk is full; make room and try again.")

    monkeypatch.setattr(Importer, "add", full)
    app = open_page("add_photos")
    app.file_uploader[0].set_value([("a.jpg", a_photo(), "image/jpeg")]).run()
    button(app, "Add 1 photo").click().run()
    finish_import(app)
    assert not app.success
    assert "The disk is full" in app.error[0].value


@pytest.fixture
def cut_off(wardrobe: Runtime, tmp_path: Path) -> Path:
    folder = tmp_path / "cut off"
    folder.mkdir()
    for number, colour in enumerate((NAVY, GREEN, PINK)):
        (folder / f"{number}.jpg").write_bytes(a_photo("dress", colour, seed=number))
    results = wardrobe.importing.importer.add(sources_in(folder), asked=[folder])
    next(results)
    results.close()  # type: ignore[attr-defined]
    return folder


def test_an_import_that_was_cut_off_is_offered_and_goes_on(
    open_page: OpenPage, wardrobe: Runtime, cut_off: Path
) -> None:
    app = open_page("add_photos")
    assert "stopped after 1 of 3 files; 1 photo added" in texts(app)
    button(app, "Resume").click().run()
    finish_import(app)
    assert app.success[0].value == "Done: 2 added, 1 already there."
    assert not [one for one in app.button if one.label == "Resume"]
    assert wardrobe.catalogue.count().live == 3


def test_an_import_that_was_cut_off_can_be_forgotten(open_page: OpenPage, cut_off: Path) -> None:
    app = open_page("add_photos")
    button(app, "Dismiss").click().run()
    assert not app.exception
    assert "stopped after" not in texts(app)


def test_the_folder_of_an_import_that_was_cut_off_may_be_gone(open_page: OpenPage, cut_off: Path) -> None:
    for file in cut_off.iterdir():
        file.unlink()
    cut_off.rmdir()
    app = open_page("add_photos")
    button(app, "Resume").click().run()
    assert not app.exception
    assert "There is no folder" in texts(app)


def test_an_upload_that_was_cut_off_says_to_choose_the_files_again(open_page: OpenPage, wardrobe: Runtime) -> None:
    uploads = [source_from_bytes(f"{seed}.jpg", a_photo("dress", NAVY, seed)) for seed in range(3)]
    results = wardrobe.importing.importer.add(uploads)
    next(results)
    results.close()  # type: ignore[attr-defined]
    app = open_page("add_photos")
    assert "Choose the same files again" in texts(app)
    button(app, "Dismiss").click().run()
    assert "Choose the same files again" not in texts(app)


@pytest.fixture
def home_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARDROBE_PHONE_ADDRESS", "127.0.0.1")
    monkeypatch.setenv("WARDROBE_PHONE_PORT", "0")


def test_a_code_is_shown_for_the_phone_until_it_is_closed(home_network: None, open_page: OpenPage) -> None:
    app = open_page("add_photos", **{"from": "phone"})
    assert not app.code, "nothing is opened before it is asked for"
    app.button(key="phone_open").click().run()
    assert not app.exception
    first = app.code[0].value
    assert first.startswith("127.0.0.1:")
    app.button(key="phone_renew").click().run()
    assert app.code[0].value not in ("", first)
    app.button(key="phone_close").click().run()
    assert not app.exception
    assert not app.code
    assert app.button(key="phone_open")


def test_leaving_the_page_closes_the_phones(home_network: None, open_page: OpenPage) -> None:
    app = open_page("add_photos", **{"from": "phone"})
    app.button(key="phone_open").click().run()
    session = app.session_state["phone_page"]
    assert session.is_open
    app.switch_page("wardrobe_app/pages/wardrobe.py").run()
    assert not app.exception
    assert not session.is_open


def test_without_a_home_network_the_phone_is_told_to_wait(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phone_capture, "home_addresses", list)
    app = open_page("add_photos", **{"from": "phone"})
    assert app.info
    assert app.button(key="phone_retry")


def test_with_several_networks_one_is_chosen(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [HomeAddress("192.168.1.20", "Wi-Fi"), HomeAddress("10.0.0.2", "Ethernet")]
    monkeypatch.setattr(phone_capture, "home_addresses", lambda: found)
    app = open_page("add_photos", **{"from": "phone"})
    assert app.selectbox[0].value == "192.168.1.20"
    assert len(app.selectbox[0].options) == 2
