from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pytest
from sqlalchemy import Engine

from db.engine.session import make_engine, make_session_factory
from db.migrate import upgrade
from db.repositories import garment_loader
from db.unit_of_work import UnitOfWork, Units
from tests.db.conftest import VOCABULARY, photo, seen
from tests.support.garments import NOON
from wardrobe_app.domain.garments.garment import Garment, TagKind
from wardrobe_app.domain.garments.vocabulary import Slot, Vocabulary


@pytest.fixture
def three(uow: Units) -> Units:
    with uow(writing=True) as unit:
        for number in (1, 2, 3):
            unit.garments.add(photo(number), seen(), NOON)
        unit.commit()
    return uow


def garments(uow: Units, *, include_archived: bool = False) -> tuple[Garment, ...]:
    with uow() as unit:
        return unit.garments.all(include_archived=include_archived)


def reused(before: Sequence[Garment], after: Sequence[Garment]) -> list[bool]:
    return [one is other for one, other in zip(before, after, strict=True)]


def test_nothing_is_read_again_while_nothing_changed(three: Units) -> None:
    assert reused(garments(three), garments(three)) == [True, True, True]


def test_only_what_changed_is_made_anew(three: Units) -> None:
    before = garments(three)
    with three(writing=True) as unit:
        unit.garments.change([2], {"name": "mine"})
        unit.commit()
    after = garments(three)
    assert reused(before, after) == [True, False, True]
    assert after[1].name == "mine"


@pytest.mark.parametrize("kind", [TagKind.TYPE, TagKind.COLOUR])
def test_another_tag_is_a_change(three: Units, kind: TagKind) -> None:
    garments(three)
    with three(writing=True) as unit:
        unit.garments.set_own_tag([1], kind, "Jeans")
        unit.commit()
    assert garments(three)[0].value(kind) == "Jeans"


def test_a_merged_type_that_is_stored_is_read_as_the_one_it_was_merged_into(engine: Engine) -> None:
    known = Vocabulary(VOCABULARY.values(), {"Chinos": "Jeans"})
    units = partial(UnitOfWork, make_session_factory(engine), known)
    with units(writing=True) as unit:
        added = unit.garments.add(photo(1), seen("Chinos"), NOON)
    assert (added.type, added.type_label, added.slot) == ("Jeans", "Jeans", Slot.LOWER)
    assert added.suggestions[TagKind.TYPE].value == "Jeans"


def test_another_embedding_is_a_change(three: Units) -> None:
    (one, *_) = garments(three)
    with three(writing=True) as unit:
        other = seen()
        other.embedding[:] = other.embedding[::-1]
        unit.garments.set_prediction(1, {one.photos[0].id: other})
        unit.commit()
    found = garments(three)[0].embedding
    assert found is not None
    assert one.embedding is not None
    assert found.tolist() == one.embedding[::-1].tolist()


def test_one_who_writes_sees_what_she_wrote_and_others_do_not(three: Units) -> None:
    before = garments(three)
    with three(writing=True) as unit:
        unit.garments.change([1], {"name": "mine"})
        assert unit.garments.all()[0].name == "mine"
        assert reused(before, garments(three)) == [True, True, True]
    assert reused(before, garments(three)) == [True, True, True]


def test_what_is_archived_or_in_the_trash_is_left_out(three: Units) -> None:
    garments(three)
    with three(writing=True) as unit:
        unit.garments.change([1], {"archived_at": NOON})
        unit.garments.change([2], {"trashed_at": NOON})
        unit.commit()
    assert [item.id for item in garments(three)] == [3]
    assert [item.id for item in garments(three, include_archived=True)] == [1, 3]


def test_a_type_of_her_own_gives_all_its_garments_their_slot(three: Units) -> None:
    with three(writing=True) as unit:
        unit.garments.set_own_tag([1], TagKind.TYPE, "Yukata")
        unit.commit()
    assert garments(three)[0].slot is None
    with three(writing=True) as unit:
        unit.custom_types.add("Yukata", Slot.FULL, NOON)
        unit.commit()
    assert garments(three)[0].slot is Slot.FULL


