"""The clean copy: what it shows is unchanged, what it tells is gone."""

import io

import av
import pillow_heif
import pytest
from PIL import Image, ImageChops

from tests.shield.conftest import Inspect
from tests.shield.samples import PICTURES, STREAMS, picture, png_chunk, sample, stream

EXIF_PICTURES = ("jpg", "png", "webp", "avif", "heic")


def opened(content: bytes) -> Image.Image:
    pillow_heif.register_heif_opener()
    return Image.open(io.BytesIO(content))


def cleaned(inspect: Inspect, content: bytes) -> bytes:
    finding = inspect(content)
    assert finding.is_clean, finding.reasons
    return inspect.clean.read_bytes()  # type: ignore[attr-defined]


class TestPictures:
    @pytest.mark.parametrize("extension", PICTURES)
    def test_pixels_stay_bit_for_bit_the_same(self, inspect: Inspect, extension: str) -> None:
        before = picture(extension, personal=True)
        after = cleaned(inspect, before)
        assert (
            ImageChops.difference(opened(before).convert("RGB"), opened(after).convert("RGB")).getbbox()
            is None
        )

    @pytest.mark.parametrize("extension", EXIF_PICTURES)
    def test_place_camera_and_date_are_gone_and_reported(self, inspect: Inspect, extension: str) -> None:
        content = picture(extension, personal=True)
        finding = inspect(content)
        after = inspect.clean.read_bytes()  # type: ignore[attr-defined]
        assert {"gps", "camera", "dates"} <= set(finding.removed)
        assert b"Acme" in content
        assert b"Acme" not in after
        assert not opened(after).getexif().get_ifd(0x8825)

    @pytest.mark.parametrize("extension", ["jpg", "gif"])
    def test_comments_are_gone(self, inspect: Inspect, extension: str) -> None:
        content = picture(extension, personal=True)
        assert b"photographer" in content
        assert b"photographer" not in cleaned(inspect, content)

    @pytest.mark.parametrize("extension", ["jpg", "png", "webp"])
    def test_a_turned_picture_stays_turned(self, inspect: Inspect, extension: str) -> None:
        after = cleaned(inspect, picture(extension, personal=True, orientation=6))
        assert dict(opened(after).getexif()) == {0x0112: 6}

    def test_png_text_and_xmp_are_gone(self, inspect: Inspect) -> None:
        png = picture("png")
        secret = png_chunk(b"tEXt", b"Author\x00Mia Stone") + png_chunk(
            b"iTXt", b"XML:com.adobe.xmp\x00\x00\x00\x00\x00<x/>Mia"
        )
        assert b"Mia" not in cleaned(inspect, png[:33] + secret + png[33:])

    def test_an_icc_profile_is_kept(self, inspect: Inspect) -> None:
        from PIL import ImageCms

        target = io.BytesIO()
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        opened(picture("jpg")).save(target, "JPEG", icc_profile=profile)
        assert opened(cleaned(inspect, target.getvalue())).info["icc_profile"] == profile

    def test_a_progressive_jpeg_survives(self, inspect: Inspect) -> None:
        target = io.BytesIO()
        opened(picture("jpg")).save(target, "JPEG", progressive=True)
        assert cleaned(inspect, target.getvalue()) == target.getvalue()

    def test_an_animation_keeps_its_frames_and_loop(self, inspect: Inspect) -> None:
        frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
        for name in ("GIF", "WEBP", "PNG"):
            target = io.BytesIO()
            frames[0].save(target, name, save_all=True, append_images=frames[1:], duration=80, loop=0)
            after = opened(cleaned(inspect, target.getvalue()))
            assert (after.n_frames, after.info["loop"]) == (3, 0)


class TestStreams:
    @pytest.mark.parametrize("extension", STREAMS)
    def test_tags_are_gone_and_packets_are_the_same(self, inspect: Inspect, extension: str) -> None:
        before, after = stream(extension, personal=True), cleaned(inspect, stream(extension, personal=True))
        assert b"At home" not in after
        assert packets(before) == packets(after)

    def test_the_place_of_a_video_is_gone_and_reported(self, inspect: Inspect) -> None:
        content = stream("mp4", personal=True)
        finding = inspect(content)
        assert {"gps", "tags"} <= set(finding.removed)
        assert b"loci" in content
        assert b"loci" not in inspect.clean.read_bytes()  # type: ignore[attr-defined]

    def test_a_clean_copy_has_nothing_more_to_remove(self, inspect: Inspect) -> None:
        for extension in (*PICTURES, *STREAMS):
            again = inspect(cleaned(inspect, sample(extension, personal=True)))
            assert (again.outcome, set(again.removed) - {"dates"}) == ("clean", set()), extension


def packets(content: bytes) -> list[int]:
    with av.open(io.BytesIO(content)) as media:
        return sorted(packet.size for packet in media.demux() if packet.size)
