from __future__ import annotations

import io
import math
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

# Garments as a phone would see them, drawn: no photograph of a person's clothes belongs in this repository.
# Shapes are given for a canvas of 600 x 800 with its origin in the middle, and scaled to what is asked for.

Colour = tuple[int, int, int]
Point = tuple[float, float]
Pixels = NDArray[np.float32]

CANVAS_WIDTH, CANVAS_HEIGHT = 600.0, 800.0


@dataclass(frozen=True)
class Piece:
    outline: tuple[Point, ...]
    shade: float = 1.0
    colour: Colour | None = None
    round: int = 2


@dataclass(frozen=True)
class Shape:
    pieces: tuple[Piece, ...]
    seams: tuple[tuple[Point, ...], ...] = ()
    buttons: tuple[Point, ...] = ()
    hangs_from: float | None = None
    folds: tuple[tuple[Point, Point], ...] = field(default=())


def _mirrored(right: Sequence[Point]) -> tuple[Point, ...]:
    return (*right, *((-x, y) for x, y in reversed(right)))


def _both(line: Sequence[Point]) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    return tuple(line), tuple((-x, y) for x, y in line)


def _flipped(points: Iterable[Point], dx: float = 0.0, dy: float = 0.0) -> tuple[Point, ...]:
    return tuple((-x + dx, y + dy) for x, y in points)


def _moved(points: Iterable[Point], dx: float = 0.0, dy: float = 0.0) -> tuple[Point, ...]:
    return tuple((x + dx, y + dy) for x, y in points)


def _tshirt() -> Shape:
    body = _mirrored([(0, -196), (34, -206), (58, -242), (122, -222), (236, -112), (186, -46), (130, -92), (136, 232)])
    back = _mirrored([(0, -240), (58, -242), (40, -200), (0, -188)])
    neck = _both([(0, -186), (36, -197), (60, -232)])
    return Shape(
        (Piece(back, 0.62), Piece(body)),
        (
            *_both([(126, -216), (118, -150), (130, -92)]),
            *_both([(224, -120), (176, -56)]),
            *neck,
            ((-134, 222), (134, 222)),
        ),
        hangs_from=-240,
    )


def _shirt(flare: float = 0.0) -> Shape:
    body = _mirrored(
        [(0, -200), (50, -238), (120, -222), (142, -150), (126, -90), (136 + flare, 210), (80, 252), (0, 238)]
    )
    sleeve = [(112, -226), (150, -200), (216, 128), (172, 140), (126, -70)]
    collar = [(0, -196), (14, -246), (56, -250), (66, -214), (34, -164)]
    pocket = ((40, -90), (96, -92), (96, -32), (68, -18), (40, -32), (40, -90))
    back = _mirrored([(0, -246), (52, -246), (30, -206), (0, -196)])
    return Shape(
        (
            Piece(tuple(sleeve), 0.93),
            Piece(_flipped(sleeve), 0.9),
            Piece(back, 0.6),
            Piece(body),
            Piece(tuple(collar), 1.06, round=1),
            Piece(_flipped(collar), 1.06, round=1),
        ),
        (*_both([(208, 94), (166, 106)]), ((-9, -176), (-9, 238)), ((9, -186), (9, 238)), pocket),
        tuple((0.0, float(y)) for y in range(-150, 230, 56)),
        hangs_from=-246,
    )


def _blouse() -> Shape:
    body = _mirrored([(0, -120), (52, -240), (112, -226), (134, -150), (118, -60), (128, 168), (114, 190), (0, 196)])
    sleeve = [(104, -228), (156, -206), (214, -20), (220, 112), (170, 122), (146, 66), (122, -80)]
    cuff = [(220, 104), (218, 134), (174, 144), (168, 116)]
    back = _mirrored([(0, -236), (54, -242), (40, -196), (0, -116)])
    collar = [(2, -118), (30, -214), (48, -252), (70, -240), (58, -182), (22, -106)]
    bow, ribbon = [(0, -116), (58, -146), (66, -98)], [(2, -112), (26, -28), (6, -34)]
    return Shape(
        (
            Piece(tuple(sleeve), 0.94),
            Piece(_flipped(sleeve), 0.9),
            Piece(tuple(cuff), 0.82),
            Piece(_flipped(cuff), 0.8),
            Piece(back, 0.6),
            Piece(body),
            Piece(tuple(collar), 1.06),
            Piece(_flipped(collar), 1.06),
            *(Piece(tuple(part), 1.1, round=1) for part in (ribbon, _flipped(ribbon), bow, _flipped(bow))),
        ),
        (((0, -34), (0, 192)), *_both([(96, -120), (122, -76)])),
        tuple((0.0, float(y)) for y in range(0, 180, 50)),
        hangs_from=-238,
        folds=(((-74, 70), (-84, 182)), ((70, 80), (80, 182)), ((-34, 110), (-36, 182)), ((36, 100), (38, 182))),
    )


