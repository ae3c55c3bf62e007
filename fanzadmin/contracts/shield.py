"""FanzShield: verdicts on files, and incidents."""

from dataclasses import dataclass
from typing import Protocol

from fanzadmin.contracts.timeline import By, Entry, timeline
from fanzadmin.kernel.bus import Fact, PlatformFact, fact
from fanzadmin.kernel.i18n.languages import N_
from fanzadmin.kernel.i18n.reasons import declare_reasons

declare_reasons("shield", {"unchecked": N_("The file could not be checked, through no fault of yours.")})


@dataclass(frozen=True, slots=True)
class DocumentCopy:
    """A PDF that is safe to keep and to open: pictures of its pages. `problem` is the sentence why there is none."""

    content: bytes = b""
    pages: int = 0
    problem: str = ""


class Documents(Protocol):
    """Questions to FanzShield."""

    def clean_copy(self, pdf: bytes) -> DocumentCopy:
        """The pages of a PDF as pictures in a new one; scripts, attachments, encryption and damage are refused."""


@fact("shield.asset_cleared.v1", subject="asset_id")
class AssetCleared(Fact):
    """The file is what it says and holds nothing hidden; `clean_key` is the copy without metadata, which replaces the
    original."""

    asset_id: str
    creator_id: str
    verdict_id: str
    clean_key: str
    content_type: str
    kind: str
    metadata_removed: tuple[str, ...]


@fact("shield.asset_quarantined.v1", subject="asset_id")
class AssetQuarantined(Fact):
    """The file was blocked and moved away; `reasons` are sentences for the creator and the team."""

    asset_id: str
    creator_id: str
    verdict_id: str
    reasons: tuple[str, ...]


@fact("shield.asset_refused.v1", subject="asset_id")
class AssetRefused(Fact):
    """The file is harmless but cannot be used: a type we do not take, larger than we take, or damaged. `reasons` are sentences for the
    creator; nothing is quarantined and the security team has nothing to do."""

    asset_id: str
    creator_id: str
    verdict_id: str
    reasons: tuple[str, ...]


@fact("shield.scan_failed.v1", subject="asset_id")
class ScanFailed(Fact):
    """The file could not be checked, by no fault of its own; `reason` is a sentence for the creator. It is kept away from
    people until the team has it checked again."""

    asset_id: str
    creator_id: str
    verdict_id: str
    reason: str


@fact("shield.scan_restarted.v1", subject="asset_id")
class ScanRestarted(Fact):
    """A member of the team has a file checked again after `scan_failed`."""

    asset_id: str
    creator_id: str
    verdict_id: str


@fact("shield.incident_opened.v1", subject="incident_id")
class IncidentOpened(PlatformFact):
    """The security team has something to look at. `severity` is low, medium, high or critical."""

    incident_id: str
    severity: str
    title: str
    about: str


@fact("shield.incident_resolved.v1", subject="incident_id")
class IncidentResolved(PlatformFact):
    """An incident was closed; `outcome` is confirmed, false_positive or mitigated."""

    incident_id: str
    outcome: str


timeline(
    AssetQuarantined,
    creator=Entry(
        "quarantined",
        By(
            "reasons",
            {"": N_("%(asset)s was blocked.")},
            other=N_("%(asset)s was blocked. %(reasons)s"),
        ),
        about="asset_id",
        tone="bad",
    ),
)
