"""Before something is bought: what it would do for the wardrobe, and what it would only repeat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from wardrobe_app.domain.compatibility.pair_scores import PairScores, part_of
from wardrobe_app.domain.compatibility.roles import Role
from wardrobe_app.domain.garments.garment import Garment, PairScore, TagKind
from wardrobe_app.domain.insights import base_outfits, diversity
from wardrobe_app.domain.insights.base_outfits import BaseOutfits
from wardrobe_app.domain.insights.removal_cost import Standing
from wardrobe_app.domain.outfits.search import Outfit, outfits_with
from wardrobe_app.domain.similarity.same_item import Matches
from wardrobe_app.domain.similarity.scores import DEFAULT, NO_MATCHES, SimilarityConfig, likenesses
from wardrobe_app.domain.wording import capitalised, listed, number

NEAREST: Final = 6
LEAST_TOLD: Final = 0.01
LOOKS: Final = 3
ENOUGH_LOOKS: Final = 3  # new looks, from which on a newcomer earns its place
ENOUGH_NEW: Final = 0.5  # garments by which the effective number must grow for something to count as new


class Advice(StrEnum):
    """What to do: it is new and opens looks (``TAKE``), does little (``THINK``), or is there already (``LEAVE``)."""

    TAKE = "take"
    THINK = "think twice"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class PurchaseAdvice:
    """What a garment that is not in the wardrobe would do there.

    ``nearest`` are the owned garments that are most like it, ``duplicates`` those that do its job already.
    ``looks_with_it`` counts the base looks it would be in or complete, ``new_looks`` those of them that no look-alike
    makes, and for shoes, layers and bags nothing of its kind completes, yet. ``looks`` are examples.
    ``effective`` is the wardrobe's effective number without and with it. ``sentence`` says what to do, ``reasons`` why.
    """

    garment: Garment
    nearest: tuple[tuple[Garment, PairScore], ...]
    duplicates: tuple[Garment, ...]
    outfits_with_it: int
    new_outfits: int
    outfits: tuple[Outfit, ...]
    effective: tuple[float, float]
    advice: Advice
    sentence: str
    reasons: tuple[str, ...]


def evaluate_purchase(
    newcomer: Garment,
    state: Standing,
    same_picture: Garment | None = None,
    config: SimilarityConfig = DEFAULT,
    matches: Matches = NO_MATCHES,
) -> PurchaseAdvice:
    """Weigh the ``newcomer``, whose id is that of no owned garment, against a wardrobe.

    ``same_picture`` is the owned garment that has this very photo.
    """
    owned = {garment.id: garment for garment in (*state.garments, *state.others)}
    pairs = likenesses(newcomer, tuple(owned.values()), config, matches, at_least=LEAST_TOLD)
    doubles = tuple(owned[pair.b] for pair in pairs if pair.score >= config.redundant)
    with_it, new = _opened(base_outfits.with_newcomer(state.outfits, newcomer), {item.id for item in doubles})
    nearest = owned[pairs[0].b] if pairs else next(iter(owned.values()), None)
    after = diversity.with_newcomer(state.likeness, newcomer, pairs)
    effective = state.likeness.effective_number(), after.effective_number()
    advice, sentence, reasons = _advice(newcomer, doubles, with_it, new, effective, nearest, same_picture)
    return PurchaseAdvice(
        garment=newcomer,
        nearest=tuple((owned[pair.b], pair) for pair in pairs[:NEAREST]),
        duplicates=doubles,
        outfits_with_it=with_it,
        new_outfits=new,
        outfits=_examples(newcomer, state.outfits),
        effective=effective,
        advice=advice,
        sentence=sentence,
        reasons=reasons,
    )


def _examples(newcomer: Garment, outfits: BaseOutfits) -> tuple[Outfit, ...]:
    pairs = PairScores((*outfits.garments, newcomer), outfits.config, outfits.learned_preferences)
    return outfits_with(newcomer, outfits.garments, LOOKS, outfits.config, pairs=pairs)


def _opened(outfits: BaseOutfits, doubles: set[int]) -> tuple[int, int]:
    """The base looks with the garment in the last row, and those of them that are new."""
    size = len(outfits.garments)
    alike = np.eye(size, dtype=bool)
    alike[-1] = [item.id in doubles for item in outfits.garments[:-1]] + [True]
    return int(outfits.each()[-1]), int(outfits.lost(alike)[-1])


def _advice(
    newcomer: Garment,
    doubles: Sequence[Garment],
    with_it: int,
    new: int,
    effective: tuple[float, float],
    nearest: Garment | None,
    same_picture: Garment | None,
) -> tuple[Advice, str, tuple[str, ...]]:
    if same_picture is not None:
        return Advice.LEAVE, f"This very photo is in the wardrobe already, as {same_picture.title}.", ()
    if nearest is None:
        return Advice.THINK, "The wardrobe is empty, so there is nothing to weigh it against yet.", ()
    kind = part_of(newcomer)
    grows = effective[1] - effective[0]
    reasons = [_doubles_reason(doubles), _looks_reason(kind, with_it, new), _number_reason(effective)]
    if newcomer.type is None or not newcomer.tags[TagKind.TYPE].is_known:
        reasons.insert(0, "What it is could only be guessed: set the type, and all of this is worked out again")
    told = tuple(reason for reason in reasons if reason)
    if doubles:
        return Advice.LEAVE, f"Leave it: what you own does its job already ({_titles(doubles)}).", told
    in_looks = kind not in (None, Role.PRIVATE)
    if in_looks and not with_it:
        return Advice.LEAVE, "Leave it for now: nothing you own makes a look with it.", told
    if grows < ENOUGH_NEW:
        return Advice.THINK, f"Think twice: it is close to what you own ({nearest.title}).", told
    if not in_looks or new >= ENOUGH_LOOKS:
        opens = f" and opens {number(new)} new looks" if in_looks and kind is not Role.ONE_PIECE else ""
        return Advice.TAKE, f"It would earn its place: it is unlike what you own{opens}.", told
    if kind is Role.ONE_PIECE and new:
        return Advice.TAKE, "It would earn its place: it is unlike what you own, and a look by itself.", told
    few = (
        f"only {number(new)} new look{'' if new == 1 else 's'}"
        if new
        else "no look that you could not complete already"
    )
    return Advice.THINK, f"Think twice: it is unlike what you own, but opens {few}.", told


def _titles(garments: Sequence[Garment], most: int = 3) -> str:
    told = [garment.title for garment in garments[:most]]
    more = len(garments) - len(told)
    return listed([*told, f"{number(more)} more"] if more else told)


def _doubles_reason(doubles: Sequence[Garment]) -> str:
    if not doubles:
        return "Nothing that you own does the same job"
    return capitalised(f"{number(len(doubles))} garment{' does' if len(doubles) == 1 else 's do'} the same job")


def _looks_reason(kind: Role | None, with_it: int, new: int) -> str:
    if kind is None:
        return ""
    if kind is Role.PRIVATE:
        return "Its kind is part of no look, so looks have no say"
    if not with_it:
        return "It makes no look with what you own"
    outfits = f"{with_it} look{'' if with_it == 1 else 's'}"
    if kind is Role.ONE_PIECE and with_it == 1:
        return "It is a look by itself" + ("" if new else ", and you own one like it")
    if kind in (Role.TOP, Role.BOTTOM, Role.ONE_PIECE):
        return f"It makes {outfits} with what you own, {_none(new)} of them new"
    if not new:
        return f"It goes with {outfits}, which can have something of its kind already"
    return f"It goes with {outfits}, {new} of which {'has' if new == 1 else 'have'} nothing of its kind yet"


def _none(count: int) -> str:
    return "none" if not count else str(count)


def _number_reason(effective: tuple[float, float]) -> str:
    return f"The wardrobe would dress you like {effective[1]:.1f} garments instead of {effective[0]:.1f}"
