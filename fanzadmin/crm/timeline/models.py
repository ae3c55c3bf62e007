"""Tables of timelines."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from fanzadmin.kernel.db import Model, choice, cluster_column, moment, pk
from fanzadmin.kernel.i18n.stored_messages import StoredMessage, for_reader
from fanzadmin.kernel.marks import marks
from fanzadmin.kernel.partitions import partitioned
from fanzadmin.kernel.provenance import TRACE


class Subject(StrEnum):
    """Whom a timeline is about."""

    CREATOR = "creator"
    FAN = "fan"


class Kind(StrEnum):
    """The kinds of entries that CreatorCRM makes itself; those of facts are declared beside the facts."""

    APPLIED = "applied"
    ONBOARDING = "onboarding"
    JOINED = "joined"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    OFFBOARDED = "offboarded"
    PRICE = "price"
    LOGIN = "login"
    MANAGER = "manager"


OWN_TONES: dict[str, str] = {Kind.JOINED: "good", Kind.REINSTATED: "good", Kind.SUSPENDED: "bad"}


@partitioned("id")
@marks(searched="subject_kind subject_id at kind trace_id", sorted_by="at")
class TimelineEntry(Model):
    """One line of a creator's or fan's timeline. `link` names what it is about as `noun/id`; each face of the platform
    makes its own address from it. `english` is the sentence in English, `message` the same as a stored message."""

    __tablename__ = "timeline_entry"
    __table_args__ = (
        Index("ix_timeline_entry_subject_id_at", "subject_id", "at", "id"),
        Index("ix_timeline_entry_link", "link", postgresql_where=text("link <> ''")),
        Index("ix_timeline_entry_kind_at", "kind", "at"),
        {"schema": "crm"},
    )
    __audited__ = False
    __large__ = True

    id: Mapped[str] = pk()
    cluster: Mapped[str] = cluster_column()
    subject_kind: Mapped[str] = choice(Subject, 8, checked=False, label="About a")
    subject_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), info={"label": "About", "cell": "code"})
    at: Mapped[datetime] = moment(nullable=False, index=True, label="When")
    kind: Mapped[str] = mapped_column(String(40))
    english: Mapped[str] = mapped_column("sentence", Text)
    message: Mapped[StoredMessage | None] = mapped_column("told", JSONB(none_as_null=True))
    link: Mapped[str] = mapped_column(String(80), default="")
    trace_id: Mapped[str] = mapped_column(String(32), index=True, info=TRACE)

    @property
    def sentence(self) -> str:
        """The sentence in the reader's language."""
        return for_reader(self.english, self.message)

    def __str__(self) -> str:
        return self.sentence