def test_two_wardrobes_do_not_mix(three: Units, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("other")
    url = f"sqlite:///{(folder / 'wardrobe.db').as_posix()}"
    upgrade(url, folder / "backups")
    other = partial(UnitOfWork, make_session_factory(make_engine(url)), VOCABULARY)
    assert len(garments(three)) == 3
    assert garments(other) == ()


def test_more_garments_than_are_read_at_once_come_in_order(three: Units, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garment_loader, "BATCH_GARMENTS", 2)
    monkeypatch.setattr(garment_loader, "MAX_IDS", 2)
    assert [item.id for item in garments(three)] == [1, 2, 3]
    with three() as unit:
        assert [item.id for item in unit.garments.many([3, 1, 2])] == [3, 1, 2]


@pytest.fixture
def only_the_changed(monkeypatch: pytest.MonkeyPatch, three: Units) -> Units:
    garments(three)

    def everything(*_: object) -> dict[int, garment_loader.LoadedGarment]:
        raise AssertionError("everything was read again")

    monkeypatch.setattr(garment_loader, "_load_all", everything)
    return three


def test_after_an_edit_only_that_garment_is_read(only_the_changed: Units) -> None:
    before = garments(only_the_changed)
    for name in ("mine", "still mine"):
        with only_the_changed(writing=True) as unit:
            unit.garments.change([2], {"name": name})
            unit.commit()
    after = garments(only_the_changed)
    assert reused(before, after) == [True, False, True]
    assert after[1].name == "still mine"


def test_after_edits_of_many_only_those_are_read(only_the_changed: Units) -> None:
    before = garments(only_the_changed)
    with only_the_changed(writing=True) as unit:
        unit.garments.change_each({2: {"name": "mine"}, 3: {"name": "", "size": "M"}})
        unit.commit()
    after = garments(only_the_changed)
    assert [one is other for one, other in zip(before, after, strict=True)] == [True, False, False]
    assert (after[1].name, after[2].size) == ("mine", "M")


def test_what_leaves_and_comes_back_stands_where_it_stood(only_the_changed: Units) -> None:
    for changes, there in (
        ({"trashed_at": NOON}, [1, 3]),
        ({"trashed_at": None}, [1, 2, 3]),
        ({"archived_at": NOON}, [1, 3]),
    ):
        with only_the_changed(writing=True) as unit:
            unit.garments.change([2], changes)
            unit.commit()
        assert [one.id for one in garments(only_the_changed)] == there
    assert [one.id for one in garments(only_the_changed, include_archived=True)] == [1, 2, 3]


def test_a_change_beside_an_edit_is_not_missed(three: Units) -> None:
    garments(three)
    with three(writing=True) as unit:
        unit.garments.change([2], {"name": "mine"})
        unit.garments.set_own_tag([3], TagKind.COLOUR, "red")
        unit.commit()
    assert [garments(three)[1].name, garments(three)[2].value(TagKind.COLOUR)] == ["mine", "red"]


def test_an_edit_after_a_change_that_tells_nothing_is_not_missed(three: Units) -> None:
    garments(three)
    with three(writing=True) as unit:
        unit.garments.set_own_tag([3], TagKind.COLOUR, "red")
        unit.commit()
    with three(writing=True) as unit:
        unit.garments.change([2], {"name": "mine"})
        unit.commit()
    assert [garments(three)[1].name, garments(three)[2].value(TagKind.COLOUR)] == ["mine", "red"]


def test_an_edit_by_another_program_is_not_missed(three: Units) -> None:
    garments(three)
    with three() as unit:
        url = unit.garments._session.get_bind().engine.url.render_as_string(hide_password=False)
    elsewhere = make_engine(url)
    with UnitOfWork(make_session_factory(elsewhere), VOCABULARY, writing=True) as unit:
        unit.garments.change([1], {"name": "theirs"})
        unit.commit()
    with three(writing=True) as unit:
        unit.garments.change([2], {"name": "mine"})
        unit.commit()
    assert [one.name for one in garments(three)] == ["theirs", "mine", ""]
    elsewhere.dispose()


def test_an_edit_that_is_not_committed_changes_nothing(three: Units) -> None:
    before = garments(three)
    with three(writing=True) as unit:
        unit.garments.change([2], {"name": "mine"})
    assert reused(before, garments(three)) == [True, True, True]
