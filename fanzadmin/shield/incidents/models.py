"""Tables of incidents."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fanzadmin.kernel.db import Model, cluster_column, created, moment, pk, ref, user_ref
from fanzadmin.kernel.marks import marks


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


@marks(
    searched="title detail code severity state about_id assignee outcome resolved_at",
    sorted_by="cluster title code severity state assignee resolved_at",
)
class Incident(Model):
    """Something for the security team, of one brand or, without a cluster, of the platform. `about_kind` and `about_id` name what it concerns, whichever system keeps it."""

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
    cluster: Mapped[str | None] = cluster_column(nullable=True)
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


@marks(searched="incident_id kind author text", sorted_by="kind author text")
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
