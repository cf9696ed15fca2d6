from __future__ import annotations

import pytest

from tests.support.garments import garment
from wardrobe_app.domain.redundancy.groups import find_groups
from wardrobe_app.domain.similarity.relations import PLAIN_NOTE, WORDS, Relation, plain_note


@pytest.mark.parametrize("relation", list(Relation))
def test_every_relation_has_a_title_a_meaning_and_advice_for_people(relation: Relation) -> None:
    words = WORDS[relation]
    assert words.title
    assert words.meaning.endswith(".")
    assert words.advice.endswith(".")


def test_the_same_garment_and_twins_are_one_question_to_the_owner() -> None:
    assert WORDS[Relation.SAME_GARMENT] == WORDS[Relation.TWINS]
    assert "you decide" in WORDS[Relation.TWINS].meaning


def test_of_plain_garments_the_app_says_that_they_can_only_be_look_alikes() -> None:
    assert plain_note([garment(1), garment(2, pattern=None)]) == PLAIN_NOTE


def test_of_patterned_garments_it_says_no_such_thing() -> None:
    assert plain_note([garment(1), garment(2, pattern="striped")]) == ""


def test_a_group_is_of_look_alikes_until_more_is_known() -> None:
    (group,) = find_groups([garment(1, "Blouse"), garment(2, "Blouse")])
    assert group.relation is Relation.LOOK_ALIKE
