from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from db.unit_of_work import UnitOfWork
from tests.services.catalogue.test_catalogue import fill
from tests.support.drawing import draw_garment, photo_bytes
from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.domain.garments.garment import TagKind, TagSource
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.domain.review.decisions import Decision
from wardrobe_app.services.importing.importer import source_from_bytes
from wardrobe_app.services.review.review import LARGE_SIDE_PX
from wardrobe_app.wiring import Runtime

TYPE = TagKind.TYPE
# The fake tagger is unsure of black garments, and of every pattern.


def test_the_queue_holds_what_is_counted(runtime: Runtime) -> None:
    black, other, _ = fill(runtime, "black", "black", "red")
    queue = runtime.review.queue()
    assert {item for question in queue.questions for item in question.ids} == {black, other}
    assert (queue.types, queue.others) == (runtime.catalogue.count().unsure, 3)


def test_archived_and_trashed_garments_are_not_asked_about(runtime: Runtime) -> None:
    one, other = fill(runtime, "black", "black")
    runtime.catalogue.archive([one])
    runtime.catalogue.trash([other])
    assert runtime.review.queue().questions == ()


def test_a_decision_is_the_persons_word(runtime: Runtime) -> None:
    one, other = fill(runtime, "black", "black")
    done = runtime.review.decide([Decision("a", TYPE, {one: "Tee", other: "Polo"})])
    assert (done.settled, done.refused) == ((("a", False),), ())
    tags = [runtime.catalogue.get(item).tags[TYPE] for item in (one, other)]
    assert [(tag.value, tag.source) for tag in tags] == [("Tee", TagSource.PERSON), ("Polo", TagSource.PERSON)]
    assert runtime.review.queue().types == 0


def test_a_decision_that_arrives_twice_counts_once(runtime: Runtime) -> None:
    (one,) = fill(runtime, "black")
    decision = Decision("a", TYPE, {one: "Parka"})
    runtime.review.decide([decision])
    runtime.catalogue.forget_correction([one], TYPE)
    version = runtime.catalogue.get(one).version
    assert runtime.review.decide([decision]).settled == (decision.key,)
    assert runtime.catalogue.get(one).version == version


def test_undo_brings_everything_back_exactly(runtime: Runtime) -> None:
    one, other, red = fill(runtime, "black", "black", "red")
    before = runtime.catalogue.garments()
    first = Decision("a", TYPE, {one: "Parka"})
    second = Decision("b", TagKind.PATTERN, {one: "striped"})
    third = Decision("c", None, {red: ""})
    runtime.review.decide([first, second, third])
    assert runtime.catalogue.get(other).type == "Parka"
    assert runtime.catalogue.get(red).trashed_at is not None
    undone = [Decision(one.id, one.kind, one.values, undone=True) for one in (third, second, first)]
    assert runtime.review.decide(undone).refused == ()
    assert runtime.catalogue.garments() == before


def test_what_spreads_is_told_with_its_cause_and_stays_in_the_queue(runtime: Runtime) -> None:
    one, other, red = fill(runtime, "black", "black", "red")
    colour = Decision("b", TagKind.COLOUR, {red: "pink"})
    done = runtime.review.decide([Decision("a", TYPE, {one: "Parka"}), colour])
    (spread,) = done.spread
    assert (spread.value, [garment.id for garment in spread.garments], spread.decisions) == ("Parka", [other], ("a",))
    (question,) = runtime.review.queue().questions
    assert (question.ids, question.guess) == ((other,), "Parka")


def test_what_was_changed_elsewhere_stays_and_the_others_are_written(runtime: Runtime) -> None:
    one, other = fill(runtime, "black", "black")
    runtime.catalogue.correct([one], TYPE, "Dress")
    done = runtime.review.decide([Decision("a", TYPE, {one: "Tee", other: "Tee"})])
    assert [key for key, _ in done.refused] == [("a", False)]
    assert [runtime.catalogue.get(item).type for item in (one, other)] == ["Dress", "Tee"]


def test_values_that_do_not_exist_and_garments_that_are_gone_are_refused(runtime: Runtime) -> None:
    (one,) = fill(runtime, "black")
    bad = [Decision("a", TYPE, {one: "<b>Nothing</b>"}), Decision("b", TYPE, {999_999: "Tee"})]
    done = runtime.review.decide(bad)
    assert {key for key, _ in done.refused} == {("a", False), ("b", False)}
    assert runtime.catalogue.get(one).tags[TYPE].source is TagSource.MODEL


def test_an_own_type_can_be_chosen(runtime: Runtime) -> None:
    (one,) = fill(runtime, "black")
    runtime.types.add("Dirndl", Slot.FULL)
    runtime.review.decide([Decision("a", TYPE, {one: "Dirndl"})])
    assert runtime.catalogue.get(one).type == "Dirndl"


def test_a_batch_that_cannot_be_written_can_be_sent_again(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = fill(runtime, "black", "black")
    batch = [Decision("a", TYPE, {one: "Tee"}), Decision("b", TYPE, {other: "Tee"})]

    def full(self: UnitOfWork) -> None:
        raise StorageFailed("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(UnitOfWork, "commit", full)
        with pytest.raises(StorageFailed):
            runtime.review.decide(batch)
    assert runtime.review.queue().types == 2
    runtime.review.decide(batch)
    assert runtime.review.queue().types == 0


def test_the_photo_is_a_picture_in_an_address(runtime: Runtime) -> None:
    (one,) = fill(runtime, "black")
    garment = runtime.catalogue.get(one)
    assert (runtime.review.photo(garment) or "").startswith("data:image/jpeg;base64,/9j/")
    assert garment.cover is not None
    (runtime.settings.thumbnails_dir / garment.cover.thumbnail).unlink()
    assert runtime.review.photo(garment) is None


def test_a_card_gets_a_photo_as_large_as_it_is_drawn(runtime: Runtime) -> None:
    pictures = [photo_bytes(draw_garment(size=size)) for size in ((1200, 1600), (240, 320))]
    sources = [source_from_bytes(f"{n}.jpg", data) for n, data in enumerate(pictures)]
    large, small = [one.garment for one in runtime.importing.importer.add(sources, allow_duplicates=True)]
    assert large and small
    sent = runtime.review.large_photo(large)
    assert sent is not None
    with Image.open(io.BytesIO(base64.b64decode(sent.partition(",")[2]))) as picture:
        assert max(picture.size) == LARGE_SIDE_PX
    assert runtime.review.large_photo(small) is None, "its thumbnail is as large as the photo"
    for path in runtime.settings.photos_dir.rglob("*.jpg"):
        path.unlink()
    assert runtime.review.large_photo(large) == sent, "photos never change"
