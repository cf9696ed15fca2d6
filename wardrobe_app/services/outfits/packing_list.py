"""Write a packing list, as text to tick off and as CSV."""

from __future__ import annotations

import io
from collections.abc import Sequence

from wardrobe_app.domain.compatibility.pair_scores import part_of
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.outfits.capsule import Capsule
from wardrobe_app.domain.outfits.outfit import PARTS
from wardrobe_app.services.storage.csv_cells import guarded, write_rows

COLUMNS = ("part", "garment", "number", "type", "colour", "brand", "size")


def as_text(capsule: Capsule, purpose: str = "") -> str:
    """List the garments by role with boxes to tick; ``purpose`` follows the title."""
    outfits = f"{capsule.outfits} outfit{'' if capsule.outfits == 1 else 's'}"
    title = f"Packing list{purpose}: {len(capsule.items)} garments, {outfits}"
    lines = [title, "=" * len(title)]
    last = None
    for item in capsule.items:
        part = part_of(item)
        if part is not None and part is not last:
            lines += ["", PARTS[part]]
            last = part
        lines.append(f"[ ] {_line(item)}")
    lines += ["", "Outfits"] if capsule.examples else []
    lines += [f"{number}. {_titles(outfit.items)}" for number, outfit in enumerate(capsule.examples, 1)]
    return "\n".join(lines) + "\n"


def as_csv(items: Sequence[Garment]) -> bytes:
    """Return the garments as CSV, UTF-8 with a byte order mark for spreadsheets; no cell runs as a formula."""
    written = io.StringIO(newline="")
    write_rows(written, [COLUMNS])
    for item in items:
        cells = (_part(item), item.title, str(item.id), item.type_label, item.colour or "", item.brand, item.size)
        write_rows(written, [[guarded(" ".join(cell.split())) for cell in cells]])
    return written.getvalue().encode("utf-8-sig")


def _line(item: Garment) -> str:
    return f"{' '.join(item.title.split())} (number {item.id})"


def _titles(items: Sequence[Garment]) -> str:
    return ", ".join(" ".join(item.title.split()) for item in items)


def _part(item: Garment) -> str:
    part = part_of(item)
    return part.value if part else "not known"
