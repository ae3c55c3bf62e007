"""One set of CMAF segments, described twice: HLS (RFC 8216) and DASH (ISO 23009-1)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fanzadmin.media.transcoding import programs
from fanzadmin.media.transcoding.encoding import Cancelled, EncodedRung, EncodedSound, EncodedText

SEGMENT_SECONDS = 4
HLS = "master.m3u8"
DASH = "manifest.mpd"


def package(
    *,
    rungs: Sequence[EncodedRung] = (),
    sounds: Sequence[EncodedSound] = (),
    texts: Sequence[EncodedText] = (),
    folder: Path,
    cancelled: Cancelled | None = None,
    timeout_s: float = 1800,
) -> list[Path]:
    """Write `master.m3u8`, `manifest.mpd`, I-frame playlists and the segments below `folder`.

    Returns every file written, as paths relative to `folder`, manifests last: who stores them in this order never
    shows a playlist whose segments are missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    streams = [_video_stream(item) for item in rungs]
    streams += [_audio_stream(sound, number) for number, sound in enumerate(sounds, 1)]
    streams += [_text_stream(text) for text in texts]
    programs.run(
        [
            programs.packager(),
            *streams,
            *("--segment_duration", str(SEGMENT_SECONDS), "--fragment_duration", str(SEGMENT_SECONDS)),
            *("--hls_playlist_type", "VOD", "--hls_master_playlist_output", HLS),
            *("--mpd_output", DASH, "--generate_static_live_mpd", "--quiet"),
        ],
        folder=folder,
        timeout_s=timeout_s,
        cancelled=cancelled,
    )
    files = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    return sorted(
        files, key=lambda path: (path.suffix in (".m3u8", ".mpd"), path.name in (HLS, DASH), str(path))
    )


def _video_stream(item: EncodedRung) -> str:
    name = item.rung.name
    return (
        f"in={item.path},stream=video,init_segment={name}/init.mp4,segment_template={name}/$Number$.m4s,"
        f"playlist_name={name}.m3u8,iframe_playlist_name={name}-iframe.m3u8"
    )


def _audio_stream(sound: EncodedSound, number: int) -> str:
    name = sound.name
    title = "Sound" if number == 1 else f"Sound {number}"
    language = f",language={sound.language}" if sound.language else ""
    return (
        f"in={sound.path},stream=audio,init_segment={name}/init.mp4,segment_template={name}/$Number$.m4s,"
        f"playlist_name={name}.m3u8,hls_group_id=audio,hls_name={title}{language}"
    )


def _text_stream(text: EncodedText) -> str:
    name = text.name
    language = f",language={text.language}" if text.language else ""
    return (
        f"in={text.path},stream=text,segment_template={name}/$Number$.vtt,playlist_name={name}.m3u8,"
        f"hls_group_id=text,hls_name=Captions {name.rpartition('-')[2]}{language}"
    )
