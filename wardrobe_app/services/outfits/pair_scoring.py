"""Score pairs of described garments, without photos, database or model."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from wardrobe_app.domain.catalogue.free_text import Reader, hex_in
from wardrobe_app.domain.compatibility.scores import DEFAULT, CompatibilityConfig, match_all
from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.garments.garment import Part
from wardrobe_app.domain.garments.vocabulary import Vocabulary


class PairScoring:
    """Scores pairs of garments described in JSON. ``names_of`` names ``#rrggbb`` colours."""

    def __init__(self, vocabulary: Vocabulary, names_of: Callable[[Sequence[str]], list[str]]) -> None:
        self._reader = Reader(vocabulary)
        self._names_of = names_of

    def scores(self, text: str, config: CompatibilityConfig = DEFAULT) -> Iterator[tuple[float, tuple[Part, ...]]]:
        """Yield score (0 to 1) and parts of each pair of a JSON list of pairs, in order.

        A pair is a list of two objects with any of ``type``, ``colour``, ``pattern``, ``occasion``, ``season`` and
        ``gender``; missing, null and unknown values are no evidence.

        Raises:
            InvalidEdit: the text is not such a list.
        """
        pairs = [_pair(number, pair) for number, pair in enumerate(_list_in(text), 1)]
        shades = list(dict.fromkeys(shade for pair in pairs for told in pair if (shade := hex_in(told))))
        names = dict(zip(shades, self._names_of(shades), strict=True))
        return match_all([(self._reader.read(one, names), self._reader.read(two, names)) for one, two in pairs], config)


_EXAMPLE = '{"type": "Jeans", "colour": "navy"}'


def _list_in(text: str) -> list[Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidEdit(f"Standard input is not JSON: {error}.") from error
    if not isinstance(found, list):
        raise InvalidEdit("Standard input is JSON, but not a list of pairs of garments.")
    return found


def _pair(number: int, pair: Any) -> list[dict[str, Any]]:
    if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(one, dict) for one in pair):
        raise InvalidEdit(f"Pair {number} is not a list of two garments, each an object such as {_EXAMPLE}.")
    return pair
