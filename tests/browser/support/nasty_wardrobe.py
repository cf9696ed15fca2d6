from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from tests.support.drawing import draw_garment, photo_bytes
from tests.support.fakes import FakeTagger
from wardrobe_app import startup, wiring
from wardrobe_app.config import Settings
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.services.graph.exporter import ExportFormat
from wardrobe_app.services.importing.importer import source_from_bytes
from wardrobe_app.wiring import Runtime

# Text that is something else where it is not kept as text: each one says so when it is.
NASTY: tuple[str, ...] = (
    "<script>window.ran=1</script><img src=x data-nasty onerror='window.ran=1'><b data-nasty>b</b>",
    "</script></style></title></textarea><svg onload='window.ran=1' data-nasty>",
    "**strongnasty** _emnasty_ ~~delnasty~~ `codenasty` ==marknasty==",
    "[linknasty](javascript:window.ran=1) <http://far.invalid/a> http://far.invalid/b www.far.invalid",
    "![picnasty](http://far.invalid/p.png) [x]: http://far.invalid/c",
    ":material/home: :red[rednasty] :blue-badge[badgenasty] :streamlit: :sparkles: :small[smallnasty]",
    "$mathnasty^2$ $$mathnasty$$ \\(mathnasty\\)",
    "# headnasty\n\n---\n- listnasty",
    '<b>plotnasty</b><a href="javascript:window.ran=1">p</a><br>%{x} {{x}} {0} &lt;i&gt;entitynasty',
    '=HYPERLINK("http://far.invalid","x") "\' onmouseover=window.ran=1 data-nasty x=',
    "blue -> red <- green ... -- (c) mail@far.invalid",
)
KINDS = (("blouse", (220, 120, 170)), ("skirt", (220, 120, 170)), ("trousers", (30, 40, 90)), ("shoes", (60, 140, 70)))
ON_ONE_LINE = tuple(" ".join(text.split()) for text in NASTY)


def fill(folder: Path) -> Runtime:
    # A wardrobe in which everything that anybody can name is called something nasty.
    original, wiring.make_tagger = wiring.make_tagger, lambda settings: FakeTagger()
    try:
        wardrobe = startup.build(Settings(data_dir=folder))
        _name_everything(wardrobe)
    finally:
        wiring.make_tagger = original
    (folder / "models" / "<img src=x data-nasty onerror=window.ran=1>**b**.safetensors").write_bytes(b"no checkpoint")
    return wardrobe


def _name_everything(wardrobe: Runtime) -> None:
    files = []
    for number, text in enumerate(NASTY):
        kind, colour = KINDS[number % len(KINDS)]
        files.append(
            source_from_bytes(f"{text}.jpg", photo_bytes(draw_garment(kind, colour, size=(180, 240), seed=number)))
        )
    ids = [result.garment.id for result in wardrobe.importing.importer.add(files) if result.garment]
    assert len(ids) == len(NASTY)
    for item, text in zip(ids, NASTY, strict=True):
        edit = GarmentEdit(name=text, notes=text, brand=text, size=text[:50], price=Decimal(9))
        wardrobe.catalogue.edit([item], edit)
    for item, text in zip(ids[:5], NASTY, strict=False):
        wardrobe.catalogue.correct([item], TagKind.TYPE, wardrobe.types.add(text[:60], Slot.UPPER))
    for number, text in enumerate(NASTY):
        outfit = wardrobe.outfits.saved.save(
            [ids[number], ids[(number + 1) % len(ids)], ids[(number + 5) % len(ids)]], text
        ).outfit
        if number < 3:
            wardrobe.outfits.wear_log.wear_outfit(outfit.id, wardrobe.outfits.wear_log.today())
    wardrobe.outfits.saved.reject([ids[2], ids[6]])
    trashed = list(wardrobe.importing.importer.add(files[:3], allow_duplicates=True))
    again = [result.garment.id for result in trashed if result.garment]
    for item, text in zip(again, NASTY, strict=False):
        wardrobe.catalogue.edit([item], GarmentEdit(name=text))
    wardrobe.catalogue.trash(again[:2])


def nasty_graph(wardrobe: Runtime) -> bytes:
    # A file that tells of garments that are not here, and other things of those that are.
    data = json.loads(wardrobe.graph.exporter.export_bytes(ExportFormat.JSON))
    for number, node in enumerate(node for node in data["nodes"] if node["kind"] == "item"):
        text = NASTY[number % len(NASTY)]
        node.update(size=text[:40] + "!", label=text)
        if number % 2:
            node.update(sha256=f"{number:064x}", photo="elsewhere.jpg")
    return json.dumps(data).encode()
