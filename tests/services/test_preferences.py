from __future__ import annotations

from pathlib import Path

import pytest

from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.services.preferences import Preferences


def test_a_choice_is_kept_in_a_file_and_seen_by_everybody(tmp_path: Path) -> None:
    here, there = Preferences(tmp_path / "a" / "p.json"), Preferences(tmp_path / "a" / "p.json")
    assert here.cut_outs
    here.show_cut_outs(False)
    assert not there.cut_outs
    there.show_cut_outs(True)
    assert here.cut_outs
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["p.json"]


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"other": 1}'])
def test_a_broken_file_means_that_nothing_was_chosen(tmp_path: Path, text: str) -> None:
    (tmp_path / "p.json").write_text(text, encoding="utf-8")
    assert Preferences(tmp_path / "p.json").cut_outs


def test_a_choice_that_cannot_be_kept_is_said(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(StorageFailed, match=r"p\.json"):
        Preferences(tmp_path / "a" / "p.json").show_cut_outs(False)
