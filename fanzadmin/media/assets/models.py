"""Tables of MediaCore."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fanzadmin.contracts.media import Announce
from fanzadmin.kernel import clock
from fanzadmin.kernel.db import (
    Model,
    choice,
    cluster_column,
    created,
    currency_column,
    minor_units,
    moment,
    pk,
    ref,
    user_ref,
)
from fanzadmin.kernel.marks import marks
from fanzadmin.kernel.search import searchable

ENCODE = "media.encode"
"""The task that makes the renditions of an asset; its subject is the asset's id."""


class Audience(StrEnum):
    PUBLIC = "public"
    SUBSCRIBERS = "subscribers"
    PPV = "ppv"


class Scan(StrEnum):
    WAITING = "waiting"
    SCANNING = "scanning"
    UNCHECKED = "unchecked"
    CLEARED = "cleared"
    QUARANTINED = "quarantined"
    REFUSED = "refused"


class Records(StrEnum):
    WAITING = "waiting"
    RELEASED = "released"
    HELD = "held"


class Encode(StrEnum):
    WAITING = "waiting"
    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class State(StrEnum):
    """What people read; the database derives it from the gates, see `STATE`."""

    UPLOADED = "uploaded"
    SCANNING = "scanning"
    UNCHECKED = "unchecked"
    QUARANTINED = "quarantined"
    NEEDS_RECORDS = "needs_records"
    PROCESSING = "processing"
    READY = "ready"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


STATE = (
    "CASE WHEN withdrawn_at IS NOT NULL THEN 'withdrawn'"
    " WHEN scan_state = 'quarantined' THEN 'quarantined'"
    " WHEN encode_state = 'cancelled' THEN 'cancelled'"
    " WHEN encode_state = 'failed' THEN 'failed'"
    " WHEN published_at IS NOT NULL THEN 'published'"
    " WHEN scan_state = 'waiting' THEN 'uploaded'"
    " WHEN scan_state = 'scanning' THEN 'scanning'"
    " WHEN scan_state = 'unchecked' THEN 'unchecked'"
    " WHEN records_state = 'held' THEN 'needs_records'"
    " WHEN encode_state = 'done' AND publish_at IS NOT NULL THEN 'scheduled'"
    " WHEN encode_state = 'done' THEN 'ready'"
    " ELSE 'processing' END"
)


