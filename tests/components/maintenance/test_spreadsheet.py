from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.app_pages import OpenPage, button, texts

if TYPE_CHECKING:
    from wardrobe_app.domain.garments.garment import Garment
    from wardrobe_app.wiring import Runtime


def test_an_edited_table_is_shown_row_by_row_before_it_changes_anything_and_can_be_taken_back(
    wardrobe: Runtime, garments: tuple[Garment, ...], open_page: OpenPage
) -> None:
    app = open_page("maintenance")
    file = b"photo;name;price\n0.jpg;**Sunday** blouse;19,90\n1.jpg;;cheap\nnew.jpg;Coat;\n"
    app.file_uploader[-1].upload("list.csv", file, "text/csv").run()
    assert not app.exception
    assert "1 changed, 0 unchanged, 2 refused" in texts(app)
    refused, changes = (table.value for table in app.dataframe)
    assert list(refused["Row"]) == [3, 4]
    assert "add the photo first" in refused["Why not"][1]
    assert list(changes["In the file"]) == ["**Sunday** blouse", "19.90"]
    assert wardrobe.catalogue.get(garments[0].id).name == ""

    app.button(key="table_file_apply").click().run()
    assert not app.exception
    assert wardrobe.catalogue.get(garments[0].id).name == "**Sunday** blouse"
    button(app, "Undo").click().run()
    assert wardrobe.catalogue.get(garments[0].id).name == ""


def test_a_file_that_is_no_table_says_so_on_the_page(garments: tuple[Garment, ...], open_page: OpenPage) -> None:
    app = open_page("maintenance")
    app.file_uploader[-1].upload("list.csv", b"PK\x03\x04", "text/csv").run()
    assert "workbook" in texts(app)
    assert not [one for one in app.button if one.key == "table_file_apply"]
