"""What a file really is, by its bytes; what its sender said counts only as a claim to compare with."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from fanzadmin.shield.parsing.containers import ts_size
from fanzadmin.shield.parsing.formats import (
    ACCEPTED,
    BY_EXTENSION,
    BY_MIME,
    FORMATS,
    NEVER_MEDIA,
    REFUSED_STARTS,
    REFUSED_TEXTS,
    Format,
)
from fanzadmin.shield.parsing.pictures import Bytes
from fanzadmin.shield.parsing.reasons import Refused
from fanzadmin.shield.parsing.sound import adts_frame, mp3_start
from fanzadmin.shield.parsing.tags import leading_tags_end, padding_end

HEAD_BYTES = 4096
UNDECLARED = {"", "application/octet-stream", "binary/octet-stream", "application/x-unknown"}
_QUICKTIME_STARTS = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
_HEIF_BRANDS = {
    b"heic",
    b"heix",
    b"hevc",
    b"hevx",
    b"heim",
    b"heis",
    b"hevm",
    b"hevs",
    b"mif1",
    b"msf1",
    b"mif2",
}
_AVIF_BRANDS = {b"avif", b"avis"}
_AUDIO_BRANDS = {b"M4A ", b"M4B ", b"M4P "}


@dataclass(frozen=True)
class Identity:
    """The real format and whether the sender's claim named another format of the same kind."""

    format: Format
    declared_differs: bool


def identify_file(data: Bytes, *, declared_type: str = "", filename: str = "") -> Identity:
    """Name the real format of a whole file, tags at its start left out of account. Raises what `identify` raises."""
    refuse_known_formats(data[:HEAD_BYTES])
    start = leading_tags_end(data)
    if not start and real_format(data[:HEAD_BYTES]) is None:
        start = padding_end(data, 0)
    head = data[start : start + HEAD_BYTES]
    return identify(head, declared_type=declared_type, filename=filename, is_tagged=data[:3] == b"ID3")


def identify(
    head: bytes, *, declared_type: str = "", filename: str = "", is_tagged: bool = False
) -> Identity:
    """Name the real format from the first `HEAD_BYTES` bytes. Raises Refused for anything that is not accepted media
    and for media that its sender declared to be something else entirely."""
    if not head.strip(b"\x00"):
        raise Refused("empty")
    refuse_known_formats(head)
    real = real_format(head) or (FORMATS["MP3"] if is_tagged else None)
    if real is None:
        raise Refused("type_not_allowed", types=ACCEPTED)
    return Identity(real, _compare_claims(real, declared_type, filename))


def refuse_known_formats(head: bytes) -> None:
    """Raise Refused when the file starts like an archive, a document, a program, a script or a playlist."""
    for start, code, what in REFUSED_STARTS:
        if head.startswith(start):
            raise _stranger(code, what)
    text = re.sub(
        rb"\A(\xef\xbb\xbf)?\s*(<\?xml[^>]*>|<!--.*?-->|<!doctype svg[^>]*>|\s)*",
        b"",
        head.lower(),
        flags=re.DOTALL,
    )
    for start, code, what in REFUSED_TEXTS:
        if text.startswith(start):
            raise _stranger(code, what)


def _stranger(code: str, what: str) -> Refused:
    if code == "document":
        return Refused("type_not_allowed.document", what=what, types=ACCEPTED)
    return Refused(code, what=what)


def real_format(head: bytes) -> Format | None:
    for magic, name in (
        (b"\xff\xd8\xff", "JPEG"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"GIF87a", "GIF"),
        (b"GIF89a", "GIF"),
        (b"fLaC", "FLAC"),
        (b"OggS", "Ogg"),
        (b"ID3", "MP3"),
        (b"BM", "BMP"),
        (b"FLV\x01", "FLV"),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "Windows Media"),
        (b"\x00\x00\x01\xba", "MPEG"),
        (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "JPEG XL"),
        (b"\xff\x0a", "JPEG XL"),
    ):
        if head.startswith(magic):
            return FORMATS[name]
    name = (
        _riff_name(head) or _box_name(head) or _ebml_name(head) or _tiff_name(head) or _mpeg_audio_name(head)
    )
    if not name and ts_size(head):
        name = "MPEG-TS"
    if not name and mp3_start(head) > 0:
        name = "MP3"
    return FORMATS[name] if name else None


def _riff_name(head: bytes) -> str:
    if head[:4] not in {b"RIFF", b"RF64"}:
        return ""
    return {b"WEBP": "WebP", b"AVI ": "AVI", b"WAVE": "WAV"}.get(head[8:12], "")


def _box_name(head: bytes) -> str:
    if head[4:8] in _QUICKTIME_STARTS:
        return "QuickTime"
    if head[4:8] != b"ftyp":
        return ""
    size = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, size - 3, 4))]
    if brands[0] in _HEIF_BRANDS | _AVIF_BRANDS:
        return "AVIF" if _AVIF_BRANDS & set(brands) else "HEIC"
    if brands[0] in _AUDIO_BRANDS:
        return "M4A"
    if brands[0][:3] in {b"3gp", b"3g2", b"3gg", b"3gr", b"3gs"}:
        return "3GP"
    return "QuickTime" if brands[0] == b"qt  " else "MP4"


def _tiff_name(head: bytes) -> str:
    """TIFF 6.0 and BigTIFF; a camera's raw picture is one by its first bytes and is recognised by its tags."""
    return (
        "TIFF" if head[:4] in {b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"} and head[8:10] != b"CR" else ""
    )


def _ebml_name(head: bytes) -> str:
    if not head.startswith(b"\x1a\x45\xdf\xa3"):
        return ""
    doctype = re.search(rb"\x42\x82[\x81-\x90]([a-z]+)", head[:128])
    return {b"webm": "WebM", b"matroska": "Matroska"}.get(doctype.group(1), "") if doctype else ""


def _mpeg_audio_name(head: bytes) -> str:
    """MPEG audio layer III frame sync, or ADTS, whose layer is 0."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return ""
    if (size := adts_frame(head, 0)) and (size + 7 > len(head) or adts_frame(head, size)):
        return "AAC"
    version, layer = (head[1] >> 3) & 3, (head[1] >> 1) & 3
    bitrate, rate = head[2] >> 4, (head[2] >> 2) & 3
    return "MP3" if version != 1 and layer == 1 and bitrate not in {0, 15} and rate != 3 else ""


def _compare_claims(real: Format, declared_type: str, filename: str) -> bool:
    """True when a claim names another format of the same kind, as phones do daily (a HEIC called .jpg)."""
    declared = declared_type.partition(";")[0].strip().lower()
    extension = PurePosixPath(filename.replace("\\", "/")).suffix.lstrip(".").lower()
    if extension in NEVER_MEDIA:
        raise Refused("disguised", claim=f".{extension}", format=real.name)
    claims = []
    if declared not in UNDECLARED:
        claims.append((declared, BY_MIME.get(declared)))
    if extension in BY_EXTENSION or mimetypes.guess_type(f"x.{extension}")[0]:  # "trip 24.05" claims nothing
        claims.append((f".{extension}", BY_EXTENSION.get(extension)))
    for claim, form in claims:
        if form is None or not _same_kind(form, real):
            raise Refused("disguised", claim=claim, format=real.name)
    return any(form is not real for _, form in claims)


def _same_kind(claimed: Format, real: Format) -> bool:
    """Sound and video share containers (an audio-only MP4 or WebM), pictures share none with them."""
    return (claimed.kind == "image") == (real.kind == "image")
