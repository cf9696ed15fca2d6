from __future__ import annotations

from pathlib import Path

import pytest

from wardrobe_app.services.catalogue.drafts import DraftFiles


@pytest.fixture
def drafts(tmp_path: Path) -> DraftFiles:
    return DraftFiles(tmp_path / "drafts")


def test_what_is_kept_is_there_for_another_program(drafts: DraftFiles, tmp_path: Path) -> None:
    assert drafts.keep("garment-1", {"notes": "a spöt\n"}, {"notes": ""}, "then")
    found = DraftFiles(tmp_path / "drafts").read("garment-1", "then")
    assert found is not None
    assert (found.typed, found.shown) == ({"notes": "a spöt\n"}, {"notes": ""})
    assert found.typed_at.tzinfo is not None


def test_fields_of_two_tabs_come_together_and_the_last_text_of_one_counts(drafts: DraftFiles) -> None:
    drafts.keep("garment-1", {"notes": "one", "name": "A"}, {"notes": "", "name": "B"})
    drafts.keep("garment-1", {"notes": "two"}, {"notes": "later"})
    found = drafts.read("garment-1")
    assert found is not None
    assert found.typed == {"notes": "two", "name": "A"}
    assert found.shown == {"notes": "", "name": "B"}, "what was there when typing began"


def test_a_text_that_is_back_at_what_was_shown_is_no_draft(drafts: DraftFiles, tmp_path: Path) -> None:
    drafts.keep("garment-1", {"notes": "one"}, {"notes": ""})
    drafts.keep("garment-1", {"notes": ""}, {"notes": ""})
    assert drafts.read("garment-1") is None
    assert not list((tmp_path / "drafts").iterdir())


def test_a_draft_about_another_garment_with_the_same_number_is_none(drafts: DraftFiles) -> None:
    drafts.keep("garment-1", {"notes": "one"}, {"notes": ""}, "2024")
    assert drafts.read("garment-1", "2025") is None
    drafts.keep("garment-1", {"name": "A"}, {"name": ""}, "2025")
    found = drafts.read("garment-1", "2025")
    assert found is not None
    assert found.typed == {"name": "A"}


def test_fields_that_were_saved_go_and_the_others_stay(drafts: DraftFiles) -> None:
    drafts.keep("garment-1", {"notes": "one", "name": "A"}, {"notes": "", "name": ""})
    drafts.drop("garment-1", ["notes"])
    found = drafts.read("garment-1")
    assert found is not None
    assert found.typed == {"name": "A"}
    drafts.drop("garment-1")
    assert drafts.read("garment-1") is None
    drafts.drop("garment-1")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"typed": 3}', '{"typed": {}, "shown": {}, "about": ""}'])
def test_a_damaged_file_is_no_draft_and_is_written_over(drafts: DraftFiles, tmp_path: Path, text: str) -> None:
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts" / "garment-1.json").write_text(text)
    assert drafts.read("garment-1") is None
    drafts.drop("garment-1", ["notes"])
    assert drafts.keep("garment-1", {"notes": "one"}, {"notes": ""})
    assert drafts.read("garment-1") is not None


def test_no_key_leads_out_of_the_folder(drafts: DraftFiles, tmp_path: Path) -> None:
    for key in ("../evil", "a/b", "x" * 300, "Ä"):
        assert drafts.keep(key, {"text": key}, {"text": ""})
        found = drafts.read(key)
        assert found is not None
        assert found.typed == {"text": key}
    assert len(list((tmp_path / "drafts").iterdir())) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["drafts"]


def test_a_folder_that_cannot_be_written_is_told_by_the_answer(tmp_path: Path) -> None:
    (tmp_path / "drafts").write_text("a file where the folder would be")
    assert not DraftFiles(tmp_path / "drafts").keep("garment-1", {"notes": "one"}, {"notes": ""})
