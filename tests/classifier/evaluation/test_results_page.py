from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("matplotlib", reason="the page of results is drawn with requirements-dev.txt")

from classifier.evaluation import recorded_results, results_page
from classifier.evaluation.recorded_results import RecordedResult, by_figure, flat, record, recorded
from tests.paths import ROOT

PAGE = ROOT / "docs" / "results.md"


@pytest.fixture()
def written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(recorded_results, "FILE", tmp_path / "recorded_results.json")
    record(RecordedResult("clothing-small", "test", {"class.top1": 0.9301}, "evaluate", 12.4, "1 x cpu"))
    record(RecordedResult("wardrobe", "held-out", {"top1": 0.87, "top3": 0.96, "calibration_error": 0.02,
                                            "reliability.14.confidence": 0.98, "reliability.14.right": 0.97,
                                            "reliability.14.photos": 40}, "evaluate"))  # fmt: skip
    record(
        RecordedResult(
            "wardrobe", "corrections", {"curve.random.0.accuracy": 0.85, "curve.random.5.accuracy": 0.88}, "e"
        )
    )
    return tmp_path


def test_the_page_shows_what_was_written_down() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert results_page.table() in text


def test_a_page_gets_its_table_and_plots_and_keeps_the_rest(written_down: Path) -> None:
    page = written_down / "page.md"
    page.write_text(f"before\n\n{results_page.BEGIN}\nold\n{results_page.END}\n\nafter\n", encoding="utf-8")
    results_page.write_page(page, written_down / "page")
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before") and text.endswith("after\n") and "old" not in text
    assert re.search(r"`clothing-small` \| class.top1 \| 86.5 % \| 92.0 % \| 93.0 % \| 12 min, 1 x cpu", text)
    assert "held-out.top1 |  | 77.0 % | 87.0 %" in text
    drawn = {path.name for path in (written_down / "page").iterdir()}
    assert drawn == {"accuracy.png", "calibration.png", "corrections.png"}


def test_a_page_without_a_place_for_the_table_is_left_alone(written_down: Path) -> None:
    page = written_down / "page.md"
    page.write_text("nothing here", encoding="utf-8")
    with pytest.raises(ValueError, match="no place for the table"):
        results_page.write_page(page, written_down / "page")
    assert page.read_text(encoding="utf-8") == "nothing here"


def test_a_new_measurement_takes_the_place_of_the_old_one(written_down: Path) -> None:
    record(RecordedResult("clothing-small", "test", {"class.top1": 0.94}, "evaluate"))
    assert [entry.figures for entry in recorded() if entry.recipe == "clothing-small"] == [{"class.top1": 0.94}]
    assert len(recorded()) == 3


def test_only_numbers_are_written_down() -> None:
    assert flat({"a": {"b": 1, "c": [1, 2]}, "d": "words", "e": True, "f": 0.5}) == {"a.b": 1, "f": 0.5}


def test_figures_of_other_splits_than_the_published_one_carry_the_split(written_down: Path) -> None:
    assert by_figure(recorded(), "clothing-small") == {"class.top1": 0.9301}
    assert by_figure(recorded(), "wardrobe")["held-out.top1"] == 0.87
