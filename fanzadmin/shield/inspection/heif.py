"""HEIC and AVIF (ISO 23008-12): metadata items are overwritten where they lie, so that every offset in the file stays true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fanzadmin.shield.parsing.containers import boxes
from fanzadmin.shield.parsing.pictures import malformed

# An EXIF item: four bytes of offset, then a TIFF block with no entry. An upright picture needs none; HEIF turns by `irot`.
_EMPTY_EXIF = b"\x00\x00\x00\x00" + b"II*\x00\x08\x00\x00\x00\x00\x00" + b"\x00\x00\x00\x00"
_PERSONAL_BOXES = {"uuid", "udta", "free", "skip", "mere"}


@dataclass(frozen=True)
class _Reader:
    """Big-endian numbers from a moving place."""

    data: bytes
    place: list[int]

    def number(self, width: int) -> int:
        start = self.place[0]
        if start + width > len(self.data):
            raise malformed("its table of items is cut off")
        self.place[0] += width
        return int.from_bytes(self.data[start : start + width], "big")

    def skip(self, width: int) -> None:
        self.place[0] += width


def blank_heif(data: bytes) -> bytes:
    """The same picture with its Exif and XMP items emptied and its free-form boxes zeroed. Raises Refused when the tables lie."""
    clean = bytearray(data)
    for part, payload in boxes(data):
        if part.name == "meta":
            _blank_items(data, payload + 4, part.end, clean)
        elif part.name == "moov":
            _blank_boxes(data, payload, part.end, clean)
        elif part.name in _PERSONAL_BOXES:
            _blank_box(part.start + 4, payload, part.end, clean)
    return bytes(clean)


def _blank_boxes(data: bytes, start: int, end: int, clean: bytearray) -> None:
    for part, payload in boxes(data, start, end):
        if part.name in _PERSONAL_BOXES or part.name == "meta":
            _blank_box(part.start + 4, payload, part.end, clean)
        elif part.name == "trak":
            _blank_boxes(data, payload, part.end, clean)


def _blank_box(name_at: int, payload: int, end: int, clean: bytearray) -> None:
    clean[name_at : name_at + 4] = b"free"
    clean[payload:end] = bytes(end - payload)


def _blank_items(data: bytes, start: int, end: int, clean: bytearray) -> None:
    inside = {part.name: (payload, part.end) for part, payload in boxes(data, start, end)}
    if "iinf" not in inside:
        return
    personal = dict(_personal_items(data, *inside["iinf"]))
    if not personal:
        return
    if "iloc" not in inside:
        raise malformed("its metadata has no place")
    base = inside.get("idat", (0, 0))[0]
    for item, in_idat, offset, length in _extents(data, inside["iloc"][0]):
        if item in personal:
            at = offset + (base if in_idat else 0)
            if at + length > len(data):
                raise malformed("its metadata lies outside the file")
            filler = _EMPTY_EXIF if personal[item] == "Exif" and length >= len(_EMPTY_EXIF) else b""
            clean[at : at + length] = filler.ljust(length, b" " if personal[item] == "mime" else b"\x00")


def _personal_items(data: bytes, payload: int, end: int) -> Iterator[tuple[int, str]]:
    """(item id, item type) of Exif blocks and XMP packets."""
    first = payload + (6 if data[payload] == 0 else 8)
    for part, at in boxes(data, first, end):
        if part.name == "infe" and data[at] in {2, 3}:
            reader = _Reader(data, [at + 4])
            item = reader.number(2 if data[at] == 2 else 4)
            reader.skip(2)
            kind = data[reader.place[0] : reader.place[0] + 4].decode("latin-1")
            if kind in {"Exif", "mime", "uri "}:
                yield item, kind


def _extents(data: bytes, payload: int) -> Iterator[tuple[int, bool, int, int]]:
    """(item id, inside idat, offset, length) for every extent of the item location box, versions 0 to 2."""
    version, reader = data[payload], _Reader(data, [payload + 4])
    sizes, bases = reader.number(1), reader.number(1)
    for _ in range(reader.number(2 if version < 2 else 4)):
        item = reader.number(2 if version < 2 else 4)
        method = reader.number(2) & 15 if version else 0
        reader.skip(2)
        base = reader.number(bases >> 4)
        for _ in range(reader.number(2)):
            reader.skip(bases & 15 if version else 0)
            offset, length = reader.number(sizes >> 4), reader.number(sizes & 15)
            yield item, method == 1, base + offset, length
