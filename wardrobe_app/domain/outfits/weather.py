"""Understand a few words about the weather, and decide what they mean for an outfit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from wardrobe_app.domain.compatibility.pair_scores import part_of
from wardrobe_app.domain.compatibility.roles import BARE_FEET, Role
from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.outfits.outfit import Completion
from wardrobe_app.domain.text import fold


class Warmth(StrEnum):
    """How warm it is."""

    COLD = "cold"
    MILD = "mild"
    WARM = "warm"
    HOT = "hot"


BELOW_C: Final = ((10.0, Warmth.COLD), (18.0, Warmth.MILD), (25.0, Warmth.WARM))
"""Below so many degrees Celsius it is this; above all of them it is hot."""

WARM_TYPES: Final = frozenset(
    {"Sweater", "Turtleneck", "Sweatshirt", "Hoodie", "Cardigan", "Boots", "Tights", "Snowsuit", "Flannel"}
)
SHORT_TYPES: Final = frozenset({"Shorts", "Cutoffs", "Sweatshorts", "Trunks", "Sundress", "Romper", "Tank", "Halter"})
_WORDS: Final = {
    "freezing": Warmth.COLD, "cold": Warmth.COLD, "cool": Warmth.MILD, "mild": Warmth.MILD, "warm": Warmth.WARM,
    "hot": Warmth.HOT,
}  # fmt: skip
_WET: Final = frozenset({"rain", "rainy", "raining", "wet", "snow", "snowy", "snowing", "showers"})
_IGNORED: Final = frozenset({"and", "it", "is", "a", "with", "dry", "sunny", "sun", "degrees"})
_PARTS: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?|[a-z]+|°")


@dataclass(frozen=True, slots=True)
class Weather:
    """How warm it is, None if that is not said, and whether it rains or snows."""

    warmth: Warmth | None = None
    wet: bool = False

    @property
    def words(self) -> str:
        """Describe it: "cold and wet"; empty if nothing is known."""
        return " and ".join(filter(None, [self.warmth.value if self.warmth else "", "wet" if self.wet else ""]))

    @property
    def season(self) -> str | None:
        """Return the season whose clothes it needs, whatever the date; None where the date's do."""
        return {Warmth.COLD: "winter", Warmth.HOT: "summer"}.get(self.warmth) if self.warmth else None

    @property
    def completion(self) -> Completion:
        """Return what to put on over and beside what covers the body."""
        over: tuple[tuple[Role, ...], ...] = ((Role.LAYER, Role.OUTERWEAR),)
        if self.warmth is Warmth.COLD:
            over = ((Role.OUTERWEAR,), (Role.LAYER,))
        elif self.wet:
            over = ((Role.OUTERWEAR,),)
        elif self.warmth in (Warmth.WARM, Warmth.HOT):
            over = ()
        coat = {Role.OUTERWEAR} if self.wet or self.warmth is Warmth.COLD else set()
        return Completion(((Role.SHOES,), *over, (Role.BAG,)), frozenset({Role.SHOES} | coat))

    def suits(self, item: Garment) -> bool:
        """Return whether a garment can be worn in it."""
        if item.type in BARE_FEET and (self.wet or self.warmth is Warmth.COLD):
            return False
        if self.warmth is Warmth.HOT:
            return item.type not in WARM_TYPES and part_of(item) not in (Role.OUTERWEAR, Role.LAYER)
        return self.warmth is not Warmth.COLD or item.type not in SHORT_TYPES


def read_weather(text: str) -> Weather:
    """Understand a temperature or a word, with rain or without: "12 rain", "hot", "54 F", "-3°". Empty says nothing.

    Raises:
        InvalidEdit: it says something else.
    """
    warmth, degrees, fahrenheit, wet = None, None, False, False
    for part in _PARTS.findall(fold(text)):
        if part[-1].isdigit():
            degrees = float(part.replace(",", "."))
        elif part in _WORDS:
            warmth = _WORDS[part]
        elif part in _WET:
            wet = True
        elif part in ("f", "fahrenheit"):
            fahrenheit = True
        elif part not in _IGNORED | {"°", "c", "celsius"}:
            raise InvalidEdit("Type a temperature or cold, mild, warm or hot, and rain if it rains: “12 rain”.")
    if degrees is not None:
        warmth = _warmth((degrees - 32) / 1.8 if fahrenheit else degrees)
    return Weather(warmth, wet)


def _warmth(celsius: float) -> Warmth:
    if not -60 <= celsius <= 60:
        raise InvalidEdit("Type the temperature in degrees Celsius, or with an F in Fahrenheit.")
    return next((warmth for below, warmth in BELOW_C if celsius < below), Warmth.HOT)
