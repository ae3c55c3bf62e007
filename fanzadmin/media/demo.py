"""MediaCore's part of the demo: a few real clips, pictures and sounds, and a year of assets that share them."""

from __future__ import annotations

import math
import random
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFilter
from sqlalchemy import insert

from fanzadmin.contracts.compliance import Records
from fanzadmin.contracts.media import Announce
from fanzadmin.kernel.db import session
from fanzadmin.kernel.demo import DemoAsset, DemoCreator, World
from fanzadmin.kernel.ports import NoProvider, ask
from fanzadmin.kernel.storage import get_storage
from fanzadmin.media.assets.models import Asset, Audience, Encode, Rendition, Scan
from fanzadmin.media.assets.models import Records as RecordsState
from fanzadmin.media.transcoding import programs
from fanzadmin.media.transcoding.rendering import Rendered, render

ASSETS_A_MONTH = 1.1
CLIPS = (  # name, ffmpeg's generator, its sound
    ("sunset.mp4", "gradients=s=1280x720:r=24:d=4:c0=0xf97316:c1=0xdb2777:c2=0x4c1d95:n=3:speed=0.02:seed=7", "sine=220:d=4"),
    ("waves.mp4", "gradients=s=480x854:r=24:d=4:c0=0x0ea5e9:c1=0x22d3ee:c2=0x1e3a8a:n=3:speed=0.03:type=radial:seed=7", "sine=330:d=4"),
    ("orbit.mp4", "mandelbrot=s=640x360:r=20:end_pts=60,trim=duration=4", ""),
)  # fmt: skip
SOUND = ("evening.wav", "aevalsrc='0.3*sin(220*2*PI*t)*(1+sin(2*PI*t/3))+0.2*sin(277*2*PI*t)':d=6:s=44100")
PALETTES = (("#f97316", "#7c3aed"), ("#06b6d4", "#1e3a8a"), ("#f43f5e", "#fde68a"), ("#10b981", "#134e4a"))

THEMES = {
    "Sunset": ("sunset", "outdoor", "golden hour"),
    "Studio": ("studio", "portrait", "behind the scenes"),
    "Beach day": ("beach", "summer", "outdoor"),
    "City nights": ("city", "night", "neon"),
    "Workout": ("fitness", "training", "morning"),
    "Slow morning": ("morning", "coffee", "cozy"),
    "Dance": ("dance", "music", "rehearsal"),
    "Cosplay": ("cosplay", "costume", "convention"),
    "Road trip": ("travel", "outdoor", "vlog"),
    "Questions and answers": ("q&a", "talk", "fans"),
}
PARTS = (
    "part one",
    "part two",
    "the whole set",
    "a first look",
    "outtakes",
    "for you",
    "take two",
    "the making of",
)
STUCK: tuple[dict[str, object], ...] = (  # what waits or failed at the end of the demo's year
    {"scan_state": Scan.CLEARED, "records_state": RecordsState.HELD, "encode_state": Encode.DONE,
     "records_reasons": ["compliance.unnamed"]},
    {"scan_state": Scan.QUARANTINED, "scan_reasons": ["shield.disguised?claim=.jpg&format=ZIP"],
     "clean_key": None},
    {"scan_state": Scan.CLEARED, "records_state": RecordsState.RELEASED, "encode_state": Encode.FAILED,
     "failure": "Only 3.2 of 41.0 seconds can be read: the file is cut off. Upload it again."},
)  # fmt: skip


@dataclass(frozen=True)
class _Original:
    """A real file of the demo and what the true pipeline made of it, below one prefix of the storage."""

    filename: str
    content_type: str
    size: int
    sha256: str
    prefix: str
    source_key: str
    rendered: Rendered


