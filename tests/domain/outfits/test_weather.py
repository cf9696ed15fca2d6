from __future__ import annotations

import pytest

from tests.support.garments import garment
from wardrobe_app.domain.compatibility.roles import Role
from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.outfits.outfit import USUAL
from wardrobe_app.domain.outfits.weather import Warmth, Weather, read_weather


@pytest.mark.parametrize(
    ("text", "warmth", "wet"),
    [
        ("", None, False),
        ("12 rain", Warmth.MILD, True),
        ("-3°", Warmth.COLD, False),
        ("9,5 °C", Warmth.COLD, False),
        ("54 F", Warmth.MILD, False),
        ("Hot and sunny", Warmth.HOT, False),
        ("25", Warmth.HOT, False),
        ("raining", None, True),
    ],
)
def test_the_weather_is_read_from_a_few_words(text: str, warmth: Warmth | None, wet: bool) -> None:
    assert read_weather(text) == Weather(warmth, wet)


@pytest.mark.parametrize("text", ["bananas", "900", "12 bananas"])
def test_what_is_no_weather_is_refused(text: str) -> None:
    with pytest.raises(InvalidEdit):
        read_weather(text)


def test_the_weather_decides_over_coats_and_layers() -> None:
    assert Weather().completion == USUAL
    assert Weather(Warmth.COLD).completion.groups[1:3] == ((Role.OUTERWEAR,), (Role.LAYER,))
    assert Weather(Warmth.WARM).completion.groups == ((Role.SHOES,), (Role.BAG,))
    assert Role.OUTERWEAR in Weather(Warmth.WARM, wet=True).completion.needed


def test_the_weather_decides_over_garments_and_seasons() -> None:
    sandals, sweater, shorts = garment(1, "Sandals"), garment(2, "Sweater"), garment(3, "Shorts")
    assert not Weather(wet=True).suits(sandals)
    assert not Weather(Warmth.HOT).suits(sweater)
    assert not Weather(Warmth.COLD).suits(shorts)
    assert all(Weather(Warmth.MILD).suits(item) for item in (sandals, sweater, shorts))
    assert (Weather(Warmth.COLD).season, Weather(Warmth.HOT).season, Weather(Warmth.MILD).season) == (
        "winter", "summer", None,
    )  # fmt: skip