def _jumper() -> Shape:
    body = _mirrored([(0, -204), (40, -214), (58, -244), (128, -220), (150, -150), (132, -80), (140, 210), (128, 232)])
    sleeve = [(112, -228), (162, -194), (232, 130), (180, 146), (130, -60)]
    back = _mirrored([(0, -246), (58, -248), (40, -206), (0, -196)])
    return Shape(
        (Piece(tuple(sleeve), 0.93), Piece(_flipped(sleeve), 0.9), Piece(back, 0.6), Piece(body)),
        (*_both([(0, -192), (42, -204), (64, -236)]), *_both([(226, 98), (172, 112)]), ((-138, 196), (138, 196))),
        hangs_from=-244,
        folds=tuple(((float(x), 200.0), (float(x), 230.0)) for x in range(-130, 131, 13)),
    )


def _jacket() -> Shape:
    half = [(6, -150), (50, -244), (132, -226), (158, -150), (140, -80), (148, 222), (8, 232)]
    sleeve = [(118, -230), (168, -198), (240, 132), (184, 150), (136, -60)]
    lapel = [(4, -60), (40, -150), (46, -252), (74, -246), (88, -168), (66, -150), (72, -132)]
    back = _mirrored([(0, -248), (54, -248), (40, -180), (0, 20)])
    return Shape(
        (
            Piece(tuple(sleeve), 0.92),
            Piece(_flipped(sleeve), 0.88),
            Piece(back, 0.45),
            Piece(tuple(half)),
            Piece(_flipped(half), 0.97),
            Piece(tuple(lapel), 1.1, round=1),
            Piece(_flipped(lapel), 1.1, round=1),
        ),
        (*_both([(62, 96), (126, 88), (128, 108), (62, 116), (62, 96)]), *_both([(232, 92), (178, 108)])),
        ((-14, 0), (-14, 70), (-14, 140)),
        hangs_from=-248,
    )


def _trousers(ankle: float = 330) -> Shape:
    spread = 104 if ankle > 200 else 128
    leg = [(0, -290), (92, -296), (116, -150), (spread, ankle), (34 if ankle > 200 else 14, ankle + 4), (2, -70)]
    band = _mirrored([(0, -302), (94, -306), (97, -272), (0, -266)])
    return Shape(
        (Piece(tuple(leg)), Piece(_flipped(leg), 0.96), Piece(band, 0.92, round=1)),
        (*_both([(56, -270), (66, -232), (108, -206)]), ((0, -266), (0, -70)), ((18, -266), (16, -170), (0, -140))),
        ((0, -285),),
        folds=(((60, -40), (72, ankle - 10)), ((-60, -40), (-72, ankle - 10))),
    )


def _shorts() -> Shape:
    return _trousers(ankle=40)


def _skirt() -> Shape:
    body = _mirrored([(0, -196), (84, -200), (130, -60), (206, 212), (110, 230), (0, 236)])
    band = _mirrored([(0, -214), (84, -218), (88, -184), (0, -178)])
    return Shape(
        (Piece(body), Piece(band, 0.9, round=1)),
        (),
        folds=tuple(((x * 0.42, -176.0), (float(x), 224.0)) for x in (-176, -132, -88, -44, 0, 44, 88, 132, 176)),
    )


def _dress() -> Shape:
    upper = [(0, -206), (34, -224), (48, -296), (76, -294), (92, -226), (104, -190), (78, -66)]
    body = _mirrored([*upper, (124, 80), (186, 300), (90, 320), (0, 324)])
    back = _mirrored([(0, -232), (52, -250), (34, -216), (0, -200)])
    return Shape(
        (Piece(back, 0.6), Piece(body)),
        (((-80, -68), (0, -60), (80, -68)), ((-79, -54), (0, -46), (79, -54))),
        hangs_from=-290,
        folds=tuple(((x * 0.4, -44.0), (float(x), 312.0)) for x in (-150, -104, -60, -18, 26, 70, 112, 154)),
    )


