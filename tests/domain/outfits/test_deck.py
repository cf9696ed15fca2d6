from __future__ import annotations

from tests.support.garments import garment
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.outfits.deck import Deck, rotated
from wardrobe_app.domain.outfits.outfit import Outfit
from wardrobe_app.domain.outfits.variety import WINDOW, varied

COLOURS = ("black", "navy", "white", "red", "green", "beige", "grey")


def outfit(number: int, bottom: int = 0, colour: str = "") -> Outfit:
    name = colour or COLOURS[number % len(COLOURS)]
    worn: tuple[Garment, ...] = (garment(number, "Tee", name), garment(100 + (bottom or number), "Jeans", name))
    return Outfit(worn, 0.8, ())


def first(deck: Deck) -> list[int]:
    return [one.ids[0] for one in deck.open]


MANY = [outfit(number) for number in range(1, 8)]


def test_the_first_outfits_lie_open_and_others_come_in_their_stead() -> None:
    deck = Deck(MANY)
    assert first(deck) == [1, 2, 3]
    assert deck.another(1)
    assert first(deck) == [1, 4, 3]
    assert all(deck.another(0) for _ in range(3))
    assert first(deck) == [7, 4, 3]
    assert not deck.another(0)  # all were seen: they come again
    assert first(deck) == [1, 4, 3]


def test_what_lies_open_together_shares_no_garment_and_no_colours_where_it_can() -> None:
    deck = Deck([outfit(1, 50), outfit(2, 50), outfit(3, 51, "grey"), outfit(4, 52, "grey"), outfit(5, 53)])
    assert first(deck) == [1, 3, 5]
    assert first(Deck([outfit(1, 50), outfit(2, 50)])) == [1, 2]


def test_what_is_shown_one_after_another_is_varied() -> None:
    same = [outfit(number, 50, "black") for number in range(1, 9)]
    deck = Deck([*same, *(outfit(number) for number in range(11, 21))])
    shown = list(deck.open)
    while len(shown) < WINDOW:
        deck.another(0)
        shown.append(deck.open[0])
    assert varied(shown)


def test_what_is_not_for_her_goes_for_good_and_comes_back_with_undo() -> None:
    deck = Deck(MANY[:4])
    gone = deck.open[0]
    deck.remove(0)
    assert first(deck) == [4, 2, 3]
    assert not deck.has_others
    deck.bring_back(0, gone)
    assert first(deck) == [1, 2, 3]
    deck.remove(0)
    deck.remove(0)
    assert first(deck) == [2, 3]
    deck.bring_back(0, MANY[3])
    assert first(deck) == [4, 2, 3]


def test_what_was_rejected_elsewhere_does_not_lie_open() -> None:
    deck = Deck(MANY)
    deck.forget([frozenset(MANY[0].ids), MANY[3].ids])
    assert first(deck) == [5, 2, 3]
    deck.forget([one.ids for one in MANY])
    assert deck.open == []


def test_outfits_take_turns_by_the_day() -> None:
    assert list(rotated([1, 2, 3], 4)) == [2, 3, 1]
    assert list(rotated([], 4)) == []
