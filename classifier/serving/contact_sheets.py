"""Explanations as pictures: heat over a photo, maps and filters as contact sheets, captions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

from classifier.prediction import Prediction, Tier

Map = NDArray[np.float32]
Colour = tuple[int, int, int]

# From cold to hot: dark violet, magenta, orange, pale yellow. Lightness rises, so that it reads without colour.
_STOPS = np.array([0.0, 0.35, 0.7, 1.0])
_COLOURS = np.array([(45, 17, 90), (170, 40, 120), (245, 120, 80), (252, 245, 170)], float)
_PAPER, _INK, _GREY = (255, 255, 255), (30, 30, 30), (110, 110, 110)
_GAP = 8
_DOUBT = {Tier.SURE: "", Tier.CHECK: "?", Tier.UNKNOWN: "??"}


def heated(image: Image.Image, heat: Map) -> Image.Image:
    """An upright photo with ``heat`` (h, w), 0 to 1, on it: colour where it is hot, grey where it is cold."""
    size = image.size
    spread = Image.fromarray(np.asarray(heat, np.float32)).resize(size, Image.Resampling.BICUBIC)
    hot = np.clip(np.asarray(spread, np.float32), 0, 1)[..., None]
    grey = np.asarray(image.convert("L"), np.float32)[..., None]
    share = 0.75 * hot  # the garment is to be seen under much heat, too
    mixed = (1 - share) * grey + share * colours(hot[..., 0])
    return Image.fromarray(np.clip(mixed, 0, 255).astype(np.uint8), "RGB")


def colours(values: Map) -> NDArray[np.float64]:
    """(h, w, 3), red, green and blue from 0 to 255, for values (h, w) from 0, cold, to 1, hot."""
    return np.stack([np.interp(values, _STOPS, _COLOURS[:, channel]) for channel in range(3)], axis=-1)


def captioned(image: Image.Image, title: str, note: str = "", width: int = 360) -> Image.Image:
    """The ``image``, at least ``width`` pixels wide, over a line in large letters and one in small ones."""
    if image.width < width:
        image = image.resize((width, round(image.height * width / image.width)), Image.Resampling.BICUBIC)
    large = min(max(17, image.width // 28), 28)
    lines = [(title, large, _INK), (note, max(13, round(large * 0.7)), _GREY)]
    heights = [round(size * 1.4) for text, size, _ in lines if text]
    sheet = Image.new("RGB", (image.width, image.height + sum(heights) + 2 * _GAP), _PAPER)
    sheet.paste(image, (0, 0))
    top, draw = image.height + _GAP, ImageDraw.Draw(sheet)
    for text, size, ink in lines:
        _write(draw, (_GAP, top), text, size, ink, image.width - 2 * _GAP)
        top += round(size * 1.4)
    return sheet


def contact_sheet(rows: Sequence[tuple[str, Sequence[Image.Image]]], side: int = 112) -> Image.Image:
    """Rows of square pictures, ``side`` pixels each, every row under its name."""
    columns = max(len(pictures) for _, pictures in rows)
    step, head = side + _GAP, 22
    sheet = Image.new("RGB", (columns * step + _GAP, len(rows) * (step + head) + _GAP), _PAPER)
    draw = ImageDraw.Draw(sheet)
    for number, (name, pictures) in enumerate(rows):
        top = _GAP + number * (step + head)
        _write(draw, (_GAP, top), name, 14, _GREY, sheet.width - 2 * _GAP)
        for column, picture in enumerate(pictures):
            sheet.paste(picture.resize((side, side), Image.Resampling.BICUBIC), (_GAP + column * step, top + head))
    return sheet


def tagged_card(image: Image.Image, found: Prediction, side: int = 150) -> Image.Image:
    """A photo beside its cut-out, over its palette and its tags; a tag that is not sure has a question mark."""
    card = Image.new("RGB", (2 * side + _GAP, side + 68), _PAPER)
    photos = (image, found.mask.cut_out(image) if found.mask else image)
    for number, photo in enumerate(photos):
        small = ImageOps.contain(photo, (side, side), Image.Resampling.BICUBIC)
        card.paste(small, (number * (side + _GAP) + (side - small.width) // 2, (side - small.height) // 2))
    draw, left = ImageDraw.Draw(card), 0.0
    for swatch in found.palette:
        right = left + swatch.share * card.width
        draw.rectangle((round(left), side + 4, round(right), side + 18), fill=swatch.hex)
        left = right
    answers = [found.colour, found.pattern, found.attributes.get("sleeve"), found.type]
    words = [f"{answer.value}{_DOUBT[answer.tier]}" for answer in answers if answer]
    _write(draw, (2, side + 22), ", ".join(words), 14, _INK, card.width - 4)
    _write(draw, (2, side + 44), ", ".join(f"{s.name} {s.share:.0%}" for s in found.palette), 12, _GREY, card.width - 4)
    return card


def cards_sheet(cards: Sequence[Image.Image], columns: int = 4) -> Image.Image:
    """Cards of one size, row by row."""
    wide, high = (part + _GAP for part in cards[0].size)
    sheet = Image.new("RGB", (columns * wide + _GAP, math.ceil(len(cards) / columns) * high + _GAP), _PAPER)
    for number, card in enumerate(cards):
        sheet.paste(card, (_GAP + number % columns * wide, _GAP + number // columns * high))
    return sheet


def map_picture(values: Map) -> Image.Image:
    """One map (h, w) in colours, stretched from its least to its greatest value."""
    return Image.fromarray(colours(_stretched(values)).astype(np.uint8), "RGB")


def kernel_picture(kernel: Map, side: int) -> Image.Image:
    """One filter (channels, h, w) as ``side`` x ``side`` pixels, zero as mid-grey; three channels in colour."""
    scaled = 0.5 + 0.5 * kernel / max(float(np.abs(kernel).max()), 1e-12)
    pixels = scaled if len(kernel) == 3 else np.repeat(scaled.mean(axis=0, keepdims=True), 3, axis=0)
    picture = Image.fromarray((pixels.transpose(1, 2, 0) * 255).round().astype(np.uint8), "RGB")
    return picture.resize((side, side), Image.Resampling.NEAREST)


def stage_rows(stages: Sequence[Map], strongest: int = 7) -> list[tuple[str, list[Image.Image]]]:
    """Each stage's maps (C, h, w) as a row: their mean, then the ``strongest`` channels, which are the most active."""
    rows = []
    for number, maps in enumerate(stages, 1):
        order = np.argsort(-np.abs(maps).mean(axis=(1, 2)))[:strongest]
        channels, height, width = maps.shape
        name = f"Stage {number}: mean, then the strongest of {channels} channels, {width} x {height}"
        rows.append((name, [map_picture(maps.mean(axis=0)), *(map_picture(maps[channel]) for channel in order)]))
    return rows


