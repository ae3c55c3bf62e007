"""The media formats we accept, and the signatures that give every other file away."""

from __future__ import annotations

from dataclasses import dataclass, field

from fanzadmin.kernel.i18n.languages import N_


@dataclass(frozen=True)
class Format:
    """One accepted format. `layout` names the walker of its bytes, `reader` the only decoder allowed to open it."""

    name: str
    kind: str
    mime: str
    layout: str
    reader: str
    extensions: tuple[str, ...]
    aliases: tuple[str, ...] = field(default=())

    @property
    def suffix(self) -> str:
        return "." + self.extensions[0]


_ALL = (
    Format(
        "JPEG",
        "image",
        "image/jpeg",
        "jpeg",
        "JPEG",
        ("jpg", "jpeg", "jpe", "jfif"),
        ("image/jpg", "image/pjpeg"),
    ),
    Format("PNG", "image", "image/png", "png", "PNG", ("png", "apng"), ("image/apng", "image/x-png")),
    Format("WebP", "image", "image/webp", "riff", "WEBP", ("webp",)),
    Format("AVIF", "image", "image/avif", "boxes", "AVIF", ("avif", "avifs"), ("image/avif-sequence",)),
    Format(
        "HEIC",
        "image",
        "image/heic",
        "boxes",
        "HEIF",
        ("heic", "heif", "hif", "heics"),
        ("image/heif", "image/heic-sequence", "image/heif-sequence"),
    ),
    Format("GIF", "image", "image/gif", "gif", "GIF", ("gif",)),
    Format(
        "MP4", "video", "video/mp4", "boxes", "mov", ("mp4", "m4v", "f4v"), ("video/x-m4v", "application/mp4")
    ),
    Format("QuickTime", "video", "video/quicktime", "boxes", "mov", ("mov", "qt")),
    Format("WebM", "video", "video/webm", "ebml", "matroska", ("webm",), ("audio/webm",)),
    Format(
        "Matroska",
        "video",
        "video/x-matroska",
        "ebml",
        "matroska",
        ("mkv", "mka"),
        ("video/matroska", "audio/x-matroska"),
    ),
    Format("AVI", "video", "video/x-msvideo", "riff", "avi", ("avi",), ("video/avi", "video/msvideo")),
    Format("MP3", "audio", "audio/mpeg", "mp3", "mp3", ("mp3",), ("audio/mp3", "audio/mpeg3")),
    Format("M4A", "audio", "audio/mp4", "boxes", "mov", ("m4a", "m4b"), ("audio/x-m4a", "audio/m4a")),
    Format(
        "WAV",
        "audio",
        "audio/wav",
        "riff",
        "wav",
        ("wav", "wave"),
        ("audio/x-wav", "audio/wave", "audio/vnd.wave"),
    ),
    Format(
        "Ogg",
        "audio",
        "audio/ogg",
        "ogg",
        "ogg",
        ("ogg", "oga", "opus"),
        ("audio/opus", "application/ogg", "audio/vorbis"),
    ),
    Format("FLAC", "audio", "audio/flac", "flac", "flac", ("flac",), ("audio/x-flac",)),
    Format("AAC", "audio", "audio/aac", "adts", "aac", ("aac",), ("audio/aacp", "audio/x-aac")),
    Format("TIFF", "image", "image/tiff", "rewritten", "TIFF", ("tif", "tiff")),
    Format(
        "BMP", "image", "image/bmp", "rewritten", "BMP", ("bmp", "dib"), ("image/x-ms-bmp", "image/x-bmp")
    ),
    Format("JPEG XL", "image", "image/jxl", "rewritten", "jpegxl_pipe", ("jxl",)),
    Format(
        "3GP",
        "video",
        "video/3gpp",
        "boxes",
        "mov",
        ("3gp", "3gpp", "3g2"),
        ("audio/3gpp", "video/3gpp2", "audio/3gpp2"),
    ),
    Format(
        "MPEG-TS",
        "video",
        "video/mp2t",
        "ts",
        "mpegts",
        ("ts", "m2ts", "mts"),
        (
            "video/vnd.dlna.mpeg-tts",
            "text/vnd.trolltech.linguist",
        ),  # what systems call a name that ends in .ts
    ),
    Format(
        "MPEG",
        "video",
        "video/mpeg",
        "ps",
        "mpeg",
        ("mpg", "mpeg", "mpe", "vob"),
        ("video/mp2p", "video/x-mpeg"),
    ),
    Format("FLV", "video", "video/x-flv", "flv", "flv", ("flv",), ("video/flv",)),
    Format(
        "Windows Media",
        "video",
        "video/x-ms-wmv",
        "asf",
        "asf",
        ("wmv", "asf", "wma"),
        ("video/x-ms-asf", "audio/x-ms-wma", "application/vnd.ms-asf"),
    ),
)

