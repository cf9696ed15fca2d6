from __future__ import annotations

from pathlib import Path

import pytest

from wardrobe_app.domain.compatibility.rules import Rule
from wardrobe_app.domain.errors import InvalidEdit, StorageFailed
from wardrobe_app.services.catalogue.preferences import Preferences


def test_a_choice_is_kept_in_a_file_and_seen_by_everybody(tmp_path: Path) -> None:
    here, there = Preferences(tmp_path / "a" / "p.json"), Preferences(tmp_path / "a" / "p.json")
    assert here.cut_outs
    here.show_cut_outs(False)
    assert not there.cut_outs
    there.show_cut_outs(True)
    assert here.cut_outs
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["p.json"]


def test_how_much_conventions_count_is_kept_where_it_is_not_normal(tmp_path: Path) -> None:
    here, there = Preferences(tmp_path / "p.json"), Preferences(tmp_path / "p.json")
    here.set_rule_weights({Rule.TONAL: 1.5, Rule.BRIGHTS: 0, Rule.HUES: 1})
    here.show_cut_outs(False)
    assert there.rule_weights == {Rule.TONAL: 1.5, Rule.BRIGHTS: 0}
    here.set_rule_weights({})
    assert there.rule_weights == {}
    assert not there.cut_outs


def test_learning_is_on_until_it_is_switched_off(tmp_path: Path) -> None:
    preferences = Preferences(tmp_path / "p.json")
    assert preferences.learns
    preferences.let_learn(False)
    assert not preferences.learns


@pytest.mark.parametrize("kept", ['{"conventions": 3}', '{"conventions": {"tonal": [1], "hues": 7, "rhymes": 1.5}}'])
def test_weights_that_make_no_sense_are_normal(tmp_path: Path, kept: str) -> None:
    (tmp_path / "p.json").write_text(kept, encoding="utf-8")
    assert Preferences(tmp_path / "p.json").rule_weights == {}


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"other": 1}'])
def test_a_broken_file_means_that_nothing_was_chosen(tmp_path: Path, text: str) -> None:
    (tmp_path / "p.json").write_text(text, encoding="utf-8")
    assert Preferences(tmp_path / "p.json").cut_outs


def test_a_choice_that_cannot_be_kept_is_said(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(StorageFailed, match=r"p\.json"):
        Preferences(tmp_path / "a" / "p.json").show_cut_outs(False)


def test_a_currency_is_kept_by_its_code_and_can_be_taken_away(tmp_path: Path) -> None:
    here, there = Preferences(tmp_path / "p.json"), Preferences(tmp_path / "p.json")
    assert here.currency is None
    here.choose_currency("CHF")
    assert there.currency == "CHF"
    there.choose_currency(None)
    assert here.currency is None


@pytest.mark.parametrize("code", ["chf", "€", "XXX", "DEM", ""])
def test_a_currency_that_is_not_in_use_is_refused(tmp_path: Path, code: str) -> None:
    preferences = Preferences(tmp_path / "p.json")
    with pytest.raises(InvalidEdit):
        preferences.choose_currency(code)
    (tmp_path / "p.json").write_text(f'{{"currency": "{code}"}}', encoding="utf-8")
    assert preferences.currency is None
