from __future__ import annotations

import numpy as np
import pytest

from wardrobe_app.domain.colour import MULTICOLOUR, NAMED, Shade
from wardrobe_app.domain.compatibility.colour_harmony import Colouring, Factors, Harmony, harmonies, harmony, tints
from wardrobe_app.domain.compatibility.colour_repetition import COLOUR_SHARES
from wardrobe_app.domain.compatibility.rules import Rule


def colours(name: str, hex: str = "", *palette: tuple[str, float], neutral: bool = False) -> Colouring:
    return Colouring(Shade(name, hex or NAMED[name]), palette, neutral)


def found(one: str, other: str, factors: Factors = (1, 1, 1, 1)) -> Harmony:
    return harmony(colours(one), colours(other), factors)


@pytest.mark.parametrize(
    ("first", "second", "kind", "rule"),
    [
        ("navy", "white", "neutral pair", Rule.NEUTRALS),
        ("black", "black", "tonal", Rule.TONAL),
        ("navy", "blue", "tonal", Rule.TONAL),
        ("grey", "red", "neutral with a colour", Rule.NEUTRALS),
        ("red", "red", "tonal", Rule.TONAL),
        ("grey", "pink", "seldom put together", Rule.BRIGHTS),
        ("red", "orange", "close hues, template i", Rule.HUES),
        ("yellow", "orange", "analogous, template V", Rule.HUES),
        ("blue", "orange", "complementary, template I", Rule.HUES),
        ("red", "green", "clash", Rule.HUES),
        (MULTICOLOUR, "white", "neutral lets it speak", Rule.NEUTRALS),
        (MULTICOLOUR, "red", "many colours", Rule.HUES),
    ],
)
def test_colours_sit_together_as_convention_says(first: str, second: str, kind: str, rule: Rule) -> None:
    assert (found(first, second).kind, found(first, second).rule) == (kind, rule)
    assert found(first, second) == found(second, first)


def test_tonal_looks_speak_for_a_pair_more_than_any_other_colours_do() -> None:
    every = [found(one, other) for one in NAMED for other in NAMED]
    others = max(pair.score for pair in every if pair.rule is not Rule.TONAL)
    assert min(pair.score for pair in every if pair.rule is Rule.TONAL) > others


def test_taking_up_a_rare_colour_says_more_than_taking_up_a_common_one() -> None:
    repeated = {name: found(name, name).score for name in COLOUR_SHARES}
    assert sorted(COLOUR_SHARES, key=lambda name: -COLOUR_SHARES[name]) == sorted(repeated, key=repeated.__getitem__)
    assert set(COLOUR_SHARES) == set(NAMED) - {MULTICOLOUR}


@pytest.mark.parametrize("dark", ["black", "grey"])
@pytest.mark.parametrize("bright", ["orange", "pink", "yellow"])
def test_black_or_grey_with_orange_pink_or_yellow_is_avoided_though_neutrals_would_allow_it(
    dark: str, bright: str
) -> None:
    assert found(dark, bright).score < 0.5 < found(dark, bright, (1, 1, 0, 1)).score
    assert found(dark, bright, (1, 1, 0, 1)).kind == "neutral with a colour"
    assert found("navy", bright).score > 0.5


def test_a_clash_of_strong_colours_is_worse_than_a_contrast_of_muted_ones() -> None:
    strong = harmony(colours("red", "#e01020"), colours("green", "#10a030"))
    muted = harmony(colours("pink", "#b48c8c"), colours("green", "#8ca58c"))
    assert strong.kind == "clash"
    assert muted.kind == "muted contrast"
    assert strong.score < muted.score


def test_denim_stands_beside_a_colour_that_other_blue_does_not_suit() -> None:
    denim, red = colours("blue", neutral=True), colours("red")
    assert harmony(denim, red).kind == "neutral with a colour"
    assert harmony(colours("blue"), red).score < harmony(denim, red).score


def test_the_rest_of_a_palette_counts_by_its_area() -> None:
    red = colours("red")
    little, much = (
        harmony(red, colours("orange", "", (NAMED["orange"], 1 - share), (NAMED["green"], share))).score
        for share in (0.1, 0.45)
    )
    assert harmony(red, colours("orange")).score > little > much


def test_grey_cloth_beside_a_colour_does_not_change_its_hues() -> None:
    plain, with_grey = colours("orange"), colours("orange", "", (NAMED["orange"], 0.6), ("#888888", 0.4))
    assert harmony(colours("red"), with_grey).kind == harmony(colours("red"), plain).kind


def test_a_convention_that_is_switched_off_leaves_the_word_to_the_next_and_at_last_nobody_speaks() -> None:
    assert found("navy", "navy", (0, 1, 1, 1)).kind == "neutral pair"
    assert found("red", "red", (0, 1, 1, 1)).kind == "close hues, template i"
    assert found("red", "green", (1, 1, 1, 0)) == Harmony("no convention applies", 0.5)


def test_many_pairs_at_once_sit_together_as_each_alone_does() -> None:
    rng = np.random.default_rng(1)
    names = [str(name) for name in rng.choice(list(NAMED), 60)]
    some = [
        colours(
            name, "#" + "".join(f"{part:02x}" for part in rng.integers(0, 256, 3)), ("#c0262c", 0.3), (NAMED[name], 0.7)
        )
        for name in names
    ]
    first, second = np.arange(0, 60, 2), np.arange(1, 60, 2)
    together = harmonies(tints(some), first, second)
    for place, (one, other) in enumerate(zip(first, second, strict=True)):
        assert together.at(place) == harmony(some[one], some[other])
