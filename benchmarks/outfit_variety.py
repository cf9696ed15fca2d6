"""Measure how varied twelve outfits are that a wardrobe is offered.

    python -m benchmarks.outfit_variety WARDROBE... [--season winter]

WARDROBE is a data folder, which should be a copy. For each, prints a line for the ranking by score alone, with the
penalties for repeated garments, and with the limits of ``wardrobe_app.domain.outfits.variety``: of twelve outfits, the
most that share one garment and one colour scheme, how many garments and schemes there are, and the mean score. The same
for six outfits around the first garment, without that garment itself, and for the twelve that the page Today shows
where "Another" is clicked nine times.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import mean
from unittest.mock import patch

from wardrobe_app import startup
from wardrobe_app.config import Settings
from wardrobe_app.domain.outfits import search, variety
from wardrobe_app.domain.outfits.deck import Deck
from wardrobe_app.domain.outfits.search import Outfit
from wardrobe_app.domain.outfits.variety import scheme
from wardrobe_app.services.outfits.today import COUNT

NO_LIMIT = {"MOST_PER_GARMENT": 10**6, "MOST_PER_SCHEME": 10**6, "REPEATED_COLOUR_PENALTY": 0.0}
NO_PENALTY = {"REPEATED_GARMENT_PENALTY": 0.0, "REPEATED_KIND_PENALTY": 0.0}


@contextmanager
def ranking(name: str) -> Iterator[None]:
    """Rank as the line called ``name`` says."""
    with ExitStack() as changed:
        for key, value in (NO_LIMIT if name != "limits" else {}).items():
            changed.enter_context(patch.object(variety, key, value))
        for key, number in (NO_PENALTY if name == "score alone" else {}).items():
            changed.enter_context(patch.object(search, key, number))
        yield


def figures(outfits: Sequence[Outfit], around: int | None = None) -> str:
    """Describe how varied the outfits are; the garment ``around`` which they are built does not count."""
    garments = Counter(item for outfit in outfits for item in outfit.ids if item != around)
    schemes = Counter(scheme(outfit.items) for outfit in outfits)
    if not outfits:
        return "none"
    return (
        f"{len(outfits):2} outfits: a garment in at most {max(garments.values())}, a scheme in at most "
        f"{max(schemes.values())}; {len(garments)} garments, {len(schemes)} schemes, mean score "
        f"{mean(outfit.score for outfit in outfits):.3f}"
    )


def shown(outfits: Sequence[Outfit]) -> list[Outfit]:
    """Return the first twelve that a deck shows."""
    deck = Deck(outfits)
    found = list(deck.open)
    for click in range(min(12, len(outfits)) - len(found)):
        place = click % len(deck.open)
        deck.another(place)
        found.append(deck.open[place])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wardrobes", type=Path, nargs="+", metavar="WARDROBE")
    parser.add_argument("--season")
    arguments = parser.parse_args()
    for folder in arguments.wardrobes:
        runtime = startup.build(Settings(data_dir=folder))
        service, first = runtime.outfits.suggestions, min(item.id for item in runtime.catalogue.garments())
        for name in ("score alone", "penalties", "limits"):
            with ranking(name):
                print(f"{folder.name:8} {name:12}", figures(service.outfits_for(season=arguments.season, limit=12)))
                print(f"{'':8} {'first garment':12}", figures(service.with_garment(first), first))
                day = service.outfits_for(season=arguments.season, limit=COUNT)
                print(f"{'':8} {'Today':12}", figures(shown(day)))


if __name__ == "__main__":
    main()
