"""Compliance's tables. Personal data is marked `pii`; it is kept for as long as 28 CFR 75.4 demands."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Boolean, Date, ForeignKey, Index, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fanzadmin.contracts.compliance import AliasKind, ConsentSource, DocumentKind, RecordState
from fanzadmin.kernel.db import Model, choice, cluster_column, created, moment, pk, ref, user_ref
from fanzadmin.kernel.i18n.reasons import ReasonCard, read_reason, reason_code
from fanzadmin.kernel.marks import marks

ADULT = 18


RECORD_TONES: dict[str, str] = {
    RecordState.UNVERIFIED: "",
    RecordState.PENDING: "warn",
    RecordState.VERIFIED: "good",
    RecordState.EXPIRED: "warn",
    RecordState.REJECTED: "bad",
}


class ReviewState(StrEnum):
    HELD = "held"
    RELEASED = "released"


@marks(
    searched="is_self stage_name legal_name state valid_until registered_by",
    sorted_by="cluster is_self stage_name state valid_until",
    sealed="born_on",
    clear={"legal_name": "28 CFR 75.2: records are found by every name"},
)
class Performer(Model):
    """Someone depicted in the content of one producing creator; with `is_self` the creator herself or himself."""

    __tablename__ = "performer"
    __table_args__ = (
        Index("uq_performer_self", "creator_id", unique=True, postgresql_where=text("is_self")),
        {"schema": "compliance"},
    )

    id: Mapped[str] = pk()
    cluster: Mapped[str] = cluster_column()
    creator_id: Mapped[str] = ref("creator")
    is_self: Mapped[bool] = mapped_column(Boolean, default=False, info={"label": "The creator"})
    stage_name: Mapped[str] = mapped_column(Text)
    legal_name: Mapped[str] = mapped_column(Text, info={"pii": "name"})
    born_on: Mapped[date] = mapped_column(
        Date, info={"pii": "birth", "label": "Date of birth", "cell": "day"}
    )
    state: Mapped[str] = choice(
        RecordState, 12, default=RecordState.UNVERIFIED, index=True, tones=RECORD_TONES
    )
    state_reason: Mapped[str] = mapped_column(Text, default="", info={"label": "Why", "cell": "reason"})
    valid_until: Mapped[date | None] = mapped_column(
        Date, index=True, info={"label": "Document valid until", "cell": "day"}
    )
    registered_by: Mapped[str] = mapped_column(Text, info={"label": "Registered by"})
    registered_by_user_id: Mapped[int | None] = user_ref()
    decided_by: Mapped[str] = mapped_column(Text, default="", info={"label": "Decided by"})
    decided_by_user_id: Mapped[int | None] = user_ref()
    decided_at: Mapped[datetime | None] = moment(label="Decided")
    created_at: Mapped[datetime] = created(label="Registered")

    aliases: Mapped[list["PerformerAlias"]] = relationship(
        back_populates="performer", order_by="PerformerAlias.name", cascade="all, delete-orphan"
    )
    documents: Mapped[list["IdentityDocument"]] = relationship(
        back_populates="performer", order_by="IdentityDocument.id", cascade="all, delete-orphan"
    )

    @property
    def masked_name(self) -> str:
        """`Anna Berg` → `A••• B•••`."""
        return " ".join(f"{part[0]}•••" for part in self.legal_name.split())

    @property
    def birth_year(self) -> str:
        """The year alone; day and month are masked."""
        return f"{self.born_on.year}-••-••"

    def age_on(self, day: date) -> int:
        """Full years on `day`."""
        return day.year - self.born_on.year - ((day.month, day.day) < (self.born_on.month, self.born_on.day))

    def __str__(self) -> str:
        return self.stage_name


@marks(
    searched="performer_id name kind",
    sorted_by="name kind",
    clear={"name": "28 CFR 75.2: records are found by every name"},
)
class PerformerAlias(Model):
    """Another name the performer ever used (28 CFR 75.2(a)(2))."""

    __tablename__ = "performer_alias"
    __table_args__ = (UniqueConstraint("performer_id", "name"), {"schema": "compliance"})

    id: Mapped[str] = pk()
    performer_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("compliance.performer.id", ondelete="CASCADE")
    )
    name: Mapped[str] = mapped_column(Text, index=True, info={"pii": "name"})
    kind: Mapped[str] = choice(AliasKind, 12, checked=False, pill=True)
    created_at: Mapped[datetime] = created(label="Noted")

    performer: Mapped[Performer] = relationship(back_populates="aliases")

    def __str__(self) -> str:
        return self.name


@marks(
    searched="performer_id kind country number_last4 expires_on",
    sorted_by="kind country number_last4 expires_on",
    clear={"number_hash": "a keyed hash already", "number_last4": "four signs that tell documents apart"},
)
class IdentityDocument(Model):
    """A picture identification card that was examined. Its number is kept as a keyed hash and its last four signs;
    `copy_key` is the legible copy of 28 CFR 75.2(a)(1), in storage of its own prefix."""

    __tablename__ = "identity_document"
    __table_args__ = (
        Index("ix_identity_document_number_hash", "number_hash"),
        {"schema": "compliance"},
    )

    id: Mapped[str] = pk()
    performer_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("compliance.performer.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = choice(DocumentKind, 20, pill=True)
    country: Mapped[str] = mapped_column(String(2))
    number_hash: Mapped[str] = mapped_column(String(64), info={"pii": "identifier"})
    number_last4: Mapped[str] = mapped_column(
        String(4), info={"pii": "identifier", "label": "Number ends in"}
    )
    expires_on: Mapped[date] = mapped_column(Date, index=True, info={"cell": "day"})
    copy_key: Mapped[str] = mapped_column(Text, default="")
    copy_sha256: Mapped[str] = mapped_column(
        String(64), default="", info={"label": "SHA-256 of the copy", "cell": "code"}
    )
    created_at: Mapped[datetime] = created(label="Handed in")

    performer: Mapped[Performer] = relationship(back_populates="documents")

    def __str__(self) -> str:
        return f"{self.kind.replace('_', ' ')} {self.country} …{self.number_last4}"


@marks(
    searched="name title organisation since",
    sorted_by="cluster name title organisation since",
    clear={"name": "28 CFR 75.6: printed beside the content"},
)
class Custodian(Model):
    """Who keeps the records of a cluster, named on every page that shows content (28 CFR 75.6)."""

    __tablename__ = "custodian"
    __table_args__ = (UniqueConstraint("cluster", "since"), {"schema": "compliance"})

    id: Mapped[str] = pk()
    cluster: Mapped[str] = cluster_column()
    name: Mapped[str] = mapped_column(Text, info={"pii": "name"})
    title: Mapped[str] = mapped_column(Text)
    organisation: Mapped[str] = mapped_column(Text)
    street_address: Mapped[str] = mapped_column(Text)
    hours: Mapped[str] = mapped_column(Text, info={"label": "Hours of inspection"})
    since: Mapped[date] = mapped_column(Date, info={"label": "Since", "cell": "day"})
    created_at: Mapped[datetime] = created()

    def __str__(self) -> str:
        return f"{self.name}, {self.title}"


@marks(
    searched="performer_id source ends_on signed_at confirmed_at revoked_at",
    sorted_by="cluster source acts distribution ends_on signed_at",
)
class Consent(Model):
    """One performer's written consent for one asset: to be depicted in `acts`, and to be shown in the channels of `distribution`,
    by the brands of `clusters`, in the countries of `territories` (ISO 3166-1 alpha-2), until `ends_on`; no brand and no country
    means all of them, no day means for ever.

    It counts once confirmed (an attestation at once, a release when a second person has read it) until revoked.
    """

    __tablename__ = "consent"
    __table_args__ = (
        Index(
            "uq_consent_standing",
            "asset_id",
            "performer_id",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
        {"schema": "compliance"},
    )

    id: Mapped[str] = pk()
    cluster: Mapped[str] = cluster_column()
    asset_id: Mapped[str] = ref("asset")
    performer_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False),
        ForeignKey("compliance.performer.id", ondelete="RESTRICT"),
        index=True,
        info={"label": "Performer"},
    )
    acts: Mapped[list[str]] = mapped_column(ARRAY(Text))
    distribution: Mapped[list[str]] = mapped_column(ARRAY(Text))
    clusters: Mapped[list[str]] = mapped_column(
        ARRAY(Text), default=list, info={"label": "Brands (none: all)"}
    )
    territories: Mapped[list[str]] = mapped_column(
        ARRAY(Text), default=list, info={"label": "Countries (none: all)"}
    )
    ends_on: Mapped[date | None] = mapped_column(Date, index=True, info={"label": "Last day", "cell": "day"})
    source: Mapped[str] = choice(ConsentSource, 12, checked=False, pill=True)
    text_version: Mapped[str] = mapped_column(String(20))
    evidence: Mapped[str] = mapped_column(
        Text, default="", info={"label": "Where the signed release is kept"}
    )
    signed_at: Mapped[datetime] = moment(nullable=False, label="Signed")
    given_by: Mapped[str] = mapped_column(Text, info={"label": "Handed in by"})
    given_by_user_id: Mapped[int | None] = user_ref()
    confirmed_by: Mapped[str] = mapped_column(Text, default="", info={"label": "Read by"})
    confirmed_at: Mapped[datetime | None] = moment(label="Read")
    revoked_at: Mapped[datetime | None] = moment()
    revoked_by: Mapped[str] = mapped_column(Text, default="")
    revoke_reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = created()

    performer: Mapped[Performer] = relationship()

    @property
    def state(self) -> str:
        """revoked, standing, or unconfirmed while a release waits for its second reader."""
        if self.revoked_at is not None:
            return "revoked"
        return "standing" if self.confirmed_at is not None else "unconfirmed"

    def __str__(self) -> str:
        return f"{self.performer}: {self.state}"


@marks(
    searched="asset_id title produced_on state decided_at",
    sorted_by="cluster title acts produced_on state decided_at",
)
class AssetReview(Model):
    """Whether an asset may be shown, and if not, exactly why. `produced_on` is the date of original production
    (28 CFR 75.2(a)(4)) as its uploader or creator stated it, `acts` what it shows; without either it is held."""

    __tablename__ = "asset_review"
    __table_args__ = (
        Index("ix_asset_review_state_created_at", "state", "created_at"),
        {"schema": "compliance"},
    )

    id: Mapped[str] = pk()
    asset_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), unique=True, info={"ref": "asset"})
    creator_id: Mapped[str] = ref("creator")
    cluster: Mapped[str] = cluster_column()
    title: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64), info={"label": "SHA-256", "cell": "code"})
    produced_on: Mapped[date | None] = mapped_column(Date, info={"label": "Made on", "cell": "day"})
    acts: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, info={"label": "Shows"})
    state: Mapped[str] = choice(
        ReviewState,
        10,
        default=ReviewState.HELD,
        tones={ReviewState.HELD: "warn", ReviewState.RELEASED: "good"},
    )
    reasons: Mapped[list[dict[str, str]]] = mapped_column(
        JSONB, default=list
    )  # a Missing as `code`, and a `name`
    decided_at: Mapped[datetime | None] = moment(label="Decided")
    created_at: Mapped[datetime] = created(label="Uploaded")

    depictions: Mapped[list["Depiction"]] = relationship(
        back_populates="review", order_by="Depiction.place", cascade="all, delete-orphan"
    )

    @property
    def made_on(self) -> date:
        """The date of original production; the day of upload where it is not stated, which is the latest that it can be."""
        return self.produced_on or self.created_at.date()

    @property
    def codes(self) -> tuple[str, ...]:
        """The reasons as facts carry them."""
        return tuple(reason_code(f"compliance.{missing['code']}", **missing) for missing in self.reasons)

    @property
    def cards(self) -> tuple[ReasonCard, ...]:
        """The reasons, with their sentences in the reader's language."""
        return tuple(read_reason(code) for code in self.codes)

    @property
    def missing(self) -> str:
        """The reasons in one line, in the reader's language."""
        return " ".join(card.sentence for card in self.cards)

    def __str__(self) -> str:
        return f"{self.title}: {self.state}"


@marks(searched="review_id performer_id", sorted_by="performer_id place")
class Depiction(Model):
    """The cross-reference of 28 CFR 75.2(a)(3): who is depicted in what. The id may name no performer: that is a reason to hold."""

    __tablename__ = "depiction"
    __table_args__ = (UniqueConstraint("review_id", "performer_id"), {"schema": "compliance"})

    id: Mapped[str] = pk()
    review_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("compliance.asset_review.id", ondelete="CASCADE")
    )
    performer_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), index=True, info={"ref": "performer"})
    place: Mapped[int] = mapped_column(default=0, info={"label": "Named as number"})

    review: Mapped[AssetReview] = relationship(back_populates="depictions")