def _shoes() -> Shape:
    upper = [(-130, 44), (-132, -52), (-110, -70), (-50, -66), (-20, -40), (70, -10), (122, 12), (134, 44)]
    sole = [(-138, 40), (138, 40), (140, 64), (126, 74), (-128, 74), (-140, 62)]
    opening = [(-124, -58), (-52, -56), (-60, -38), (-112, -40)]
    pieces: list[Piece] = []
    seams: list[tuple[Point, ...]] = []
    for move, dx, dy in ((_moved, -70.0, -110.0), (_flipped, 70.0, 110.0)):
        place: Callable[[Iterable[Point]], tuple[Point, ...]] = lambda p, m=move, x=dx, y=dy: m(p, x, y)  # noqa: E731
        pieces += [
            Piece(place(upper)),
            Piece(place(opening), 0.4),
            Piece(place(sole), 1.0, (236, 232, 222), round=1),
        ]
        seams += [place([(70, -10), (60, 40)]), place([(-92, -40), (-86, 40)])]
        seams += [place([(x, -44 + 0.42 * (x + 40)), (x + 20, -14 + 0.3 * (x + 40))]) for x in (-34, -14, 6, 26)]
    return Shape(tuple(pieces), tuple(seams))


def _bag() -> Shape:
    body = _mirrored([(0, -90), (150, -94), (186, 210), (176, 226), (0, 232)])
    outer = [(-84 + 16.8 * k, -92 - 190 * math.sin(math.pi * k / 10)) for k in range(11)]
    inner = [(66 - 13.2 * k, -92 - 164 * math.sin(math.pi * k / 10)) for k in range(11)]
    flap = _mirrored([(0, -98), (154, -100), (152, 16), (80, 58), (0, 66)])
    return Shape(
        (Piece((*outer, *inner), 0.8, round=1), Piece(body, 0.94), Piece(flap, 1.06)),
        (((-140, -84), (-142, 12), (-78, 48), (0, 56), (78, 48), (142, 12), (140, -84)),),
        ((0, 44),),
    )


def _hat() -> Shape:
    crown = _mirrored([(0, -130), (70, -128), (112, -60), (122, 40), (0, 62)])
    brim = _mirrored([(0, 20), (140, 8), (240, 44), (210, 96), (110, 122), (0, 128)])
    band = _mirrored([(0, 24), (118, 8), (122, 40), (0, 62)])
    return Shape((Piece(brim, 0.95), Piece(crown), Piece(band, 0.6, round=1)))


_SHAPES: dict[str, Callable[[], Shape]] = {
    "tshirt": _tshirt,
    "shirt": _shirt,
    "blouse": _blouse,
    "jumper": _jumper,
    "jacket": _jacket,
    "trousers": _trousers,
    "shorts": _shorts,
    "skirt": _skirt,
    "dress": _dress,
    "shoes": _shoes,
    "bag": _bag,
    "hat": _hat,
}
KINDS: tuple[str, ...] = tuple(_SHAPES)
PATTERNS: tuple[str, ...] = ("solid", "striped", "checked", "dotted", "floral")
BACKGROUNDS: tuple[str, ...] = ("bedspread", "door", "wood", "plain")


def draw_garment(
    kind: str = "shirt",
    colour: Colour = (60, 90, 160),
    pattern: str = "solid",
    background: str = "bedspread",
    size: tuple[int, int] = (600, 800),
    seed: int = 0,
) -> Image.Image:
    return draw_with_mask(kind, colour, pattern, background, size, seed)[0]


def draw_with_mask(
    kind: str = "shirt",
    colour: Colour = (60, 90, 160),
    pattern: str = "solid",
    background: str = "bedspread",
    size: tuple[int, int] = (600, 800),
    seed: int = 0,
) -> tuple[Image.Image, NDArray[np.bool_]]:
    picture, mask = _drawn(kind, colour, pattern, background, size, seed)
    return picture.copy(), mask.copy()


