"""Compliance: 2257 records and consents, and what they allow."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from fanzadmin.contracts.timeline import By, Entry, timeline
from fanzadmin.kernel.bus import Fact, fact
from fanzadmin.kernel.i18n.languages import N_
from fanzadmin.kernel.i18n.reasons import declare_reasons


class RecordState(StrEnum):
    """An identity record: nothing examined yet, waiting for the second person, good, run out, or refused."""

    UNVERIFIED = "unverified"
    PENDING = "pending"
    VERIFIED = "verified"
    EXPIRED = "expired"
    REJECTED = "rejected"


class AliasKind(StrEnum):
    """The kinds of other names of 18 U.S.C. 2257(b)(2)."""

    MAIDEN = "maiden"
    ALIAS = "alias"
    NICKNAME = "nickname"
    STAGE = "stage"
    PROFESSIONAL = "professional"


class DocumentKind(StrEnum):
    """Picture identification cards of 28 CFR 75.1(b)."""

    PASSPORT = "passport"
    IDENTITY_CARD = "identity_card"
    DRIVING_LICENCE = "driving_licence"
    RESIDENCE_PERMIT = "residence_permit"


class ConsentSource(StrEnum):
    """How a consent came to us: declared by the performer who uploads, or a signed release that someone handed in."""

    ATTESTATION = "attestation"
    RELEASE = "release"


class Act(StrEnum):
    """What an asset can show, for consents by act. The asset names all that it shows, a consent all that it covers."""

    CLOTHED = "clothed"
    NUDITY = "nudity"
    KISSING = "kissing"
    SOLO = "solo"
    ORAL = "oral"
    INTERCOURSE = "intercourse"
    ANAL = "anal"
    TOYS = "toys"
    FETISH = "fetish"
    BONDAGE = "bondage"
    GROUP = "group"


ACTS: dict[str, str] = {
    Act.CLOTHED: N_("Clothed, no sexual act"),
    Act.NUDITY: N_("Nudity"),
    Act.KISSING: N_("Kissing and touching"),
    Act.SOLO: N_("Masturbation"),
    Act.ORAL: N_("Oral sex"),
    Act.INTERCOURSE: N_("Vaginal intercourse"),
    Act.ANAL: N_("Anal intercourse"),
    Act.TOYS: N_("Sex toys"),
    Act.FETISH: N_("Fetish and role play"),
    Act.BONDAGE: N_("Bondage and restraint"),
    Act.GROUP: N_("Sex with more than one person"),
}


class Channel(StrEnum):
    """Where a consent lets an asset be shown: to those who pay for it here, free to everyone, or as a file to take away."""

    PLATFORM = "platform"
    PROMOTION = "promotion"
    DOWNLOAD = "download"


CHANNELS: dict[str, str] = {
    Channel.PLATFORM: N_("On the platform, for those who pay"),
    Channel.PROMOTION: N_("Free to everyone"),
    Channel.DOWNLOAD: N_("As a download"),
}


class Missing(StrEnum):
    """What can keep an asset from being shown, as the part of its reason's code behind `compliance.`; most name a performer."""

    UNNAMED = "unnamed"
    UNKNOWN = "unknown"
    MINOR = "minor"
    REJECTED = "rejected"
    EXPIRED = "expired"
    UNVERIFIED = "unverified"
    NO_COPY = "no_copy"
    NO_OTHER_NAMES = "no_other_names"
    DOCUMENT_SHARED = "document_shared"
    NO_CONSENT = "no_consent"
    REVOKED = "revoked"
    UNREAD = "unread"
    ENDED = "ended"
    NOT_DISTRIBUTED = "not_distributed"
    NOT_FREE = "not_free"
    OTHER_BRANDS = "other_brands"
    TERRITORY = "territory"
    ACTS_UNSTATED = "acts_unstated"
    ACT_NOT_COVERED = "act_not_covered"
    UNDATED = "undated"


declare_reasons(
    "compliance",
    {
        Missing.UNNAMED: N_("The upload names no performer."),
        Missing.UNKNOWN: N_("The upload names someone who has no record with this creator."),
        Missing.MINOR: N_("%(name)s was not 18 yet when this was made."),
        Missing.REJECTED: N_("%(name)s's identity record was rejected."),
        Missing.EXPIRED: N_("%(name)s's identity document has expired."),
        Missing.UNVERIFIED: N_("%(name)s's identity record is not verified."),
        Missing.NO_COPY: N_(
            "%(name)s's record holds no copy of an identity document that was valid when this was made."
        ),
        Missing.NO_OTHER_NAMES: N_("%(name)s's record does not say which other names were used."),
        Missing.DOCUMENT_SHARED: N_("%(name)s's identity document stands on the record of somebody else."),
        Missing.NO_CONSENT: N_("No consent of %(name)s for this asset."),
        Missing.REVOKED: N_("%(name)s has revoked the consent for this asset."),
        Missing.UNREAD: N_("%(name)s's release for this asset waits to be checked."),
        Missing.NOT_DISTRIBUTED: N_("%(name)s's consent does not cover being shown on the platform."),
        Missing.ENDED: N_("%(name)s's consent for this asset ended on %(day)s."),
        Missing.NOT_FREE: N_("%(name)s's consent does not cover being shown free to everyone."),
        Missing.OTHER_BRANDS: N_("%(name)s's consent does not cover this brand."),
        Missing.TERRITORY: N_(
            "%(name)s's consent is for %(territories)s alone, and assets are shown everywhere."
        ),
        Missing.ACTS_UNSTATED: N_("It is not said what this shows."),
        Missing.ACT_NOT_COVERED: N_("%(name)s's consent does not cover: %(act)s."),
        Missing.UNDATED: N_("It is not said on which day this was made."),
        "too_young": N_(
            "The date of birth makes this person younger than 18. Nobody under 18 may be depicted."
        ),
        "birth_changed": N_("The date of birth was changed."),
        "run_out": N_("The identity document has expired."),
    },
    words={"act": ACTS},
)


@fact("compliance.asset_released.v1", subject="asset_id")
class AssetReleased(Fact):
    """Every depicted person has a verified record and a consent for this asset."""

    asset_id: str
    creator_id: str


@fact("compliance.asset_held.v1", subject="asset_id")
class AssetHeld(Fact):
    """Something is missing; `reasons` are codes with values (kernel/i18n/reasons.py). Also announced when a consent is revoked
    or ends later."""

    asset_id: str
    creator_id: str
    reasons: tuple[str, ...]


@fact("compliance.minor_suspected.v1", subject="performer_id")
class MinorSuspected(Fact):
    """A record was refused because its date of birth makes the performer younger than 18."""

    performer_id: str
    creator_id: str


@dataclass(frozen=True, slots=True)
class PerformerCard:
    """A performer as a creator may pick one: the stage name, and whether the record is verified."""

    id: str
    stage_name: str
    state: str
    is_self: bool


class Records(Protocol):
    """Questions to Compliance."""

    def performers_of(self, creator_id: str) -> tuple[PerformerCard, ...]:
        """The performers that this creator may name in an upload, the creator first; no one whose record was rejected."""

    def has_verified_self(self, creator_id: str) -> bool:
        """Whether the creator's own identity record is verified now."""


timeline(
    AssetReleased,
    creator=Entry("released", N_("The records of %(asset)s are complete."), about="asset_id"),
)
timeline(
    AssetHeld,
    creator=Entry(
        "held",
        By(
            "reasons",
            {"": N_("%(asset)s waits for records. Records are missing.")},
            other=N_("%(asset)s waits for records. %(reasons)s"),
        ),
        about="asset_id",
        tone="warn",
    ),
)
