"""Compliance: 2257 records and consents, and what they allow."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from fanzadmin.contracts.timeline import By, Entry, timeline
from fanzadmin.kernel.bus import Fact, fact
from fanzadmin.kernel.i18n.languages import N_
from fanzadmin.kernel.i18n.reasons import declare_reasons


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
    NOT_DISTRIBUTED = "not_distributed"


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
        "too_young": N_(
            "The date of birth makes this person younger than 18. Nobody under 18 may be depicted."
        ),
        "birth_changed": N_("The date of birth was changed."),
        "run_out": N_("The identity document has expired."),
    },
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
        """The performers that this creator may name in an upload, the creator first."""

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
