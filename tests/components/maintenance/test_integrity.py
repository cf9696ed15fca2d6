from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.app_pages import OpenPage, button, texts
from wardrobe_app.components.shared import jobs

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from wardrobe_app.domain.garments.garment import Garment
    from wardrobe_app.wiring import Runtime


def pressed(app: AppTest, label: str) -> AppTest:
    button(app, label).click().run()
    job = jobs.job("checkup")
    assert job is not None and job.wait(60)
    app.run()
    assert not app.exception
    return app


def test_a_wardrobe_that_is_well_says_so(open_page: OpenPage, garments: tuple[Garment, ...]) -> None:
    app = pressed(open_page("maintenance"), "Check the wardrobe")
    assert "All is well. 5 photos and 20 files were looked at." in texts(app)
    assert not [one for one in app.button if one.label.startswith("Mend")]


def test_what_is_wrong_is_shown_and_mended(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    cover = garments[0].cover
    assert cover is not None
    thumbnail = wardrobe.settings.thumbnails_dir / cover.thumbnail
    thumbnail.unlink()
    app = pressed(open_page("maintenance"), "Check the wardrobe")
    assert "One thing is wrong." in texts(app)
    assert "One thumbnail is gone" in texts(app)
    assert not thumbnail.exists()
    pressed(app, "Mend what can be mended")
    assert "One thing was mended." in texts(app)
    assert thumbnail.exists()


def test_what_cannot_be_mended_offers_no_mending(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    cover = garments[0].cover
    assert cover is not None
    (wardrobe.settings.photos_dir / cover.file).unlink()
    app = pressed(open_page("maintenance"), "Check the wardrobe")
    assert "Restore a backup" in texts(app)
    assert not [one for one in app.button if one.label.startswith("Mend")]
