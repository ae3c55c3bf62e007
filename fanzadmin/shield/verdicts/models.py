"""Tables of verdicts and of the block list."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from fanzadmin.kernel.db import Model, cluster_column, created, moment, pk, ref, user_ref
from fanzadmin.kernel.marks import marks


class Outcome(StrEnum):
    """What became of a scan: `waiting` until it ran, `failed` when it could not run at all."""

    WAITING = "waiting"
    CLEAN = "clean"
    BLOCKED = "blocked"
    FAILED = "failed"


@marks(
    searched="title filename outcome sha256 size format kind duration_ms clean_sha256",
    sorted_by="cluster title outcome size format scan_ms",
)
class Verdict(Model):
    """What FanzShield knows of one asset's file. `reasons` is a list of {code, sentence}; `removed` names kinds of
    personal metadata taken out, never their content."""

    __tablename__ = "verdict"
    __table_args__ = (
        CheckConstraint("outcome IN ('waiting', 'clean', 'blocked', 'failed')", name="outcome"),
        Index("ix_verdict_outcome_created_at", "outcome", "created_at"),
        {"schema": "shield"},
    )

    id: Mapped[str] = pk()
    asset_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), unique=True, info={"ref": "asset"})
    creator_id: Mapped[str] = ref("creator")
    cluster: Mapped[str] = cluster_column()
    title: Mapped[str] = mapped_column(Text)
    filename: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str] = mapped_column(String(200))
    source_key: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(10), default=Outcome.WAITING)
    reasons: Mapped[list[dict[str, str]]] = mapped_column(JSONB, default=list)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    format: Mapped[str] = mapped_column(String(20), default="")
    kind: Mapped[str] = mapped_column(String(10), default="")
    mime: Mapped[str] = mapped_column(String(60), default="")
    width: Mapped[int] = mapped_column(Integer, default=0)
    height: Mapped[int] = mapped_column(Integer, default=0)
    duration_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    removed: Mapped[list[str]] = mapped_column(JSONB, default=list)
    trailing_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    clean_key: Mapped[str] = mapped_column(Text, default="")
    clean_sha256: Mapped[str] = mapped_column(String(64), default="", index=True)
    clean_size: Mapped[int] = mapped_column(BigInteger, default=0)
    quarantine_key: Mapped[str] = mapped_column(Text, default="")
    scan_ms: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = created()
    decided_at: Mapped[datetime | None] = moment()

    @property
    def sentences(self) -> tuple[str, ...]:
        """The reasons as people read them."""
        return tuple(reason["sentence"] for reason in self.reasons)

    @property
    def why(self) -> str:
        """The reasons in one line."""
        return " ".join(self.sentences)

    def __str__(self) -> str:
        return f"{self.title}: {self.outcome}"


@marks(searched="sha256 reason author", sorted_by="sha256 reason author")
class BlockedHash(Model):
    """A file that may not be uploaded, by the SHA-256 of its bytes."""

    __tablename__ = "blocked_hash"
    __table_args__ = (CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"), {"schema": "shield"})

    id: Mapped[str] = pk()
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    reason: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text)
    author_user_id: Mapped[int | None] = user_ref()
    created_at: Mapped[datetime] = created()

    def __str__(self) -> str:
        return self.sha256[:12]
