from __future__ import annotations

from typing import TYPE_CHECKING

from streamlit.testing.v1 import AppTest

from tests.services.backup.backup_samples import SAMPLES
from tests.support.app_pages import OpenPage, texts
from wardrobe_app.components.shared import jobs
from wardrobe_app.components.shared.formatting import size_words
from wardrobe_app.domain.records.backup import Every, Mode, Reason, Schedule

if TYPE_CHECKING:
    from wardrobe_app.domain.garments.garment import Garment
    from wardrobe_app.wiring import Runtime


def said(app: AppTest) -> str:
    return texts(app).replace("\\", "").replace("\u2060", "")


def done(app: AppTest, name: str) -> AppTest:
    job = jobs.job(name)
    assert job is not None
    assert job.wait(60)
    app.run()
    assert not app.exception
    return app


def test_a_backup_is_made_and_listed(open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]) -> None:
    app = open_page("maintenance")
    app.button(key="backup_now").click().run()
    done(app, "backup")
    assert "Backed up: 5 photos" in said(app)
    assert [one.reason for one in wardrobe.backup.backups.all()] == [Reason.BY_HAND]
    assert app.get("download_button")


def test_a_schedule_is_chosen(open_page: OpenPage, wardrobe: Runtime) -> None:
    app = open_page("maintenance")
    assert app.number_input(key="backup_keep").disabled
    app.selectbox(key="backup_every").select(Every.WEEK).run()
    app.number_input(key="backup_keep").set_value(2).run()
    assert wardrobe.backup.backups.schedule == Schedule(Every.WEEK, 2)


def look_at_a_backup_with_one_more(open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]) -> AppTest:
    list(wardrobe.backup.backups.make())
    wardrobe.catalogue.trash([garments[0].id])
    wardrobe.catalogue.delete_forever([garments[0].id])
    app = open_page("maintenance")
    app.button(key="restore_look").click().run()
    done(app, "restore_preview")
    return app


def test_a_backup_is_brought_back_after_a_look_at_what_will_happen(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    app = look_at_a_backup_with_one_more(open_page, wardrobe, garments)
    assert "1 garment added, 4 garments already here" in said(app)
    assert garments[0].title in said(app)
    assert len(wardrobe.catalogue.garments()) == 4, "looking changes nothing"
    app.button(key="restore_now").click().run()
    done(app, "restore")
    assert "1 garment added" in said(app)
    assert len(wardrobe.catalogue.garments()) == 5


def test_replacing_says_what_goes_and_keeps_it(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    (wardrobe.backup.backups.folder / "x").parent.mkdir(parents=True, exist_ok=True)
    sample = wardrobe.backup.backups.folder / "wardrobe-20260101T000000Z-by-hand.zip"
    sample.write_bytes((SAMPLES / "backup-0004.zip").read_bytes())
    app = open_page("maintenance")
    app.radio(key="restore_mode").set_value(Mode.REPLACE).run()
    app.button(key="restore_look").click().run()
    done(app, "restore_preview")
    assert "3 garments added, 5 garments removed" in said(app)
    assert "mine 1" in "".join(one.value for one in app.warning).replace("\\", "")
    app.button(key="restore_now").click().run()
    done(app, "restore")
    assert "5 garments removed" in said(app)
    (kept,) = [one for one in wardrobe.backup.backups.all() if one.reason is Reason.RESTORE]
    assert kept.path.name in said(app)
    assert wardrobe.catalogue.get(1).name == "Lyon"


def test_restoring_is_asked_in_a_dialog_that_can_be_left(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    app = look_at_a_backup_with_one_more(open_page, wardrobe, garments)
    (dialog,) = app.get("dialog")
    assert {"restore_cancel", "restore_now"} <= {one.key for one in dialog.button}
    app.button(key="restore_cancel").click().run()
    assert not app.get("dialog")
    assert len(wardrobe.catalogue.garments()) == 4
    app.button(key="restore_look").click().run()
    done(app, "restore_preview")
    assert app.get("dialog"), "it can be asked for again"


def test_another_choice_asks_for_another_look(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    list(wardrobe.backup.backups.make())
    app = open_page("maintenance")
    app.button(key="restore_look").click().run()
    done(app, "restore_preview")
    assert "restore_now" not in [one.key for one in app.button]
    app.radio(key="restore_mode").set_value(Mode.REPLACE).run()
    assert [one.key for one in app.button if one.key in ("restore_look", "restore_now")] == ["restore_look"]


def test_a_file_that_is_no_backup_is_told(open_page: OpenPage, wardrobe: Runtime) -> None:
    app = open_page("maintenance")
    app.file_uploader[0].set_value(("notes.zip", b"no zip", "application/zip")).run()
    app.button(key="restore_look").click().run()
    done(app, "restore_preview")
    assert "notes.zip is not a backup" in "".join(one.value for one in app.error).replace("\\", "").replace(
        "\u2060", ""
    )


def test_sizes_are_said_as_people_read_them() -> None:
    assert [size_words(size) for size in (3, 640_000, 12_400_000, 3_420_000_000)] == [
        "1 kB",
        "640 kB",
        "12 MB",
        "3.4 GB",
    ]
