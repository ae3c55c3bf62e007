"""Compliance: 2257 records and consents, and what they allow."""

from dataclasses import dataclass
from typing import Protocol

from fanzadmin.contracts.timeline import By, Entry, timeline
from fanzadmin.kernel.bus import Fact, fact
from fanzadmin.kernel.i18n.languages import N_


@fact("compliance.asset_released.v1", subject="asset_id")
class AssetReleased(Fact):
    """Every depicted person has a verified record and a consent for this asset."""

    asset_id: str
    creator_id: str


@fact("compliance.asset_held.v1", subject="asset_id")
class AssetHeld(Fact):
    """Something is missing; `reasons` are exact sentences. Also announced when a consent is revoked later."""

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