@lru_cache(maxsize=64)
def _drawn(
    kind: str, colour: Colour, pattern: str, background: str, size: tuple[int, int], seed: int
) -> tuple[Image.Image, NDArray[np.bool_]]:
    rng = np.random.default_rng([seed, zlib.crc32(f"{kind}/{pattern}/{background}".encode())])
    shape = _SHAPES[kind]()
    scene = _background(background, size, rng)
    place = _placement(size, rng, 9.0 if background in ("bedspread", "wood") else 2.0)
    if background == "door" and shape.hangs_from is not None:
        scene = _hanger(scene, shape.hangs_from, place)
    cloth = _cloth(colour, pattern, size, rng)
    folds = 1.0 + 0.16 * _clouds(size, rng, 5) + 0.05 * _clouds(size, rng, 16)
    scene = _shadow(scene, shape, place)
    whole = np.zeros((size[1], size[0]), np.bool_)
    for piece in shape.pieces:
        mask = _mask(_rounded(piece.outline, piece.round), size, place)
        whole |= mask > 0.5
        if piece.shade > 1:  # collars and lapels lie on the cloth and throw a shadow on it
            scene = scene * (1 - 0.4 * _blurred(mask, max(size) / 160))[..., None]
        fabric = cloth if piece.colour is None else np.full_like(cloth, piece.colour)
        lit = np.clip(fabric * (folds * piece.shade * _edge_shading(mask))[..., None], 0, 255)
        scene = scene * (1 - mask[..., None]) + lit * mask[..., None]
    scene = _details(scene, shape, place, dark=sum(colour) > 200)
    return Image.fromarray(_photographed(scene, rng), "RGB"), whole


def draw_product(
    kind: str = "shirt", colour: Colour = (60, 90, 160), size: tuple[int, int] = (224, 224), seed: int = 0
) -> Image.Image:
    picture, mask = draw_with_mask(kind, colour, background="plain", size=size, seed=seed)
    return Image.composite(picture, Image.new("RGB", size, "white"), Image.fromarray(mask))


def photo_bytes(image: Image.Image, format: str = "JPEG", **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, format, **options)
    return target.getvalue()


def _placement(
    size: tuple[int, int], rng: np.random.Generator, tilt: float
) -> Callable[[Iterable[Point]], list[Point]]:
    width, height = size
    scale = min(width / CANVAS_WIDTH, height / CANVAS_HEIGHT) * rng.uniform(0.97, 1.1)
    angle = math.radians(rng.uniform(-tilt, tilt))
    centre_x = width / 2 + rng.uniform(-0.02, 0.02) * width
    centre_y = height / 2 + rng.uniform(-0.015, 0.015) * height
    cos, sin = math.cos(angle) * scale, math.sin(angle) * scale

    def place(points: Iterable[Point]) -> list[Point]:
        return [(centre_x + cos * x - sin * y, centre_y + sin * x + cos * y) for x, y in points]

    return place


def _rounded(points: Sequence[Point], times: int) -> list[Point]:
    # Chaikin's corner cutting, with short cuts so that corners stay corners of cloth.
    outline = list(points)
    for _ in range(times):
        label_propagation = [*outline[1:], outline[0]]
        cut: list[Point] = []
        for (ax, ay), (bx, by) in zip(outline, label_propagation, strict=True):
            cut += [(0.91 * ax + 0.09 * bx, 0.91 * ay + 0.09 * by), (0.09 * ax + 0.91 * bx, 0.09 * ay + 0.91 * by)]
        outline = cut
    return outline


def _mask(outline: Sequence[Point], size: tuple[int, int], place: Callable[[Iterable[Point]], list[Point]]) -> Pixels:
    big = Image.new("L", (size[0] * 2, size[1] * 2))
    ImageDraw.Draw(big).polygon([(2 * x, 2 * y) for x, y in place(outline)], fill=255)
    return np.asarray(big.resize(size, Image.Resampling.BOX), np.float32) / 255


def _blurred(values: Pixels, radius: float) -> Pixels:
    picture = Image.fromarray(np.clip(values * 255, 0, 255).astype(np.uint8), "L")
    return np.asarray(picture.filter(ImageFilter.GaussianBlur(radius)), np.float32) / 255


def _edge_shading(mask: Pixels) -> Pixels:
    # Cloth curves away at its outline and is darker there.
    return 0.8 + 0.2 * _blurred(mask, max(mask.shape) / 60)


