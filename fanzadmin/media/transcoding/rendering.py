"""From a file to everything people are served, in one folder; knows no database and no storage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from fanzadmin.media.transcoding import encoding, packaging, pictures, storyboards
from fanzadmin.media.transcoding.audio import encode_audio
from fanzadmin.media.transcoding.ladder import plan_ladder
from fanzadmin.media.transcoding.probing import Kind, Probe, probe

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
class _Bench:
    """The two folders of one run: `work` for what is thrown away, `out` for what is stored."""

    folder: Path
    pieces: list[Piece] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.work.mkdir(parents=True)
        self.out.mkdir(parents=True)

    @property
    def work(self) -> Path:
        return self.folder / "work"

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

    def keep_pictures(self, made: pictures.PictureSet, *, purpose: str) -> str:
        for one in made.pictures:
            name = f"{one.format} {one.width}"
            self.keep(one.path, purpose=purpose, name=name, width=one.width, height=one.height)
        for one, what in ((made.card, "card"), (made.teaser, "teaser")):
            self.keep(one.path, purpose=what, name="webp", width=one.width, height=one.height)
        return made.thumbhash

    def keep_stream(
        self, name: str, *, duration_ms: int, width: int | None = None, height: int | None = None
    ) -> None:
        files = [path for path in (self.out / "cmaf" / name).iterdir() if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        self.pieces.append(
            Piece(
                purpose="audio" if name == "audio" else "video",
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
    found = probe(source)
    bench = _Bench(folder)
    make = {"video": _video, "audio": _audio, "image": _image}[found.kind]
    thumbhash = make(source, found, bench, report, cancelled)
    report(95, "Storing")
    return Rendered(
        kind=found.kind,
        probe=found,
        files=tuple(_named(bench.out, lambda path: path.suffix not in MANIFESTS)),
        manifests=tuple(_named(bench.out, lambda path: path.suffix in MANIFESTS)),
        pieces=tuple(bench.pieces),
        thumbhash=thumbhash,
    )


def content_type(path: str) -> str:
    return CONTENT_TYPES.get(Path(path).suffix, "application/octet-stream")


def _video(
    source: Path, found: Probe, bench: _Bench, report: Report, cancelled: encoding.Cancelled | None
) -> str:
    duration = found.duration_ms or 0
    rungs = plan_ladder(
        width=found.width or 2,
        height=found.height or 2,
        fps=encoding.source_rate(found),
        source_bit_rate=found.video_bit_rate,
        same_codec=found.video_codec == "h264",
    )
    words = "Encoding " + ", ".join(rung.name for rung in rungs)
    made = encoding.encode_ladder(
        source,
        probe=found,
        rungs=rungs,
        folder=bench.work,
        on_percent=lambda percent: report(2 + percent * 80 // 100, words),
        cancelled=cancelled,
    )
    report(83, "Packaging, drawing the poster and the storyboard")
    with ThreadPoolExecutor(1) as beside:  # the packager has one thread, and so have the pictures
        drawn = beside.submit(_draw, made, duration=made.rungs[0].duration_ms, bench=bench)
        packaging.package(rungs=made.rungs, audio=made.audio, folder=bench.out / "cmaf", cancelled=cancelled)
        thumbhash = drawn.result()
    for item in made.rungs:
        bench.keep_stream(
            item.rung.name, duration_ms=duration, width=item.rung.width, height=item.rung.height
        )
    if made.audio:
        bench.keep_stream("audio", duration_ms=duration)
    bench.keep_manifests()
    return thumbhash


def _draw(made: encoding.EncodedLadder, *, duration: int, bench: _Bench) -> str:
    low, high = made.rungs[0], made.rungs[-1]
    thumbhash = bench.keep_pictures(
        pictures.render_poster(high.path, duration_ms=duration, folder=bench.out), purpose="poster"
    )
    board = storyboards.draw_storyboard(low.path, duration_ms=duration, folder=bench.out)
    bench.keep(board.sprite, purpose="storyboard", name="sprite")
    bench.keep(board.vtt, purpose="storyboard", name="vtt")
    moving = pictures.animate(low.path, folder=bench.out, name="preview", start_ms=duration // 10)
    bench.keep(moving, purpose="preview", name="webp")
    return thumbhash


def _audio(
    source: Path, found: Probe, bench: _Bench, report: Report, cancelled: encoding.Cancelled | None
) -> str:
    made = encode_audio(
        source,
        probe=found,
        folder=bench.work,
        on_percent=lambda percent: report(2 + percent * 80 // 100, "Encoding AAC and Opus"),
        cancelled=cancelled,
    )
    report(85, "Packaging")
    packaging.package(audio=made.aac, folder=bench.out / "cmaf", cancelled=cancelled)
    bench.keep_stream("audio", duration_ms=made.duration_ms)
    bench.keep_manifests()
    for path, purpose in ((made.opus, "audio"), (made.waveform, "waveform")):
        bench.keep(path.rename(bench.out / path.name), purpose=purpose, name=path.suffix.lstrip("."))
    return ""


def _image(
    source: Path, found: Probe, bench: _Bench, report: Report, _cancelled: encoding.Cancelled | None
) -> str:
    report(10, "Drawing every size")
    thumbhash = bench.keep_pictures(pictures.render_image(source, folder=bench.out), purpose="image")
    if pictures.is_animated(found):
        moving = pictures.animate(source, folder=bench.out, name="moving", width=640, length_ms=60_000)
        bench.keep(moving, purpose="image", name="moving")
    return thumbhash


def _named(out: Path, wanted: Callable[[Path], bool]) -> Iterator[tuple[str, Path]]:
    files = sorted(path for path in out.rglob("*") if path.is_file() and wanted(path))
    files.sort(key=lambda path: path.name in (packaging.HLS, packaging.DASH))
    return ((path.relative_to(out).as_posix(), path) for path in files)
