import os
import re
import subprocess
import sys
import time

import av
import pytest

from fanzadmin.media.transcoding import programs
from fanzadmin.media.transcoding.encoding import CutOff, encode_ladder
from fanzadmin.media.transcoding.ladder import plan_ladder
from fanzadmin.media.transcoding.packaging import package
from fanzadmin.media.transcoding.probing import probe
from tests.media import clips


def encode(source, folder, **options):
    result = probe(source)
    rungs = plan_ladder(width=result.width, height=result.height, fps=result.fps)
    folder.mkdir(exist_ok=True)
    return encode_ladder(source, probe=result, rungs=rungs, folder=folder, **options)


def key_frames(path):
    with av.open(str(path)) as container:
        return [
            float(p.pts * p.time_base)
            for p in container.demux(video=0)
            if p.is_keyframe and p.pts is not None
        ]


class TestEncodeLadder:
    def test_every_rung_and_the_sound_are_made_in_one_go(self, tmp_path):
        result = encode(clips.video(tmp_path / "a.mp4"), tmp_path / "out")
        assert [item.rung.name for item in result.rungs] == ["240p", "360p"]
        assert result.audio
        assert result.audio.stat().st_size
        assert all(clips.count_frames(item.path) == 60 for item in result.rungs)

    def test_key_frames_stand_at_the_same_times_in_every_rung(self, tmp_path):
        source = clips.video(tmp_path / "a.mp4", seconds=5, rate="30000/1001", size="640x360")
        result = encode(source, tmp_path / "out")
        low, high = (key_frames(item.path) for item in result.rungs)
        assert low == pytest.approx(high)
        assert low == pytest.approx([0, 2, 4], abs=0.05)

    def test_progress_rises_to_a_hundred(self, tmp_path):
        seen = []
        encode(clips.video(tmp_path / "a.mp4", seconds=4), tmp_path / "out", on_percent=seen.append)
        assert seen == sorted(set(seen))
        assert seen[-1] >= 95

    def test_a_portrait_phone_video_stays_upright(self, tmp_path):
        flat = clips.video(tmp_path / "a.mp4", size="640x360")
        result = encode(clips.turned(flat, tmp_path / "b.mp4", 90), tmp_path / "out")
        assert [(i.rung.width, i.rung.height) for i in result.rungs] == [(240, 426), (360, 640)]
        assert probe(result.rungs[0].path).rotation == 0

    def test_a_silent_video_of_odd_size_works(self, tmp_path):
        result = encode(clips.video(tmp_path / "a.mkv", size="321x243", sound=False), tmp_path / "out")
        assert result.audio is None
        assert [(i.rung.width, i.rung.height) for i in result.rungs] == [(318, 240)]

    def test_a_hundred_frames_a_second_become_sixty(self, tmp_path):
        result = encode(clips.video(tmp_path / "a.mp4", size="320x240", rate="100"), tmp_path / "out")
        assert clips.count_frames(result.rungs[0].path) == 120

    def test_nothing_of_the_sources_metadata_is_kept(self, tmp_path):
        tags = ("-metadata", "title=SECRET", "-metadata", "location=+52.1+004.3/")
        result = encode(clips.video(tmp_path / "a.mp4", extra=tags), tmp_path / "out")
        for path in (result.rungs[0].path, result.audio):
            assert b"SECRET" not in path.read_bytes()
            assert b"+52.1" not in path.read_bytes()

    def test_loudness_is_brought_to_minus_sixteen(self, tmp_path):
        source = tmp_path / "a.mp4"
        clips.ffmpeg(
            *[
                "-f",
                "lavfi",
                "-i",
                "testsrc2=s=320x240:d=8",
                "-f",
                "lavfi",
                "-i",
                "sine=440:d=8,volume=0.05",
                "-shortest",
            ],
            source,
        )
        result = encode(source, tmp_path / "out")
        text = clips.ffmpeg("-i", result.audio, "-af", "ebur128", "-f", "null", "-")
        loudness = float(re.findall(r"I:\s+(-?[\d.]+) LUFS", text)[-1])
        assert loudness == pytest.approx(-16, abs=2)

    def test_a_video_cut_off_halfway_is_told_so(self, tmp_path):
        whole = clips.video(tmp_path / "a.mp4", seconds=4, extra=("-movflags", "+faststart"))
        with pytest.raises((CutOff, programs.ProgramFailed)):
            encode(clips.cut(whole, tmp_path / "b.mp4", 0.5), tmp_path / "out")

    def test_cancelling_ends_the_process_at_once(self, tmp_path):
        source = clips.video(tmp_path / "a.mp4", size="1280x720", seconds=20, rate="10")
        asked = time.monotonic()
        with pytest.raises(programs.Stopped):
            encode(source, tmp_path / "out", cancelled=lambda: time.monotonic() - asked > 0.6)
        assert time.monotonic() - asked < 4
        assert str(tmp_path) not in _processes()

    def test_a_run_longer_than_allowed_is_stopped(self, tmp_path):
        source = clips.video(tmp_path / "a.mp4", size="1280x720", seconds=20, rate="10")
        with pytest.raises(programs.TookTooLong):
            encode(source, tmp_path / "out", timeout_s=0.5)
        assert str(tmp_path) not in _processes()


