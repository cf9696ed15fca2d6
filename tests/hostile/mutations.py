from __future__ import annotations

import random
import struct
import zlib

_EXTREMES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)


def mutated(sample: bytes, others: list[bytes], chance: random.Random) -> bytes:
    # One to three injuries; half of them in the first part of the file, where the decisions are made.
    data = bytearray(sample)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        chance.choice(_INJURIES)(data, others, chance)
        if not data:
            return sample[: chance.randrange(len(sample))]
    made = bytes(data)
    # Without its sums put right again, a PNG would be refused before any of it is decoded.
    return with_png_sums(made) if made.startswith(b"\x89PNG") and chance.random() < 0.7 else made


def _place(data: bytearray, chance: random.Random) -> int:
    return chance.randrange(min(len(data), 400) if chance.random() < 0.5 else len(data))


def _flip(data: bytearray, others: list[bytes], chance: random.Random) -> None:
    for _ in range(chance.choice((1, 1, 2, 8))):
        data[_place(data, chance)] ^= 1 << chance.randrange(8)


def _overwrite(data: bytearray, others: list[bytes], chance: random.Random) -> None:
    data[_place(data, chance)] = chance.randrange(256)


def _cut(data: bytearray, others: list[bytes], chance: random.Random) -> None:
    del data[_place(data, chance) :]


def _drop(data: bytearray, others: list[bytes], chance: random.Random) -> None:
    at = _place(data, chance)
    del data[at : at + chance.choice((1, 2, 4, 16, 64, 512))]


def _repeat(data: bytearray, others: list[bytes], chance: random.Random) -> None:
    at = _place(data, chance)
    part = bytes(data[at : at + chance.choice((1, 4, 16, 64, 512))])
    data[at:at] = part * chance.choice((1, 2, 8))


def _splice(data: bytearray, others: list[bytes], chance: random.Random) -> None:
    other = chance.choice(others)
    start = chance.randrange(len(other))
    part = other[start : start + chance.choice((4, 16, 64, 512))]
    at = _place(data, chance)
    data[at : at + (len(part) if chance.random() < 0.5 else 0)] = part


def _exchange_the_rest(data: bytearray, others: list[bytes], chance: random.Random) -> None:
    at, other = _place(data, chance), chance.choice(others)
    data[at:] = other[at:]


def _lie_about_a_number(data: bytearray, others: list[bytes], chance: random.Random) -> None:
    width, order = chance.choice("BHI"), chance.choice("<>")
    size = struct.calcsize(width)
    at = _place(data, chance)
    value = chance.choice(_EXTREMES) if chance.random() < 0.7 else chance.getrandbits(32)
    data[at : at + size] = struct.pack(order + width, value & ((1 << 8 * size) - 1))


def _fill(data: bytearray, others: list[bytes], chance: random.Random) -> None:
    at, length = _place(data, chance), chance.choice((4, 16, 64))
    data[at : at + length] = bytes([chance.choice((0, 0xFF))]) * length


_INJURIES = (
    _flip, _flip, _overwrite, _cut, _drop, _repeat, _splice, _exchange_the_rest,
    _lie_about_a_number, _lie_about_a_number, _lie_about_a_number, _fill,
)  # fmt: skip


def with_png_sums(data: bytes) -> bytes:
    parts, at = [data[:8]], 8
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if at + 12 + length > len(data):
            break
        body = data[at + 4 : at + 8 + length]
        parts.append(data[at : at + 4] + body + struct.pack(">I", zlib.crc32(body)))
        at += 12 + length
    return b"".join(parts) + data[at:]
