"""The demo's year of FanzShield: a verdict on every asset, some refused uploads, and the incidents that came of them."""

import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import insert, select

from fanzadmin.kernel.db import Model, session
from fanzadmin.kernel.demo import DemoAsset, DemoCreator, World
from fanzadmin.kernel.i18n.reasons import reason_code
from fanzadmin.kernel.ids import id_at
from fanzadmin.shield.incidents.models import Incident, IncidentNote, IncidentState, Resolution
from fanzadmin.shield.incidents.service import PLATFORM
from fanzadmin.shield.parsing.reasons import Reason, reason_of
from fanzadmin.shield.verdicts.models import BlockedHash, Outcome, Verdict
from fanzadmin.shield.verdicts.service import SEVERITIES

Row = dict[str, object]
REFUSED = 70  # uploads in the year, times World.scale
UNRESOLVED = 6  # incidents that still wait at the end of it
FORMATS = {
    "video": ("MP4", "video/mp4", "mp4"),
    "image": ("JPEG", "image/jpeg", "jpg"),
    "audio": ("WAV", "audio/wav", "wav"),
}
REMOVED = (
    ("gps", "camera", "dates"),
    ("camera", "dates"),
    ("dates",),
    (),
    ("tags",),
    ("gps", "dates", "tags"),
)


@dataclass(frozen=True)
class _Refusal:
    reason: Reason
    filename: str
    weight: int


REFUSALS = (
    _Refusal(reason_of("truncated"), "clip.mp4", 18),
    _Refusal(reason_of("disguised", claim=".jpg", format="MP4"), "summer.jpg", 12),
    _Refusal(reason_of("archive", what="a ZIP archive"), "set.zip", 14),
    _Refusal(reason_of("hidden_archive", what="a RAR archive"), "preview.png", 6),
    _Refusal(reason_of("hidden_script", what="a script or web page"), "avatar.gif", 5),
    _Refusal(reason_of("trailing_data", count="48,213", format="PNG"), "poster.png", 6),
    _Refusal(reason_of("executable", what="a Windows program"), "codec.mp4", 3),
    _Refusal(reason_of("hidden_malware", what="the EICAR test virus"), "sample.jpg", 1),
    _Refusal(
        reason_of("blocked_hash", why="taken down on request of the person shown"),
        "again.mp4",
        4,
    ),
    _Refusal(
        reason_of("too_many_pixels.picture", width="60,000", height="60,000", limit=120),
        "huge.png",
        3,
    ),
)
HANDLERS = ("Selma Iversen", "Ada Marsh")
ENDS = (
    (Resolution.MITIGATED, "The upload is deleted, the creator was told what to send instead."),
    (Resolution.CONFIRMED, "It was on purpose. The account got a warning."),
    (Resolution.FALSE_POSITIVE, "An export of the creator's editing program. The rule was looked at."),
)


def seed(world: World) -> None:
    """Verdicts for `world.assets`, refused uploads and their incidents."""
    rng = world.rng("shield")
    _insert(Verdict, [_cleared(asset, rng) for asset in world.assets])
    if not world.creators:
        return
    refused: list[tuple[dict[str, Any], _Refusal]] = [
        _refused(world, rng) for _ in range(REFUSED * world.scale)
    ]
    _insert(Verdict, [row for row, _ in refused])
    hits = sorted(
        (pair for pair in refused if pair[1].reason.code in SEVERITIES),
        key=lambda pair: pair[0]["created_at"],
        reverse=True,
    )
    analyst = session.execute(select(User.id).where(User.username == "security")).scalar()
    incidents = [
        _incident(row, why, rng, waits=at < UNRESOLVED, analyst=analyst, now=world.now)
        for at, (row, why) in enumerate(hits)
    ]
    _insert(Incident, [incident for incident, _ in incidents])
    _insert(IncidentNote, [note for _, notes in incidents for note in notes])
    _insert(BlockedHash, [_blocked(row, analyst) for row, why in hits if why.reason.code == "blocked_hash"])


def _insert(model: type[Model], rows: list[Row]) -> None:
    if rows:
        session.execute(insert(model), rows)


def _common(asset_id: str, creator: DemoCreator, at: datetime, rng: random.Random) -> Row:
    return {
        "id": id_at(at, rng), "asset_id": asset_id, "creator_id": creator.id, "cluster": creator.cluster.key,
        "source_key": f"uploads/{creator.cluster.key}/{asset_id}/source", "created_at": at,
        "decided_at": at + timedelta(seconds=rng.uniform(0.2, 4)), "scan_ms": rng.randint(90, 3800),
        "sha256": sha256(asset_id.encode()).hexdigest(), "size": rng.randint(400_000, 80_000_000),
        "width": 0, "height": 0, "duration_ms": 0, "trailing_bytes": 0,
    }  # fmt: skip


