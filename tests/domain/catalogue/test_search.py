from __future__ import annotations

import pytest

from tests.support.garments import VOCABULARY
from wardrobe_app.domain.catalogue.lexicon import Lexicon
from wardrobe_app.domain.catalogue.search import search_words, terms, without_what_says_more
from wardrobe_app.domain.garments.garment import TagKind

LEXICON = Lexicon(VOCABULARY)


def test_words_are_folded_and_read_one_by_one() -> None:
    colour, jumper = terms("  Gray JUMPER ", LEXICON)
    assert colour.meanings == {(TagKind.COLOUR, "grey")}
    assert (jumper.needles, jumper.meanings) == (("jumper",), {(TagKind.TYPE, "Sweater")})


def test_words_that_mean_something_together_are_one_term() -> None:
    (shirt,) = terms("T shirt", LEXICON)
    assert shirt.meanings == {(TagKind.TYPE, "Tee")}
    assert shirt.needles == ("t shirt", "t-shirt", "tshirt")
    assert shirt.parts == ()
    sleeves, dots = terms("long sleeves polka dots", LEXICON)
    assert sleeves.meanings == {(TagKind.SLEEVE, "long sleeve"), (TagKind.TYPE, "Longsleeve")}
    assert dots.meanings == {(TagKind.PATTERN, "dotted")}


def test_a_phrase_is_found_by_its_words_apart_as_well() -> None:
    (shoe,) = terms("sports shoe", LEXICON)
    assert [part.needles for part in shoe.parts] == [("sports",), ("shoe",)]


def test_a_phrase_that_says_more_than_its_type_is_searched_for_word_by_word() -> None:
    denim, jacket = terms("denim jacket", LEXICON)
    assert (denim.needles, jacket.needles) == (("denim",), ("jacket",))


@pytest.mark.parametrize(
    ("text", "instead"),
    [("blue denim jackets", "blue jackets"), ("high heels", "heels"), ("t shirt", "t shirt"), ("zebra", "zebra")],
)
def test_what_a_phrase_says_more_can_be_left_out(text: str, instead: str) -> None:
    assert without_what_says_more(search_words(text), LEXICON) == instead.split()
