from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.drawing import draw_garment, photo_bytes
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.compatibility.rules import FACTORS, Rule
from wardrobe_app.domain.garments.availability import Status
from wardrobe_app.domain.garments.garment import Condition, TagKind, Verdict
from wardrobe_app.domain.garments.placement import Placement
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.services.importing.importer import source_from_bytes
from wardrobe_app.services.storage.blobs import Blobs

if TYPE_CHECKING:
    from wardrobe_app.config import Settings
    from wardrobe_app.wiring import Runtime

COLOURS = (
    (200, 30, 40), (60, 140, 70), (30, 40, 90), (230, 200, 50), (240, 240, 240), (20, 20, 20), (220, 120, 170),
    (110, 70, 40), (60, 90, 200), (128, 128, 128),
)  # fmt: skip


def a_photo(number: int) -> bytes:
    colour = COLOURS[number % len(COLOURS)]
    return photo_bytes(draw_garment("tshirt", colour, background="wood", size=(90, 120), seed=number))


def add(wardrobe: Runtime, *numbers: int, anyway: bool = False) -> list[int]:
    sources = [source_from_bytes(f"{number}.jpg", a_photo(number)) for number in numbers]
    done = list(wardrobe.importing.importer.add(sources, allow_duplicates=anyway))
    assert all(one.garment for one in done), [one.message for one in done]
    return [one.garment.id for one in done if one.garment]


def fill(wardrobe: Runtime) -> None:
    # Something in every table, and every state that a garment can be in.
    a, b, c, d, e, f, g, h = add(wardrobe, 0, 1, 2, 3, 4, 5, 6, 7)
    (again,) = add(wardrobe, 0, anyway=True)
    books = wardrobe.catalogue
    books.edit([a], GarmentEdit(name="Lyon été", notes="<b>*soft*</b>\n=1+1", brand="=cmd", size="M", quantity=2))
    books.edit([b], GarmentEdit(purchased_on=date(2024, 2, 29), condition=Condition.WORN))
    books.set_favourite([a, c], True)
    books.set_status([c], Status.LENT, "Ada")
    wardrobe.types.add("Dirndl", Slot.FULL)
    for item in (a, b, c, again):
        books.correct([item], TagKind.TYPE, "Dirndl")
    books.correct([a, again], TagKind.PATTERN, "graphic")  # plain cloth is not searched for keypoints
    books.set_colour(b, "green", "#3c8c46")
    books.correct([c], TagKind.SEASON, books.choices(TagKind.SEASON)[0])
    wardrobe.redundancy.review.decide([a, b], Verdict.DIFFERENT)
    books.edit([e], GarmentEdit(size="38", notes="a hole", price=Decimal("12.50"), quantity=2))
    books.correct([e], TagKind.OCCASION, books.choices(TagKind.OCCASION)[0])
    books.edit([f], GarmentEdit(price=Decimal(20)))
    wardrobe.redundancy.review.decide([d, e], Verdict.KEEP_BOTH)
    wardrobe.redundancy.review.merge(d, [e])
    wardrobe.redundancy.review.merge(f, [d], Verdict.TWINS)
    books.set_masked(g, books.get(g).photos[0].id, False)
    outfit = wardrobe.outfits.saved.save([a, c], "Sunday").outfit
    wardrobe.outfits.saved.arrange([Placement(a, 0.5, 0.3, 0.6, 5.0), Placement(b, 0.5, 0.7, 0.4)], "Arranged")
    wardrobe.outfits.saved.reject([b, c])
    planner, lists = wardrobe.outfits.planner, wardrobe.outfits.packing_lists
    (plan,) = planner.plan([a, d], date(2100, 1, 1), 7, date(2100, 3, 1)).after
    planner.skip(plan.id, date(2100, 1, 8))
    made = lists.make("Rome", 3, [a, c], date(2100, 5, 1), "mild").after
    assert made is not None
    lists.add(made.id, "charger")
    lists.tick(made.lines[0].id, True)
    wardrobe.outfits.wear_log.wear([a, c], date(2025, 5, 1), outfit.id)
    wardrobe.outfits.wear_log.wear([a, b, d], date(2025, 5, 2))
    books.archive([g])
    books.trash([h])
    wardrobe.redundancy.review.groups()
    wardrobe.redundancy.review.start()
    wardrobe.preferences.set_rule_weights({next(iter(Rule)): next(iter(FACTORS.values()))})
    wardrobe.preferences.show_cut_outs(False)


def tables(wardrobe: Runtime) -> dict[str, list[dict[str, Any]]]:
    with wardrobe.catalogue._uow() as uow:
        return {table: list(uow.dump.rows(table)) for table in uow.dump.tables}


def files(settings: Settings) -> dict[str, bytes]:
    places = dict(zip(("photos", "thumbnails", "masks"), settings.photo_places, strict=True))
    found = {}
    for kind, place in places.items():
        blobs = Blobs(place)
        found |= {f"{kind}/{name}": blobs.read(name) for name in blobs.names()}
    return found


def backed_up(wardrobe: Runtime, output: Path | None = None) -> Path:
    *_, report = wardrobe.backup.backups.make(output=output)
    return report.path
