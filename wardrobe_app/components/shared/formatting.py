"""How values are written for people, and how their own words are kept from being read as Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Literal

from wardrobe_app.domain.days import Days
from wardrobe_app.domain.garments import tag_values
from wardrobe_app.domain.garments.availability import WORDS
from wardrobe_app.domain.garments.garment import SEVERAL, Garment, Tag, TagKind, TagSource
from wardrobe_app.domain.garments.vocabulary import Slot, Vocabulary
from wardrobe_app.domain.text import natural_key

KINDS: dict[TagKind, str] = {
    TagKind.TYPE: "Type",
    TagKind.COLOUR: "Colour",
    TagKind.PATTERN: "Pattern",
    TagKind.SLEEVE: "Sleeves",
    TagKind.GENDER: "For",
    TagKind.SEASON: "Season",
    TagKind.OCCASION: "Occasion",
}
SLOTS: dict[Slot, str] = {
    Slot.UPPER: "Upper body",
    Slot.LOWER: "Lower body",
    Slot.FULL: "Whole body",
    Slot.FEET: "Feet",
    Slot.LEGWEAR: "Legs and socks",
    Slot.HEAD: "Head",
    Slot.BAG: "Bags",
    Slot.ACCESSORY: "Accessories",
    Slot.UNDERWEAR: "Underwear",
}
BadgeColour = Literal["blue", "green", "orange", "red", "violet"]
TIERS: dict[str, tuple[str, BadgeColour, str]] = {
    "sure": ("sure", "green", ":material/check_circle:"),
    "check": ("needs review", "orange", ":material/help:"),
    "unknown": ("unknown", "red", ":material/question_mark:"),
}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~$&^=])")
# What survives a backslash: ":icon:" and ":colour[", bare addresses, and arrows made of two signs.
_SHORTHAND = re.compile(r"(?<=:)(?=\S)|(?<=@)|(?<=www)(?=\.)|(?<=[<>~=-])(?=[>=-])", re.IGNORECASE)


_DIGITS = 18  # Python refuses to read thousands of them


def plain(text: str) -> str:
    """``text`` as Markdown that shows exactly these characters, on one line.

    An invisible word joiner breaks up what Streamlit would read as its own shorthand even behind a backslash.
    """
    return _MARKDOWN.sub(r"\\\1", _SHORTHAND.sub("\u2060", " ".join(text.split())))


# The names of rules and colour distances, which pages keep behind a click.
_FIGURES = re.compile(r" \(convention: [^)]*\)|colour distance (?:at most )?[\d.]+: ")


def without_figures(reason: str) -> str:
    """A reason in words alone: "colour distance 2.0: both pink" is "both pink"."""
    return _FIGURES.sub("", reason)


def as_list(lines: Iterable[str]) -> str:
    """Plain ``lines`` as a Markdown list."""
    return "\n".join(f"- {plain(line)}" for line in lines)


def value_label(kind: str, value: str, vocabulary: Vocabulary, brands: Mapping[str, str] | None = None) -> str:
    """The label of a ``value`` of a tag kind, "slot", "status", or "brand" as ``brands`` spells its key."""
    if kind == TagKind.TYPE:
        return vocabulary.label(value)
    if kind == "status":
        return WORDS.get(value, value).capitalize()
    if kind == "slot":
        return SLOTS[Slot(value)] if value in set(Slot) else value
    if kind == "brand":
        return (brands or {}).get(value, value)
    if kind in SEVERAL:
        value = tag_values.spoken(value, ", ")
    return value[:1].upper() + value[1:]


def by_label(values: Iterable[str], label_of: Callable[[str], str]) -> list[str]:
    """The ``values`` in the order of what people read for them."""
    return sorted(values, key=lambda value: natural_key(label_of(value)))


def searched_instead(typed: str, meant: str) -> str:
    """A sentence: nothing matches what was ``typed``, and what is shown instead."""
    return f"Nothing matches “{plain(typed)}”. Showing results for **{plain(meant)}**."


def tier_words(tag: Tag) -> tuple[str, BadgeColour, str]:
    """Words, badge colour and icon for how certain ``tag`` is, and who set it."""
    if tag.source is TagSource.PERSON:
        return "set by you", "blue", ":material/person:"
    if tag.source is TagSource.PROPAGATED:
        return "copied from your corrections", "violet", ":material/rule:"
    return TIERS.get(tag.tier or "unknown", TIERS["unknown"])


def number_in(text: str) -> int:
    """The garment number that was typed, perhaps into an address; 0, which none has, for anything else."""
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else 0


def count_of(number: int, thing: str, things: str | None = None) -> str:
    """The number with its noun: "1 garment", "2 garments"."""
    return f"{number} {thing if number == 1 else things or thing + 's'}"


def times(number: int) -> str:
    """How often: "once", "twice", "3 times"."""
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def day_words(day: date) -> str:
    """A day as people write it: "4 May 2026"."""
    return f"{day.day} {day:%B %Y}"


def size_words(size: int) -> str:
    """A file's size as people read it: "640 kB", "12 MB", "3.4 GB"."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} kB"
    return f"{size / 1e6:.0f} MB" if size < 1e9 else f"{size / 1e9:.1f} GB"


def photo_alt(garment: Garment) -> str:
    """Alternative text of a garment's photo."""
    return f"Photo of {garment.title}"


def duration(seconds: float) -> str:
    """A span of time in the words of a progress bar: "40 s", "3 min"."""
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"


def clock(moment: datetime, days: Days) -> str:
    """Return when something was on a person's clock, with the day where that is not today: "14:05"."""
    there = days.local(moment)
    return f"{there:%H:%M}" if there.date() == days.today() else f"{there:%H:%M} on {day_words(there.date())}"
