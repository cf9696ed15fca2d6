from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

from tests.support.garments import garment
from wardrobe_app.domain.compatibility.pair_scores import PairScores
from wardrobe_app.domain.outfits.capsule import capsule
from wardrobe_app.domain.outfits.packing import PackingLine, PackingList
from wardrobe_app.services.outfits import packing_list

NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)
WARDROBE = [
    garment(1, "Sneakers", "white"),
    garment(2, "Jeans", "navy", brand="=SUM(A1)"),
    garment(3, "Blouse", "white", name="The one\nfrom Lyon"),
]


def test_the_text_has_a_box_to_tick_for_each_garment_under_its_part() -> None:
    text = packing_list.as_text(capsule(PairScores(WARDROBE), 3), " for winter")
    assert text.splitlines() == [
        "Packing list for winter: 3 garments, 1 outfit",
        "=============================================",
        "",
        "Tops",
        "[ ] The one from Lyon (number 3)",
        "",
        "Bottoms",
        "[ ] Navy jeans (number 2)",
        "",
        "Shoes",
        "[ ] White sneakers (number 1)",
        "",
        "Outfits",
        "1. The one from Lyon, Navy jeans, White sneakers",
    ]


def test_the_table_has_a_row_for_each_garment_and_runs_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(packing_list.as_csv(WARDROBE).decode("utf-8-sig"))))
    assert [row["part"] for row in rows] == ["shoes", "bottom", "top"]
    assert rows[1]["brand"] == "'=SUM(A1)"
    assert rows[2]["garment"] == "The one from Lyon"


def test_a_list_is_written_with_its_ticks_its_own_lines_and_the_outfits_of_its_days() -> None:
    lines = (PackingLine(1, 2, packed=True), PackingLine(2, 3), PackingLine(3, None, "=charger"), PackingLine(4, 77))
    found = PackingList(1, "Rome", date(2024, 2, 28), 2, "mild", NOON, lines)
    garments = {item.id: item for item in WARDROBE}
    outfits = capsule(PairScores(WARDROBE), 3).examples * 2
    assert packing_list.list_as_text(found, garments, outfits).splitlines() == [
        "Rome: 2 days",
        "============",
        "2024-02-28 to 2024-02-29",
        "mild",
        "",
        "Tops",
        "[ ] The one from Lyon (number 3)",
        "",
        "Bottoms",
        "[x] Navy jeans (number 2)",
        "",
        "Other things",
        "[ ] =charger",
        "",
        "Outfits",
        "2024-02-28: The one from Lyon, Navy jeans, White sneakers",
        "2024-02-29: The one from Lyon, Navy jeans, White sneakers",
    ]
    rows = list(csv.DictReader(io.StringIO(packing_list.list_as_csv(found, garments).decode("utf-8-sig"))))
    assert [(row["garment"], row["number"], row["packed"]) for row in rows] == [
        ("Navy jeans", "2", "yes"), ("The one from Lyon", "3", "no"), ("'=charger", "", "no"),
    ]  # fmt: skip
