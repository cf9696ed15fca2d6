"""The canvas in the browser: garments are dragged, sized and turned on a square, and saved as an outfit.

What lies on it is known in the browser alone until it is saved. It asks for garments to add, and for a layout.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from wardrobe_app.components.shared.widgets import elements, handle, handled, outbox, text_of
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.placement import Placement
from wardrobe_app.domain.limits import LONGEST_OUTFIT_NAME
from wardrobe_app.domain.outfits.collage import shape, usual_width

if TYPE_CHECKING:
    from wardrobe_app.services.storage.garment_pictures import GarmentPicture

CANVAS: Final = "outfit_canvas"
IN_TRAY: Final = 48
MOST_PIECES: Final = 40
_SCRIPTS: Final = ("buttons.js", "canvas_state.js", "canvas_input.js", "canvas.js")
_WORDS: Final = "canvas_words"
_LAYOUT: Final = "canvas_layout"
_SAVED: Final = "canvas_saved"
PicturesOf = Callable[[Iterable[Garment]], Mapping[int, "GarmentPicture | None"]]

_mount = st.components.v2.component(
    "wardrobe_canvas",
    css=text_of(__package__, "web", "canvas.css"),
    js=outbox() + elements() + text_of(__package__, "web", *_SCRIPTS),
    isolate_styles=False,
)


@dataclass(frozen=True, slots=True)
class Stage:
    """What is arranged: its ``key``, a ``version`` that changes with it, how its garments lie, and its name."""

    key: str
    version: str = ""
    placements: tuple[Placement, ...] = ()
    name: str = ""
    saving: str = "Save outfit"


def words() -> str:
    """What is searched for in the tray."""
    return str(st.session_state.get(_WORDS, ""))


def draw(
    stage: Stage,
    pieces: Sequence[Garment],
    tray: Sequence[Garment],
    pictures_of: PicturesOf,
    arrange: Callable[[Sequence[int]], Sequence[Placement]],
    save: Callable[[str, tuple[Placement, ...], str], bool],
) -> None:
    """Draw the canvas with the garments of the stage (``pieces``), and beside it those of the tray to add.

    ``arrange`` lays out garments by their ids, ``save`` is called with a name, placements and the version they began
    with, and returns whether it worked.
    """
    some = tray[:IN_TRAY]
    known = pictures_of([*pieces, *some])
    note = "No garments match." if not some else f"The newest {IN_TRAY}. Search for others." if tray != some else ""
    data = {
        "stage": stage.key,
        "version": stage.version,
        "name": stage.name,
        "saving": stage.saving,
        "pieces": [_written(one) for one in stage.placements],
        "pictures": [_card(item, known[item.id]) for item in pieces],
        "tray": [_card(item, known[item.id]) for item in some],
        "note": note,
        "layout": st.session_state.get(_LAYOUT),
        "saved": st.session_state.get(_SAVED),
        "handled": handled(CANVAS),
    }
    handlers: dict[str, Callable[[Mapping[str, Any]], object]] = {
        "search": lambda value: st.session_state.update({_WORDS: str(value.get("words", ""))[:200]}),
        "layout": lambda value: _lay_out(value, arrange),
        "save": lambda value: _save(value, save),
    }
    _mount(key=CANVAS, data=data, on_sent_change=lambda: handle(CANVAS, handlers))


def _card(item: Garment, picture: GarmentPicture | None) -> dict[str, Any]:
    ratio = shape(picture.ratio) if picture else 1.0
    return {
        "id": item.id,
        "title": item.title,
        "src": picture.uri if picture else "",
        "ratio": ratio,
        "cut": picture is not None and picture.is_cut_out,
        "width": round(usual_width(item, ratio), 3),
    }


def _written(one: Placement) -> dict[str, Any]:
    return {"id": one.item_id, "x": one.x, "y": one.y, "width": one.width, "rotation": one.rotation}


def _lay_out(value: Mapping[str, Any], arrange: Callable[[Sequence[int]], Sequence[Placement]]) -> None:
    sent = value.get("ids")
    ids = [one for one in sent if isinstance(one, int)] if isinstance(sent, list) else []
    st.session_state[_LAYOUT] = {
        "number": handled(CANVAS),
        "pieces": [_written(one) for one in arrange(ids[:MOST_PIECES])],
    }


def _save(value: Mapping[str, Any], save: Callable[[str, tuple[Placement, ...], str], bool]) -> None:
    sent = value.get("pieces")
    placements = tuple(placements_in(sent[:MOST_PIECES])) if isinstance(sent, list) else ()
    if save(str(value.get("name", ""))[:LONGEST_OUTFIT_NAME], placements, str(value.get("version", ""))):
        st.session_state[_SAVED] = str(value.get("stage", ""))


def placements_in(sent: Iterable[object]) -> Iterable[Placement]:
    """Yield the placements that a browser sent, from the lowest up; anything else is left out."""
    for layer, one in enumerate(sent):
        if not isinstance(one, dict) or not isinstance(one.get("id"), int):
            continue
        numbers = [one.get(name) for name in ("x", "y", "width", "rotation")]
        if all(isinstance(number, int | float) for number in numbers):
            x, y, width, rotation = (float(number) for number in numbers if number is not None)
            yield Placement(one["id"], x, y, width, rotation, layer)
