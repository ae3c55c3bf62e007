"""The clean copy that everyone after us works on: the same pixels and sound, without who, where and with what."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fanzadmin.shield.inspection.decoding import Caps, Measures, open_picture, picture_personal
from fanzadmin.shield.inspection.sandbox import SandboxFailure, ffmpeg
from fanzadmin.shield.inspection.stripping import strip_picture
from fanzadmin.shield.parsing.formats import Format
from fanzadmin.shield.parsing.pictures import Bytes
from fanzadmin.shield.parsing.reasons import Refused

_ORIENTATION = 0x0112
_MUXERS = {
    "MP4": "mp4", "QuickTime": "mov", "WebM": "webm", "Matroska": "matroska", "AVI": "avi",
    "MP3": "mp3", "M4A": "ipod", "WAV": "wav", "Ogg": "ogg", "FLAC": "flac",
}  # fmt: skip
_REMUX = (
    "-map_metadata", "-1", "-map_metadata:s", "-1", "-map_chapters", "-1", "-dn", "-sn",
    "-c", "copy", "-fflags", "+bitexact+genpts", "-flags", "+bitexact",
)  # fmt: skip


@dataclass(frozen=True)
class Cleaning:
    """`removed` names the kinds of metadata that were there; `suffix` is the clean copy's file ending."""

    removed: tuple[str, ...]
    suffix: str


def sanitise(
    path: Path, data: Bytes, form: Format, measures: Measures, *, into: Path, caps: Caps
) -> Cleaning:
    """Write a clean copy of `path` (mapped as `data`) to `into`. Raises Refused when the metadata cannot be taken out."""
    if form.kind == "image":
        return _sanitise_picture(path, data, form, measures, into)
    return _sanitise_stream(path, form, measures, into, caps)


def _sanitise_picture(path: Path, data: Bytes, form: Format, measures: Measures, into: Path) -> Cleaning:
    with open_picture(path, form) as picture:
        orientation = _orientation(picture.getexif()) if "unreadable EXIF" not in measures.personal else 1
    strip_picture(form.name, data, into, orientation=orientation)
    with open_picture(into, form) as clean:
        left = picture_personal(clean)
        if left or clean.size != (measures.width, measures.height):
            raise Refused(
                "unclean_metadata",
                f"The picture's hidden data could not be taken out ({', '.join(left) or 'size'}).",
            )
    return Cleaning(measures.personal, form.suffix)


def _orientation(exif: object) -> int:
    value = exif.get(_ORIENTATION, 1) if hasattr(exif, "get") else 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _sanitise_stream(path: Path, form: Format, measures: Measures, into: Path, caps: Caps) -> Cleaning:
    """Copy the tracks into a new container; what its own muxer refuses goes into Matroska, which takes every codec."""
    tracks = ("-map", "0:V?", "-map", "0:a?") if measures.kind == "video" else ("-map", "0:a")
    room = path.stat().st_size * 2 + (16 << 20)
    problem = ""
    for muxer, suffix in ((_MUXERS[form.name], form.suffix), ("matroska", ".mkv")):
        try:
            ffmpeg(
                [*tracks, *_REMUX, "-f", muxer, "-y", f"file:{into}"],
                source=path,
                reader=form.reader,
                timeout=caps.decode_seconds,
                max_output=room,
            )
        except SandboxFailure as failure:
            problem = str(failure)
            continue
        return Cleaning(measures.personal, suffix)
    raise Refused("unclean_metadata", "The file's hidden data could not be taken out.") from SandboxFailure(
        problem
    )
