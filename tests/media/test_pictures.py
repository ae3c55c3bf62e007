import base64
import io
import json

import pytest
from PIL import Image

from fanzadmin.media.transcoding.audio import encode_audio
from fanzadmin.media.transcoding.encoding import CutOff
from fanzadmin.media.transcoding.pictures import animate, render_image, render_poster
from fanzadmin.media.transcoding.probing import Unreadable, probe
from fanzadmin.media.transcoding.storyboards import draw_storyboard
from tests.media import clips


class TestRenderImage:
    def test_it_is_made_in_three_formats_at_every_width_up_to_its_own(self, tmp_path):
        result = render_image(clips.picture(tmp_path / "a.jpg", size=(1500, 1000)), folder=tmp_path)
        assert {(p.format, p.width) for p in result.pictures} == {
            (f, w) for f in ("avif", "webp", "jpg") for w in (320, 640, 1280, 1500)
        }
        for picture in result.pictures:
            with Image.open(picture.path) as image:
                assert image.size == (picture.width, picture.height)

    def test_a_small_picture_is_not_blown_up(self, tmp_path):
        result = render_image(clips.picture(tmp_path / "a.png", size=(100, 80)), folder=tmp_path)
        assert {p.width for p in result.pictures} == {100}

    def test_it_is_turned_upright_and_its_metadata_is_gone(self, tmp_path):
        exif = Image.Exif()
        exif[0x0112], exif[0x010F] = 6, "SECRETCAM"
        source = clips.picture(tmp_path / "a.jpg", size=(400, 200), exif=exif, comment=b"SECRETWORDS")
        for picture in render_image(source, folder=tmp_path).pictures:
            assert picture.height > picture.width
            with Image.open(picture.path) as image:
                assert not dict(image.getexif())
            assert b"SECRET" not in picture.path.read_bytes()

    def test_a_heic_photo_and_a_transparent_png_are_read(self, tmp_path):
        render_image(clips.picture(tmp_path / "a.heic", size=(200, 100)), folder=tmp_path)
        Image.new("RGBA", (200, 100), (255, 0, 0, 0)).save(tmp_path / "b.png")
        jpg = next(p for p in render_image(tmp_path / "b.png", folder=tmp_path).pictures if p.format == "jpg")
        with Image.open(jpg.path) as image:
            assert min(image.getpixel((5, 5))) > 250

    def test_sixteen_bit_and_palette_pictures_are_read(self, tmp_path):
        Image.new("I;16", (64, 64), 30_000).save(tmp_path / "a.png")
        Image.new("P", (64, 64)).save(tmp_path / "b.gif")
        Image.new("CMYK", (64, 64)).save(tmp_path / "c.jpg")
        for name in ("a.png", "b.gif", "c.jpg"):
            assert render_image(tmp_path / name, folder=tmp_path).pictures

    def test_a_picture_cut_off_halfway_is_told_so(self, tmp_path):
        whole = clips.picture(tmp_path / "a.jpg", size=(800, 600))
        with pytest.raises(Unreadable, match="cut off"):
            render_image(clips.cut(whole, tmp_path / "b.jpg", 0.6), folder=tmp_path)

    def test_the_placeholder_is_about_twenty_five_bytes(self, tmp_path):
        result = render_image(clips.picture(tmp_path / "a.jpg"), folder=tmp_path)
        assert 5 < len(base64.b64decode(result.thumbhash)) <= 40


class TestAnimate:
    def test_a_moving_gif_becomes_a_moving_webp(self, tmp_path):
        frames = [Image.new("RGB", (64, 64), (n * 20, 0, 0)) for n in range(10)]
        frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:], duration=100)
        assert probe(tmp_path / "a.gif").frames == 10
        with Image.open(animate(tmp_path / "a.gif", folder=tmp_path, name="moving")) as moving:
            assert moving.n_frames > 1


class TestRenderPoster:
    def test_the_black_opening_is_not_chosen(self, tmp_path):
        black = "color=black:s=320x240:d=1,format=yuv420p"
        clips.ffmpeg("-f", "lavfi", "-i", black, "-f", "lavfi", "-i", "testsrc2=s=320x240:d=3",
                     "-filter_complex", "[0][1]concat", tmp_path / "a.mp4")  # fmt: skip
        result = render_poster(tmp_path / "a.mp4", duration_ms=4000, folder=tmp_path)
        assert {p.format for p in result.pictures} == {"avif", "webp", "jpg"}
        with Image.open(io.BytesIO(result.pictures[-1].path.read_bytes())) as image:
            assert image.convert("L").resize((1, 1)).getpixel((0, 0)) > 30


class TestDrawStoryboard:
    def test_one_tile_every_two_seconds_and_a_cue_for_each(self, tmp_path):
        keys = ("-force_key_frames", "expr:gte(t,n_forced*2)")
        source = clips.video(tmp_path / "a.mp4", seconds=9, size="320x240", sound=False, extra=keys)
        storyboard = draw_storyboard(source, duration_ms=9000, folder=tmp_path)
        assert storyboard.tiles == 5
        cues = storyboard.vtt.read_text()
        assert cues.startswith("WEBVTT")
        assert cues.count("storyboard.webp#xywh=") == 5
        assert "00:00:08.000 --> 00:00:09.000\nstoryboard.webp#xywh=160,120,160,120" in cues
        with Image.open(storyboard.sprite) as sheet:
            assert sheet.size == (480, 240)

    def test_a_long_video_has_no_more_than_a_hundred_tiles(self, tmp_path):
        keys = ("-force_key_frames", "expr:gte(t,n_forced*2)", "-g", "500")
        source = clips.video(tmp_path / "a.mp4", seconds=230, size="64x48", rate="5", sound=False, extra=keys)
        assert draw_storyboard(source, duration_ms=230_000, folder=tmp_path).tiles == 58


class TestEncodeAudio:
    def test_aac_opus_and_peaks_are_made(self, tmp_path):
        source = clips.sound(tmp_path / "a.wav", seconds=3)
        result = encode_audio(source, probe=probe(source), folder=tmp_path)
        assert probe(result.aac).audio_codec == "aac"
        assert probe(result.opus).audio_codec.endswith("opus")
        assert result.duration_ms == pytest.approx(3000, abs=50)

    def test_peaks_follow_the_loudness(self, tmp_path):
        loud = "aevalsrc='if(lt(t,1),0.9,0.05)*sin(440*2*PI*t)':d=2"
        clips.ffmpeg("-f", "lavfi", "-i", loud, tmp_path / "a.wav")
        result = encode_audio(tmp_path / "a.wav", probe=probe(tmp_path / "a.wav"), folder=tmp_path)
        peaks = json.loads(result.waveform.read_text())
        highs = peaks["data"][1::2]
        assert len(highs) == peaks["length"] <= 1000
        assert highs[100] > 5 * max(1, highs[-100])

    def test_a_sound_cut_off_halfway_is_told_so(self, tmp_path):
        whole = clips.sound(tmp_path / "a.flac", seconds=6)
        broken = clips.cut(whole, tmp_path / "b.flac", 0.5)
        with pytest.raises(CutOff, match="cut off"):
            encode_audio(broken, probe=probe(broken), folder=tmp_path)