def filter_rows(kernels: Map, answers: Map | None = None, side: int = 112) -> list[tuple[str, list[Image.Image]]]:
    """Filters (K, channels, h, w) in rows, each before its answer (K, h, w) to a photo where that is given."""
    cells = []
    for number, kernel in enumerate(kernels):
        cells.append(kernel_picture(kernel, side))
        if answers is not None:
            cells.append(map_picture(np.abs(answers[number])))
    width = 8 if answers is not None else max(1, math.ceil(math.sqrt(len(cells))))
    per = 2 if answers is not None else 1
    return [
        (f"Filters {start // per + 1} to {min(start + width, len(cells)) // per}", cells[start : start + width])
        for start in range(0, len(cells), width)
    ]


def _stretched(values: Map) -> Map:
    least, most = float(values.min()), float(values.max())
    return (values - least) / (most - least) if most > least else np.zeros_like(values)


def _write(draw: ImageDraw.ImageDraw, place: tuple[int, int], text: str, size: int, ink: Colour, width: int) -> None:
    """One line: in smaller letters if it would be wider than ``width`` pixels, cut short if that is not enough."""
    while size > 9 and ImageFont.load_default(size).getlength(text) > width:
        size -= 1
    font = ImageFont.load_default(size)
    while font.getlength(text) > width:
        text = f"{text[:-4]}..."
    draw.text(place, text, fill=ink, font=font)
