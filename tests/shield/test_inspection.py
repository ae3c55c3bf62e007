"""Hostile files are blocked with the reason; honest ones pass."""

import io
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from fanzadmin.kernel.sandbox import Interrupted
from fanzadmin.shield.inspection.measures import Caps
from fanzadmin.shield.inspection.service import Finding
from fanzadmin.shield.parsing.reasons import Reason, reason_of
from fanzadmin.shield.parsing.tags import PADDING
from tests.shield.conftest import Inspect
from tests.shield.samples import (
    PICTURES,
    STREAMS,
    archive,
    bomb_png,
    eicar,
    picture,
    png_chunk,
    sample,
    stream,
)

EVERY = PICTURES + STREAMS
PATIENT = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def pixels(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as picture:
        return picture.convert("RGB").tobytes()


def codes(finding: Finding) -> set[str]:
    return {reason.code for reason in finding.reasons}


class TestHonestFiles:
    @pytest.mark.parametrize("extension", EVERY)
    def test_pass_and_are_measured(self, inspect: Inspect, extension: str) -> None:
        finding = inspect(sample(extension), filename=f"x.{extension}")
        assert finding.is_clean, finding.reasons
        assert finding.kind in {"image", "video", "audio"}
        assert finding.width > 0 or finding.kind == "audio"
        assert finding.duration_ms > 900 or finding.kind == "image"
        assert len(finding.sha256) == len(finding.clean_sha256) == 64

    def test_a_long_clip_is_decoded_at_both_ends(self, inspect: Inspect) -> None:
        assert inspect(stream("mp4", seconds=5)).is_clean

    def test_zeros_after_the_end_are_padding(self, inspect: Inspect) -> None:
        assert inspect(sample("jpg") + bytes(4096)).is_clean

    def test_a_second_picture_that_a_phone_appends_is_dropped(self, inspect: Inspect) -> None:
        finding = inspect(sample("jpg") + picture("jpg", size=(32, 32)))
        assert finding.is_clean
        assert finding.trailing_bytes == len(picture("jpg", size=(32, 32)))
        assert finding.clean_size <= len(sample("jpg"))

    def test_a_motion_photo_is_dropped(self, inspect: Inspect) -> None:
        assert inspect(sample("jpg") + stream("mp4")).is_clean


class TestHiddenContent:
    @pytest.mark.parametrize("extension", EVERY)
    def test_an_archive_behind_the_media_is_found(self, inspect: Inspect, extension: str) -> None:
        assert "hidden_archive" in codes(inspect(sample(extension) + archive()))

    @pytest.mark.parametrize(
        ("payload", "code"),
        [
            (archive(), "hidden_archive"),
            (b"Rar!\x1a\x07\x01\x00" + bytes(50), "hidden_archive"),
            (b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(50), "hidden_archive"),
            (b"MZ" + bytes(60) + b"This program cannot be run in DOS mode.", "hidden_executable"),
            (b"\x7fELF\x02\x01\x01" + bytes(50), "hidden_executable"),
            (b"<?php system($_GET['c']); ?>", "hidden_script"),
            (b"<SCRIPT src=x></SCRIPT>", "hidden_script"),
            (b"<html><body>", "hidden_script"),
            (b"%PDF-1.4 1 0 obj", "hidden_document"),
            (eicar(), "hidden_malware"),
        ],
    )
    def test_a_comment_that_is_another_file_is_found(
        self, inspect: Inspect, payload: bytes, code: str
    ) -> None:
        comment = b"\xff\xfe" + (len(payload) + 2).to_bytes(2, "big") + payload
        jpeg = sample("jpg")
        finding = inspect(jpeg[:2] + comment + jpeg[2:])
        assert codes(finding) == {code}
        assert finding.reasons[0].sentence.startswith("The file hides ")

    def test_a_phar_in_a_gif_is_found(self, inspect: Inspect) -> None:
        assert "hidden_script" in codes(inspect(sample("gif") + b"<?php __HALT_COMPILER(); ?>"))

    def test_a_signature_across_two_chunks_is_found(
        self, inspect: Inspect, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("fanzadmin.shield.parsing.polyglots.CHUNK", 64)
        payload = eicar()
        jpeg = sample("jpg")
        comment = b"\xff\xfe" + (len(payload) + 42).to_bytes(2, "big") + b"." * 40 + payload
        assert "hidden_malware" in codes(inspect(jpeg[:2] + comment + jpeg[2:]))

    @pytest.mark.parametrize(
        "extension", ["jpg", "png", "gif", "webp", "avif", "heic", "mp4", "mov", "avi", "wav", "ogg", "mkv"]
    )
    def test_foreign_bytes_behind_the_media_are_refused(self, inspect: Inspect, extension: str) -> None:
        assert codes(inspect(sample(extension) + b"\x01secret" * 20)) == {"trailing_data"}

    @PATIENT
    @given(extra=st.binary(min_size=65, max_size=300).filter(lambda extra: extra.strip(PADDING)))
    def test_more_than_a_few_bytes_behind_a_png_are_never_clean(self, inspect: Inspect, extra: bytes) -> None:
        assert not inspect(sample("png") + extra).is_clean

    @PATIENT
    @given(extra=st.binary(min_size=1, max_size=64))
    @example(extra=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    def test_a_few_stray_bytes_never_reach_the_clean_copy(self, inspect: Inspect, extra: bytes) -> None:
        finding = inspect(sample("png") + extra)
        assert all(code.startswith("hidden_") for code in codes(finding))
        assert not finding.is_clean or inspect.clean.read_bytes() == sample("png")  # type: ignore[attr-defined]

    @pytest.mark.parametrize(
        "start", [b"MZ\x90\x00", b"#!/bin/sh\n", b"%PDF-1.7", b"\x1f\x8b\x08", b"BZh91AY"]
    )
    def test_a_few_bytes_that_begin_another_file_are_refused(self, inspect: Inspect, start: bytes) -> None:
        assert any(code.startswith("hidden_") for code in codes(inspect(sample("jpg") + start)))


class TestTruncation:
    @pytest.mark.parametrize("extension", [item for item in EVERY if item not in {"mp3"}])
    @pytest.mark.parametrize("share", [0.3, 0.7, 0.95])
    def test_a_file_cut_off_is_blocked(self, inspect: Inspect, extension: str, share: float) -> None:
        whole = sample(extension)
        assert not inspect(whole[: int(len(whole) * share)]).is_clean

    @PATIENT
    @given(data=st.data())
    def test_no_part_of_a_picture_passes_for_the_whole(self, inspect: Inspect, data: st.DataObject) -> None:
        """Only the mark at the very end may be missing: no pixel is."""
        whole = sample(data.draw(st.sampled_from(PICTURES)))
        finding = inspect(whole[: data.draw(st.integers(1, len(whole) - 1))])
        if finding.is_clean:
            clean: Path = inspect.clean  # type: ignore[attr-defined]
            assert pixels(clean.read_bytes()) == pixels(whole)

    def test_the_sentence_asks_for_the_file_again(self, inspect: Inspect) -> None:
        reason = inspect(sample("png")[:-20]).reasons[0]
        assert (reason.code, reason.sentence) == (
            "truncated",
            "The file breaks off before its end. Please upload it again.",
        )


class TestCaps:
    def test_a_decompression_bomb_is_refused_by_its_header(self, inspect: Inspect) -> None:
        assert codes(inspect(bomb_png(60_000))) == {"too_many_pixels"}

    def test_more_pixels_than_we_take_are_named(self, inspect: Inspect) -> None:
        finding = inspect(picture("png"), caps=Caps(image_pixels=1000))
        assert finding.reasons[0].sentence.startswith("The picture is 96 × 64 pixels")

    def test_an_animation_of_too_many_frames_is_refused(self, inspect: Inspect) -> None:
        assert codes(inspect(sample("gif"), caps=Caps(animation_pixels=100))) == {"too_many_frames"}

    def test_a_file_too_large_is_refused_before_it_is_read(self, inspect: Inspect) -> None:
        finding = inspect(sample("mp4"), caps=Caps(video_bytes=1000))
        assert codes(finding) == {"too_large"}
        assert "1000 bytes" in finding.reasons[0].sentence

    def test_a_video_too_long_is_refused(self, inspect: Inspect) -> None:
        finding = inspect(stream("mp4", seconds=5), caps=Caps(duration_ms=2000))
        assert finding.reasons == (reason_of("too_long", length="0:05", limit="0:02"),)

    def test_a_video_too_wide_is_refused(self, inspect: Inspect) -> None:
        assert codes(inspect(sample("mp4"), caps=Caps(video_side=100))) == {"too_many_pixels"}

    def test_a_file_of_too_many_tracks_is_refused(self, inspect: Inspect) -> None:
        assert codes(inspect(sample("mp4"), caps=Caps(streams=1))) == {"too_many_streams"}


class TestDamage:
    def test_a_png_chunk_with_a_wrong_checksum_is_refused(self, inspect: Inspect) -> None:
        broken = bytearray(sample("png"))
        broken[20] ^= 1
        assert codes(inspect(bytes(broken))) == {"malformed"}

    def test_a_png_without_picture_data_is_refused(self, inspect: Inspect) -> None:
        empty = sample("png")[:33] + png_chunk(b"IDAT", b"") + png_chunk(b"IEND", b"")
        assert not inspect(empty).is_clean

    @pytest.mark.parametrize(
        "head", [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"fLaC", b"OggS", b"ID3\x04"]
    )
    def test_a_signature_alone_is_no_media(self, inspect: Inspect, head: bytes) -> None:
        assert not inspect(head + b"\x20" * 40).is_clean

    @PATIENT
    @given(content=st.binary(max_size=600))
    def test_random_bytes_always_get_a_verdict(self, inspect: Inspect, content: bytes) -> None:
        finding = inspect(content)
        assert not finding.is_clean
        assert all(reason.sentence.endswith(".") for reason in finding.reasons)

    @PATIENT
    @given(data=st.data())
    def test_a_flipped_byte_never_breaks_the_inspection(self, inspect: Inspect, data: st.DataObject) -> None:
        content = bytearray(sample(data.draw(st.sampled_from(PICTURES))))
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
        finding = inspect(bytes(content))
        assert finding.is_clean == (not finding.reasons)


class TestBlockList:
    def test_a_listed_hash_is_blocked_unseen(self, inspect: Inspect) -> None:
        reason = Reason("blocked_hash", "This file is on the block list.")
        finding = inspect(sample("jpg"), listed=lambda _: reason)
        assert finding.reasons == (reason,)
        assert finding.clean_sha256 == ""


class TestInterruption:
    def test_a_decoder_that_somebody_else_killed_is_no_verdict(
        self, inspect: Inspect, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real, clip = subprocess.Popen.communicate, stream("mp4", seconds=2)

        def killed(process: subprocess.Popen[bytes], *args: Any, **options: Any) -> tuple[bytes, bytes]:
            process.kill()
            return real(process, *args, **options)

        monkeypatch.setattr(subprocess.Popen, "communicate", killed)
        with pytest.raises(Interrupted):
            inspect(clip)
