"""Tables of verdicts and of the block list."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from fanzadmin.kernel.db import Model, choice, cluster_column, created, moment, pk, ref, user_ref
from fanzadmin.kernel.i18n.reasons import read_reasons
from fanzadmin.kernel.marks import marks


class Outcome(StrEnum):
    """What became of a scan: `waiting` until it ran, `blocked` for what could harm, `refused` for what is of no use, `failed` when it could
    not run at all."""

    WAITING = "waiting"
    CLEAN = "clean"
    BLOCKED = "blocked"
    REFUSED = "refused"
    FAILED = "failed"


@marks(
    searched="title filename outcome sha256 size format kind duration_ms clean_sha256",
    sorted_by="cluster title outcome size format scan_ms",
)
class Verdict(Model):
    """What FanzShield knows of one asset's file. `reasons` is a list of {code, text} (kernel/i18n/reasons.py); `removed` names kinds of
    personal metadata taken out, never their content."""

    __tablename__ = "verdict"
    __table_args__ = (
        Index("ix_verdict_outcome_created_at", "outcome", "created_at"),
        {"schema": "shield"},
    )

    id: Mapped[str] = pk()
    asset_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), unique=True, info={"ref": "asset"})
    creator_id: Mapped[str] = ref("creator")
    cluster: Mapped[str] = cluster_column()
    title: Mapped[str] = mapped_column(Text)
    filename: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str] = mapped_column(String(200), info={"label": "Declared type"})
    source_key: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = choice(
        Outcome,
        10,
        default=Outcome.WAITING,
        pill=True,
        tones={Outcome.CLEAN: "good", Outcome.REFUSED: "warn", Outcome.FAILED: "warn"},
    )
    reasons: Mapped[list[dict[str, str]]] = mapped_column(JSONB, default=list)
    sha256: Mapped[str] = mapped_column(String(64), index=True, info={"label": "SHA-256", "cell": "code"})
    size: Mapped[int] = mapped_column(BigInteger, info={"cell": "bytes"})
    format: Mapped[str] = mapped_column(String(20), default="", info={"label": "Real format"})
    kind: Mapped[str] = mapped_column(String(10), default="")
    mime: Mapped[str] = mapped_column(String(60), default="")
    width: Mapped[int] = mapped_column(Integer, default=0)
    height: Mapped[int] = mapped_column(Integer, default=0)
    duration_ms: Mapped[int] = mapped_column(
        BigInteger, default=0, info={"label": "Length", "cell": "milliseconds"}
    )
    removed: Mapped[list[str]] = mapped_column(JSONB, default=list, info={"label": "Metadata removed"})
    trailing_bytes: Mapped[int] = mapped_column(
        BigInteger, default=0, info={"label": "Foreign bytes dropped"}
    )
    clean_key: Mapped[str] = mapped_column(Text, default="")
    clean_sha256: Mapped[str] = mapped_column(
        String(64), default="", index=True, info={"label": "SHA-256 of the clean copy", "cell": "code"}
    )
    clean_size: Mapped[int] = mapped_column(
        BigInteger, default=0, info={"label": "Size of the clean copy", "cell": "bytes"}
    )
    quarantine_key: Mapped[str] = mapped_column(Text, default="")
    scan_ms: Mapped[int] = mapped_column(Integer, default=0, info={"label": "Scan took (ms)"})
    created_at: Mapped[datetime] = created(label="Uploaded")
    decided_at: Mapped[datetime | None] = moment(label="Decided")

    @property
    def texts(self) -> tuple[str, ...]:
        """The reasons as facts carry them."""
        return tuple(reason["text"] for reason in self.reasons)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The reasons in the reader's language."""
        return tuple(card.sentence for card in read_reasons(self.texts))

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
    sha256: Mapped[str] = mapped_column(String(64), unique=True, info={"label": "SHA-256"})
    reason: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text, info={"label": "By"})
    author_user_id: Mapped[int | None] = user_ref()
    created_at: Mapped[datetime] = created(label="Blocked")

    def __str__(self) -> str:
        return self.sha256[:12]
