"""From a file to everything people are served, in one folder; knows no database and no storage."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import av.error

from fanzadmin.media.transcoding import encoding, packaging, pictures, programs, storyboards
from fanzadmin.media.transcoding.audio import encode_audio
from fanzadmin.media.transcoding.ladder import plan_ladder
from fanzadmin.media.transcoding.probing import Kind, Probe, probe

log = logging.getLogger(__name__)

CONTENT_TYPES = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".mpd": "application/dash+xml",
    ".mp4": "video/mp4",
    ".m4s": "video/iso.segment",
    ".opus": "audio/ogg",
    ".avif": "image/avif",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".vtt": "text/vtt",
    ".json": "application/json",
}

MANIFESTS = (".m3u8", ".mpd")

Report = Callable[[int, str], None]


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One rendition: `path` is its first object below the asset's prefix, `size` the bytes of all its files."""

    purpose: str
    name: str
    path: str
    size: int
    files: int = 1
    width: int | None = None
    height: int | None = None
    bit_rate: int | None = None

    @property
    def content_type(self) -> str:
        return content_type(self.path)


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """Names below the asset's prefix, with the files. `manifests` are to be stored last and in their order: one never
    comes before what it points to."""

    kind: Kind
    probe: Probe
    files: tuple[tuple[str, Path], ...]
    manifests: tuple[tuple[str, Path], ...]
    pieces: tuple[Piece, ...]
    thumbhash: str = ""