def seed(world: World) -> None:
    """Assets for every creator over the year; published ones go to `world.assets`."""
    rng = world.rng("media")
    with tempfile.TemporaryDirectory(prefix="fanz-demo-") as folder:
        originals = list(_originals(Path(folder)))
        rows, renditions, copies = [], [], []
        for creator in world.creators:
            performers = _performers(creator)
            for created_at in _moments(creator, world, rng):
                row = _asset(creator, created_at, rng.choice(originals), rng, performers)
                rows.append(row)
                world.tally(creator.id, created_at, assets=1)
        for row, stuck in zip(_late(rows, 3 * len(STUCK)), STUCK * 3, strict=False):
            row.update(stuck | {"published_at": None})
        for row in rows:
            if row["encode_state"] == Encode.DONE:
                renditions += _renditions(row)
            copies += _copies(row)
            if row["published_at"] is not None:
                world.assets.append(_published(row))
        _copy_all(copies)
    for row in rows:
        del row["original"], row["creator"]
    session.execute(insert(Asset), rows)
    session.execute(insert(Rendition), renditions)
    world.assets.sort(key=lambda asset: asset.published_at)


def _originals(folder: Path) -> Iterator[_Original]:
    files: list[tuple[Path, str]] = []
    for name, picture, sound in CLIPS:
        files.append((_generated(folder / name, picture, sound), "video/mp4"))
    files.append((_generated(folder / SOUND[0], "", SOUND[1]), "audio/wav"))
    for number, colours in enumerate(PALETTES):
        files.append((_painting(folder / f"picture-{number + 1}.jpg", colours, number), "image/jpeg"))
    with ThreadPoolExecutor(2) as pool:
        yield from pool.map(lambda file: _processed(*file), files)


def _generated(path: Path, picture: str, sound: str) -> Path:
    inputs = [part for source in (picture, sound) if source for part in ("-f", "lavfi", "-i", source)]
    quality = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p") if picture else ()
    command = [programs.ffmpeg(), "-nostdin", "-v", "error", "-y", *inputs, *quality, "-shortest", str(path)]
    programs.run(command, folder=path.parent, timeout_s=60)
    return path


def _painting(path: Path, colours: tuple[str, str], number: int) -> Path:
    """An abstract picture: soft discs on a blend of two colours."""
    mask = Image.linear_gradient("L").rotate(90 * (number % 2)).resize((1280, 960))
    picture = Image.composite(
        Image.new("RGB", mask.size, colours[0]), Image.new("RGB", mask.size, colours[1]), mask
    )
    draw = ImageDraw.Draw(picture)
    for step in range(7):
        x = 640 + 420 * math.cos(step * 2.4 + number)
        y = 480 + 300 * math.sin(step * 1.7 + number)
        draw.ellipse((x - 130, y - 130, x + 130, y + 130), fill=colours[step % 2])
    picture.filter(ImageFilter.GaussianBlur(18)).save(path, "JPEG", quality=90)
    return path


def _processed(path: Path, content_type: str) -> _Original:
    """Through the true pipeline, into the storage."""
    storage, prefix = get_storage(), f"demo/{path.stem}"
    rendered = render(path, folder=path.with_suffix(".d"), report=lambda _percent, _words: None)
    for name, file in (*rendered.files, *rendered.manifests):
        storage.put_file(f"{prefix}/{name}", file)
    storage.put_file(f"{prefix}/source", path)
    return _Original(
        filename=path.name,
        content_type=content_type,
        size=path.stat().st_size,
        sha256=sha256(path.read_bytes()).hexdigest(),
        prefix=prefix,
        source_key=f"{prefix}/source",
        rendered=rendered,
    )


def _performers(creator: DemoCreator) -> list[str]:
    try:
        return [performer.id for performer in ask(Records).performers_of(creator.id) if performer.is_self][:1]
    except NoProvider:  # Compliance is not part of this deployment
        return []


def _moments(creator: DemoCreator, world: World, rng: random.Random) -> Iterator[datetime]:
    """When this creator uploaded: about every four weeks, more often lately."""
    at = max(creator.joined_at, world.now - timedelta(days=365)) + timedelta(hours=rng.uniform(2, 200))
    while at < world.now - timedelta(hours=1):
        yield at
        at += timedelta(days=rng.expovariate(ASSETS_A_MONTH / 30) + 0.5)


def _late(rows: list[dict[str, Any]], count: int) -> list[dict[str, object]]:
    return sorted(rows, key=lambda row: row["created_at"])[-count:]


