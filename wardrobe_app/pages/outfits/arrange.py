"""Arrange an outfit by hand: a saved one (``?outfit=3``), a copy of one (``?copy=3``), or garments (``?items=1,2``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from zlib import crc32

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.outfits import canvas
from wardrobe_app.components.shared import address, empty_state, notices
from wardrobe_app.components.shared.formatting import count_of, number_in, plain
from wardrobe_app.components.shared.notices import Said, action
from wardrobe_app.components.shared.widgets import button, cards
from wardrobe_app.domain.errors import ChangedElsewhere
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.placement import Placement
from wardrobe_app.domain.garments.wear_log import OutfitState, SavedOutfit
from wardrobe_app.domain.limits import LONGEST_OUTFIT_NAME

SAVED_SHOWN = 12
PICTURE_PX = 320

rt = notices.opened(startup.current)
service, collages = rt.outfits.saved, rt.outfits.collages


def open_outfit(which: Mapping[str, str]) -> None:
    address.change({name: which.get(name) for name in ("outfit", "copy", "items", "new")})


@action
def save(name: str, placements: tuple[Placement, ...], version: str) -> Said:
    if editing is not None and version != version_of(editing):
        raise ChangedElsewhere("This outfit was changed in another tab. Copy it to keep both, or open it again.")
    done = service.arrange(placements, name, editing)
    open_outfit({"outfit": str(done.outfit.id)})
    return f"Saved as “{done.outfit.name}”.", partial(service.take_back, done)


def laid_out(ids: Iterable[int]) -> Sequence[Placement]:
    return collages.arrange(garments[item] for item in ids if item in garments)


def lying(outfit: SavedOutfit) -> tuple[Placement, ...]:
    placed = outfit.arrangement or laid_out(outfit.item_ids)
    return tuple(one for one in placed if one.item_id in garments)


def version_of(outfit: SavedOutfit) -> str:
    return str(crc32(repr((outfit.name, outfit.item_ids, outfit.arrangement)).encode()))


def stage_of() -> canvas.Stage:
    if editing is not None:
        return canvas.Stage(f"outfit {editing.id}", version_of(editing), lying(editing), editing.name, "Save changes")
    if copied is not None:
        name = f"Copy of {copied.name}"[:LONGEST_OUTFIT_NAME]
        return canvas.Stage(f"copy {copied.id}", "", lying(copied), name, "Save as a new outfit")
    items = [number_in(word) for word in address.read("items").split(",")]
    begun = tuple(laid_out(item for item in dict.fromkeys(items) if item in garments))
    return canvas.Stage(f"new {sorted(one.item_id for one in begun)} {address.read('new')}", "", begun)


st.title("Arrange", anchor=False)
garments: dict[int, Garment] = {garment.id: garment for garment in rt.catalogue.garments()}
if len(garments) < 2:
    empty_state.stop("outfits", "No outfits yet", "Outfits need at least two garments.")

saved = {outfit.id: outfit for outfit in service.all(OutfitState.SAVED)}
asked, from_copy = number_in(address.read("outfit")), number_in(address.read("copy"))
editing, copied = saved.get(asked), saved.get(from_copy)
if (asked and editing is None) or (from_copy and copied is None):
    st.info("That outfit no longer exists. You can arrange a new one.", icon=":material/info:")

with st.container(horizontal=True, vertical_alignment="center"):
    title = plain(editing.name) if editing else f"Copy of {plain(copied.name)}" if copied else "New outfit"
    st.markdown(f"**{title}**", width="stretch")
    if editing is not None:
        button("Copy to vary", "content_copy", open_outfit, {"copy": str(editing.id)}, key="arrange_copy")
    if editing is not None or copied is not None:
        button("New", "add", open_outfit, {"new": str(len(saved))}, key="arrange_new", type="tertiary")
stage = stage_of()
begun_with = editing or copied
missing = len(begun_with.item_ids) - len(stage.placements) if begun_with else 0
if missing:
    words = f"{count_of(missing, 'garment')} of it archived or in the trash. Saving leaves out what is not here."
    st.caption(f":material/inventory_2: {words}")
found = rt.catalogue.search(canvas.words(), canvas.IN_TRAY + 1).garments
canvas.draw(
    stage,
    [garments[one.item_id] for one in stage.placements],
    found,
    partial(collages.pictures, side=PICTURE_PX),
    laid_out,
    save,
)

if saved:
    st.header("Saved outfits", anchor=False)
    for outfit in cards(list(saved.values())[:SAVED_SHOWN], 170, "arrange_saved"):
        worn = [garments[item] for item in outfit.item_ids if item in garments]
        st.image(collages.svg(worn, side=200), alt=f"Flat lay: {outfit.name}", width="stretch")
        st.caption(plain(outfit.name))
        with st.container(horizontal=True, gap="xsmall"):
            key = str(outfit.id)
            button("Arrange", "edit", open_outfit, {"outfit": key}, key=f"arrange_{key}", type="tertiary")
            button("Copy", "content_copy", open_outfit, {"copy": key}, key=f"copy_{key}", type="tertiary")
