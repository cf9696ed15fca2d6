"""Draw explanations and predictions: heat over a photo, maps and filters in rows, cards with tags."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

from classifier.prediction import Prediction, Tier

Map = NDArray[np.float32]
Colour = tuple[int, int, int]
Row = tuple[str, Sequence[Image.Image]]

# Cold to hot: dark violet, magenta, orange, pale yellow. Lightness rises, so that it reads without colour.
_STOPS = np.array([0.0, 0.35, 0.7, 1.0])
_STOP_COLOURS = np.array([(45, 17, 90), (170, 40, 120), (245, 120, 80), (252, 245, 170)], float)
_PAPER, _INK, _GREY = (255, 255, 255), (30, 30, 30), (110, 110, 110)
_GAP_PX = 8
_TIER_MARKS = {Tier.SURE: "", Tier.CHECK: "?", Tier.UNKNOWN: "??"}


def overlay_heat(image: Image.Image, heat: Map) -> Image.Image:
    """Lay ``heat`` (h, w), 0 to 1, over an upright photo: coloured where hot, grey where cold."""
    resized = Image.fromarray(np.asarray(heat, np.float32)).resize(image.size, Image.Resampling.BICUBIC)
    hot = np.clip(np.asarray(resized, np.float32), 0, 1)[..., None]
    grey = np.asarray(image.convert("L"), np.float32)[..., None]
    opacity = 0.75 * hot  # keeps the garment visible under the strongest heat
    mixed = (1 - opacity) * grey + opacity * heat_colours(hot[..., 0])
    return Image.fromarray(np.clip(mixed, 0, 255).astype(np.uint8), "RGB")


def heat_colours(values: Map) -> NDArray[np.float64]:
    """Map values (h, w), 0 cold to 1 hot, to RGB (h, w, 3), 0 to 255."""
    return np.stack([np.interp(values, _STOPS, _STOP_COLOURS[:, channel]) for channel in range(3)], axis=-1)


def captioned(image: Image.Image, title: str, note: str = "", width: int = 360) -> Image.Image:
    """Put a large and a small line of text below an ``image``, which is enlarged to at least ``width`` pixels."""
    if image.width < width:
        image = image.resize((width, round(image.height * width / image.width)), Image.Resampling.BICUBIC)
    large = min(max(17, image.width // 28), 28)
    lines = [(title, large, _INK), (note, max(13, round(large * 0.7)), _GREY)]
    heights = [round(size * 1.4) for text, size, _ in lines if text]
    sheet = Image.new("RGB", (image.width, image.height + sum(heights) + 2 * _GAP_PX), _PAPER)
    sheet.paste(image, (0, 0))
    top, draw = image.height + _GAP_PX, ImageDraw.Draw(sheet)
    for text, size, ink in lines:
        _write(draw, (_GAP_PX, top), text, size, ink, image.width - 2 * _GAP_PX)
        top += round(size * 1.4)
    return sheet


def contact_sheet(rows: Sequence[Row], side: int = 112) -> Image.Image:
    """Arrange pictures in titled rows, each picture ``side`` x ``side`` pixels."""
    step, heading = side + _GAP_PX, 22
    columns = max(len(pictures) for _, pictures in rows)
    sheet = Image.new("RGB", (columns * step + _GAP_PX, len(rows) * (step + heading) + _GAP_PX), _PAPER)
    draw = ImageDraw.Draw(sheet)
    for number, (title, pictures) in enumerate(rows):
        top = _GAP_PX + number * (step + heading)
        _write(draw, (_GAP_PX, top), title, 14, _GREY, sheet.width - 2 * _GAP_PX)
        for column, picture in enumerate(pictures):
            square = picture.resize((side, side), Image.Resampling.BICUBIC)
            sheet.paste(square, (_GAP_PX + column * step, top + heading))
    return sheet


def tagged_card(image: Image.Image, prediction: Prediction, side: int = 150) -> Image.Image:
    """Show a photo beside its cut-out, above its palette and tags; "?" marks a tag to check, "??" an unknown one."""
    card = Image.new("RGB", (2 * side + _GAP_PX, side + 68), _PAPER)
    for number, photo in enumerate((image, prediction.mask.cut_out(image) if prediction.mask else image)):
        small = ImageOps.contain(photo, (side, side), Image.Resampling.BICUBIC)
        card.paste(small, (number * (side + _GAP_PX) + (side - small.width) // 2, (side - small.height) // 2))
    draw, left = ImageDraw.Draw(card), 0.0
    for swatch in prediction.palette:
        right = left + swatch.share * card.width
        draw.rectangle((round(left), side + 4, round(right), side + 18), fill=swatch.hex)
        left = right
    answers = [prediction.colour, prediction.pattern, prediction.attributes.get("sleeve"), prediction.type]
    tags = ", ".join(f"{answer.value}{_TIER_MARKS[answer.tier]}" for answer in answers if answer)
    _write(draw, (2, side + 22), tags, 14, _INK, card.width - 4)
    shares = ", ".join(f"{swatch.name} {swatch.share:.0%}" for swatch in prediction.palette)
    _write(draw, (2, side + 44), shares, 12, _GREY, card.width - 4)
    return card


def cards_sheet(cards: Sequence[Image.Image], columns: int = 4) -> Image.Image:
    """Arrange cards of one size row by row."""
    width, height = (length + _GAP_PX for length in cards[0].size)
    sheet = Image.new("RGB", (columns * width + _GAP_PX, math.ceil(len(cards) / columns) * height + _GAP_PX), _PAPER)
    for number, card in enumerate(cards):
        sheet.paste(card, (_GAP_PX + number % columns * width, _GAP_PX + number // columns * height))
    return sheet


def map_picture(values: Map) -> Image.Image:
    """Colour a map (h, w), stretched from its minimum to its maximum."""
    low, high = float(values.min()), float(values.max())
    stretched = (values - low) / (high - low) if high > low else np.zeros_like(values)
    return Image.fromarray(heat_colours(stretched).astype(np.uint8), "RGB")


def kernel_picture(kernel: Map, side: int) -> Image.Image:
    """Draw a filter (channels, h, w) as ``side`` x ``side`` pixels: zero is mid-grey, three channels are RGB."""
    scaled = 0.5 + 0.5 * kernel / max(float(np.abs(kernel).max()), 1e-12)
    pixels = scaled if len(kernel) == 3 else np.repeat(scaled.mean(axis=0, keepdims=True), 3, axis=0)
    picture = Image.fromarray((pixels.transpose(1, 2, 0) * 255).round().astype(np.uint8), "RGB")
    return picture.resize((side, side), Image.Resampling.NEAREST)


def stage_rows(stages: Sequence[Map], strongest: int = 7) -> list[Row]:
    """Make a row for each stage's maps (C, h, w): their mean, then the ``strongest`` channels by mean activation."""
    rows: list[Row] = []
    for number, maps in enumerate(stages, 1):
        order = np.argsort(-np.abs(maps).mean(axis=(1, 2)))[:strongest]
        channels, height, width = maps.shape
        title = f"Stage {number}: mean, then the strongest of {channels} channels, {width} x {height}"
        rows.append((title, [map_picture(maps.mean(axis=0)), *(map_picture(maps[channel]) for channel in order)]))
    return rows


def filter_rows(kernels: Map, outputs: Map | None = None, side: int = 112) -> list[Row]:
    """Arrange filters (K, channels, h, w) in rows, each followed by its output (K, h, w) for a photo, if given."""
    cells = [[kernel_picture(kernel, side)] for kernel in kernels]
    for cell, output in zip(cells, outputs if outputs is not None else (), strict=False):
        cell.append(map_picture(np.abs(output)))
    per_row = 4 if outputs is not None else max(1, math.ceil(math.sqrt(len(cells))))
    return [
        (
            f"Filters {start + 1} to {min(start + per_row, len(cells))}",
            [picture for cell in cells[start : start + per_row] for picture in cell],
        )
        for start in range(0, len(cells), per_row)
    ]


def _write(draw: ImageDraw.ImageDraw, place: tuple[int, int], text: str, size: int, ink: Colour, width: int) -> None:
    """Draw one line, in a smaller font and then shortened if it is wider than ``width`` pixels."""
    while size > 9 and ImageFont.load_default(size).getlength(text) > width:
        size -= 1
    font = ImageFont.load_default(size)
    while font.getlength(text) > width:
        text = f"{text[:-4]}..."
    draw.text(place, text, fill=ink, font=font)
