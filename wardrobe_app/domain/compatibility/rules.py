"""The dressing conventions that outfits are judged by. Each can be switched off or weighted."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Rule(StrEnum):
    """One convention; ``label`` is its name, ``meaning`` explains it in a sentence."""

    PARTS = "parts"
    TONAL = "tonal"
    NEUTRALS = "neutrals"
    BRIGHTS = "brights"
    HUES = "hues"
    PATTERN = "pattern"
    OCCASION = "occasion"
    SEASON = "season"
    TYPES = "types"
    GENDER = "gender"

    @property
    def label(self) -> str:
        """Return its name as it appears inside a sentence."""
        return _WORDS[self][0]

    @property
    def meaning(self) -> str:
        """Return its meaning in one sentence."""
        return _WORDS[self][1]


_WORDS: Final = {
    Rule.PARTS: (
        "parts of an outfit",
        "Some parts are worn together more often than others: a top with trousers more than a coat with a dress.",
    ),
    Rule.TONAL: (
        "tonal outfits",
        "Shades of one colour go together. A rare colour that is taken up again says more than black with black.",
    ),
    Rule.NEUTRALS: (
        "neutrals",
        "Black, white, grey, beige, brown, navy and denim go with any colour.",
    ),
    Rule.BRIGHTS: (
        "black or grey with orange, pink or yellow",
        "Stylists combine these less often than other neutrals.",
    ),
    Rule.HUES: (
        "the hue wheel",
        "Hues go together if they are close on the colour wheel, or opposite each other.",
    ),
    Rule.PATTERN: ("one loud piece", "One loud pattern per outfit is enough; plain garments set it off."),
    Rule.OCCASION: (
        "occasions within one step",
        "Formal with casual, casual with sports; formal with sports is too far apart.",
    ),
    Rule.SEASON: ("seasons that meet", "Winter garments are not worn with summer garments."),
    Rule.TYPES: (
        "what types are for",
        "If season or occasion is unknown, the type decides: sandals are for summer, a suit is formal.",
    ),
    Rule.GENDER: ("who it is made for", "What is made for women goes with what is made for women or for all."),
}

NORMAL: Final = 1.0
# Weights of a convention by their names in the settings.
FACTORS: Final = {"off": 0.0, "less": 0.5, "normal": NORMAL, "more": 1.5}


def named(text: str, rule: Rule) -> str:
    """Append the name of the convention to a reason."""
    return f"{text} (convention: {rule.label})"