def _shadow(scene: Pixels, shape: Shape, place: Callable[[Iterable[Point]], list[Point]]) -> Pixels:
    height, width = scene.shape[:2]
    whole = np.zeros((height, width), np.float32)
    for piece in shape.pieces:
        shifted = [(x + 9, y + 13) for x, y in piece.outline]
        whole = np.maximum(whole, _mask(shifted, (width, height), place))
    return scene * (1 - 0.5 * _blurred(whole, max(width, height) / 65))[..., None]


def _details(scene: Pixels, shape: Shape, place: Callable[[Iterable[Point]], list[Point]], *, dark: bool) -> Pixels:
    height, width = scene.shape[:2]
    unit = max(1.0, min(width, height) / 600)
    seams, folds = Image.new("L", (width, height)), Image.new("L", (width, height))
    for line in shape.seams:
        ImageDraw.Draw(seams).line(place(line), fill=150, width=round(2 * unit), joint="curve")
    for line in shape.folds:
        ImageDraw.Draw(folds).line(place(line), fill=120, width=round(7 * unit))
    for x, y in place(shape.buttons):
        radius = 5.5 * unit
        ImageDraw.Draw(seams).ellipse((x - radius, y - radius, x + radius, y + radius), fill=190)
    blurred = np.asarray(folds.filter(ImageFilter.GaussianBlur(5 * unit)), np.float32)
    amount = (np.asarray(seams.filter(ImageFilter.GaussianBlur(0.6 * unit)), np.float32) + blurred)[..., None] / 255
    return scene * (1 - 0.55 * amount) if dark else scene + (120 - 0.4 * scene) * 0.5 * amount