@dataclass
class _Workspace:
    """The two folders of one run: `work` for what is thrown away, `out` for what is stored."""

    folder: Path
    pieces: list[Piece] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.scratch.mkdir(parents=True)
        self.out.mkdir(parents=True)

    @property
    def scratch(self) -> Path:
        return self.folder / "scratch"

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def keep(
        self, path: Path, *, purpose: str, name: str, width: int | None = None, height: int | None = None
    ) -> None:
        relative = path.relative_to(self.out).as_posix()
        size = path.stat().st_size
        self.pieces.append(
            Piece(purpose=purpose, name=name, path=relative, size=size, width=width, height=height)
        )

    def keep_pictures(self, drawn: pictures.PictureSet, *, purpose: str) -> str:
        for picture in drawn.pictures:
            name = f"{picture.format} {picture.width}"
            self.keep(picture.path, purpose=purpose, name=name, width=picture.width, height=picture.height)
        for picture, purpose_of_picture in ((drawn.card, "card"), (drawn.teaser, "teaser")):
            self.keep(
                picture.path,
                purpose=purpose_of_picture,
                name="webp",
                width=picture.width,
                height=picture.height,
            )
        return drawn.thumbhash

    def keep_stream(
        self, name: str, *, duration_ms: int, width: int | None = None, height: int | None = None
    ) -> None:
        folder = self.out / "cmaf" / name
        files = [path for path in folder.iterdir() if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        self.pieces.append(
            Piece(
                purpose={"audio": "audio", "text": "text"}.get(name.partition("-")[0], "video"),
                name=name,
                path=f"cmaf/{name}.m3u8",
                size=size,
                files=len(files),
                width=width,
                height=height,
                bit_rate=size * 8000 // max(1, duration_ms),
            )
        )

    def keep_manifests(self) -> None:
        self.keep(self.out / "cmaf" / packaging.HLS, purpose="manifest", name="hls")
        self.keep(self.out / "cmaf" / packaging.DASH, purpose="manifest", name="dash")


def render(
    source: Path, *, folder: Path, report: Report, cancelled: encoding.Cancelled | None = None
) -> Rendered:
    """Make every rendition of `source` below `folder` (new or empty). `report` gets percent and what happens now.

    Raises the errors of probing, encoding and programs; what `report` raises ends the work at once.
    """
    report(1, "Looking at the file")
    source_probe = probe(source)
    workspace = _Workspace(folder)
    make = {"video": _video, "audio": _audio, "image": _image}[source_probe.kind]
    try:
        thumbhash = make(source, source_probe, workspace, report, cancelled)
    except (ValueError, ArithmeticError, LookupError, EOFError, av.error.FFmpegError) as broken:
        log.exception(
            "a rendition could not be made"
        )  # the same file breaks it again: another attempt is in vain
        raise programs.cannot_process() from broken
    report(95, "Storing")
    return Rendered(
        kind=source_probe.kind,
        probe=source_probe,
        files=tuple(_named(workspace.out, lambda path: path.suffix not in MANIFESTS)),
        manifests=tuple(_named(workspace.out, lambda path: path.suffix in MANIFESTS)),
        pieces=tuple(workspace.pieces),
        thumbhash=thumbhash,
    )


def content_type(path: str) -> str:
    return CONTENT_TYPES.get(Path(path).suffix, "application/octet-stream")


def _video(
    source: Path,
    source_probe: Probe,
    workspace: _Workspace,
    report: Report,
    cancelled: encoding.Cancelled | None,
) -> str:
    duration = source_probe.duration_ms or 0
    rungs = plan_ladder(
        width=source_probe.width or 2,
        height=source_probe.height or 2,
        fps=encoding.source_rate(source_probe),
        source_bit_rate=source_probe.video_bit_rate,
        same_codec=source_probe.video_codec == "h264",
    )
    message = "Encoding " + ", ".join(rung.name for rung in rungs)
    ladder = encoding.encode_ladder(
        source,
        probe=source_probe,
        rungs=rungs,
        folder=workspace.scratch,
        on_percent=lambda percent: report(2 + percent * 80 // 100, message),
        cancelled=cancelled,
    )
    report(83, "Packaging, drawing the poster and the storyboard")
    with ThreadPoolExecutor(1) as beside:  # the packager has one thread, and so have the pictures
        drawn = beside.submit(_draw, ladder, duration=ladder.rungs[0].duration_ms, workspace=workspace)
        packaging.package(
            rungs=ladder.rungs,
            sounds=ladder.sounds,
            texts=ladder.texts,
            folder=workspace.out / "cmaf",
            cancelled=cancelled,
        )
        thumbhash = drawn.result()
    for item in ladder.rungs:
        workspace.keep_stream(
            item.rung.name, duration_ms=duration, width=item.rung.width, height=item.rung.height
        )
    for sound in ladder.sounds:
        workspace.keep_stream(sound.name, duration_ms=duration)
    for text in ladder.texts:
        workspace.keep_stream(text.name, duration_ms=duration)
    workspace.keep_manifests()
    return thumbhash


def _draw(ladder: encoding.EncodedLadder, *, duration: int, workspace: _Workspace) -> str:
    low, high = ladder.rungs[0], ladder.rungs[-1]
    thumbhash = workspace.keep_pictures(
        pictures.render_poster(high.path, duration_ms=duration, folder=workspace.out), purpose="poster"
    )
    board = storyboards.draw_storyboard(low.path, duration_ms=duration, folder=workspace.out)
    workspace.keep(board.sprite, purpose="storyboard", name="sprite")
    workspace.keep(board.vtt, purpose="storyboard", name="vtt")
    moving = pictures.animate(
        low.path, folder=workspace.out, name="preview", start_ms=duration // 10 if duration > 5_000 else 0
    )
    workspace.keep(moving, purpose="preview", name="webp")
    return thumbhash


def _audio(
    source: Path,
    source_probe: Probe,
    workspace: _Workspace,
    report: Report,
    cancelled: encoding.Cancelled | None,
) -> str:
    encoded = encode_audio(
        source,
        probe=source_probe,
        folder=workspace.scratch,
        on_percent=lambda percent: report(2 + percent * 80 // 100, "Encoding AAC and Opus"),
        cancelled=cancelled,
    )
    report(85, "Packaging")
    sound = encoding.EncodedSound(name="audio", path=encoded.aac, language=source_probe.sounds[0].language)
    packaging.package(sounds=(sound,), folder=workspace.out / "cmaf", cancelled=cancelled)
    workspace.keep_stream("audio", duration_ms=encoded.duration_ms)
    workspace.keep_manifests()
    for path, purpose in ((encoded.opus, "audio"), (encoded.waveform, "waveform")):
        workspace.keep(path.rename(workspace.out / path.name), purpose=purpose, name=path.suffix.lstrip("."))
    return ""


def _image(
    source: Path,
    source_probe: Probe,
    workspace: _Workspace,
    report: Report,
    _cancelled: encoding.Cancelled | None,
) -> str:
    report(10, "Drawing every size")
    thumbhash = workspace.keep_pictures(pictures.render_image(source, folder=workspace.out), purpose="image")
    if pictures.is_animated(source_probe):
        moving = pictures.move(source, folder=workspace.out)
        workspace.keep(moving, purpose="image", name="moving")
    return thumbhash


def _named(out: Path, accepts: Callable[[Path], bool]) -> Iterator[tuple[str, Path]]:
    files = sorted(path for path in out.rglob("*") if path.is_file() and accepts(path))
    files.sort(key=lambda path: path.name in (packaging.HLS, packaging.DASH))
    return ((path.relative_to(out).as_posix(), path) for path in files)
