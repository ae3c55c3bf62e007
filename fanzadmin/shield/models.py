"""FanzShield's tables."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fanzadmin.kernel.db import Model, cluster_column, created, moment, pk, ref, user_ref


class Outcome(StrEnum):
    """What became of a scan: `waiting` until it ran, `failed` when it could not run at all."""

    WAITING = "waiting"
    CLEAN = "clean"
    BLOCKED = "blocked"
    FAILED = "failed"


class Severity(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class IncidentState(StrEnum):
    OPEN = "open"
    ASSIGNED = "assigned"
    RESOLVED = "resolved"


class Resolution(StrEnum):
    """How an incident ended: real, a false alarm, or real and its harm undone."""

    CONFIRMED = "confirmed"
    FALSE_POSITIVE = "false_positive"
    MITIGATED = "mitigated"


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


class BlockedHash(Model):
    """A file that nobody may upload, by the SHA-256 of its bytes."""

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


class Incident(Model):
    """Something for the security team. `about_kind` and `about_id` name what it concerns, whichever system keeps it."""

    __tablename__ = "incident"
    __table_args__ = (
        CheckConstraint("severity IN ('low', 'medium', 'high', 'critical')", name="severity"),
        CheckConstraint("state IN ('open', 'assigned', 'resolved')", name="state"),
        CheckConstraint("(state = 'resolved') = (resolved_at IS NOT NULL)", name="resolved"),
        Index("ix_incident_unresolved", "severity", postgresql_where=text("state <> 'resolved'")),
        Index("ix_incident_about_kind_about_id", "about_kind", "about_id"),
        {"schema": "shield"},
    )

    id: Mapped[str] = pk()
    cluster: Mapped[str] = cluster_column()
    title: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text, default="")
    code: Mapped[str] = mapped_column(String(40))
    severity: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default=IncidentState.OPEN)
    about_kind: Mapped[str] = mapped_column(String(20), default="")
    about_id: Mapped[str] = mapped_column(String(64), default="")
    creator_id: Mapped[str | None] = ref("creator", nullable=True)
    opened_by: Mapped[str] = mapped_column(Text)
    assignee_user_id: Mapped[int | None] = user_ref()
    assignee: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime] = created()
    resolved_at: Mapped[datetime | None] = moment(index=True)

    notes: Mapped[list["IncidentNote"]] = relationship(
        back_populates="incident", order_by="IncidentNote.id", cascade="all, delete-orphan"
    )

    @property
    def timeline(self) -> list[str]:
        """Who said what and when (UTC), a line each."""
        return [f"{note.created_at:%-d %b %Y, %H:%M} · {note.author}: {note.text}" for note in self.notes]

    def __str__(self) -> str:
        return self.title


class IncidentNote(Model):
    """One line of an incident's timeline: `kind` is opened, assigned, note, resolved or reopened."""

    __tablename__ = "incident_note"
    __table_args__ = ({"schema": "shield"},)

    id: Mapped[str] = pk()
    incident_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("shield.incident.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(10))
    author: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = created()

    incident: Mapped[Incident] = relationship(back_populates="notes")

    def __str__(self) -> str:
        return self.text
