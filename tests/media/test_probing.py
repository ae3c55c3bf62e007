from fractions import Fraction

import pytest
from PIL import Image

from fanzadmin.media.transcoding.probing import TooLarge, Unreadable, probe
from tests.media import clips


class TestProbe:
    def test_a_video_tells_size_length_rate_and_codecs(self, tmp_path):
        result = probe(clips.video(tmp_path / "a.mp4", rate="30000/1001"))
        assert (result.kind, result.width, result.height) == ("video", 640, 360)
        assert result.fps == Fraction(30000, 1001)
        assert result.duration_ms == pytest.approx(2000, abs=100)
        assert (result.video_codec, result.audio_codec, result.channels) == ("h264", "aac", 1)

    def test_a_phone_video_is_measured_as_it_is_shown(self, tmp_path):
        flat = clips.video(tmp_path / "a.mp4", size="320x240")
        result = probe(clips.turned(flat, tmp_path / "b.mp4", 90))
        assert (result.width, result.height, result.rotation) == (240, 320, 270)

    def test_a_recording_without_a_length_is_read_to_its_end(self, tmp_path):
        flat = clips.video(tmp_path / "a.mp4", size="320x240")
        live = tmp_path / "b.webm"
        clips.ffmpeg("-i", flat, "-c:v", "libvpx", "-c:a", "libopus", "-live", "1", "-f", "webm", live)
        assert probe(live).duration_ms == pytest.approx(2000, abs=150)

    def test_sound_with_a_cover_picture_is_sound(self, tmp_path):
        cover = clips.picture(tmp_path / "c.png", size=(64, 64))
        tone = clips.sound(tmp_path / "a.mp3")
        clips.ffmpeg(
            "-i",
            tone,
            "-i",
            cover,
            "-map",
            0,
            "-map",
            1,
            "-c",
            "copy",
            "-disposition:v",
            "attached_pic",
            tmp_path / "b.mp3",
        )
        assert probe(tmp_path / "b.mp3").kind == "audio"

    @pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.avif", "a.heic", "a.gif"])
    def test_every_usual_picture_is_read(self, tmp_path, name):
        result = probe(clips.picture(tmp_path / name, size=(80, 60)))
        assert (result.kind, result.width, result.height) == ("image", 80, 60)

    def test_a_picture_turned_by_exif_is_measured_as_it_is_shown(self, tmp_path):
        exif = Image.Exif()
        exif[0x0112] = 6
        result = probe(clips.picture(tmp_path / "a.jpg", size=(80, 60), exif=exif))
        assert (result.width, result.height) == (60, 80)

    def test_an_empty_file_is_refused_in_words(self, tmp_path):
        (tmp_path / "a.mp4").touch()
        with pytest.raises(Unreadable, match="empty"):
            probe(tmp_path / "a.mp4")

    def test_text_called_mp4_is_refused(self, tmp_path):
        (tmp_path / "a.mp4").write_text("hello" * 1000)
        with pytest.raises(Unreadable):
            probe(tmp_path / "a.mp4")

    def test_a_playlist_that_points_elsewhere_is_refused(self, tmp_path):
        clips.video(tmp_path / "secret.mp4")
        (tmp_path / "a.mp4").write_text("#EXTM3U\n#EXTINF:2,\nsecret.mp4\n#EXT-X-ENDLIST\n")
        with pytest.raises(Unreadable):
            probe(tmp_path / "a.mp4")

    def test_a_concat_script_is_refused(self, tmp_path):
        (tmp_path / "a.mp4").write_text("ffconcat version 1.0\nfile 'secret.mp4'\n")
        with pytest.raises(Unreadable):
            probe(tmp_path / "a.mp4")

    def test_a_video_whose_end_is_missing_is_refused(self, tmp_path):
        whole = clips.video(tmp_path / "a.mp4")
        with pytest.raises(Unreadable):
            probe(clips.cut(whole, tmp_path / "b.mp4", 0.5))

    def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(self, tmp_path):
        Image.new("1", (20_000, 7_000)).save(tmp_path / "a.png")
        with pytest.raises(TooLarge):
            probe(tmp_path / "a.png")

    def test_a_picture_of_one_pixel_is_a_picture(self, tmp_path):
        seen = probe(clips.picture(tmp_path / "a.png", size=(1, 1)))
        assert (seen.width, seen.height) == (1, 1)
