from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests.support.garments import NOON, garment, random_wardrobe
from wardrobe_app.domain.days import Days
from wardrobe_app.domain.garments.garment import Garment, Verdict, VerdictRecord
from wardrobe_app.domain.insights import diversity
from wardrobe_app.domain.insights.diversity import history, likeness, shares, with_newcomer
from wardrobe_app.domain.similarity.scores import likenesses

UNLIKE = [
    garment(1, "Tee", "pink"),
    garment(2, "Jeans", "navy"),
    garment(3, "Dress", "green"),
    garment(4, "Sneakers", "white"),
]


def verdict(a: int, b: int, kind: Verdict) -> VerdictRecord:
    return VerdictRecord(a, b, kind, NOON)


def number(garments: list[Garment], *verdicts: VerdictRecord) -> float:
    return likeness(garments, verdicts).effective_number()


def test_an_empty_wardrobe_is_worth_nothing_and_one_garment_one() -> None:
    assert number([]) == 0
    assert number(UNLIKE[:1]) == pytest.approx(1)


def test_a_wardrobe_of_unlike_garments_is_worth_its_number() -> None:
    assert number(UNLIKE) == pytest.approx(4)


def test_two_identical_garments_dress_you_like_one() -> None:
    pair = [garment(number, "Tee", "pink", embedding=[1, 2]) for number in (1, 2)]
    assert number(pair) == pytest.approx(1, abs=0.2)
    assert number(pair, verdict(1, 2, Verdict.TWINS)) == pytest.approx(1)
    assert number(pair, verdict(1, 2, Verdict.SAME_GARMENT)) == pytest.approx(1)


def test_what_the_owner_calls_different_counts_in_full() -> None:
    pair = [garment(number, "Tee", "pink", embedding=[1, 2]) for number in (1, 2)]
    assert number(pair, verdict(1, 2, Verdict.DIFFERENT)) == pytest.approx(2)
    assert number(pair, verdict(1, 2, Verdict.KEEP_BOTH)) == number(pair)


def test_a_garment_of_which_there_are_several_is_counted_but_adds_nothing() -> None:
    many = [garment(1, "Tee", "pink", quantity=3), garment(2, "Jeans", "navy")]
    assert diversity.count(many) == 4
    assert number(many) == pytest.approx(2)


def test_types_that_differ_are_unlike_however_alike_they_look() -> None:
    pair = [garment(1, "Skirt", "pink", embedding=[1, 2]), garment(2, "Shorts", "pink", embedding=[1, 2])]
    assert number(pair) == pytest.approx(2)


def test_blocks_give_what_the_whole_matrix_gives() -> None:
    known = likeness(random_wardrobe(150))
    values = np.linalg.eigvalsh(known.matrix.toarray()).clip(min=0)
    part = values[values > 0] / values.sum()
    assert known.effective_number() == pytest.approx(float(np.exp(-(part * np.log(part)).sum())))
    assert 1 < known.effective_number() < 150


def test_decisions_that_contradict_each_other_give_a_number_all_the_same() -> None:
    three = [garment(number, "Tee", colour) for number, colour in ((1, "pink"), (2, "green"), (3, "navy"))]
    found = number(three, verdict(1, 2, Verdict.TWINS), verdict(2, 3, Verdict.TWINS), verdict(1, 3, Verdict.DIFFERENT))
    assert 1 <= found <= 3


def test_a_newcomer_counts_as_if_it_had_been_there() -> None:
    wardrobe = random_wardrobe(60)
    *owned, newcomer = wardrobe
    grown = with_newcomer(likeness(owned), newcomer, likenesses(newcomer, owned))
    assert grown.effective_number() == pytest.approx(likeness(wardrobe).effective_number(), abs=1e-3)


def test_each_type_has_a_number_of_its_own_and_the_unknown_comes_last() -> None:
    wardrobe = [
        garment(1, None, "pink"),
        garment(2, "Tee", "pink", quantity=2),
        garment(3, "Tee", "green"),
        garment(4, "Jeans"),
    ]
    found = shares(likeness(wardrobe), range(4), lambda item: (item.type, item.type_label))
    assert [(share.name, share.garments) for share in found] == [("Tee", 3), ("Jeans", 1), (None, 1)]
    assert found[0].effective == pytest.approx(2)


def test_the_wardrobe_grows_from_purchase_or_arrival_and_shrinks_when_something_goes() -> None:
    wardrobe = [
        garment(1, "Tee", purchased_on=date(2024, 1, 5), added_at=NOON),
        garment(2, "Jeans", added_at=datetime(2025, 1, 1, tzinfo=UTC), archived_at=datetime(2025, 3, 1, tzinfo=UTC)),
        garment(3, "Dress", added_at=datetime(2025, 2, 1, tzinfo=UTC), trashed_at=datetime(2025, 4, 1, tzinfo=UTC)),
    ]
    found = history(likeness(wardrobe))
    assert [(moment.day.isoformat(), moment.garments) for moment in found] == [
        ("2024-01-05", 1),
        ("2025-01-01", 2),
        ("2025-02-01", 3),
        ("2025-03-01", 2),
        ("2025-04-01", 1),
    ]
    assert [moment.effective for moment in found] == pytest.approx([1, 2, 3, 2, 1])


def test_a_long_history_is_told_in_few_dates_from_first_to_last() -> None:
    days = [date.fromordinal(date(2024, 1, 1).toordinal() + day) for day in range(60)]
    wardrobe = [garment(number, "Tee", purchased_on=day) for number, day in enumerate(days, 1)]
    found = history(likeness(wardrobe))
    assert len(found) == 24
    assert (found[0].day, found[-1].day) == (days[0], days[-1])
    assert found[-1].garments == 60


@pytest.mark.parametrize(("zone", "days"), [("UTC", [1, 2]), ("Pacific/Auckland", [2, 2]), ("Etc/GMT+12", [1, 1])])
def test_history_is_by_the_days_of_who_asks(zone: str, days: list[int]) -> None:
    moments = [datetime(2025, 1, 1, 23, 30, tzinfo=UTC), datetime(2025, 1, 2, 0, 30, tzinfo=UTC)]
    wardrobe = [garment(number, added_at=moment) for number, moment in enumerate(moments, 1)]
    found = history(likeness(wardrobe), owners=Days(lambda: ZoneInfo(zone)))
    assert [at.day.day for at in found] == sorted(set(days))