def _hanger(scene: Pixels, top: float, place: Callable[[Iterable[Point]], list[Point]]) -> Pixels:
    picture = Image.fromarray(scene.clip(0, 255).astype(np.uint8), "RGB")
    pen = ImageDraw.Draw(picture)
    width = max(2, round(min(picture.size) / 75))
    pen.line(place([(-105, top + 30), (0, top - 24), (105, top + 30)]), fill=(176, 132, 84), width=width, joint="curve")
    hook = [(0, top - 24), (0, top - 50), (14, top - 62), (20, top - 78), (8, top - 92), (-10, top - 84)]
    pen.line(place(hook), fill=(150, 152, 156), width=max(1, width // 2), joint="curve")
    return np.asarray(picture, np.float32)


def _clouds(size: tuple[int, int], rng: np.random.Generator, cells: int) -> Pixels:
    # Smooth noise, -1 to 1: soft folds and uneven light.
    rows = max(2, round(cells * size[1] / size[0]))
    coarse = Image.fromarray(rng.uniform(-1, 1, (rows + 1, cells + 1)).astype(np.float32), "F")
    return np.asarray(coarse.resize(size, Image.Resampling.BICUBIC), np.float32)


@cache
def _grid(size: tuple[int, int]) -> tuple[Pixels, Pixels]:
    # Coordinates in the units of the 600 x 800 canvas.
    scale = min(size[0] / CANVAS_WIDTH, size[1] / CANVAS_HEIGHT)
    y, x = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
    return x / scale, y / scale


def _contrast(colour: Colour) -> Pixels:
    # What goes with the ground colour in a pattern: near-white on dark cloth, navy on light cloth.
    light = 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2] > 165
    return np.array((38, 46, 82) if light else (240, 238, 230), np.float32)


def _cloth(colour: Colour, pattern: str, size: tuple[int, int], rng: np.random.Generator) -> Pixels:
    x, y = _grid(size)
    wobble_x, wobble_y = x + 5 * _clouds(size, rng, 4), y + 5 * _clouds(size, rng, 4)
    second = _figure(pattern, wobble_x, wobble_y)[..., None]
    cloth = np.array(colour, np.float32) * (1 - second) + _contrast(colour) * second
    weave = 1 + 0.025 * np.sin(x * 1.9) * np.sin(y * 1.9) + rng.normal(0, 0.018, x.shape)
    return (cloth * weave[..., None]).astype(np.float32)


def _figure(pattern: str, x: Pixels, y: Pixels) -> Pixels:
    # The share of the second colour, 0 to 1.
    if pattern == "striped":
        return (np.mod(y, 34) < 13).astype(np.float32)
    if pattern == "checked":
        return 0.48 * (np.mod(x, 44) < 18).astype(np.float32) + 0.48 * (np.mod(y, 44) < 18).astype(np.float32)
    if pattern == "dotted":
        shifted = x + 18 * np.mod(np.floor(y / 32), 2)
        return ((np.mod(shifted, 36) - 18) ** 2 + (np.mod(y, 32) - 16) ** 2 < 49).astype(np.float32)
    if pattern == "floral":
        shifted = x + 29 * np.mod(np.floor(y / 52), 2)
        across, down = np.mod(shifted, 58) - 29, np.mod(y, 52) - 26
        petals = 13 * (0.72 + 0.28 * np.cos(5 * np.arctan2(down, across)))
        distance = np.hypot(across, down)
        return ((distance < petals) & (distance > 3.5)).astype(np.float32)
    return np.zeros_like(x)


def _background(kind: str, size: tuple[int, int], rng: np.random.Generator) -> Pixels:
    return {"bedspread": _bedspread, "door": _door, "wood": _wood, "plain": _plain}[kind](size, rng)


def _bedspread(size: tuple[int, int], rng: np.random.Generator) -> Pixels:
    x, y = _grid(size)
    ground = np.array([(226, 220, 208), (198, 208, 216), (214, 204, 210)][int(rng.integers(3))], np.float32)
    across, down = np.mod(x + y, 92) / 92, np.mod(x - y, 92) / 92
    quilt = np.minimum(np.minimum(across, 1 - across), np.minimum(down, 1 - down))
    light = 0.9 + 0.1 * np.clip(quilt * 7, 0, 1) + 0.07 * _clouds(size, rng, 4) + 0.03 * _clouds(size, rng, 13)
    return ground * light[..., None]


def _door(size: tuple[int, int], rng: np.random.Generator) -> Pixels:
    ground = np.array([(232, 229, 221), (216, 222, 222), (222, 208, 186)][int(rng.integers(3))], np.float32)
    picture = Image.new("L", size, 235)
    pen = ImageDraw.Draw(picture)
    width, height = size
    for left in (0.07, 0.55):
        for top, bottom in ((0.04, 0.44), (0.52, 0.96)):
            box = (left * width, top * height, (left + 0.38) * width, bottom * height)
            bevel = max(2, min(size) // 60)
            pen.rectangle(box, fill=205)
            pen.rectangle((box[0] + bevel, box[1] + bevel, box[2], box[3]), fill=248)
            pen.rectangle((box[0] + bevel, box[1] + bevel, box[2] - bevel, box[3] - bevel), fill=230)
    relief = np.asarray(picture.filter(ImageFilter.GaussianBlur(1)), np.float32) / 235
    return ground * (relief + 0.02 * _clouds(size, rng, 6))[..., None]


def _wood(size: tuple[int, int], rng: np.random.Generator) -> Pixels:
    x, y = _grid(size)
    ground = np.array([(176, 132, 88), (148, 106, 72), (196, 160, 116)][int(rng.integers(3))], np.float32)
    plank = np.floor(x / 118).astype(int)
    tone = rng.uniform(0.88, 1.08, plank.max() + 1)[plank]
    grain = 0.05 * np.sin((x + 9 * _clouds(size, rng, 3) + 0.015 * y + 40 * tone) * 0.62) + 0.04 * _clouds(
        size, rng, 40
    )
    gap = np.where(np.mod(x, 118) < 2.5, 0.5, 1.0)
    return ground * ((tone + grain) * gap)[..., None].astype(np.float32)


def _plain(size: tuple[int, int], rng: np.random.Generator) -> Pixels:
    ground = np.array([(230, 230, 228), (214, 218, 222), (234, 226, 214)][int(rng.integers(3))], np.float32)
    return ground * (1 + 0.02 * _clouds(size, rng, 3))[..., None]


def _photographed(scene: Pixels, rng: np.random.Generator) -> NDArray[np.uint8]:
    # Light falls in from a side, the corners are darker, and the sensor is noisy.
    height, width = scene.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    angle = rng.uniform(0, 2 * math.pi)
    light = 1.0 + 0.1 * (math.cos(angle) * x + math.sin(angle) * y) - 0.07 * (x * x + y * y)
    warmth = np.array([1.0, 1.0, 1.0]) + np.array([1.0, 0.0, -1.0]) * rng.uniform(-0.015, 0.03)
    noise = rng.normal(0, 2.6, (height, width, 1)) + rng.normal(0, 1.4, scene.shape)
    return (scene * light[..., None] * warmth + noise).clip(0, 255).astype(np.uint8)
