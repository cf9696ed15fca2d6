from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from classifier.errors import DatasetError
from classifier.evaluation.label_metrics import HeadResult
from classifier.evaluation.run_report import RunFacts, read_curves, write_report
from tests.classifier.evaluation.test_label_metrics import ANSWERS, LABELS, head
from tests.support.drawing import draw_garment

CSV = """epoch,lr-AdamW/pg1,step,train_loss_step,val_class_top1
0,0.001,0,,
0,,0,2.5,
0,,49,nan,
0,,99,,0.71
1,,199,0.9,0.82
"""


def _facts(**changes: Any) -> RunFacts:
    facts: dict[str, Any] = {
        "recipe": "clothing-small",
        "settings": {"backbone": "mobilenet", "learning_rate": "0.001"},
        "sizes": {"train": 2737, "val": 306, "test": 372},
        "split": "test",
        "heads": [head()],
        "seconds": 125.0,
        "device": "CPU, 2 cores",
    }
    return RunFacts(**facts | changes)


def _curves(folder: Path, text: str = CSV) -> Path:
    (folder / "metrics.csv").write_text(text, encoding="utf-8")
    return folder / "metrics.csv"


def _page(folder: Path, **changes: Any) -> str:
    return write_report(folder / "run", _facts(**changes)).read_text(encoding="utf-8")


def _words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*</style>", "", page, flags=re.DOTALL)))


def test_the_report_tells_what_was_trained_on_what_where_and_for_how_long(tmp_path: Path) -> None:
    words = _words(_page(tmp_path, published="test 86.5 %"))
    told = (
        "clothing-small",
        "mobilenet",
        "0.001",
        "2 min 5 s",
        "CPU, 2 cores",
        "2,737",
        "372",
        "test 86.5 %",
        "50.0 %",
    )
    assert not [fact for fact in told if fact not in words]


def test_the_report_names_the_most_confused_pair_first(tmp_path: Path) -> None:
    words = _words(_page(tmp_path))
    assert "truth answer times coat jacket 2 boots heels 1 " in words


def test_the_report_shows_every_plot_and_the_worst_pictures(tmp_path: Path) -> None:
    def picture(row: int) -> Image.Image:
        asked.append(row)
        return draw_garment("tshirt", size=(30, 40), seed=row)

    asked: list[int] = []
    page = _page(tmp_path, curves=[_curves(tmp_path)], picture=picture)
    alternatives = re.findall(r'<img src="data:image/png;base64,[A-Za-z0-9+/=]+"[^>]* alt="([^"]+)"', page)
    assert [text.split()[0] for text in alternatives] == ["Training", "Confusion", "Reliability"]
    assert len(re.findall(r'<img src="data:image/jpeg;base64,', page)) == 3
    assert asked == [2, 1, 4]


def test_the_report_needs_no_other_file(tmp_path: Path) -> None:
    class Addresses(HTMLParser):
        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            found.extend(value or "" for name, value in attributes if name in {"src", "href"})

    found: list[str] = []
    Addresses().feed(_page(tmp_path, curves=[_curves(tmp_path)], picture=lambda row: Image.new("L", (9, 9))))
    assert found and all(address.startswith("data:image/") for address in found)
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == ["metrics.json", "report.html"]


def test_labels_and_settings_cannot_bring_markup_along(tmp_path: Path) -> None:
    evil = '<script>alert("x")</script>'
    labels = (evil, "boots", "jacket", "heels")
    answers = [(evil if t == "coat" else t, evil if said == "coat" else said, p) for t, said, p in ANSWERS]
    page = _page(tmp_path, recipe=evil, settings={evil: evil}, device=evil, heads=[head(answers, labels)])
    assert "<script" not in page and "&lt;script&gt;" in page


def test_metrics_are_json_without_nan(tmp_path: Path) -> None:
    write_report(tmp_path, _facts(figures={"forward_ms": float("nan"), "megabytes": 10.6}))
    text = (tmp_path / "metrics.json").read_text(encoding="utf-8")
    found = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert found["figures"] == {"forward_ms": None, "megabytes": 10.6}
    assert found["heads"]["type"]["top1"] == 0.5
    assert found["heads"]["type"]["recall"]["coat"] == [1, 3]
    assert found["sizes"] == {"train": 2737, "val": 306, "test": 372}


@pytest.mark.parametrize("answers", [[], [("", "coat", 0.8)]])
def test_a_head_without_labelled_pictures_is_said_to_have_none(tmp_path: Path, answers: list[Any]) -> None:
    page = _page(tmp_path, heads=[head(answers, name="colour"), head()])
    assert 'alt="Confusion' not in page.split('id="head-2"')[0] and "coat jacket 2" in _words(page)


def test_a_head_with_one_class_and_no_mistake_makes_a_report(tmp_path: Path) -> None:
    page = _page(tmp_path, heads=[head([("coat", "coat", 1.0)], ("coat",))])
    assert "No answer was wrong" in page and "Highest losses" not in page


def test_a_head_of_many_labels_shows_recall_by_group(tmp_path: Path) -> None:
    truth = np.array([[True, True, False, False]])
    attributes = HeadResult(
        "attributes", LABELS, truth, np.full((1, 4), 0.5, np.float32), many=True, groups={"coat": "style"}
    )
    page = _page(tmp_path, heads=[attributes])
    assert 'alt="Recall at 3 and 5 by group"' in page and "attributes, recall at 3" in page
    assert "Confusion" not in page


def test_a_new_report_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    write_report(tmp_path, _facts(recipe="older"))
    write_report(tmp_path, _facts(recipe="newer"))
    words = _words((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert "newer" in words and "older" not in words


def test_curves_leave_out_what_was_never_logged_or_is_no_number(tmp_path: Path) -> None:
    curves = read_curves(_curves(tmp_path))
    assert set(curves) == {"lr-AdamW/pg1", "train_loss_step", "val_class_top1"}
    assert curves["train_loss_step"].dropna().to_dict() == {0: 2.5, 199: 0.9}


def test_the_curves_of_an_interrupted_training_are_joined(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    later = _curves(tmp_path / "again", "step,train_loss_step\n199,0.7\n250,0.6\n")
    curve = read_curves(_curves(tmp_path), later)["train_loss_step"]
    assert curve.dropna().to_dict() == {0: 2.5, 199: 0.7, 250: 0.6}


@pytest.mark.parametrize("text", ["", "epoch,step,loss\n"])
def test_a_run_that_logged_nothing_has_no_curves_and_still_a_report(tmp_path: Path, text: str) -> None:
    assert "No curves were logged" in _page(tmp_path, curves=[_curves(tmp_path, text)])


def test_curves_that_are_not_there_or_something_else_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(DatasetError):
        read_curves(tmp_path / "metrics.csv")
    with pytest.raises(DatasetError):
        read_curves(_curves(tmp_path, "a,b\n1,2\n"))
    with pytest.raises(DatasetError):
        read_curves(_curves(tmp_path, "step,loss\n1,low\n"))
