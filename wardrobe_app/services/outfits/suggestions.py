"""Suggest what goes with garments, complete outfits, and capsules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

import numpy as np

from db.unit_of_work import Units
from wardrobe_app.domain.compatibility.pair_scores import PairScores, part_of
from wardrobe_app.domain.compatibility.roles import Role
from wardrobe_app.domain.compatibility.scores import CompatibilityConfig, partners
from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.garments.availability import available
from wardrobe_app.domain.garments.garment import Garment, PairScore, Verdict
from wardrobe_app.domain.garments.wear_log import OutfitState
from wardrobe_app.domain.outfits import search
from wardrobe_app.domain.outfits.capsule import LARGEST, SMALLEST, Capsule, capsule
from wardrobe_app.domain.outfits.outfit import USUAL, Completion, from_the_body, judged, suits
from wardrobe_app.domain.outfits.packing import capsule_size
from wardrobe_app.domain.outfits.search import Addition, Outfit
from wardrobe_app.domain.outfits.weather import Weather
from wardrobe_app.domain.redundancy.groups import find_groups
from wardrobe_app.services.outfits.scoring_rules import Rules, normal_rules


class OutfitService:
    """Outfits and partners among the garments in use. All ids are garment ids; unknown ones raise ``NotFound``.

    Rejected outfits are never suggested. Garments that are away (in the wash, lent, for sale or to be given away) are
    suggested only with ``include_away``. Pair scores are cached until the wardrobe or the rules change.
    """

    def __init__(self, uow_factory: Units, rules: Callable[[], Rules] = normal_rules) -> None:
        self._uow = uow_factory
        self._rules = rules
        self._last: PairScores | None = None

    @property
    def config(self) -> CompatibilityConfig:
        """Return the weights that outfits are scored by."""
        return self._rules()[0]

    def partners(self, item_id: int, limit: int = 12, *, include_away: bool = False) -> tuple[PairScore, ...]:
        """Return the garments that go best with the requested one (``a`` of each pair), best first."""
        item, pairs, _ = self._around(item_id, include_away)
        scores = pairs.against(np.array([pairs.row[item.id]]))[0]
        rules = pairs.config, pairs.learned_preferences
        return tuple(partners(item, pairs.garments, pairs.config.good, *rules, most=limit, scores=scores))

    def with_garment(self, item_id: int, limit: int = 6, *, include_away: bool = False) -> tuple[Outfit, ...]:
        """Return up to ``limit`` complete outfits with the garment, best first."""
        item, pairs, rejected = self._around(item_id, include_away)
        return search.outfits_with(item, pairs.garments, limit, pairs.config, rejected=rejected, pairs=pairs)

    def why_no_outfits(self, item_id: int, *, include_away: bool = False) -> str:
        """Explain why ``with_garment`` is empty; "" if it is not."""
        item, pairs, _ = self._around(item_id, include_away)
        why = search.why_no_outfits(item, pairs.garments, pairs.config, pairs=pairs)
        return self._with_those_away(why, include_away)

    def additions(self, ids: Sequence[int], *, include_away: bool = False) -> tuple[Addition, ...]:
        """Return what goes with all of these garments in use, best first; other ids are ignored."""
        pairs, _ = self._load(include_away=True)  # chosen garments may be away
        found = search.additions([pairs.garments[pairs.row[item]] for item in ids if item in pairs.row], pairs)
        return tuple(one for one in found if include_away or one.item.status is None)

    def judge(self, ids: Sequence[int]) -> Outfit:
        """Score these garments as an outfit, whether they go together or not."""
        pairs, _ = self._load(include_away=True)
        return judged([self._one(item, pairs) for item in dict.fromkeys(ids)], pairs)

    def outfits_for(
        self,
        occasion: str | None = None,
        season: str | None = None,
        limit: int = 6,
        skip: int = 0,
        *,
        include_away: bool = False,
        without: Collection[int] = (),
        completion: Completion = USUAL,
    ) -> tuple[Outfit, ...]:
        """Return complete outfits for an occasion and a season, in a fixed order, from number ``skip`` on.

        They are made ``without`` some garments (ids); their ``completion`` says what is worn over and beside them.
        """
        pairs, rejected = self._load(include_away)
        if without:
            pairs = pairs.within([item for item in pairs.garments if item.id not in without])
        return search.outfits_for(
            pairs, occasion, season, limit=limit, skip=skip, rejected=rejected, completion=completion
        )

    def why_none_for(
        self, occasion: str | None = None, season: str | None = None, *, include_away: bool = False
    ) -> str:
        """Explain why ``outfits_for`` is empty."""
        why = search.why_none_for(self._load(include_away)[0], occasion, season)
        return self._with_those_away(why, include_away)

    def capsule(
        self,
        size: int,
        occasion: str | None = None,
        season: str | None = None,
        *,
        include_away: bool = False,
        weather: Weather | None = None,
    ) -> Capsule:
        """Return the ``size`` garments that give most outfits, at most one of each redundant group.

        Only what can be worn in the ``weather``, if that is known.

        Raises:
            InvalidEdit: ``size`` is out of range.
        """
        if not SMALLEST <= size <= LARGEST:
            raise InvalidEdit(f"A capsule has {SMALLEST} to {LARGEST} garments, not {size}.")
        pairs, rejected = self._load(include_away)
        with self._uow() as uow:
            # Only pairs the owner called different count as different.
            verdicts = uow.verdicts.all()
        different = {frozenset({one.a, one.b}) for one in verdicts if one.verdict is Verdict.DIFFERENT}
        if weather is not None and weather != Weather():
            pairs = pairs.within([item for item in pairs.garments if weather.suits(item)])
        pairs = search.looked_at(pairs, occasion, season)
        groups = [group.ids for group in find_groups(pairs.garments, different)]
        return capsule(pairs, size, groups, occasion, season, rejected=rejected)

    def for_a_trip(
        self, days: int, occasions: Sequence[str] = (), season: str | None = None, weather: Weather | None = None
    ) -> tuple[Garment, ...]:
        """Return garments to take on a trip of so many days, for each of the occasions, from the body outwards.

        In cold or wet weather a coat is among them, if one goes with the rest.
        """
        wanted: Sequence[str | None] = occasions or (None,)
        size = max(SMALLEST, -(-capsule_size(days) // len(wanted)))
        found: dict[int, Garment] = {}
        for occasion in wanted:
            packed = self.capsule(size, occasion, season, weather=weather).items
            found |= {item.id: item for item in packed}
        if weather is not None and Role.OUTERWEAR in weather.completion.needed:
            found |= self._coat(list(found.values()), season, weather)
        return from_the_body(found.values())

    def _coat(self, packed: Sequence[Garment], season: str | None, weather: Weather) -> dict[int, Garment]:
        """The coat that goes with most of what is packed; none if one is packed, or none goes."""
        if any(part_of(item) is Role.OUTERWEAR for item in packed):
            return {}
        pairs, _ = self._load(include_away=False)
        rows = [pairs.row[item.id] for item in packed]
        coats = [
            (int(pairs.fit[row, rows].sum()), pairs.garments[row])
            for row in pairs.rows(Role.OUTERWEAR)
            if suits(pairs.garments[row], None, season) and weather.suits(pairs.garments[row])
        ]
        best = max(coats, key=lambda one: (one[0], -one[1].id), default=(0, None))
        return {best[1].id: best[1]} if best[0] and best[1] is not None else {}

    def outfits_among(self, ids: Iterable[int], limit: int) -> tuple[Outfit, ...]:
        """Return up to ``limit`` complete outfits of these garments alone, as different as possible."""
        pairs, rejected = self._load(include_away=True)
        some = [pairs.garments[pairs.row[item]] for item in sorted(set(ids)) if item in pairs.row]
        return search.outfits_for(pairs.within(some), limit=limit, rejected=rejected, place="packing list")

    def _with_those_away(self, why: str, include_away: bool) -> str:
        everything, _ = self._load(include_away=True)
        away = len(everything) - len(available(everything.garments))
        if not why or not away or include_away:
            return why
        return f"{why} {away} {'garment that is' if away == 1 else 'garments that are'} away did not count."

    def _around(self, item_id: int, include_away: bool) -> tuple[Garment, PairScores, list[tuple[int, ...]]]:
        pairs, rejected = self._load(include_away)
        item = self._one(item_id, pairs)
        pairs = search.looked_at(pairs)
        if item.id not in pairs.row:  # archived, in the trash, away, or one of the oldest of very many
            pairs = pairs.with_one(item)
        return item, pairs, rejected

    def _one(self, item_id: int, pairs: PairScores) -> Garment:
        """Return the garment, from the database only if it is not in use."""
        if item_id in pairs.row:
            return pairs.garments[pairs.row[item_id]]
        with self._uow() as uow:
            return uow.garments.get(item_id)

    def _load(self, include_away: bool) -> tuple[PairScores, list[tuple[int, ...]]]:
        with self._uow() as uow:
            garments = uow.garments.all()
            rejected = [outfit.item_ids for outfit in uow.outfits.all() if outfit.state is OutfitState.REJECTED]
        pairs = self._pairs(garments)
        if include_away or all(item.status is None for item in pairs.garments):
            return pairs, rejected
        return pairs.part("available", lambda: available(pairs.garments)), rejected

    def _pairs(self, garments: Sequence[Garment]) -> PairScores:
        """Return the pairs of these garments under the current rules, computed once while both stay the same."""
        config, learned_preferences = self._rules()
        wanted = config, learned_preferences, tuple(sorted(garments, key=lambda garment: garment.id))
        last = self._last  # read once: another thread may replace it
        if last is None or (last.config, last.learned_preferences, last.garments) != wanted:
            last = self._last = PairScores(garments, config, learned_preferences)
        return last
