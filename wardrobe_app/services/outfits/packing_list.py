"""Write capsules and packing lists, as text to tick off and as CSV."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from wardrobe_app.domain.compatibility.pair_scores import part_of
from wardrobe_app.domain.compatibility.roles import Role
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.outfits.capsule import Capsule
from wardrobe_app.domain.outfits.outfit import ORDER, PARTS, Outfit
from wardrobe_app.domain.outfits.packing import PackingLine, PackingList
from wardrobe_app.services.storage.csv_cells import guarded, write_rows

COLUMNS = ("part", "garment", "number", "type", "colour", "brand", "size")


def as_text(capsule: Capsule, purpose: str = "") -> str:
    """List the garments by role with boxes to tick; ``purpose`` follows the title."""
    outfits = f"{capsule.outfits} outfit{'' if capsule.outfits == 1 else 's'}"
    title = f"Packing list{purpose}: {len(capsule.items)} garments, {outfits}"
    days = [f"{number}. {_titles(outfit.items)}" for number, outfit in enumerate(capsule.examples, 1)]
    return _text([title], [(item, False) for item in capsule.items], (), days)


def list_as_text(found: PackingList, garments: Mapping[int, Garment], outfits: Sequence[Outfit]) -> str:
    """Write a packing list with boxes, ticked where a line is packed, and the outfits of its days."""
    head = [f"{found.name}: {found.days} {'day' if found.days == 1 else 'days'}"]
    if found.starts_on is not None:
        head.append(f"{found.dates[0].isoformat()} to {found.dates[-1].isoformat()}")
    head += [found.note] if found.note else []
    items = [(item, line.packed) for line in found.lines if (item := _item(line, garments)) is not None]
    items.sort(key=lambda one: _order(one[0]))
    own = [(line.text, line.packed) for line in found.lines if line.item_id is None]
    days = [
        f"{found.dates[number].isoformat() if found.dates else f'Day {number + 1}'}: {_titles(outfit.items)}"
        for number, outfit in enumerate(outfits)
    ]
    return _text(head, items, own, days)


def list_as_csv(found: PackingList, garments: Mapping[int, Garment]) -> bytes:
    """Write a packing list as ``as_csv`` does, with what is packed; lines in words have no number."""
    rows = []
    for line in found.lines:
        item = _item(line, garments)
        if item is not None or line.text:
            cells = _cells(item) if item is not None else ("", line.text, *[""] * (len(COLUMNS) - 2))
            rows.append((*cells, "yes" if line.packed else "no"))
    return _csv((*COLUMNS, "packed"), rows)


def _text(
    head: Sequence[str], items: Sequence[tuple[Garment, bool]], own: Sequence[tuple[str, bool]], outfits: Sequence[str]
) -> str:
    lines = [head[0], "=" * len(head[0]), *head[1:]]
    last = None
    for item, packed in items:
        part = part_of(item)
        if part is not None and part is not last:
            lines += ["", PARTS[part]]
            last = part
        lines.append(f"{_box(packed)} {_line(item)}")
    lines += ["", "Other things", *(f"{_box(packed)} {text}" for text, packed in own)] if own else []
    lines += ["", "Outfits", *outfits] if outfits else []
    return "\n".join(lines) + "\n"


def _item(line: PackingLine, garments: Mapping[int, Garment]) -> Garment | None:
    return garments.get(line.item_id) if line.item_id is not None else None


def _box(packed: bool) -> str:
    return "[x]" if packed else "[ ]"


def _order(item: Garment) -> int:
    return ORDER.index(part_of(item) or Role.PRIVATE)


def as_csv(items: Sequence[Garment]) -> bytes:
    """Return the garments as CSV, UTF-8 with a byte order mark for spreadsheets; no cell runs as a formula."""
    return _csv(COLUMNS, [_cells(item) for item in items])


def _csv(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    written = io.StringIO(newline="")
    write_rows(written, [head])
    for cells in rows:
        write_rows(written, [[guarded(" ".join(cell.split())) for cell in cells]])
    return written.getvalue().encode("utf-8-sig")


def _cells(item: Garment) -> tuple[str, ...]:
    return (_part(item), item.title, str(item.id), item.type_label, item.colour or "", item.brand, item.size)


def _line(item: Garment) -> str:
    return f"{' '.join(item.title.split())} (number {item.id})"


def _titles(items: Sequence[Garment]) -> str:
    return ", ".join(" ".join(item.title.split()) for item in items)


def _part(item: Garment) -> str:
    part = part_of(item)
    return part.value if part else "not known"
