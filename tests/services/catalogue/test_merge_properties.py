from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from db.unit_of_work import UnitOfWork
from tests.services.support.stored import Factory, stored
from tests.support.garments import NOON, garment
from wardrobe_app.config import Settings
from wardrobe_app.domain.errors import MergeConflict
from wardrobe_app.domain.garments.garment import Condition, MergeId, TagKind, Verdict
from wardrobe_app.services.catalogue import merging

COUNT = 5
IDS = range(1, COUNT + 1)
WARDROBE = [garment(number, "Tee" if number % 2 else "Blouse", embedding=[1, number, 2]) for number in IDS]
DAYS = [date(2025, 5, 1) + timedelta(days=day) for day in range(3)]

FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "name": st.sampled_from(["", "Tee", "tee", "Shirt"]),
    "brand": st.sampled_from(["", "Zara", "ZARA", "Lyon"]),
    "size": st.sampled_from(["", "M", "L"]),
    "notes": st.sampled_from(["", "soft", "warm", "soft\n\nwarm", "a\nb"]),
    "price": st.sampled_from([None, Decimal("19.90"), Decimal("10.01"), Decimal("30.00")]),
    "purchased_on": st.sampled_from([None, *DAYS[:2]]),
    "condition": st.sampled_from([None, *Condition]),
    "quantity": st.integers(1, 3),
    "favourite": st.booleans(),
}
TAGS = {
    TagKind.TYPE: st.sampled_from([None, "Tee", "Blouse"]),
    TagKind.SEASON: st.sampled_from([None, "summer", "winter"]),
    TagKind.COLOUR: st.sampled_from([None, "pink", "red"]),
}
SHADES = st.sampled_from([None, "#3c8c46", "#ff0000"])


@st.composite
def owners_words(draw: st.DrawFn) -> list[tuple[dict[str, Any], list[tuple[TagKind, str, str | None]]]]:
    words = []
    for _ in IDS:
        fields = {name: draw(values) for name, values in FIELDS.items()}
        tags = [
            (kind, value, draw(SHADES) if kind is TagKind.COLOUR else None)
            for kind, values in TAGS.items()
            if (value := draw(values)) is not None
        ]
        words.append((fields, tags))
    return words


@dataclass
class Wished:
    # One merge: which of those that are there by then, by place, and which of the given values is to hold.
    keep: int
    others: list[int]
    verdict: Verdict
    choice: int
    prefer: dict[str, int] = field(default_factory=dict)


MERGES = st.lists(
    st.builds(
        Wished,
        st.integers(0, COUNT - 1),
        st.lists(st.integers(0, COUNT - 1), min_size=1, max_size=2),
        st.sampled_from([Verdict.SAME_GARMENT, Verdict.TWINS]),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=4,
)
SETS = st.lists(st.tuples(st.sampled_from(DAYS), st.sets(st.sampled_from(IDS), min_size=1, max_size=3)), max_size=5)
DECIDED = st.lists(
    st.tuples(st.sets(st.sampled_from(IDS), min_size=2, max_size=2), st.sampled_from([Verdict.DIFFERENT, *Verdict])),
    max_size=3,
)


@pytest.fixture
def factory(settings: Settings) -> Factory:
    return stored(settings, WARDROBE)


@contextmanager
def filled(factory: Factory, words: Any, worn: Any, decided: Any) -> Iterator[UnitOfWork]:
    # Nothing is ever committed: every example begins with the same five garments.
    with factory(writing=True) as uow:
        for item, (fields, tags) in zip(IDS, words, strict=True):
            uow.garments.change([item], fields)
            for kind, value, shade in tags:
                uow.garments.set_own_tag([item], kind, value, shade)
        for day, items in worn:
            uow.wears.add(day, sorted(items))
        for number, (pair, verdict) in enumerate(decided):
            uow.verdicts.set([pair], verdict, NOON + timedelta(minutes=number))
        merging.label_propagation.refresh(uow)
        yield uow


def everything(uow: UnitOfWork) -> dict[str, Any]:
    garments = {one.id: one for one in uow.garments.many(list(IDS))}
    return {
        "garments": garments,
        "photos": {item: [photo.id for photo in one.photos] for item, one in garments.items()},
        "tags": sorted(str({**row, "id": 0}) for row in uow.dump.rows("tag")),
        "verdicts": {(one.a, one.b): (one.verdict, one.decided_at) for one in uow.verdicts.all()},
        "wears": uow.wears.all(),
        "merged": [(row["id"], row["merged_into_id"]) for row in uow.dump.rows("item")],
    }


def joined(uow: UnitOfWork, wished: Wished, keep: int, others: list[int], number: int) -> MergeId:
    at = NOON + timedelta(days=number + 1)
    while True:
        try:
            return merging.join(uow, keep, others, wished.verdict, at, wished.prefer)[0]
        except MergeConflict as error:
            for conflict in error.conflicts:
                given = list(conflict.values)
                wished.prefer[conflict.key] = given[min(wished.choice, len(given) - 1)]


def merged(uow: UnitOfWork, wishes: list[Wished]) -> list[tuple[Wished, int, list[int], MergeId]]:
    done = []
    for number, wished in enumerate(wishes):
        live = [one.id for one in uow.garments.all()]
        keep = live[wished.keep % len(live)]
        others = list(
            dict.fromkeys(live[place % len(live)] for place in wished.others if live[place % len(live)] != keep)
        )
        if others:
            done.append((wished, keep, others, joined(uow, wished, keep, others, number)))
    return done


def hold(check: Callable[..., None], factory: Factory, examples: int) -> None:
    unsuitable = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]

    @hypothesis_settings(max_examples=examples, deadline=None, suppress_health_check=unsuitable)
    @given(words=owners_words(), worn=SETS, decided=DECIDED, wishes=MERGES, data=st.data())
    def example(words: Any, worn: Any, decided: Any, wishes: list[Wished], data: st.DataObject) -> None:
        check(factory, words, worn, decided, wishes, data)

    example()


