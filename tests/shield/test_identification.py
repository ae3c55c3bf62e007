"""What a file really is."""

import pytest

from fanzadmin.shield.parsing.formats import FORMATS
from fanzadmin.shield.parsing.identification import HEAD_BYTES, identify
from fanzadmin.shield.parsing.reasons import Refused
from tests.shield.samples import PICTURES, STREAMS, archive, sample

NAMES = {
    "jpg": "JPEG", "png": "PNG", "webp": "WebP", "avif": "AVIF", "heic": "HEIC", "gif": "GIF", "mp4": "MP4",
    "mov": "QuickTime", "webm": "WebM", "mkv": "Matroska", "avi": "AVI", "mp3": "MP3", "m4a": "M4A", "wav": "WAV",
    "ogg": "Ogg", "flac": "FLAC",
}  # fmt: skip


def refusal(content: bytes, **claims: str) -> str:
    with pytest.raises(Refused) as raised:
        identify(content[:HEAD_BYTES], **claims)
    return raised.value.reason.code


class TestIdentify:
    @pytest.mark.parametrize("extension", PICTURES + STREAMS)
    def test_every_accepted_format_is_known_by_its_content(self, extension: str) -> None:
        identity = identify(sample(extension)[:HEAD_BYTES])
        assert identity.format.name == NAMES[extension]

    @pytest.mark.parametrize("extension", PICTURES + STREAMS)
    def test_an_honest_claim_does_not_differ(self, extension: str) -> None:
        form = FORMATS[NAMES[extension]]
        identity = identify(
            sample(extension)[:HEAD_BYTES], declared_type=form.mime, filename=f"Summer.{extension.upper()}"
        )
        assert not identity.declared_differs

    def test_a_heic_that_a_phone_calls_jpg_passes_and_is_noted(self) -> None:
        assert identify(sample("heic")[:HEAD_BYTES], filename="IMG_1.JPG").declared_differs

    def test_a_name_with_dots_claims_nothing(self) -> None:
        assert not identify(sample("jpg")[:HEAD_BYTES], filename="trip 24.05").declared_differs

    def test_a_type_nobody_declared_claims_nothing(self) -> None:
        assert not identify(
            sample("jpg")[:HEAD_BYTES], declared_type="application/octet-stream"
        ).declared_differs

    @pytest.mark.parametrize("name", ["clip.mp4", "invoice.pdf", "run.exe", "page.html", "drawing.svg"])
    def test_a_picture_that_claims_another_kind_is_disguised(self, name: str) -> None:
        assert refusal(sample("jpg"), filename=name) == "disguised"

    def test_a_video_declared_as_picture_is_disguised(self) -> None:
        assert refusal(sample("mp4"), declared_type="image/jpeg; charset=binary") == "disguised"

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "empty"),
            (bytes(512), "empty"),
            (archive(), "archive"),
            (b"Rar!\x1a\x07\x01\x00" + bytes(64), "archive"),
            (b"%PDF-1.7\n", "type_not_allowed"),
            (b"MZ\x90\x00" + bytes(64), "executable"),
            (b"\x7fELF\x02\x01\x01", "executable"),
            (b"#!/bin/sh\nrm -rf /\n", "script"),
            (b"<!DOCTYPE html><html></html>", "script"),
            (b"\xef\xbb\xbf  <?xml version='1.0'?>\n<!-- hi --><svg onload='x()'/>", "svg"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "svg"),
            (b"#EXTM3U\nfile:///etc/passwd\n", "playlist"),
            (b"ffconcat version 1.0\nfile '/etc/passwd'\n", "playlist"),
            (b"<?xml version='1.0'?><MPD></MPD>", "playlist"),
            (b"just some words, nothing else", "type_not_allowed"),
            (b"\xff\xf1\x50\x80" + bytes(64), "type_not_allowed"),
        ],
    )
    def test_what_we_never_take_is_named(self, content: bytes, code: str) -> None:
        assert refusal(content) == code