def _cleared(asset: DemoAsset, rng: random.Random) -> Row:
    form, mime, suffix = FORMATS.get(asset.kind, FORMATS["image"])
    uploaded = asset.published_at - timedelta(seconds=90)
    row: dict[str, Any] = _common(asset.id, asset.creator, uploaded, rng)
    return row | {
        "title": asset.title, "filename": f"upload.{suffix}", "content_type": mime, "outcome": Outcome.CLEAN,
        "reasons": [], "format": form, "kind": asset.kind, "mime": mime, "removed": list(rng.choice(REMOVED)),
        "clean_key": f"clean/{asset.id}/source.{suffix}", "clean_size": row["size"] - 2048,
        "clean_sha256": sha256(f"{asset.id}clean".encode()).hexdigest(), "quarantine_key": "",
    }  # fmt: skip


def _refused(world: World, rng: random.Random) -> tuple[Row, _Refusal]:
    why = rng.choices(REFUSALS, weights=[refusal.weight for refusal in REFUSALS])[0]
    creator = rng.choice(world.creators)
    at = world.now - timedelta(days=365) * rng.random() ** 1.3
    at = max(at, min(creator.joined_at, world.now - timedelta(hours=2)))
    asset_id = id_at(at, rng)
    return _common(asset_id, creator, at, rng) | {
        "title": why.filename.rpartition(".")[0].title(), "filename": why.filename, "content_type": "",
        "outcome": Outcome.BLOCKED if why.reason.code in SEVERITIES else Outcome.REFUSED,
        "reasons": [asdict(why.reason)], "format": "", "kind": "", "mime": "", "removed": [],
        "clean_key": "", "clean_size": 0, "clean_sha256": "", "quarantine_key": f"quarantine/{asset_id}/source",
    }, why  # fmt: skip


def _incident(
    verdict: Mapping[str, Any],
    why: _Refusal,
    rng: random.Random,
    *,
    waits: bool,
    analyst: int | None,
    now: datetime,
) -> tuple[Row, list[Row]]:
    at, severity = verdict["decided_at"], SEVERITIES[why.reason.code]
    assigned_at = min(at + timedelta(minutes=rng.uniform(4, 300)), now)
    resolved_at = min(assigned_at + timedelta(hours=rng.expovariate(1 / 7)), now)
    outcome, words = rng.choices(ENDS, weights=(6, 2, 2))[0]
    handler = HANDLERS[0] if rng.random() < 0.8 else HANDLERS[1]
    begun = not waits or rng.random() < 0.5
    row = {
        "id": id_at(at, rng), "cluster": verdict["cluster"], "title": f"Upload blocked: “{verdict['title']}”",
        "detail": why.reason.text, "code": why.reason.code, "severity": severity, "about_kind": "asset",
        "about_id": verdict["asset_id"], "creator_id": verdict["creator_id"], "opened_by": PLATFORM,
        "state": IncidentState.RESOLVED if not waits else IncidentState.ASSIGNED if begun else IncidentState.OPEN,
        "assignee": handler if begun else "", "assignee_user_id": analyst if begun and handler == HANDLERS[0] else None,
        "outcome": None if waits else outcome, "created_at": at, "resolved_at": None if waits else resolved_at,
    }  # fmt: skip
    steps = [(at, "opened", PLATFORM, why.reason.text)]
    if begun:
        steps.append((assigned_at, "assigned", handler, reason_code("shield.assigned", name=handler)))
    if not waits:
        steps.append(
            (resolved_at, "resolved", handler, f"{reason_code('shield.resolved', outcome=outcome)}\n{words}")
        )
    return row, [
        {
            "id": id_at(when, rng),
            "incident_id": row["id"],
            "kind": kind,
            "author": author,
            "text": text,
            "created_at": when,
        }
        for when, kind, author, text in steps
    ]


def _blocked(verdict: Mapping[str, Any], analyst: int | None) -> Row:
    return {
        "sha256": verdict["sha256"], "reason": "Taken down on request of the person shown.", "author": HANDLERS[0],
        "author_user_id": analyst, "created_at": verdict["created_at"] - timedelta(days=2),
    }  # fmt: skip
