from __future__ import annotations

from tests.support.garments import garment
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.insights.purchase_advice import Advice, PurchaseAdvice, evaluate_purchase
from wardrobe_app.domain.insights.removal_cost import standing


def casual(number: int, type: str | None, colour: str, **fields: object) -> Garment:
    return garment(number, type, colour, occasion="casual", **fields)  # type: ignore[arg-type]


WARDROBE = [
    casual(1, "Tee", "white"),
    casual(2, "Tee", "green"),
    casual(3, "Sweater", "grey"),
    casual(4, "Jeans", "navy"),
]


def weighed(newcomer: Garment, owned: list[Garment] = WARDROBE, same: Garment | None = None) -> PurchaseAdvice:
    return evaluate_purchase(newcomer, standing(owned), same)


def test_what_does_the_job_of_something_owned_is_left() -> None:
    found = weighed(casual(0, "Tee", "white"))
    assert found.advice is Advice.LEAVE
    assert [item.id for item in found.duplicates] == [1]
    assert "White T-shirt" in found.sentence
    assert found.new_outfits == 0
    assert found.outfits_with_it == 1
    assert found.effective[1] - found.effective[0] < 0.5


def test_what_is_unlike_and_opens_looks_is_taken() -> None:
    found = weighed(casual(0, "Skirt", "black"))
    assert found.advice is Advice.TAKE
    assert (found.new_outfits, found.duplicates) == (3, ())
    assert "adds three new outfits" in found.sentence
    assert found.effective[1] - found.effective[0] > 0.9
    assert found.outfits
    assert all(0 in outfit.ids for outfit in found.outfits)


def test_what_opens_few_looks_is_thought_over() -> None:
    few = weighed(casual(0, "Blouse", "black"))
    assert few.advice is Advice.THINK
    assert "only one new outfit" in few.sentence


def test_what_goes_with_nothing_is_left() -> None:
    found = weighed(garment(0, "Shorts", "red", occasion="sports"), [garment(1, "Blouse", "white", occasion="formal")])
    assert found.advice is Advice.LEAVE
    assert "nothing you own makes an outfit with it" in found.sentence


def test_a_second_pair_of_shoes_completes_nothing_new() -> None:
    found = weighed(casual(0, "Boots", "black"), [*WARDROBE, casual(5, "Sneakers", "white")])
    assert (found.outfits_with_it, found.new_outfits) == (3, 0)
    assert found.advice is Advice.THINK
    assert weighed(casual(0, "Boots", "black")).new_outfits == 3


def test_a_dress_is_a_look_by_itself() -> None:
    found = weighed(casual(0, "Dress", "black"))
    assert (found.advice, found.new_outfits) == (Advice.TAKE, 1)
    assert "It is an outfit by itself" in found.reasons


def test_nightwear_is_judged_by_likeness_alone() -> None:
    assert weighed(casual(0, "Pyjamas", "white")).advice is Advice.TAKE
    assert weighed(casual(0, "Pyjamas", "white"), [casual(1, "Pyjamas", "white")]).advice is Advice.LEAVE


def test_a_guessed_type_is_told() -> None:
    found = weighed(casual(0, "Skirt", "black", tiers={"type": "unknown"}))
    assert "only a guess" in found.reasons[0]


def test_a_photo_that_is_there_already_is_told_first() -> None:
    found = weighed(casual(0, "Tee", "white"), same=WARDROBE[0])
    assert found.sentence == "This photo is in the wardrobe already, as White T-shirt."


def test_an_empty_wardrobe_gives_nothing_to_weigh_against() -> None:
    found = weighed(casual(0, "Tee", "white"), [])
    assert "empty" in found.sentence
    assert found.effective == (0, 1)
    assert (found.nearest, found.outfits) == ((), ())
