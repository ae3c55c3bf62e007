"""A sheet of small pictures over the whole video, and a WebVTT file that says which one belongs to which second."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import av
from PIL import Image

from fanzadmin.media.transcoding import programs
from fanzadmin.media.transcoding.ladder import GOP_SECONDS

MAX_TILES = 100
TILE_WIDTH, MOST_TILE_HEIGHT = 160, 640


@dataclass(frozen=True, kw_only=True)
class Storyboard:
    sprite: Path
    vtt: Path
    tiles: int


def draw_storyboard(video: Path, *, duration_ms: int, folder: Path) -> Storyboard:
    """`storyboard.webp` with at most 100 tiles and `storyboard.vtt` with `#xywh` media fragments.

    `video` must have a key frame every 2 s (a rung of the ladder): only those are decoded.
    """
    interval = _interval(duration_ms)
    tiles = max(1, math.ceil(duration_ms / 1000 / interval))
    columns = math.ceil(math.sqrt(tiles))
    rows = math.ceil(tiles / columns)
    sprite = folder / "storyboard.webp"
    near = interval - GOP_SECONDS / 4
    programs.run(
        [
            programs.ffmpeg(),
            *("-nostdin", "-v", "error", "-y", "-skip_frame", "nokey", *programs.SAFE_INPUT),
            *("-i", f"file:{video}", "-vf"),
            (
                f"select='isnan(prev_selected_t)+gte(t-prev_selected_t,{near})',"
                f"scale={TILE_WIDTH}:{_tile_height(video)},tile={columns}x{rows}"
            ),
            *("-frames:v", "1", "-c:v", "libwebp", "-quality", "70", "-map_metadata", "-1", str(sprite)),
        ],
        folder=folder,
        timeout_s=600,
    )
    with Image.open(sprite, formats=("WEBP",)) as sheet:
        tile = (sheet.width // columns, sheet.height // rows)
    vtt = folder / "storyboard.vtt"
    vtt.write_text(_cues(tiles, interval=interval, duration_ms=duration_ms, columns=columns, tile=tile))
    return Storyboard(sprite=sprite, vtt=vtt, tiles=tiles)


def _tile_height(video: Path) -> int:
    """The height of a tile in proportion, within what a sheet of a hundred can hold."""
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        return max(2, min(MOST_TILE_HEIGHT, 2 * round(TILE_WIDTH * stream.height / stream.width / 2)))


def _interval(duration_ms: int) -> int:
    """Seconds between tiles: a multiple of the key frame distance, so that every tile is a key frame."""
    return GOP_SECONDS * max(1, math.ceil(duration_ms / 1000 / MAX_TILES / GOP_SECONDS))


def _cues(tiles: int, *, interval: int, duration_ms: int, columns: int, tile: tuple[int, int]) -> str:
    lines = ["WEBVTT", ""]
    for number in range(tiles):
        start, end = number * interval * 1000, min((number + 1) * interval * 1000, duration_ms)
        x, y = number % columns * tile[0], number // columns * tile[1]
        lines += [
            f"{_clock(start)} --> {_clock(max(end, start + 1))}",
            f"storyboard.webp#xywh={x},{y},{tile[0]},{tile[1]}",
            "",
        ]
    return "\n".join(lines)


def _clock(ms: int) -> str:
    seconds, ms = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{ms:03}"
