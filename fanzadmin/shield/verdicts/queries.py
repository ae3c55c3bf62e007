"""Verdicts, read."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import select

from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import NotFound
from fanzadmin.kernel.ids import is_id
from fanzadmin.shield.verdicts.models import Outcome, Verdict
from security.clusters import within


class NoSuchVerdict(NotFound):
    title = "There is no verdict on this asset"


@dataclass(frozen=True, slots=True)
class VerdictCard:
    """What a scan found. Sizes in bytes, times in milliseconds; `removed` names kinds of metadata, never their content."""

    asset_id: str
    creator_id: str
    cluster: str
    title: str
    outcome: Outcome
    reasons: tuple[str, ...]
    codes: tuple[str, ...]
    sha256: str
    size: int
    format: str
    kind: str
    width: int
    height: int
    duration_ms: int
    removed: tuple[str, ...]
    scan_ms: int
    created_at: datetime
    decided_at: datetime | None


def verdict_of(
    asset_id: str, *, creator_id: str | None = None, clusters: frozenset[str] | None = None
) -> VerdictCard:
    """The verdict on an asset; with `creator_id` only if the asset is theirs. Raises NoSuchVerdict."""
    query = select(Verdict).where(Verdict.asset_id == asset_id)
    if creator_id is not None:
        query = query.where(Verdict.creator_id == creator_id)
    row = session.execute(within(query, Verdict.cluster, clusters)).scalar() if is_id(asset_id) else None
    if row is None:
        raise NoSuchVerdict(gettext("There is no verdict on this asset."))
    return verdict_card(row)


def verdict_card(row: Verdict) -> VerdictCard:
    return VerdictCard(
        asset_id=row.asset_id,
        creator_id=row.creator_id,
        cluster=row.cluster,
        title=row.title,
        outcome=Outcome(row.outcome),
        reasons=row.sentences,
        codes=tuple(reason["code"] for reason in row.reasons),
        sha256=row.sha256,
        size=row.size,
        format=row.format,
        kind=row.kind,
        width=row.width,
        height=row.height,
        duration_ms=row.duration_ms,
        removed=tuple(row.removed),
        scan_ms=row.scan_ms,
        created_at=row.created_at,
        decided_at=row.decided_at,
    )