class TestOddities:
    def test_fields_become_whole_pictures(self, tmp_path):
        source = tmp_path / "a.mp4"
        fields = ("-vf", "interlace", "-flags", "+ilme+ildct", "-x264opts", "tff=1", "-preset", "ultrafast")
        clips.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=720x576:r=50:d=0.6", *fields, source)
        top = encode(source, tmp_path / "out").rungs[-1].path
        assert "TFF:    15" in _fields_of(source)
        assert "Progressive:    15" in _fields_of(top)

    def test_a_varying_rate_keeps_its_fast_half(self, tmp_path):
        source = tmp_path / "a.mp4"
        varying = ("-vf", "select='lt(t,2)+not(mod(n,8))'", "-fps_mode", "vfr", "-preset", "ultrafast")
        clips.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=320x240:r=30:d=4", *varying, source)
        top = encode(source, tmp_path / "out").rungs[-1].path
        distinct = clips.ffmpeg("-i", top, "-t", "2", "-vf", "mpdecimate=hi=1:lo=1:frac=0", "-f", "null", "-")
        assert int(distinct.rsplit("frame=", 1)[1].split()[0]) >= 58

    def test_every_sound_and_every_caption_is_offered_in_its_language(self, tmp_path):
        captions, source = tmp_path / "a.srt", tmp_path / "a.mkv"
        captions.write_text("1\n00:00:00,100 --> 00:00:00,900\nHello.\n")
        inputs = ("-f", "lavfi", "-i", "testsrc2=s=64x48:r=10:d=1", "-f", "lavfi", "-i", "sine=440:d=1")
        maps = ("-map", "0", "-map", "1", "-map", "1", "-map", "2", "-preset", "ultrafast")
        names = [f"-metadata:s:{track}" for track in ("a:0", "a:1", "s:0")]
        languages = [
            word
            for pair in zip(names, ("eng", "spa", "fra"), strict=True)
            for word in (pair[0], f"language={pair[1]}")
        ]
        clips.ffmpeg(*inputs, "-i", captions, *maps, *languages, source)
        result = encode(source, tmp_path / "out")
        package(rungs=result.rungs, sounds=result.sounds, texts=result.texts, folder=tmp_path / "cmaf")
        master = (tmp_path / "cmaf/master.m3u8").read_text()
        media = [line for line in master.splitlines() if line.startswith("#EXT-X-MEDIA")]
        assert {re.search(r'TYPE=(\w+).*LANGUAGE="(\w+)"', line).groups() for line in media} == {
            ("AUDIO", "en"),
            ("AUDIO", "es"),
            ("SUBTITLES", "fr"),
        }
        assert "Hello." in (tmp_path / "cmaf/text-1/1.vtt").read_text()
        manifest = (tmp_path / "cmaf/manifest.mpd").read_text()
        assert 'contentType="text" lang="fr"' in manifest

    def test_ultra_hd_gets_its_own_rungs(self, tmp_path):
        source = clips.video(tmp_path / "a.mp4", size="3840x2160", seconds=0.2, rate="5", sound=False)
        assert [item.rung.name for item in encode(source, tmp_path / "out").rungs][-3:] == [
            "1080p",
            "1440p",
            "2160p",
        ]


