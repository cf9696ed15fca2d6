from __future__ import annotations

from tests.support.garments import garment
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.insights.base_outfits import base_outfits
from wardrobe_app.domain.insights.connectivity import isolated_garments, key_pieces


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


def test_the_only_bottom_is_the_linchpin_of_all_tops() -> None:
    tops = [casual(number, "Tee", colour) for number, colour in ((1, "white"), (2, "green"), (3, "grey"))]
    pin = key_pieces(base_outfits([*tops, casual(4, "Jeans", "navy")]))[0]
    assert (pin.garment.id, pin.outfits, pin.share) == (4, 3, 1.0)
    assert [item.id for item in pin.isolated] == [1, 2, 3]


def test_what_alone_joins_two_parts_of_the_wardrobe_is_told() -> None:
    # Casual goes with formal and with sports, but formal does not go with sports.
    wardrobe = [
        casual(1, "Button-Down", occasion="formal"),
        casual(2, "Trousers", "black", occasion="formal"),
        casual(3, "Tank", occasion="sports"),
        casual(4, "Sweatpants", "grey", occasion="sports"),
        casual(5, "Jeans", "navy", occasion="casual"),
    ]
    pins = {pin.garment.id: pin for pin in key_pieces(base_outfits(wardrobe))}
    assert pins[5].components == 2
    assert not pins[5].isolated


def test_where_everything_can_be_replaced_nothing_is_stranded() -> None:
    wardrobe = [casual(1, "Tee"), casual(2, "Sweater", "grey"), casual(3, "Jeans", "navy"), casual(4, "Skirt", "black")]
    pins = key_pieces(base_outfits(wardrobe))
    assert {pin.outfits for pin in pins} == {2}
    assert not any(pin.isolated or pin.components > 1 for pin in pins)


def test_the_only_shoes_are_a_linchpin() -> None:
    outfits = base_outfits([casual(1, "Tee"), casual(2, "Jeans", "navy"), casual(3, "Sneakers")])
    (pin,) = [pin for pin in key_pieces(outfits) if pin.only]
    assert (pin.garment.id, pin.only) == (3, 1)


def test_without_looks_nothing_hangs_on_anything() -> None:
    assert key_pieces(base_outfits([casual(1, "Tee")])) == ()
    assert key_pieces(base_outfits([])) == ()
