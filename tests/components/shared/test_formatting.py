from __future__ import annotations

import pytest

from wardrobe_app.components.shared.formatting import (
    by_label,
    count_of,
    duration,
    number_in,
    plain,
    tier_words,
    value_label,
)
from wardrobe_app.domain.garments.garment import Tag, TagKind, TagSource
from wardrobe_app.domain.garments.vocabulary import GarmentType, Slot, Vocabulary

VOCABULARY = Vocabulary([GarmentType("Tee", "T-shirt", Slot.UPPER)])


@pytest.mark.parametrize("sign", list("\\`*_{}[]<>()#+-.!|~$&^="))
def test_a_sign_of_markdown_gets_a_backslash(sign: str) -> None:
    assert plain(f"a{sign}b") == f"a\\{sign}b"


def test_plain_words_stay_as_they_are() -> None:
    assert plain("Ana's blue coat, 2nd") == "Ana's blue coat, 2nd"


@pytest.mark.parametrize("text", [":material/home:", ":red[hot]", "www.example.com", "me@example.com", "a -> b"])
def test_streamlits_own_shorthand_is_broken_up_without_changing_what_is_read(text: str) -> None:
    made = plain(text)
    assert "\u2060" in made
    assert made.replace("\u2060", "").replace("\\", "") == text


def test_a_name_over_several_lines_stays_on_one() -> None:
    assert plain("coat\n\n# old") == "coat \\# old"


def test_values_read_as_people_say_them() -> None:
    assert value_label("type", "Tee", VOCABULARY) == "T-shirt"
    assert value_label("type", "Toga", VOCABULARY) == "Toga"
    assert value_label("slot", "upper", VOCABULARY) == "Upper body"
    assert value_label("colour", "pink", VOCABULARY) == "Pink"
    assert value_label("brand", "acme", VOCABULARY) == "acme"


@pytest.mark.parametrize(("tier", "words"), [("sure", "sure"), ("check", "needs review"), ("unknown", "unknown")])
def test_a_models_doubt_is_told(tier: str, words: str) -> None:
    assert tier_words(Tag(TagKind.TYPE, "Tee", TagSource.MODEL, 0.5, tier))[0] == words


def test_a_persons_tag_says_so() -> None:
    assert tier_words(Tag(TagKind.TYPE, "Tee", TagSource.PERSON))[0] == "set by you"


def test_counts_and_spans_of_time() -> None:
    assert count_of(1, "garment") == "1 garment"
    assert count_of(0, "garment") == "0 garments"
    assert [duration(seconds) for seconds in (0.2, 40, 200)] == ["1 s", "40 s", "3 min"]


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("", 0), ("-7", 0), ("7a", 0), ("9" * 5000, 0)])
def test_only_a_number_that_a_garment_can_have_is_read(text: str, number: int) -> None:
    assert number_in(text) == number


def test_values_are_put_in_the_order_of_what_people_read() -> None:
    own = Vocabulary([GarmentType(name, name, Slot.UPPER, own=True) for name in ("Zip 10", "Zip 9", "Été", "Fleece")])
    assert by_label(own, own.label) == ["Été", "Fleece", "Zip 9", "Zip 10"]
