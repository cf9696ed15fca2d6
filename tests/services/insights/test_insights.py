from __future__ import annotations

from decimal import Decimal

import pytest

from tests.services.support.stored import Factory, stored
from tests.support.garments import NOON, garment
from wardrobe_app.commands.insights import insights_json, insights_lines
from wardrobe_app.config import Settings
from wardrobe_app.domain.compatibility.criteria import CompatibilityConfig
from wardrobe_app.domain.garments.garment import Verdict
from wardrobe_app.services.insights.insights import InsightsService

WARDROBE = [
    *(garment(number, "Blouse", "pink", occasion="casual") for number in (1, 2, 3)),
    garment(4, "Jeans", "navy", occasion="casual"),
    garment(5, "Sneakers", "white", occasion="casual"),
]


@pytest.fixture
def factory(settings: Settings) -> Factory:
    return stored(settings, WARDROBE)


@pytest.fixture
def service(factory: Factory) -> InsightsService:
    return InsightsService(factory)


def decide(factory: Factory, a: int, b: int, verdict: Verdict) -> None:
    with factory(writing=True) as uow:
        uow.verdicts.set([(a, b)], verdict, NOON)
        uow.commit()


def archive(factory: Factory, item: int) -> None:
    with factory(writing=True) as uow:
        uow.garments.change([item], {"archived_at": NOON})
        uow.commit()


def test_the_number_is_told_in_words(service: InsightsService) -> None:
    found = service.overview()
    assert found.garments == 5
    assert (found.garments, round(found.effective)) == (5, 3)
    assert [(share.label, share.garments) for share in found.by_type] == [("Blouse", 3), ("Jeans", 1), ("Sneakers", 1)]
    assert [(share.label, share.garments) for share in found.by_colour] == [("Pink", 3), ("Navy", 1), ("White", 1)]
    assert found.history[-1].garments == 5


def test_an_empty_wardrobe_is_told_in_words(settings: Settings) -> None:
    service = InsightsService(stored(settings, []))
    assert service.overview().sentence == "The wardrobe is empty."
    assert service.let_go() == service.replaceable([], []) == service.isolated_garments() == service.key_pieces() == ()
    assert service.work_of_types() == service.surpluses() == service.single_partners() == service.purchases() == ()
    assert service.smallest_set() is None
    assert list(insights_lines(insights_json(service)))


def test_one_garment_dresses_like_one(settings: Settings) -> None:
    assert (
        InsightsService(stored(settings, WARDROBE[:1])).overview().sentence == "Your one garment does the work of one."
    )


def test_verdicts_count(service: InsightsService, factory: Factory) -> None:
    before = service.overview().effective
    for pair in ((1, 2), (1, 3), (2, 3)):
        decide(factory, *pair, Verdict.DIFFERENT)
    assert service.overview().effective == pytest.approx(5)
    assert before < 4


def test_what_is_archived_is_history(service: InsightsService, factory: Factory) -> None:
    archive(factory, 4)
    found = service.overview()
    assert found.garments == 4
    assert "Jeans" not in {share.label for share in found.by_type}
    assert 4 not in {garment.id for garment in service.standing().garments}


def test_the_rules_decide_which_looks_there_are(factory: Factory) -> None:
    strict = InsightsService(factory, lambda: (CompatibilityConfig(good=0.999), None))
    assert strict.standing().outfits.count == 0
    assert {one.garment.id for one in strict.isolated_garments()} == {1, 2, 3, 4, 5}
    assert {one.garment.type for one in strict.purchases() if one.opens} <= {"Dress", "Jumpsuit"}  # looks by themselves


def test_wears_decide_what_stays_and_prices_what_it_cost(service: InsightsService, factory: Factory) -> None:
    with factory(writing=True) as uow:
        uow.garments.change([1, 3], {"price": Decimal("19.90")})
        uow.wears.add(NOON.date(), [3, 4])
        uow.commit()
    assert [item.id for item in service.surpluses()[0].kept] == [3]
    decide(factory, 1, 3, Verdict.TWINS)
    found = service.spending()
    assert (found.whole.spent, found.whole.days, found.in_duplicates) == (Decimal("39.80"), 1, Decimal("19.90"))
    lines = list(insights_lines(insights_json(service, "EUR")))
    assert "  €39.80 for 2 garments; 3 have no price" in lines


def test_the_report_holds_every_answer_by_id_and_title(service: InsightsService) -> None:
    found = insights_json(service)
    assert found["effective_number"] == pytest.approx(service.overview().effective, abs=1e-4)
    assert {entry["id"] for entry in found["removable"]} == {1, 2, 3, 4, 5}
    assert found["key_pieces"][0]["title"] == "Navy jeans"
    assert [other["id"] for other in found["key_pieces"][0]["isolated"]] == [1, 2, 3]
    assert {"type", "label", "colours", "outfits", "completes", "examples"} <= set(found["gaps"][0])
    assert found["isolated_garments"] == []
    assert [one["partner"]["id"] for one in found["single_partners"]] == [4, 4, 4]
    assert [(one["type"], one["garments"], one["enough"]) for one in found["types"]] == [("Blouse", 3, 1)]
    assert [one["id"] for one in found["smallest_set"]["removable"]] == [3, 2]
    assert found["smallest_set"]["outfits_kept"] == found["outfits"] == 3
    assert found["purchases"][0]["goes_with"]
    assert len({one["colour"] for one in found["purchases"]}) == len(found["purchases"])
    assert [(one["type"], one["colour"], len(one["garments"])) for one in found["too_much"]] == [("Blouse", "pink", 3)]
    assert {one["stand_ins"][0]["id"] for one in found["replaceable"]} <= {1, 2, 3}
    assert found["sentence"] in list(insights_lines(found))
