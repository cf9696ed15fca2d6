"""What the review queue sends to the browser: questions, garments with their photos, and the words for values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from wardrobe_app.components.shared.formatting import KINDS, count_of, photo_alt
from wardrobe_app.domain.garments.garment import Garment, TagKind
from wardrobe_app.domain.review.doubts import MAX_OPTIONS, Doubt, other_doubts
from wardrobe_app.domain.review.queue import Question

if TYPE_CHECKING:
    from wardrobe_app.services.review.review import Reviewed, ReviewQueue, Spread

MAX_GARMENTS: Final = 120
"""Garments in the browser at once; more follow with the answer to what was decided."""

LARGE_AHEAD: Final = 4
"""Cards of one garment whose photos are sent large: the one that is shown, and those that come next."""

Label = Callable[[TagKind, str], str]
PhotoData = Callable[[Garment], str | None]


@dataclass(frozen=True, slots=True)
class Words:
    """The values of each kind that can be chosen, and what people read for them."""

    choices: Callable[[TagKind], Sequence[str]]
    label: Label


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the browser has, and what became of the decisions it sent last.

    It keeps the photos of garments that it ``has``, and the large ones of some; of these it ``wants`` more.
    """

    has: Collection[int] = ()
    has_large: Collection[int] = ()
    wants: Collection[int] = ()
    reviewed: Reviewed | None = None
    problem: str = ""


def payload(
    queue: ReviewQueue,
    words: Words,
    photo: PhotoData,
    large: PhotoData,
    exchange: Exchange,
    *,
    wardrobe: str,
    others: bool,
) -> dict[str, Any]:
    """Return the data of the component; photos that the browser has are left out.

    ``large`` are photos at the size of a card, which only the cards that come next get.
    """
    questions = list(_first(queue.questions))
    shown = {doubt.garment.id: doubt.garment for question in questions for doubt in question.doubts}
    spread = exchange.reviewed.spread if exchange.reviewed else ()
    shown |= {garment.id: garment for one in spread for garment in one.garments}
    return {
        "wardrobe": wardrobe,
        "part": "others" if others else "types",
        "total": queue.others if others else queue.types,
        "elsewhere": queue.types if others else queue.others,
        "complete": len(questions) == len(queue.questions),
        "questions": [_question(question, words) for question in questions],
        "garments": {str(one.id): _garment(one, words, others) for one in shown.values()},
        "photos": {str(one.id): photo(one) for one in shown.values() if one.id not in exchange.has},
        "large": {str(one.id): large(one) for one in _next_alone(questions, exchange)},
        "kinds": {kind.value: _kind(kind, words) for kind in TagKind},
        "settled": [list(key) for key in exchange.reviewed.settled] if exchange.reviewed else [],
        "refused": [[*key, reason] for key, reason in exchange.reviewed.refused] if exchange.reviewed else [],
        "spread": [_spread(one, words) for one in spread],
        "problem": exchange.problem,
    }


def _first(questions: Iterable[Question]) -> Iterable[Question]:
    garments = 0
    for question in questions:
        garments += len(question.doubts)
        if garments > MAX_GARMENTS and garments > len(question.doubts):
            return
        yield question


def _next_alone(questions: Sequence[Question], exchange: Exchange) -> list[Garment]:
    """Return the garments whose large photos the browser needs next: what it wants, then those asked about alone."""
    found = {doubt.garment.id: doubt.garment for question in questions for doubt in question.doubts}
    alone = [question.ids[0] for question in questions if len(question.doubts) == 1][:LARGE_AHEAD]
    wanted = dict.fromkeys([*exchange.wants, *alone])
    return [found[item] for item in wanted if item in found and item not in exchange.has_large][:LARGE_AHEAD]


def _question(question: Question, words: Words) -> dict[str, Any]:
    doubts = [{"item": doubt.garment.id, "options": _options(doubt, words)} for doubt in question.doubts]
    return {"kind": question.kind.value, "doubts": doubts}


def _options(doubt: Doubt, words: Words) -> list[str]:
    if doubt.kind is TagKind.TYPE:
        return list(doubt.options)
    return list(dict.fromkeys([*doubt.options, *words.choices(doubt.kind)]))[:MAX_OPTIONS]


def _garment(garment: Garment, words: Words, others: bool) -> dict[str, Any]:
    doubts = [] if others else [
        {"kind": doubt.kind.value, "options": _options(doubt, words)} for doubt in other_doubts(garment)
    ]  # fmt: skip
    return {"title": garment.title, "alt": photo_alt(garment), "doubts": doubts}


def _kind(kind: TagKind, words: Words) -> dict[str, Any]:
    choices = [[value, words.label(kind, value)] for value in words.choices(kind)]
    return {"name": KINDS[kind], "choices": choices}


def _spread(spread: Spread, words: Words) -> dict[str, Any]:
    count = count_of(len(spread.garments), "similar garment")
    return {
        "text": f"{words.label(TagKind.TYPE, spread.value)}: copied to {count}. They are in the queue to check.",
        "items": [one.id for one in spread.garments],
        "decisions": list(spread.decisions),
    }