class TestPackage:
    def test_an_independent_player_gets_every_frame_from_hls_and_dash(self, tmp_path):
        result = encode(clips.video(tmp_path / "a.mp4", seconds=5), tmp_path / "out")
        files = package(rungs=result.rungs, sounds=result.sounds, folder=tmp_path / "cmaf")
        hls = ("-allowed_extensions", "ALL")
        for name in ("240p.m3u8", "360p.m3u8"):
            assert clips.count_frames(tmp_path / "cmaf" / name, *hls) == 150
        assert clips.count_frames(tmp_path / "cmaf/master.m3u8", *hls) == 150
        assert clips.count_frames(tmp_path / "cmaf/manifest.mpd") == 150
        assert {str(f) for f in files} >= {
            "240p/init.mp4",
            "240p/1.m4s",
            "audio/init.mp4",
            "360p-iframe.m3u8",
        }

    def test_the_master_playlist_names_codecs_sizes_and_the_sound(self, tmp_path):
        result = encode(clips.video(tmp_path / "a.mp4"), tmp_path / "out")
        package(rungs=result.rungs, sounds=result.sounds, folder=tmp_path / "cmaf")
        master = (tmp_path / "cmaf/master.m3u8").read_text()
        assert 'CODECS="avc1.' in master
        assert "RESOLUTION=640x360" in master
        assert "FRAME-RATE=30.000" in master
        assert "TYPE=AUDIO" in master
        assert "EXT-X-I-FRAME-STREAM-INF" in master
        assert "<MPD" in (tmp_path / "cmaf/manifest.mpd").read_text()

    def test_manifests_come_last_so_that_no_playlist_is_ahead_of_its_segments(self, tmp_path):
        result = encode(clips.video(tmp_path / "a.mp4"), tmp_path / "out")
        files = [str(f) for f in package(rungs=result.rungs, sounds=result.sounds, folder=tmp_path / "cmaf")]
        first_list = next(n for n, name in enumerate(files) if name.endswith((".m3u8", ".mpd")))
        assert not [name for name in files[first_list:] if name.endswith((".m4s", ".mp4"))]
        assert set(files[-2:]) == {"master.m3u8", "manifest.mpd"}

    def test_a_missing_packager_is_named_with_what_to_do(self, monkeypatch, tmp_path):
        monkeypatch.setattr(programs, "PROJECT_ROOT", tmp_path)
        programs.packager.cache_clear()
        with pytest.raises(programs.ProgramMissing, match="npm ci"):
            programs.packager()
        programs.packager.cache_clear()


class TestRun:
    def test_the_program_dies_with_the_process_that_started_it(self, tmp_path):
        script = (
            "from pathlib import Path; from fanzadmin.media.transcoding import programs;"
            f"programs.run(['sleep', '57.31'], folder=Path({str(tmp_path)!r}), timeout_s=60)"
        )
        parent = subprocess.Popen(
            [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        )
        _wait_until(lambda: "57.31" in _processes())
        parent.kill()
        parent.wait()
        _wait_until(lambda: "57.31" not in _processes())

    def test_a_full_disk_is_called_a_full_disk(self, tmp_path):
        with pytest.raises(programs.StorageFull, match="full"):
            programs.run(["sh", "-c", "cat /etc/hostname > /dev/full"], folder=tmp_path, timeout_s=5)


def _fields_of(path):
    return clips.ffmpeg("-i", path, "-vf", "idet", "-f", "null", "-").rsplit("Multi frame detection:", 1)[1]


def _processes():
    return subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout


def _wait_until(true, seconds=60):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
