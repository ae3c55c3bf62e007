"""Tables of reports."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Integer, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fanzadmin.kernel.db import Model, choice, cluster_column, created, moment, pk, ref, user_ref
from fanzadmin.kernel.marks import marks
from fanzadmin.kernel.search import searchable


class Kind(StrEnum):
    """What can be reported."""

    POST = "post"
    COMMENT = "comment"
    MESSAGE = "message"
    CREATOR = "creator"
    ASSET = "asset"


class CaseState(StrEnum):
    """`removed`: what was reported is gone; `handled`: something else was done, such as a suspension."""

    OPEN = "open"
    DISMISSED = "dismissed"
    REMOVED = "removed"
    HANDLED = "handled"


class Ground(StrEnum):
    """Why a user reports; the words beside it say more."""

    SPAM = "spam"
    ABUSE = "abuse"
    UNLAWFUL = "unlawful"
    MINOR = "minor"
    NO_CONSENT = "no_consent"
    STOLEN = "stolen"
    PERSONAL_DATA = "personal_data"
    IMPERSONATION = "impersonation"
    OTHER = "other"


@searchable("title", "body")
@marks(
    searched="kind state subject_id title body asset_id decided_at reports",
    sorted_by="title body kind state cluster creator_id fan_id reports decided_at",
    clear={"body": "found by the Community team when it is reported"},
)
class Case(Model):
    """Everything reported about one thing, and what was decided. `body` and `surroundings` are what stood there at the first
    report since the last decision; `fan_id` is the author where a fan wrote it."""

    __tablename__ = "report_case"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id"),
        Index("ix_report_case_state_created_at", "state", "created_at"),
        {"schema": "crm"},
    )

    id: Mapped[str] = pk()
    kind: Mapped[str] = choice(Kind, 10, pill=True)
    subject_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), info={"label": "Its id", "cell": "code"})
    cluster: Mapped[str] = cluster_column()
    creator_id: Mapped[str] = ref("creator")
    fan_id: Mapped[str | None] = ref("fan", nullable=True, label="Written by the fan")
    asset_id: Mapped[str | None] = ref("asset", nullable=True, label="Item")
    title: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="", info={"label": "Words", "pii": "private words"})
    surroundings: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, info={"label": "Around it"})
    reports: Mapped[int] = mapped_column(Integer, default=0, info={"label": "Reports"})
    state: Mapped[str] = choice(
        CaseState, 10, default=CaseState.OPEN,
        tones={CaseState.OPEN: "warn", CaseState.DISMISSED: "", CaseState.REMOVED: "bad", CaseState.HANDLED: "good"},
    )  # fmt: skip
    decision: Mapped[str] = mapped_column(Text, default="", info={"label": "Why"})
    decisions: Mapped[list[str]] = mapped_column(
        ARRAY(Text), default=list, info={"label": "Earlier decisions"}
    )
    decided_at: Mapped[datetime | None] = moment(label="Decided")
    decided_by: Mapped[int | None] = user_ref()
    created_at: Mapped[datetime] = created(label="Opened")

    reported: Mapped[list["Report"]] = relationship(back_populates="case", order_by="Report.id")

    def __str__(self) -> str:
        return self.title or self.body[:60] or f"{self.kind} {self.subject_id[-8:]}"


@marks(searched="case_id ground words", sorted_by="ground words fan_id creator_id")
class Report(Model):
    """What one fan or creator reported, in their words. `decisions_before`: how often the case was decided by then."""

    __tablename__ = "report"
    __table_args__ = ({"schema": "crm"},)

    id: Mapped[str] = pk()
    case_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("crm.report_case.id", ondelete="CASCADE"), index=True
    )
    fan_id: Mapped[str | None] = ref("fan", nullable=True, label="By the fan")
    creator_id: Mapped[str | None] = ref("creator", nullable=True, label="By the creator")
    ground: Mapped[str] = choice(Ground, 20, pill=True, label="Ground")
    words: Mapped[str] = mapped_column(Text, default="", info={"label": "In their words"})
    decisions_before: Mapped[int] = mapped_column(Integer, default=0, info={"label": "Decisions before"})
    created_at: Mapped[datetime] = created(label="Reported")

    case: Mapped[Case] = relationship(back_populates="reported")

    def __str__(self) -> str:
        return self.words[:60] or self.ground
