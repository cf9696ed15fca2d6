from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.support.drawing import photo_bytes
from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.garments.garment import Garment, TagKind, TagSource
from wardrobe_app.domain.garments.tag_reliability import colours_of, shade_of
from wardrobe_app.services.importing.importer import source_from_bytes
from wardrobe_app.wiring import Runtime


@pytest.fixture
def garment(runtime: Runtime) -> Garment:
    photo = Image.new("RGB", (300, 400), (200, 30, 40))
    photo.paste((26, 36, 78), (150, 0, 300, 400))
    (result,) = runtime.importing.importer.add([source_from_bytes("a.png", photo_bytes(photo, "PNG"))])
    assert result.garment
    return result.garment


@pytest.mark.parametrize(
    ("x", "y", "name"),
    [(0.2, 0.5, "red"), (0.8, 0.5, "navy"), (0.0, 0.0, "red"), (1.0, 1.0, "navy"), (-3.0, 9.0, "red")],
)
def test_the_colour_of_a_place_is_read(runtime: Runtime, garment: Garment, x: float, y: float, name: str) -> None:
    assert garment.cover
    found = runtime.tagging.colour_picker.at(garment.cover, x, y)
    assert found.name == name
    assert found.hex.startswith("#")


def test_the_picture_to_click_on_has_the_photo_s_shape(runtime: Runtime, garment: Garment) -> None:
    assert garment.cover
    assert Image.open(io.BytesIO(runtime.tagging.colour_picker.picture(garment.cover))).size == (300, 400)


def test_a_picked_colour_counts_in_comparisons_and_can_be_taken_back(runtime: Runtime, garment: Garment) -> None:
    first = runtime.catalogue.set_colour(garment.id, "navy", "#1a244e")
    found = runtime.catalogue.get(garment.id)
    assert found.tags[TagKind.COLOUR].source is TagSource.PERSON
    assert [swatch.hex for swatch in colours_of(found)] == ["#1a244e"]
    shade = shade_of(found)
    assert shade
    assert (shade.name, shade.hex) == ("navy", "#1a244e")
    second = runtime.catalogue.set_colour(garment.id, "blue", "#2040a0")
    runtime.catalogue.undo(second)
    assert [swatch.hex for swatch in colours_of(runtime.catalogue.get(garment.id))] == ["#1a244e"]
    runtime.catalogue.undo(first)
    assert runtime.catalogue.get(garment.id).tags[TagKind.COLOUR].source is TagSource.MODEL


def test_naming_the_colour_afterwards_forgets_the_picked_shade(runtime: Runtime, garment: Garment) -> None:
    runtime.catalogue.set_colour(garment.id, "navy", "#1a244e")
    runtime.catalogue.correct([garment.id], TagKind.COLOUR, "red")
    found = runtime.catalogue.get(garment.id)
    assert found.tags[TagKind.COLOUR].shade is None
    assert all(swatch.name == "red" for swatch in colours_of(found))


@pytest.mark.parametrize(("name", "shade"), [("mauve", "#1a244e"), ("navy", "blue"), ("navy", "#12345g"), ("navy", "")])
def test_what_is_no_colour_is_refused(runtime: Runtime, garment: Garment, name: str, shade: str) -> None:
    with pytest.raises(InvalidEdit):
        runtime.catalogue.set_colour(garment.id, name, shade)
