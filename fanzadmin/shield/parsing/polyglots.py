"""A second file hidden in or behind the media: archives, programs, documents and scripts that another program would open.

Signatures are long enough, or checked closely enough, that gigabytes of video do not contain one by chance.
"""

from __future__ import annotations

import re

from fanzadmin.kernel.i18n.languages import N_
from fanzadmin.shield.parsing.formats import REFUSED_STARTS, Format
from fanzadmin.shield.parsing.pictures import IEND, STRAY_BYTES, Bytes
from fanzadmin.shield.parsing.reasons import Reason, reason_of
from fanzadmin.shield.parsing.tags import PADDING

CHUNK, OVERLAP = 8 << 20, 256
_ZIP_METHODS = {0, 1, 6, 8, 9, 12, 14, 93, 95, 97, 98, 99}
_EOCD_REACH = 22 + 65535

_ANYWHERE: tuple[tuple[bytes, str, str], ...] = (
    (b"Rar!\x1a\x07\x00", "archive", N_("a RAR archive")),
    (b"Rar!\x1a\x07\x01\x00", "archive", N_("a RAR archive")),
    (b"7z\xbc\xaf\x27\x1c\x00", "archive", N_("a 7z archive")),
    (b"This program cannot be run in DOS mode", "executable", N_("a Windows program")),
    (b"This program must be run under Win32", "executable", N_("a Windows program")),
    (b"\x7fELF\x01\x01\x01", "executable", N_("a Linux program")),
    (b"\x7fELF\x02\x01\x01", "executable", N_("a Linux program")),
    (b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$", "malware", N_("the EICAR test virus")),
    (b"\xfd7zXZ\x00\x00", "archive", N_("an xz archive")),
    (b"ustar\x0000", "archive", N_("a tar archive")),
    (b"ustar  \x00", "archive", N_("a tar archive")),
    (b"MSCF\x00\x00\x00\x00", "archive", N_("a cabinet archive")),
    (b"!<arch>\n", "archive", N_("an archive of programs")),
    (b"Cr24\x02\x00\x00\x00", "archive", N_("a browser extension")),
    (b"Cr24\x03\x00\x00\x00", "archive", N_("a browser extension")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "document", N_("an Office document or installer")),
    (b"\xfe\xed\xfa\xcf\x01\x00\x00", "executable", N_("a macOS program")),
    (b"\xcf\xfa\xed\xfe\x07\x00\x00\x01", "executable", N_("a macOS program")),
    (b"\xcf\xfa\xed\xfe\x0c\x00\x00\x01", "executable", N_("a macOS program")),
    (b"\x00asm\x01\x00\x00\x00\x01", "executable", N_("a WebAssembly program")),
    (b"ffconcat version 1", "playlist", N_("a list of other files")),
    (b"#!/bin/sh\n", "script", N_("a script")),
    (b"#!/bin/bash\n", "script", N_("a script")),
    (b"#!/usr/bin/", "script", N_("a script")),
)
# In lower case; what must follow keeps random bytes from matching.
_TEXTS: tuple[tuple[bytes, re.Pattern[bytes]], ...] = (
    (b"<script", re.compile(rb"<script[\s>/]")),
    (b"<?php", re.compile(rb"<\?php\s")),
    (b"<html", re.compile(rb"<html[\s>]")),
    (b"<!doctype html", re.compile(rb"<!doctype html")),
    (b"<iframe", re.compile(rb"<iframe[\s>]")),
    (b"__halt_compiler()", re.compile(rb"__halt_compiler\(\)")),
    (b"<svg", re.compile(rb"<svg[^>]{0,400}(\bonload\b|xmlns)")),
    (b"<hta:application", re.compile(rb"<hta:application")),
    (b"<%@", re.compile(rb"<%@\s*(page|language|webhandler)")),
    (b"<jsp:", re.compile(rb"<jsp:\w")),
    (b"<%eval", re.compile(rb"<%eval[\s(]")),
)
_PLAYLIST = re.compile(rb"#EXTM3U\s")
_STARTS_ITS_OWN_COMMENT = re.compile(rb"\A(\xff\xd8\xff\xe0/\*|GIF8[79]a(/\*|=)|BM(/\*|=))")


def hidden_content(data: Bytes) -> list[Reason]:
    """Every foreign content found anywhere in the file, one reason per kind."""
    kinds: dict[str, str] = {}
    for at in range(0, len(data), CHUNK):
        chunk = data[at : at + CHUNK + OVERLAP]
        for signature, code, what in _ANYWHERE:
            if code not in kinds and signature in chunk:
                kinds[code] = what
        if "archive" not in kinds and _has_zip_entry(chunk):
            kinds["archive"] = N_("a ZIP archive")
        if "script" not in kinds and _has_text(chunk.lower()):
            kinds["script"] = N_("a script or web page")
        if "playlist" not in kinds and b"#EXTM3U" in chunk and _PLAYLIST.search(chunk):
            kinds["playlist"] = N_("a playlist")
    if _ends_as_zip(data):
        kinds["archive"] = N_("a ZIP archive")
    if _STARTS_ITS_OWN_COMMENT.match(data[:12]) and data.find(b"*/") >= 0:
        kinds["script"] = N_("a script whose comment is the picture")
    if b"%PDF-" in data[:1032]:
        kinds["document"] = N_("a PDF document")
    return [reason_of(f"hidden_{code}", what=what) for code, what in kinds.items()]


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


def trailing_content(form: Format, data: Bytes, end: int, tags: int) -> Reason | None:
    """A reason when what follows the media could hide something. Padding, a few stray bytes, the tags from `tags` on and what
    cameras append hide nothing, and the clean copy drops them."""
    extra = max(end, tags) - end
    if extra <= 0:
        return None
    rest = data[end : end + CHUNK]
    if stranger := _stranger(rest[:extra]):
        return stranger
    if extra <= STRAY_BYTES or (extra <= CHUNK and not rest[:extra].strip(PADDING)):
        return None
    if not rest.strip(b"\x00") and not data[end + CHUNK : tags].strip(b"\x00"):
        return None
    if form.kind == "image" and _is_camera_companion(data[end:tags]):
        return None
    return reason_of("trailing_data", count=f"{extra:,}", format=form.name)


def _stranger(rest: bytes) -> Reason | None:
    """The foreign file that begins behind the media."""
    for start, code, what in REFUSED_STARTS:
        if len(start) > 1 and rest.lstrip(PADDING).startswith(start):
            return reason_of(f"hidden_{code}", what=what)
    return None


def _is_camera_companion(rest: bytes) -> bool:
    """What phones append to a picture: a second one (MPO, gain map, portrait), a motion photo, Samsung's trailer, what a screenshot
    was cropped from. Stripping drops it."""
    rest = rest.lstrip(b"\x00")
    return (
        rest.startswith(b"\xff\xd8\xff")
        or rest[4:8] == b"ftyp"
        or b"ftyp" in rest[:8]
        or rest.endswith((b"SEFT", IEND))
    )
