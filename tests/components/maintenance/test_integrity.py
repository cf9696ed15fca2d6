from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.app_pages import OpenPage, texts
from wardrobe_app.components.shared import jobs
from wardrobe_app.domain.records.integrity import IssueKind

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from wardrobe_app.domain.garments.garment import Garment
    from wardrobe_app.wiring import Runtime


def pressed(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    job = jobs.job("checkup")
    assert job is not None and job.wait(60)
    app.run()
    assert not app.exception
    return app


def test_a_wardrobe_that_is_well_says_so(open_page: OpenPage, garments: tuple[Garment, ...]) -> None:
    app = pressed(open_page("maintenance"), "check")
    assert "5 photos and 20 files were checked." in texts(app)
    assert app.success
    assert not [one for one in app.button if one.key == "repair"]


def test_what_is_wrong_is_shown_and_mended(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    cover = garments[0].cover
    assert cover is not None
    thumbnail = wardrobe.settings.thumbnails_dir / cover.thumbnail
    thumbnail.unlink()
    app = pressed(open_page("maintenance"), "check")
    job = jobs.job("checkup")
    assert job is not None
    (finding,) = job.results[-1].checkup.findings
    assert finding.trouble is IssueKind.THUMBNAIL_MISSING
    assert finding.sentence.rstrip(".") in texts(app)
    assert not app.success
    assert not thumbnail.exists()
    pressed(app, "repair")
    assert app.success
    assert thumbnail.exists()


def test_what_cannot_be_mended_offers_no_mending(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    cover = garments[0].cover
    assert cover is not None
    (wardrobe.settings.photos_dir / cover.file).unlink()
    app = pressed(open_page("maintenance"), "check")
    assert "Restore a backup" in texts(app)
    assert not [one for one in app.button if one.key == "repair"]