FORMATS = {form.name: form for form in _ALL}
BY_MIME = {mime: form for form in _ALL for mime in (form.mime, *form.aliases)}
BY_EXTENSION = {extension: form for form in _ALL for extension in form.extensions}
ACCEPTED = (
    "MP4, MOV, WebM, MKV, AVI, 3GP, TS, MPEG, FLV, WMV, JPEG, PNG, WebP, AVIF, HEIC, GIF, TIFF, BMP, JXL,"
    " MP3, M4A, AAC, WAV, OGG, FLAC"
)

NEVER_MEDIA = frozenset(
    "php phtml phar exe dll com scr msi bat cmd ps1 vbs js mjs hta html htm xhtml svg sh py pl rb jar class asp aspx jsp"
    " apk app dmg lnk iso zip rar 7z tar gz m3u m3u8 pls mpd".split()
)
"""Endings under which a system would run, unpack or follow a file, whatever is in it."""

# What a file starts with when it is something we never take: (bytes, reason code, what it is).
REFUSED_STARTS: tuple[tuple[bytes, str, str], ...] = (
    (b"PK\x03\x04", "archive", N_("a ZIP archive")),
    (b"PK\x05\x06", "archive", N_("a ZIP archive")),
    (b"Rar!\x1a\x07", "archive", N_("a RAR archive")),
    (b"7z\xbc\xaf\x27\x1c", "archive", N_("a 7z archive")),
    (b"\x1f\x8b", "archive", N_("a gzip archive")),
    (b"BZh", "archive", N_("a bzip2 archive")),
    (b"\xfd7zXZ\x00", "archive", N_("an xz archive")),
    (b"\x28\xb5\x2f\xfd", "archive", N_("a Zstandard archive")),
    (b"MSCF", "archive", N_("a cabinet archive")),
    (b"%PDF-", "document", N_("a PDF document")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "document", N_("an Office document")),
    (b"{\\rtf", "document", N_("an RTF document")),
    (b"%!PS", "document", N_("a PostScript document")),
    (b"MZ", "executable", N_("a Windows program")),
    (b"\x7fELF", "executable", N_("a Linux program")),
    (b"\xca\xfe\xba\xbe", "executable", N_("a Java or macOS program")),
    (b"\xcf\xfa\xed\xfe", "executable", N_("a macOS program")),
    (b"\xce\xfa\xed\xfe", "executable", N_("a macOS program")),
    (b"\x00asm", "executable", N_("a WebAssembly program")),
    (b"#!", "script", N_("a script")),
    (b"#EXTM3U", "playlist", N_("a playlist")),
    (b"ffconcat", "playlist", N_("a list of other files")),
    (b"[playlist]", "playlist", N_("a playlist")),
    (b"FWS", "executable", N_("a Flash program")),
    (b"CWS", "executable", N_("a Flash program")),
)

# Text that is dangerous wherever the file is opened in a browser: looked for after white space and byte-order marks, in lower case.
REFUSED_TEXTS: tuple[tuple[bytes, str, str], ...] = (
    (b"<svg", "svg", N_("an SVG drawing, which can carry scripts")),
    (b"<mpd", "playlist", N_("a DASH manifest")),
    (b"<smil", "playlist", N_("a playlist")),
    (b"<asx", "playlist", N_("a playlist")),
    (b"<!doctype html", "script", N_("a web page")),
    (b"<html", "script", N_("a web page")),
    (b"<script", "script", N_("a script")),
    (b"<?php", "script", N_("a script")),
    (b"#extm3u", "playlist", N_("a playlist")),
    (b"ffconcat", "playlist", N_("a list of other files")),
)
