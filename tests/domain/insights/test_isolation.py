from __future__ import annotations

import pytest

from tests.support.garments import VOCABULARY, garment
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.insights import isolation
from wardrobe_app.domain.insights.base_outfits import base_outfits
from wardrobe_app.domain.insights.isolation import isolated_garments, single_partners


def casual(number: int, type: str, colour: str = "white", occasion: str = "casual") -> Garment:
    return garment(number, type, colour, occasion=occasion)


def test_a_top_that_no_bottom_goes_with_is_an_orphan() -> None:
    outfits = base_outfits([casual(1, "Tee"), casual(2, "Jeans", "navy"), casual(3, "Blouse", occasion="formal")])
    lonely = base_outfits([casual(1, "Tee"), casual(2, "Sneakers")])
    assert not isolated_garments(outfits)
    assert [orphan.garment.id for orphan in isolated_garments(lonely)] == [1, 2]
    assert "trousers, a skirt or shorts" in isolated_garments(lonely)[0].why


def test_a_dress_is_a_look_by_itself_but_may_have_no_partner() -> None:
    assert not isolated_garments(base_outfits([casual(1, "Dress"), casual(2, "Sneakers")]))
    (alone,) = isolated_garments(base_outfits([casual(1, "Dress"), casual(2, "Pyjamas")]))
    assert "worn alone" in alone.why


def test_underwear_is_no_orphan() -> None:
    assert not isolated_garments(base_outfits([casual(1, "Pyjamas"), garment(2, None)]))


def test_what_goes_with_one_garment_only_is_told_with_it() -> None:
    sports = [casual(number, "Sweatpants", colour, "sports") for number, colour in ((1, "grey"), (2, "navy"))]
    wardrobe = [*sports, casual(3, "Trousers", "black"), casual(4, "Button-Down", occasion="formal")]
    (one,) = [one for one in single_partners(base_outfits(wardrobe)) if one.garment.id == 4]
    assert one.partner is not None
    assert one.partner.id == 3
    assert "occasion" in one.why


def test_the_only_bottom_is_told_as_such() -> None:
    outfits = base_outfits([casual(1, "Tee"), casual(2, "Tee", "red"), casual(3, "Jeans", "navy")])
    assert [(one.garment.id, one.partner and one.partner.id) for one in single_partners(outfits)] == [(1, 3), (2, 3)]
    assert single_partners(base_outfits([])) == ()


def test_what_is_missing_is_told() -> None:
    outfits = base_outfits([casual(1, "Button-Down", occasion="formal"), casual(2, "Sweatpants", "grey", "sports")])
    without, told = (isolated_garments(outfits, vocabulary) for vocabulary in (None, VOCABULARY))
    assert [one.garment.id for one in told] == [1, 2]
    assert all(
        len(more.why) > len(less.why) and more.why.startswith(less.why)
        for less, more in zip(without, told, strict=True)
    )
    assert told[0].why.endswith("would go with it.")


def test_of_very_many_the_first_are_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "MAX_TOLD", 1)
    outfits = base_outfits([casual(number, "Tee") for number in (1, 2)])
    first, second = isolated_garments(outfits, VOCABULARY)
    assert first.why.endswith("would go with it.")
    assert first.why.startswith(second.why)


def test_what_layers_need_is_left_open() -> None:
    (one,) = isolated_garments(base_outfits([casual(1, "Jacket"), garment(2, None)]), VOCABULARY)
    assert "would go with it" not in one.why
