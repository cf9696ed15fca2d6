from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.services.support.stored import Factory, stored
from tests.support.garments import garment
from wardrobe_app.config import Settings
from wardrobe_app.domain.days import Days
from wardrobe_app.domain.garments.availability import Status
from wardrobe_app.domain.outfits.weather import read_weather
from wardrobe_app.services.answers import Answers
from wardrobe_app.services.catalogue.preferences import Preferences
from wardrobe_app.services.outfits.saved_outfits import SavedOutfits
from wardrobe_app.services.outfits.suggestions import OutfitService
from wardrobe_app.services.outfits.today import TURNS, TodayService
from wardrobe_app.services.outfits.wear_log import WearLog

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
COLOURS = ("black", "navy", "white", "grey", "beige")
WARDROBE = [
    *(garment(number, "Blouse", colour, occasion="casual") for number, colour in enumerate(COLOURS, 1)),
    *(garment(number, "Jeans", colour, occasion="casual") for number, colour in enumerate(COLOURS, 6)),
    garment(11, "Sneakers", "white", occasion="casual"),
    garment(12, "Sandals", "beige", occasion="casual"),
    garment(13, "Coat", "grey", occasion="casual"),
    garment(14, "Cardigan", "navy", occasion="casual"),
    garment(15, "Dress", "black", occasion="formal", season="summer"),
]


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def factory(settings: Settings) -> Factory:
    return stored(settings, WARDROBE)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(factory: Factory, tmp_path: Path, clock: Clock) -> TodayService:
    def revision() -> str:
        with factory() as uow:
            return uow.revision()

    preferences = Preferences(tmp_path / "preferences.json")
    return TodayService(factory, OutfitService(factory), Answers(revision), preferences, Days(lambda: UTC, clock))


def set_status(factory: Factory, status: Status, *ids: int) -> None:
    with factory(writing=True) as uow:
        uow.garments.change(list(ids), {"status": status.value})
        uow.commit()


def bodies(service: TodayService) -> list[set[int]]:
    return [set(outfit.ids) & set(range(1, 11)) for outfit in service.offers(service.context()).outfits]


def test_the_day_and_the_remembered_occasion_decide_what_outfits_are_for(service: TodayService) -> None:
    assert (service.context().season, service.context().occasion) == ("winter", None)
    assert service.known(service.context()) is None
    service.choose_occasion("formal")
    plan = service.context(read_weather("hot"))
    assert (plan.season, plan.occasion) == ("summer", "formal")
    (dress,) = service.offers(plan).outfits
    assert 15 in dress.ids
    assert service.known(plan) == service.offers(plan)


def test_what_was_worn_in_the_last_days_rests_and_what_is_worn_today_stays(
    service: TodayService, factory: Factory, clock: Clock
) -> None:
    log = WearLog(factory, Days(lambda: UTC, clock))
    first = service.offers(service.context()).outfits[0]
    log.wear(first.ids)
    assert frozenset(first.ids) in service.worn(service.context())
    assert first in service.offers(service.context()).outfits
    clock.now += timedelta(days=1)
    worn = set(first.ids) & set(range(1, 11))
    offers = service.offers(service.context())
    assert offers.outfits
    assert not offers.tired
    assert not any(worn & set(outfit.ids) for outfit in offers.outfits)
    clock.now += timedelta(days=4)
    assert any(worn & set(outfit.ids) for outfit in service.offers(service.context()).outfits)


def test_where_all_was_worn_lately_it_comes_again_and_says_so(
    service: TodayService, factory: Factory, clock: Clock
) -> None:
    WearLog(factory, Days(lambda: UTC, clock)).wear(range(1, 11))
    clock.now += timedelta(days=1)
    offers = service.offers(service.context())
    assert offers.outfits
    assert offers.tired


def test_what_is_in_the_wash_is_not_offered_and_nothing_clean_says_why(service: TodayService, factory: Factory) -> None:
    before = service.stock()
    set_status(factory, Status.IN_WASH, 1, 6)
    assert service.stock() != before
    assert not any({1, 6} & body for body in bodies(service))
    set_status(factory, Status.IN_WASH, *range(1, 16))
    offers = service.offers(service.context())
    assert (offers.outfits, offers.in_wash) == ((), len(WARDROBE))
    assert offers.why


def test_the_weather_changes_what_is_worn_over_and_on_the_feet(service: TodayService) -> None:
    cold, warm, wet = (service.offers(service.context(read_weather(text))).outfits for text in ("cold", "warm", "rain"))
    assert all(13 in outfit.ids for outfit in cold)
    assert any(14 in outfit.ids for outfit in cold)
    assert not any({13, 14} & set(outfit.ids) for outfit in warm)
    assert not any(12 in outfit.ids for outfit in (*cold, *wet))


def test_each_day_begins_with_another_outfit_and_rejected_ones_stay_away(
    service: TodayService, factory: Factory, clock: Clock
) -> None:
    firsts = set()
    for _ in range(TURNS):
        firsts.add(service.offers(service.context()).outfits[0].ids)
        clock.now += timedelta(days=1)
    assert len(firsts) > TURNS // 2
    ids = service.offers(service.context()).outfits[0].ids
    SavedOutfits(factory).reject(ids)
    assert ids not in [outfit.ids for outfit in service.offers(service.context()).outfits]
    assert service.rejected() == {frozenset(ids)}
