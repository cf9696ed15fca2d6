from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.support.fakes import FakeTagger
from wardrobe_app import startup, wiring
from wardrobe_app.config import Settings
from wardrobe_app.domain.days import season_of
from wardrobe_app.services.home import Known
from wardrobe_app.wiring import Runtime


@pytest.fixture
def rt(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runtime:
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: FakeTagger())
    shutil.copytree(filled, tmp_path / "wardrobe")
    return startup.build(Settings(data_dir=tmp_path / "wardrobe", batch_size=4))


def find_out(rt: Runtime) -> list[str]:
    return list(rt.home.find_out(rt.outfits.today.context(), lambda: False))


def test_nothing_that_takes_time_is_known_before_it_was_looked_for(rt: Runtime) -> None:
    assert rt.home.known(rt.outfits.today.context()) == Known(None, None, None)
    assert rt.home.known(rt.outfits.today.context()).missing == 3
    assert rt.home.known(rt.outfits.today.context()).or_nothing() == Known((), (), ())
    assert rt.home.duplicates() is None


def test_what_was_found_out_is_known_until_the_wardrobe_changes(rt: Runtime) -> None:
    assert find_out(rt) == ["compared", "outfits", "surpluses", "duplicates"]
    known = rt.home.known(rt.outfits.today.context())
    assert known.missing == 0
    assert known.groups == rt.redundancy.review.groups()
    assert rt.home.duplicates() == len(known.groups or ())
    rt.catalogue.set_favourite([rt.catalogue.garments()[0].id], favourite=True)
    assert rt.home.known(rt.outfits.today.context()).missing == 3


def test_work_in_the_background_stops_when_it_is_told(rt: Runtime) -> None:
    assert list(rt.home.find_out(rt.outfits.today.context(), lambda: True)) == []


def test_the_quick_answers_are_those_of_the_catalogue(rt: Runtime) -> None:
    assert rt.home.counts() == rt.catalogue.count()
    assert list(rt.home.latest(2)) == list(rt.catalogue.browse(size=2).garments)
    assert len(rt.home.to_review(100)) == rt.catalogue.count().unsure
    assert rt.home.not_worn(12) == rt.outfits.wear_log.not_worn(12)


@pytest.mark.parametrize(
    ("day", "zone", "season"),
    [
        (date(2026, 1, 5), None, "winter"),
        (date(2026, 12, 1), "Europe/Zurich", "winter"),
        (date(2026, 7, 1), "Europe/Zurich", "summer"),
        (date(2026, 7, 1), "Australia/Sydney", "winter"),
        (date(2026, 4, 1), "Pacific/Auckland", "autumn"),
    ],
)
def test_the_season_is_that_of_the_hemisphere(day: date, zone: str | None, season: str) -> None:
    assert season_of(day, ZoneInfo(zone) if zone else None) == season
