"""Advise before a purchase: what a garment would add to the wardrobe, and what it would duplicate."""

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

MAX_NEAREST: Final = 6
LEAST_SCORE: Final = 0.01
MAX_EXAMPLES: Final = 3
ENOUGH_OUTFITS: Final = 3  # new ones that justify a purchase
ENOUGH_NEW: Final = 0.5  # growth of the effective number from which something counts as new


class Advice(StrEnum):
    """What to do: it adds something (``TAKE``), adds little (``THINK``), or duplicates what is owned (``LEAVE``)."""

    TAKE = "take"
    THINK = "think twice"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class PurchaseAdvice:
    """What a garment that is not owned would do for the wardrobe.

    ``nearest`` are the owned garments most like it, ``duplicates`` those that do its job already. ``outfits_with_it``
    counts the base outfits it would be in or complete, ``new_outfits`` those that no look-alike makes, and nothing of
    its kind completes, yet. ``outfits`` are examples. ``effective`` is the wardrobe's effective number without and with
    it. ``sentence`` is the advice, ``reasons`` why.
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
    """Weigh the ``newcomer``, whose id no owned garment has, against a wardrobe.

    ``same_picture`` is the owned garment with the same photo.
    """
    owned = {garment.id: garment for garment in (*state.garments, *state.others)}
    pairs = likenesses(newcomer, tuple(owned.values()), config, matches, at_least=LEAST_SCORE)
    doubles = tuple(owned[pair.b] for pair in pairs if pair.score >= config.redundant)
    with_it, new = _opened(base_outfits.with_newcomer(state.outfits, newcomer), {item.id for item in doubles})
    nearest = owned[pairs[0].b] if pairs else next(iter(owned.values()), None)
    after = diversity.with_newcomer(state.likeness, newcomer, pairs)
    effective = state.likeness.effective_number(), after.effective_number()
    advice, sentence, reasons = _advice(newcomer, doubles, with_it, new, effective, nearest, same_picture)
    return PurchaseAdvice(
        garment=newcomer,
        nearest=tuple((owned[pair.b], pair) for pair in pairs[:MAX_NEAREST]),
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
    return outfits_with(newcomer, outfits.garments, MAX_EXAMPLES, outfits.config, pairs=pairs)


def _opened(outfits: BaseOutfits, doubles: set[int]) -> tuple[int, int]:
    """Count the base outfits with the garment in the last row, and the new ones among them."""
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
        return Advice.LEAVE, f"This photo is in the wardrobe already, as {same_picture.title}.", ()
    if nearest is None:
        return Advice.THINK, "The wardrobe is empty, so there is nothing to compare it with yet.", ()
    kind = part_of(newcomer)
    grows = effective[1] - effective[0]
    reasons = [_doubles_reason(doubles), _outfits_reason(kind, with_it, new), _number_reason(effective)]
    if newcomer.type is None or not newcomer.tags[TagKind.TYPE].is_known:
        reasons.insert(0, "Its type is only a guess: set it to update this advice")
    told = tuple(reason for reason in reasons if reason)
    if doubles:
        return Advice.LEAVE, f"Leave it: you own something for the same purpose ({_titles(doubles)}).", told
    in_outfits = kind not in (None, Role.PRIVATE)
    if in_outfits and not with_it:
        return Advice.LEAVE, "Leave it for now: nothing you own makes an outfit with it.", told
    if grows < ENOUGH_NEW:
        return Advice.THINK, f"Think twice: it is close to what you own ({nearest.title}).", told
    if not in_outfits or new >= ENOUGH_OUTFITS:
        adds = f" and adds {number(new)} new outfits" if in_outfits and kind is not Role.ONE_PIECE else ""
        return Advice.TAKE, f"It is worth it: it is unlike what you own{adds}.", told
    if kind is Role.ONE_PIECE and new:
        return Advice.TAKE, "It is worth it: it is unlike what you own, and an outfit by itself.", told
    few = f"only {number(new)} new outfit{'' if new == 1 else 's'}" if new else "no new outfits"
    return Advice.THINK, f"Think twice: it is unlike what you own, but adds {few}.", told


def _titles(garments: Sequence[Garment], most: int = 3) -> str:
    told = [garment.title for garment in garments[:most]]
    more = len(garments) - len(told)
    return listed([*told, f"{number(more)} more"] if more else told)


def _doubles_reason(doubles: Sequence[Garment]) -> str:
    return capitalised(f"{number(len(doubles))} garment{' does' if len(doubles) == 1 else 's do'} the same job")


def _outfits_reason(kind: Role | None, with_it: int, new: int) -> str:
    if kind is None:
        return ""
    if kind is Role.PRIVATE:
        return "This kind of garment is not part of outfits"
    if not with_it:
        return "It makes no outfit with what you own"
    outfits = f"{with_it} outfit{'' if with_it == 1 else 's'}"
    if kind is Role.ONE_PIECE and with_it == 1:
        return "It is an outfit by itself" + ("" if new else ", and you own one like it")
    if kind in (Role.TOP, Role.BOTTOM, Role.ONE_PIECE):
        return f"It makes {outfits} with what you own, {new or 'none'} of them new"
    if not new:
        return f"It goes with {outfits} that have something of its kind already"
    return f"It goes with {outfits}, {new} of them without anything of its kind yet"


def _number_reason(effective: tuple[float, float]) -> str:
    return f"The wardrobe would do the work of {effective[1]:.1f} garments instead of {effective[0]:.1f}"
