"""Tables of incidents."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fanzadmin.kernel.db import Model, choice, cluster_column, created, moment, pk, ref, user_ref
from fanzadmin.kernel.i18n.reasons import reason_text
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
        CheckConstraint("(state = 'resolved') = (resolved_at IS NOT NULL)", name="resolved"),
        Index("ix_incident_unresolved", "severity", postgresql_where=text("state <> 'resolved'")),
        Index("ix_incident_about_kind_about_id", "about_kind", "about_id"),
        {"schema": "shield"},
    )

    id: Mapped[str] = pk()
    cluster: Mapped[str | None] = cluster_column(nullable=True)
    title: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text, default="", info={"label": "What happened", "cell": "reason"})
    code: Mapped[str] = mapped_column(String(40), info={"label": "Kind", "cell": "badge"})
    severity: Mapped[str] = choice(
        Severity, 10, pill=True,
        tones={Severity.LOW: "", Severity.MEDIUM: "info", Severity.HIGH: "warn", Severity.CRITICAL: "bad"},
    )  # fmt: skip
    state: Mapped[str] = choice(
        IncidentState, 10, default=IncidentState.OPEN,
        tones={IncidentState.OPEN: "warn", IncidentState.ASSIGNED: "info", IncidentState.RESOLVED: "good"},
    )  # fmt: skip
    about_kind: Mapped[str] = mapped_column(String(20), default="", info={"label": "Concerns a"})
    about_id: Mapped[str] = mapped_column(String(64), default="", info={"label": "Its id", "cell": "code"})
    creator_id: Mapped[str | None] = ref("creator", nullable=True)
    opened_by: Mapped[str] = mapped_column(Text, info={"label": "Opened by"})
    assignee_user_id: Mapped[int | None] = user_ref()
    assignee: Mapped[str] = mapped_column(Text, default="", info={"label": "Cared for by"})
    outcome: Mapped[str | None] = choice(
        Resolution, 20, checked=False, label="Ended as", pill=True,
        tones={Resolution.FALSE_POSITIVE: "", Resolution.CONFIRMED: "bad", Resolution.MITIGATED: "good"},
    )  # fmt: skip
    created_at: Mapped[datetime] = created(label="Opened")
    resolved_at: Mapped[datetime | None] = moment(index=True, label="Resolved")

    notes: Mapped[list["IncidentNote"]] = relationship(
        back_populates="incident", order_by="IncidentNote.id", cascade="all, delete-orphan"
    )

    @property
    def timeline(self) -> list[str]:
        """Who said what and when (UTC), a line each."""
        return [
            f"{note.created_at:%-d %b %Y, %H:%M} · {note.author}: {reason_text(note.text)}"
            for note in self.notes
        ]

    def __str__(self) -> str:
        return self.title


class NoteKind(StrEnum):
    OPENED = "opened"
    ASSIGNED = "assigned"
    NOTE = "note"
    RESOLVED = "resolved"
    REOPENED = "reopened"


@marks(searched="incident_id kind author text", sorted_by="kind author text")
class IncidentNote(Model):
    """One line of an incident's timeline."""

    __tablename__ = "incident_note"
    __table_args__ = ({"schema": "shield"},)

    id: Mapped[str] = pk()
    incident_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("shield.incident.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = choice(
        NoteKind, 10, pill=True, tones={NoteKind.OPENED: "warn", NoteKind.RESOLVED: "good"}
    )
    author: Mapped[str] = mapped_column(Text, info={"label": "Who"})
    text: Mapped[str] = mapped_column(Text, info={"label": "What", "cell": "reason"})
    created_at: Mapped[datetime] = created(label="When")

    incident: Mapped[Incident] = relationship(back_populates="notes")

    def __str__(self) -> str:
        return self.text
