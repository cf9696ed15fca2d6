"""What the grid says of a garment: its title, its marks and which picture it shows."""

from __future__ import annotations

import base64
import mimetypes
from collections.abc import Iterable
from typing import Any

from wardrobe_app.components.shared.photos import PathOf
from wardrobe_app.domain.garments import availability
from wardrobe_app.domain.garments.garment import Garment, Photo, TagKind

_OF_TIER = {"unknown": ("unknown", "unknown"), "check": ("check", "needs review")}


def card(garment: Garment, cut_outs: bool) -> dict[str, Any]:
    """The garment's title, version, picture and marks: a key and whether it is cut out, a kind and words each."""
    return {
        "title": garment.title,
        "version": garment.version,
        "photo": _picture(garment.cover, cut_outs),
        "cut": cut_outs and garment.cover is not None and garment.cover.has_cut_out,
        "marks": list(_marks(garment)),
    }


def pictures(garments: Iterable[Garment], path_of: PathOf, cut_outs: bool) -> dict[str, str | None]:
    """The pictures of ``garments`` as data URLs by their keys; None for one whose file is missing."""
    shown = {_picture(one.cover, cut_outs): path_of(one.cover) for one in garments if one.cover}
    found: dict[str, str | None] = {}
    for key, path in shown.items():
        kind = mimetypes.guess_type(path.name)[0] or "image/jpeg"
        try:
            found[key] = f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
        except OSError:
            found[key] = None
    return found


def _picture(photo: Photo | None, cut_outs: bool) -> str:
    """A key that changes with the picture that stands for a garment; empty without any."""
    if photo is None:
        return ""
    return f"{photo.id}.{photo.mask_model}" if cut_outs and photo.has_cut_out else str(photo.id)


def _marks(garment: Garment) -> Iterable[tuple[str, str]]:
    if garment.favourite:
        yield "favourite", "favourite"
    if garment.status is not None:
        yield "status", availability.words(garment)
    tag = garment.tags.get(TagKind.TYPE)
    if tag is None:
        yield "untagged", "no tags yet"
    elif tag.tier in _OF_TIER:
        yield _OF_TIER[tag.tier]
    if garment.archived_at is not None:
        yield "archived", "archived"
