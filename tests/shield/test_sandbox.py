"""ffmpeg on a stranger's file: within its limits, and nothing but that file."""

import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest

from fanzadmin.shield.inspection.sandbox import SandboxFailure, TookTooLong, ffmpeg
from tests.shield.conftest import Inspect
from tests.shield.samples import stream


class TestFfmpeg:
    def test_it_is_stopped_when_its_time_is_over(self, tmp_path: Path) -> None:
        source = tmp_path / "a.mp4"
        source.write_bytes(stream("mp4"))
        with pytest.raises(TookTooLong, match="longer than 1 seconds"):
            ffmpeg(["-f", "null", "-"], source=source, reader="mov", before=("-stream_loop", "-1"), timeout=1)

    def test_it_writes_no_more_than_it_may(self, tmp_path: Path) -> None:
        source, target = tmp_path / "a.wav", tmp_path / "b.wav"
        source.write_bytes(stream("wav"))
        with pytest.raises(SandboxFailure):
            ffmpeg(["-c", "copy", f"file:{target}"], source=source, reader="wav", timeout=20, max_output=4096)
        assert target.stat().st_size <= 4096

    def test_it_opens_no_other_file_for_a_playlist(self, tmp_path: Path) -> None:
        secret, source = tmp_path / "secret.mp4", tmp_path / "a.mp4"
        secret.write_bytes(stream("mp4"))
        source.write_text(f"ffconcat version 1.0\nfile '{secret}'\n")
        with pytest.raises(SandboxFailure):
            ffmpeg(["-f", "null", "-"], source=source, reader="mov", timeout=20)


class TestRecordings:
    def test_a_recording_whose_header_states_no_length_is_measured(
        self, inspect: Inspect, tmp_path: Path
    ) -> None:
        """What MediaRecorder in a browser makes: WebM without duration, sizes or cues."""
        whole = tmp_path / "whole.webm"
        whole.write_bytes(stream("webm", seconds=5))
        command = [
            imageio_ffmpeg.get_ffmpeg_exe(),
            "-v",
            "error",
            "-i",
            str(whole),
            "-c",
            "copy",
            "-f",
            "webm",
            "-live",
            "1",
            "-",
        ]
        live = subprocess.run(command, check=True, capture_output=True).stdout
        finding = inspect(live, filename="recording.webm")
        assert finding.is_clean, finding.reasons
        assert 4500 < finding.duration_ms < 5500