@searchable("title", "caption")
@marks(
    searched="title caption audience price_minor currency filename size sha256 scan_state records_state encode_state state kind duration_ms announce publish_at published_at",
    sorted_by="cluster title audience price_minor state kind duration_ms stored_bytes",
)
class Asset(Model):
    """What a creator uploaded. `poster` is the choice of the creator's, a moment (`at:12500`, milliseconds) or a picture (`picture:<key>`),
    and `poster_drawn` the one that people see; both are empty while the first good frame is. `published_at` is empty again whenever a gate closes; until `publish_at` it waits, whatever gates stand open.

    `source_key` is the original until FanzShield has cleared it, then the clean copy: `size` and `sha256` stay those of
    the bytes that were uploaded.
    """

    __tablename__ = "asset"
    __table_args__ = (
        CheckConstraint("price_minor >= 0", name="price_not_negative"),
        CheckConstraint("(audience = 'ppv') = (price_minor > 0)", name="price_only_when_ppv"),
        Index(
            "uq_asset_idempotency",
            "creator_id",
            "idempotency_key",
            unique=True,
            postgresql_where=text("idempotency_key IS NOT NULL"),
        ),
        Index("ix_asset_creator_id_id", "creator_id", "id"),
        Index("ix_asset_state", "state"),
        Index("ix_asset_published_at", "published_at"),
        Index("ix_asset_publish_at", "publish_at", postgresql_where=text("publish_at IS NOT NULL")),
        {"schema": "media"},
    )

    id: Mapped[str] = pk()
    cluster: Mapped[str] = cluster_column()
    creator_id: Mapped[str] = ref("creator", index=False)
    uploader_user_id: Mapped[int | None] = user_ref()
    title: Mapped[str] = mapped_column(String(200))
    caption: Mapped[str] = mapped_column(Text, default="")
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    audience: Mapped[str] = choice(Audience, 12)
    price_minor: Mapped[int] = minor_units(label="Price")
    currency: Mapped[str] = currency_column()
    performer_ids: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, info={"label": "Performers"})
    announce: Mapped[str] = choice(Announce, 8, default=Announce.FEED, label="Announced by")

    filename: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str] = mapped_column(String(120), info={"label": "Type"})
    size: Mapped[int] = mapped_column(BigInteger, info={"cell": "bytes"})
    sha256: Mapped[str] = mapped_column(String(64), index=True, info={"label": "SHA-256", "cell": "code"})
    source_key: Mapped[str] = mapped_column(Text)
    clean_key: Mapped[str | None] = mapped_column(Text)
    idempotency_key: Mapped[str | None] = mapped_column(String(200))

    scan_state: Mapped[str] = choice(Scan, 12, default=Scan.WAITING, label="Scan")
    scan_reasons: Mapped[list[str]] = mapped_column(
        ARRAY(Text), default=list, info={"label": "Why not cleared", "cell": "reason"}
    )
    records_state: Mapped[str] = choice(Records, 12, default=Records.WAITING)
    records_reasons: Mapped[list[str]] = mapped_column(
        ARRAY(Text), default=list, info={"label": "What is missing", "cell": "reason"}
    )
    encode_state: Mapped[str] = choice(Encode, 12, default=Encode.WAITING, label="Encode")
    failure: Mapped[str] = mapped_column(Text, default="", info={"label": "Why it failed", "cell": "reason"})
    state: Mapped[str] = mapped_column(String(14), Computed(STATE, persisted=True))

    kind: Mapped[str | None] = mapped_column(String(8))
    duration_ms: Mapped[int | None] = mapped_column(Integer, info={"label": "Length", "cell": "milliseconds"})
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    thumbhash: Mapped[str] = mapped_column(String(60), default="")
    poster: Mapped[str] = mapped_column(String(200), default="", info={"label": "Poster chosen"})
    poster_drawn: Mapped[str] = mapped_column(String(200), default="", info={"label": "Poster drawn"})
    poster_problem: Mapped[str] = mapped_column(Text, default="", info={"label": "Why not the poster"})
    probe: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)  # Any: JSON
    stored_bytes: Mapped[int] = mapped_column(
        BigInteger, default=0, info={"label": "Stored", "cell": "bytes"}
    )
    processing_ms: Mapped[int | None] = mapped_column(Integer, info={"label": "Processing (ms)"})

    created_at: Mapped[datetime] = created(label="Uploaded")
    ready_at: Mapped[datetime | None] = moment(label="Ready")
    publish_at: Mapped[datetime | None] = moment(label="Scheduled for")
    published_at: Mapped[datetime | None] = moment(label="Published")
    withdrawn_at: Mapped[datetime | None] = moment(label="Withdrawn")
    withdrawn_reason: Mapped[str] = mapped_column(
        Text, default="", info={"label": "Why withdrawn", "cell": "reason"}
    )

    def __repr__(self) -> str:
        return self.title

    @property
    def may_be_published(self) -> bool:
        """Every gate stands open."""
        return (
            self.scan_state == Scan.CLEARED
            and self.records_state == Records.RELEASED
            and self.encode_state == Encode.DONE
            and self.withdrawn_at is None
        )

    @property
    def is_scheduled(self) -> bool:
        """Its moment has not come yet."""
        return self.publish_at is not None and self.publish_at > clock.now()

    @property
    def prefix(self) -> str:
        """Where its renditions lie in the storage."""
        return f"renditions/{self.id}"

    @property
    def poster_prefix(self) -> str:
        """Where pictures lie that its creator sent for the poster; none of them is served."""
        return f"posters/{self.id}/"


@marks(
    searched="asset_id purpose name content_type width height size",
    sorted_by="purpose name width height bit_rate files size",
)
class Rendition(Model):
    """One thing people are served: a rung with its segments, a picture, a manifest. `key` is its first object."""

    __tablename__ = "rendition"
    __table_args__ = (UniqueConstraint("asset_id", "path"), {"schema": "media"})

    id: Mapped[str] = pk()
    cluster: Mapped[str] = cluster_column()
    asset_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("media.asset.id", ondelete="CASCADE"), index=True
    )
    purpose: Mapped[str] = mapped_column(String(12), index=True, info={"cell": "badge"})
    name: Mapped[str] = mapped_column(String(40))
    path: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str] = mapped_column(String(80), info={"label": "Type"})
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    bit_rate: Mapped[int | None] = mapped_column(Integer, info={"label": "Bit rate (bit/s)"})
    files: Mapped[int] = mapped_column(Integer, default=1)
    size: Mapped[int] = mapped_column(BigInteger, info={"cell": "bytes"})
    created_at: Mapped[datetime] = created(label="Made")

    asset: Mapped[Asset] = relationship()

    def __repr__(self) -> str:
        return f"{self.purpose} {self.name}"
