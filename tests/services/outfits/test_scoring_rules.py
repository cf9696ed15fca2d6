from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.services.support.stored import Factory, stored
from tests.support.garments import NOON, garment
from wardrobe_app.config import Settings
from wardrobe_app.domain.compatibility.rules import Rule
from wardrobe_app.domain.garments.garment import TagKind, Verdict
from wardrobe_app.domain.garments.wear_log import OutfitState
from wardrobe_app.services.catalogue.preferences import Preferences
from wardrobe_app.services.outfits.scoring_rules import ScoringRules
from wardrobe_app.services.outfits.suggestions import OutfitService

WARDROBE = [garment(1, "Tee", "white"), garment(2, "Jeans", "navy"), garment(3, "Sneakers", "white")]


@pytest.fixture
def factory(settings: Settings) -> Factory:
    return stored(settings, WARDROBE)


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    return Preferences(tmp_path / "preferences.json")


@pytest.fixture
def service(factory: Factory, preferences: Preferences) -> ScoringRules:
    return ScoringRules(factory, preferences)


def wear(factory: Factory, *ids: int) -> int:
    with factory(writing=True) as uow:
        made = uow.wears.add(date(2025, 5, 4), ids)
        uow.commit()
    return made.id


def test_rules_are_what_the_owner_chose_and_nothing_learned_where_there_are_no_looks(
    service: ScoringRules, preferences: Preferences
) -> None:
    preferences.set_rule_weights({Rule.TONAL: 0})
    config, learned_preferences = service.rules()
    assert (config.factor(Rule.TONAL), config.factor(Rule.HUES), learned_preferences) == (0, 1, None)


def test_what_was_worn_moves_partners_until_it_is_taken_back(service: ScoringRules, factory: Factory) -> None:
    outfits = OutfitService(factory, service.rules)
    before = outfits.partners(1)
    worn = [wear(factory, 1, 2) for _ in range(3)]
    jeans = next(pair for pair in outfits.partners(1) if pair.b == 2)
    assert jeans.score > next(pair for pair in before if pair.b == 2).score
    assert "you wore these together 3 times" in jeans.reasons
    with factory(writing=True) as uow:
        uow.wears.remove(worn)
        uow.commit()
    assert outfits.partners(1) == before


def test_learning_can_be_switched_off_and_shows_what_it_knows_all_the_same(
    service: ScoringRules, factory: Factory, preferences: Preferences
) -> None:
    wear(factory, 1, 2)
    assert service.rules()[1] is not None
    preferences.let_learn(False)
    assert service.rules()[1] is None
    assert service.strongest_preferences()[0]


def test_lessons_are_in_the_words_of_the_owner_the_strongest_first(service: ScoringRules, factory: Factory) -> None:
    wear(factory, 1, 2, 3)
    wear(factory, 1, 2)
    with factory(writing=True) as uow:
        uow.outfits.add((2, 3), OutfitState.REJECTED, "", NOON)
        uow.commit()
    types, colours = service.strongest_preferences()
    assert (types[0].pair, types[0].counts.worn) == (("Jeans", "Sneakers"), 1)
    assert {lesson.pair for lesson in types} >= {("Jeans", "T-shirt")}
    assert (colours[0].pair, colours[0].counts.worn, colours[0].counts.rejected) == (("navy", "white"), 2, 1)


def test_archived_garments_still_teach(service: ScoringRules, factory: Factory) -> None:
    wear(factory, 1, 2)
    with factory(writing=True) as uow:
        uow.garments.change([2], {"archived_at": NOON})
        uow.commit()
    assert service.strongest_preferences()[0]


def test_the_state_changes_with_whatever_an_answer_rests_on(
    service: ScoringRules, factory: Factory, preferences: Preferences
) -> None:
    states = [service.revision()]
    assert service.revision() == states[0]
    wear(factory, 1, 2)
    states.append(service.revision())
    for change in (
        lambda uow: uow.outfits.add([1, 2], OutfitState.SAVED, "", NOON),
        lambda uow: uow.outfits.rename(1, "Monday"),
        lambda uow: uow.verdicts.set([(1, 2)], Verdict.DIFFERENT, NOON),
        lambda uow: uow.garments.change([3], {"archived_at": NOON}),
        lambda uow: uow.garments.set_own_tag([1], TagKind.TYPE, "Sweater"),
    ):
        with factory(writing=True) as uow:
            change(uow)
            uow.commit()
        states.append(service.revision())
    preferences.set_rule_weights({Rule.TONAL: 0})
    states.append(service.revision())
    preferences.let_learn(False)
    states.append(service.revision())
    assert len(set(states)) == len(states) == 9
