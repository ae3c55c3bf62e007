"""A second file hidden in or behind the media: archives, programs, documents and scripts that another program would open.

Signatures are long enough, or checked closely enough, that gigabytes of video do not contain one by chance.
"""

from __future__ import annotations

import re

from fanzadmin.shield.parsing.formats import Format
from fanzadmin.shield.parsing.pictures import Bytes
from fanzadmin.shield.parsing.reasons import Reason

CHUNK, OVERLAP = 8 << 20, 256
_ZIP_METHODS = {0, 1, 6, 8, 9, 12, 14, 93, 95, 97, 98, 99}
_EOCD_REACH = 22 + 65535

_ANYWHERE: tuple[tuple[bytes, str, str], ...] = (
    (b"Rar!\x1a\x07\x00", "archive", "a RAR archive"),
    (b"Rar!\x1a\x07\x01\x00", "archive", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c\x00", "archive", "a 7z archive"),
    (b"This program cannot be run in DOS mode", "executable", "a Windows program"),
    (b"This program must be run under Win32", "executable", "a Windows program"),
    (b"\x7fELF\x01\x01\x01", "executable", "a Linux program"),
    (b"\x7fELF\x02\x01\x01", "executable", "a Linux program"),
    (b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$", "malware", "the EICAR test virus"),
)
# In lower case; what must follow keeps random bytes from matching.
_TEXTS: tuple[tuple[bytes, re.Pattern[bytes]], ...] = (
    (b"<script", re.compile(rb"<script[\s>/]")),
    (b"<?php", re.compile(rb"<\?php\s")),
    (b"<html", re.compile(rb"<html[\s>]")),
    (b"<!doctype html", re.compile(rb"<!doctype html")),
    (b"<iframe", re.compile(rb"<iframe[\s>]")),
    (b"__halt_compiler()", re.compile(rb"__halt_compiler\(\)")),
)


def hidden_content(data: Bytes) -> list[Reason]:
    """Every foreign content found anywhere in the file, one reason per kind."""
    kinds: dict[str, str] = {}
    for at in range(0, len(data), CHUNK):
        chunk = data[at : at + CHUNK + OVERLAP]
        for signature, code, what in _ANYWHERE:
            if code not in kinds and signature in chunk:
                kinds[code] = what
        if "archive" not in kinds and _has_zip_entry(chunk):
            kinds["archive"] = "a ZIP archive"
        if "script" not in kinds and _has_text(chunk.lower()):
            kinds["script"] = "a script or web page"
    if _ends_as_zip(data):
        kinds["archive"] = "a ZIP archive"
    if b"%PDF-" in data[:1032]:
        kinds["document"] = "a PDF document"
    return [Reason(f"hidden_{code}", f"The file hides {what} inside.") for code, what in kinds.items()]


def _has_text(lowered: bytes) -> bool:
    return any(literal in lowered and pattern.search(lowered) for literal, pattern in _TEXTS)


def _has_zip_entry(chunk: bytes) -> bool:
    """A local file header with a believable version, method and printable name."""
    at = chunk.find(b"PK\x03\x04")
    while at >= 0:
        header = chunk[at : at + 30]
        if len(header) == 30:
            version, method = header[4], int.from_bytes(header[8:10], "little")
            length = int.from_bytes(header[26:28], "little")
            name = chunk[at + 30 : at + 30 + min(length, 64)]
            if (
                10 <= version <= 63
                and method in _ZIP_METHODS
                and 0 < length < 1024
                and min(name, default=0) >= 32
            ):
                return True
        at = chunk.find(b"PK\x03\x04", at + 4)
    return False


def _ends_as_zip(data: Bytes) -> bool:
    """An end-of-central-directory record where unzip looks for it, that points at a central directory."""
    tail = data[max(0, len(data) - _EOCD_REACH) :]
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 22 > len(tail):
        return False
    size = int.from_bytes(tail[at + 12 : at + 16], "little")
    directory = len(data) - len(tail) + at - size
    return size == 0 or (directory >= 0 and data[directory : directory + 4] == b"PK\x01\x02")


def trailing_content(form: Format, data: Bytes, end: int) -> Reason | None:
    """A reason when bytes follow the media that no camera puts there. Zeros are padding."""
    extra = len(data) - end
    if extra <= 0 or (not data[end : end + CHUNK].strip(b"\x00") and extra <= CHUNK):
        return None
    if form.name == "JPEG" and _is_camera_companion(data[end:]):
        return None
    return Reason("trailing_data", f"{extra:,} bytes that are not part of the {form.name} follow its end.")


def _is_camera_companion(rest: bytes) -> bool:
    """What phones append to a JPEG: a second picture (MPO, gain map), a motion photo, Samsung's trailer. Stripping drops it."""
    rest = rest.lstrip(b"\x00")
    return (
        rest.startswith(b"\xff\xd8\xff")
        or rest[4:8] == b"ftyp"
        or b"ftyp" in rest[:8]
        or rest.endswith(b"SEFT")
    )