def _asset(
    creator: DemoCreator, created_at: datetime, original: _Original, rng: random.Random, performers: list[str]
) -> dict[str, object]:
    theme = rng.choice(list(THEMES))
    audience = rng.choices(list(Audience), weights=(3, 5, 2))[0]
    rendered = original.rendered
    asset_id = _id(rng, created_at)
    stored = original.size + sum(piece.size for piece in rendered.pieces)
    ready_at = created_at + timedelta(seconds=rng.uniform(8, 90))
    clean_key = f"clean/{asset_id}/source{Path(original.filename).suffix}"  # as FanzShield names it
    return {
        "id": asset_id, "cluster": creator.cluster.key, "creator_id": creator.id, "uploader_user_id": creator.user_id,
        "title": f"{theme}, {rng.choice(PARTS)}", "caption": f"{theme} with {creator.name}.", "tags": list(THEMES[theme]),
        "audience": audience, "price_minor": rng.choice((499, 799, 999, 1499, 1999)) if audience == Audience.PPV else 0,
        "currency": creator.cluster.currency, "announce": Announce.BOTH, "publish_at": None, "performer_ids": performers, "filename": original.filename,
        "content_type": original.content_type, "size": original.size, "sha256": original.sha256,
        "source_key": clean_key, "clean_key": clean_key, "idempotency_key": None,
        "scan_state": Scan.CLEARED, "scan_reasons": [], "records_state": RecordsState.RELEASED, "records_reasons": [],
        "encode_state": Encode.DONE, "failure": "", "kind": rendered.kind, "duration_ms": rendered.probe.duration_ms,
        "width": rendered.probe.width, "height": rendered.probe.height, "thumbhash": rendered.thumbhash,
        "probe": rendered.probe.as_json(), "stored_bytes": stored, "processing_ms": rng.randint(2_000, 30_000),
        "created_at": created_at, "ready_at": ready_at, "published_at": ready_at, "withdrawn_at": None,
        "withdrawn_reason": "", "poster": "", "poster_drawn": "", "poster_problem": "", "original": original, "creator": creator,
    }  # fmt: skip


def _renditions(row: Mapping[str, Any]) -> list[dict[str, object]]:
    common = {"cluster": row["cluster"], "asset_id": row["id"], "created_at": row["ready_at"]}
    return [
        {
            "purpose": piece.purpose, "name": piece.name, "path": piece.path, "content_type": piece.content_type,
            "width": piece.width, "height": piece.height, "bit_rate": piece.bit_rate, "files": piece.files,
            "size": piece.size, **common,
        }
        for piece in row["original"].rendered.pieces
    ]  # fmt: skip


def _copies(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    original: _Original = row["original"]
    blocked = row["scan_state"] == Scan.QUARANTINED
    pairs = [(original.source_key, f"quarantine/{row['id']}/source" if blocked else row["source_key"])]
    if row["encode_state"] == Encode.DONE:
        names = (name for name, _ in (*original.rendered.files, *original.rendered.manifests))
        pairs += [(f"{original.prefix}/{name}", f"renditions/{row['id']}/{name}") for name in names]
    return pairs


def _copy_all(pairs: list[tuple[str, str]]) -> None:
    """In a directory these are hard links: an inode for all the copies of a file."""
    storage = get_storage()
    with ThreadPoolExecutor(8) as pool:
        for _ in pool.map(lambda pair: storage.copy(*pair), pairs, chunksize=50):
            pass


def _published(row: Mapping[str, Any]) -> DemoAsset:
    return DemoAsset(
        id=row["id"],
        creator=row["creator"],
        title=row["title"],
        kind=row["kind"],
        audience=str(row["audience"]),
        price_minor=row["price_minor"],
        published_at=row["published_at"],
        tags=tuple(row["tags"]),
        sha256=row["sha256"],
    )


def _id(rng: random.Random, at: datetime) -> str:
    """A UUIDv7 of that moment, the same for the same seed."""
    value = (
        int(at.timestamp() * 1000) << 80 | 7 << 76 | rng.getrandbits(12) << 64 | 2 << 62 | rng.getrandbits(62)
    )
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
