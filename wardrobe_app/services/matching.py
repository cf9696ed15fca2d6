"""Compatibility of garments that are only told of: no photos, no database, no model."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from wardrobe_app.domain.compatibility import DEFAULT, CompatibilityConfig, match_all
from wardrobe_app.domain.dressing import Worn
from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.everyday import Reader
from wardrobe_app.domain.garment import Part
from wardrobe_app.domain.vocabulary import Vocabulary


class Matching:
    """Scores pairs of garments that are told in JSON. ``name_of`` names a colour given as ``#rrggbb``."""

    def __init__(self, vocabulary: Vocabulary, name_of: Callable[[str], str]) -> None:
        self._reader = Reader(vocabulary, name_of)

    def scores(self, text: str, config: CompatibilityConfig = DEFAULT) -> Iterator[tuple[float, tuple[Part, ...]]]:
        """Score (0 to 1) and parts of each pair of a JSON list of pairs, in order.

        A pair is a list of two objects with any of ``type``, ``colour``, ``pattern``, ``occasion``, ``season`` and
        ``gender``; what is missing, null or unknown says nothing.

        Raises:
            InvalidEdit: the text is not such a list.
        """
        return match_all([self._pair(number, pair) for number, pair in enumerate(_list_in(text), 1)], config)

    def _pair(self, number: int, pair: Any) -> tuple[Worn, Worn]:
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(one, dict) for one in pair):
            raise InvalidEdit(f"Pair {number} is not a list of two garments, each an object such as {_EXAMPLE}.")
        return self._reader.read(pair[0]), self._reader.read(pair[1])


_EXAMPLE = '{"type": "Jeans", "colour": "navy"}'


def _list_in(text: str) -> list[Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidEdit(f"Standard input is not JSON: {error}.") from error
    if not isinstance(found, list):
        raise InvalidEdit("Standard input is JSON, but not a list of pairs of garments.")
    return found