def check_that_separating_all_restores_all(
    factory: Factory, words: Any, worn: Any, decided: Any, wishes: list[Wished], data: st.DataObject
) -> None:
    with filled(factory, words, worn, decided) as uow:
        before = everything(uow)
        done = merged(uow, wishes)
        for *_, merge in data.draw(st.permutations(done)):
            merging.part(uow, merge)
        assert everything(uow) == before


def check_that_the_rest_is_as_if_one_had_never_been(
    factory: Factory, words: Any, worn: Any, decided: Any, wishes: list[Wished], data: st.DataObject
) -> None:
    with filled(factory, words, worn, decided) as uow:
        done = merged(uow, wishes)
        gone = set(data.draw(st.lists(st.sampled_from(range(COUNT)), max_size=2)))
        for number in sorted(gone):
            if number < len(done):
                merging.part(uow, done[number][3])
        after = everything(uow)
    with filled(factory, words, worn, decided) as uow:
        for number, (wished, keep, others, _) in enumerate(done):
            if number not in gone:
                joined(uow, Wished(0, [], wished.verdict, 0, dict(wished.prefer)), keep, others, number)
        other = everything(uow)
    for found in (after, other):
        del found["verdicts"]  # told by the moment they were given
        del found["tags"]  # what is put away gets its propagated tags anew when it is back; the rest is in garments
        found["garments"] = {item: one for item, one in found["garments"].items() if one.trashed_at is None}
    assert after == other


def check_that_what_was_typed_since_stays(
    factory: Factory, words: Any, worn: Any, decided: Any, wishes: list[Wished], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(["name", "brand", "size", "notes", "price", "condition", "favourite"]))
    with filled(factory, words, worn, decided) as uow:
        before = everything(uow)["garments"]
        first = merged(uow, wishes[:2])
        live = [one.id for one in uow.garments.all()]
        item = data.draw(st.sampled_from(live))
        typed = data.draw(FIELDS[name].filter(lambda value: value != getattr(uow.garments.get(item), name)))
        uow.garments.change([item], {name: typed})
        done = [*first, *merged(uow, wishes[2:])]
        for *_, merge in data.draw(st.permutations(done)):
            merging.part(uow, merge)
        after = everything(uow)["garments"]
    assert getattr(after[item], name) == typed
    assert {one: found for one, found in after.items() if one != item} == {
        one: found for one, found in before.items() if one != item
    }


CHECKS = [
    check_that_separating_all_restores_all,
    check_that_the_rest_is_as_if_one_had_never_been,
    check_that_what_was_typed_since_stays,
]


@pytest.mark.parametrize("check", CHECKS)
def test_merges_are_undone_exactly(factory: Factory, check: Callable[..., None]) -> None:
    hold(check, factory, 8)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("check", CHECKS)
def test_merges_are_undone_exactly_many_times(factory: Factory, check: Callable[..., None], full: bool) -> None:
    hold(check, factory, 2_000 if full else 60)
