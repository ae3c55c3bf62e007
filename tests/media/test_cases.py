"""The files from the field, each taken through inspection and encoding to its outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fanzadmin.media.transcoding.probing import probe
from fanzadmin.media.transcoding.rendering import Rendered, render
from fanzadmin.shield.inspection.service import Finding, inspect_file
from tests.media import clips

CASES = Path(__file__).parents[1] / "cases" / "media"


@dataclass(frozen=True)
class Published:
    """What came of one file; `clean` is the copy after the inspection, `out` where its renditions lie."""

    finding: Finding
    clean: Path
    rendered: Rendered
    out: Path

    def picture(self, name: str) -> Image.Image:
        return Image.open(self.out / name)


def publish(source: Path, folder: Path) -> Published:
    finding = inspect_file(source, clean_copy=folder / "clean", filename=source.name)
    assert finding.is_clean, finding.reasons
    rendered = render(folder / "clean", folder=folder / "made", report=lambda _percent, _message: None)
    return Published(finding, folder / "clean", rendered, folder / "made" / "out")


def is_picture(width: int, height: int) -> Callable[[Published], None]:
    def check(published: Published) -> None:
        assert published.rendered.kind == "image"
        for picture in (piece for piece in published.rendered.pieces if piece.purpose == "image"):
            assert picture.width is not None
            assert picture.height is not None
            assert picture.height == pytest.approx(picture.width * height / width, rel=0.01, abs=1)
            assert max(picture.width, picture.height) <= 16_383

    return check


def is_sound(channels: int, duration_ms: int) -> Callable[[Published], None]:
    def check(published: Published) -> None:
        assert published.rendered.kind == "audio"
        opus = probe(published.out / "audio.opus")
        assert opus.channels == channels
        assert opus.duration_ms == pytest.approx(duration_ms, abs=100)

    return check


def is_video(width: int, height: int, duration_ms: int) -> Callable[[Published], None]:
    def check(published: Published) -> None:
        assert published.rendered.kind == "video"
        top = probe(published.out.parent / "scratch" / f"{min(width, height)}p.mp4")
        assert (top.width, top.height) == (width, height)
        assert top.duration_ms == pytest.approx(duration_ms, abs=100)

    return check


def shows_the_ramp(published: Published) -> None:
    with Image.open(CASES / "grey16.png") as original:
        expected = np.asarray(original, dtype=np.float64) / 257
    with published.picture("image-96.webp") as drawn:
        shown = np.asarray(drawn.convert("L"), dtype=np.float64)
    assert np.abs(shown - expected).mean() < 3


def moves(published: Published) -> None:
    with published.picture("moving.webp") as moving, Image.open(CASES / "animated.webp") as original:
        assert getattr(moving, "n_frames", 1) == getattr(original, "n_frames", 1) == 6
        assert moving.size == original.size


def has_a_telling_poster(published: Published) -> None:
    is_video(320, 180, 6000)(published)
    with published.picture("poster-320.jpg") as poster:
        assert np.asarray(poster.convert("L"), dtype=np.float64).std() > 20


def lost_its_packet(published: Published) -> None:
    is_picture(96, 64)(published)
    assert "xmp" in published.finding.removed
    assert b"xmpmeta" not in published.clean.read_bytes()


def lost_what_followed(published: Published) -> None:
    assert published.finding.trailing_bytes > 0
    assert published.clean.stat().st_size < published.finding.size


def ends_as_a_jpeg(published: Published) -> None:
    is_picture(192, 128)(published)
    lost_what_followed(published)
    assert published.clean.read_bytes().endswith(b"\xff\xd9")


def black_start(path: Path) -> None:
    pictures = "color=black:s=320x180:r=25:d=2[black];testsrc2=s=320x180:r=25:d=4[rest];[black][rest]concat"
    clips.ffmpeg("-f", "lavfi", "-i", pictures, "-pix_fmt", "yuv420p", path)


def crlf_at_end(path: Path) -> None:
    clips.video(path, size="320x180", seconds=3, rate="25")
    path.write_bytes(path.read_bytes() + b"\r\n")


def one_picture_with_sound(path: Path) -> None:
    picture, sound = "testsrc2=s=320x180:r=1:d=1", "sine=440:d=12"
    inputs = ("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound)
    clips.ffmpeg(*inputs, "-pix_fmt", "yuv420p", path)


def wide(path: Path) -> None:
    clips.video(path, size="4000x18", seconds=1, rate="25", sound=False)


# Videos are made where they are tried: none is kept in the repository.
VIDEOS: dict[str, Callable[[Path], None]] = {
    "black_start.mp4": black_start,
    "mp4_crlf_at_end.mp4": crlf_at_end,
    "one_picture_12s_sound.mp4": one_picture_with_sound,
    "wide_4000x18.mp4": wide,
}

OUTCOMES: dict[str, Callable[[Published], None]] = {
    "heic_with_xmp.heic": lost_its_packet,
    "mpo_gainmap_half_size.jpg": ends_as_a_jpeg,
    "surround51.opus": is_sound(2, 4006),
    "long_screenshot_1080x16500.png": is_picture(1080, 16500),
    "one_picture_12s_sound.mp4": is_video(320, 180, 12000),
    "screen_recording_still_end.webm": is_video(320, 180, 9000),
    "grey16.png": shows_the_ramp,
    "jpeg_one_stray_byte.jpg": ends_as_a_jpeg,
    "mp4_crlf_at_end.mp4": is_video(320, 180, 3000),
    "mp3_lyrics3.mp3": is_sound(1, 3052),
    "mp3_two_id3v2.mp3": is_sound(1, 3030),
    "flac_with_id3v2.flac": is_sound(1, 3000),
    "opus_without_end_flag.opus": is_sound(1, 3006),
    "black_start.mp4": has_a_telling_poster,
    "animated.webp": moves,
    "wide_4000x18.mp4": is_video(4000, 18, 1000),
}


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_file_from_the_field_reaches_its_outcome(name: str, tmp_path: Path) -> None:
    source = CASES / name
    if make := VIDEOS.get(name):
        source = tmp_path / name
        make(source)
    OUTCOMES[name](publish(source, tmp_path))


def test_every_case_has_its_outcome() -> None:
    assert {path.name for path in CASES.iterdir()} - {"README.md"} | set(VIDEOS) == set(OUTCOMES)


def test_a_gif_whose_second_frame_is_wider_than_any_screen_is_refused_at_once(tmp_path: Path) -> None:
    source = tmp_path / "a.gif"
    frames = [Image.new("P", (8, 8), colour) for colour in (1, 2)]
    frames[0].save(source, save_all=True, append_images=frames[1:])
    content = bytearray(source.read_bytes())
    second = content.rindex(b"\x2c\x00\x00\x00\x00")
    content[second + 5 : second + 9] = b"\xff\xff\xff\xff"
    source.write_bytes(content)
    finding = inspect_file(source, clean_copy=tmp_path / "clean", filename=source.name)
    assert [reason.code for reason in finding.reasons] == ["too_many_pixels"]
    assert "far more pixels than we take" in finding.reasons[0].sentence
