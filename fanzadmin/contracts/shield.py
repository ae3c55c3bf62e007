"""FanzShield: verdicts on files, and incidents."""

from dataclasses import dataclass
from typing import Protocol

from fanzadmin.contracts.timeline import By, Entry, timeline
from fanzadmin.kernel.bus import Fact, PlatformFact, fact
from fanzadmin.kernel.i18n.languages import N_
from fanzadmin.kernel.i18n.reasons import declare_reasons

OUTCOMES = {
    "confirmed": N_("confirmed"),
    "false_positive": N_("a false alarm"),
    "mitigated": N_("mitigated"),
}
_IS = N_("The file is %(what)s, not a picture, video or sound.")
_HIDES = N_("The file hides %(what)s inside.")

declare_reasons(
    "shield",
    {
        "unchecked": N_("The file could not be checked, through no fault of yours."),
        "empty": N_("The file is empty."),
        "no_picture": N_("A poster is a picture; this file is none."),
        "truncated": N_("The file breaks off before its end. Please upload it again."),
        "malformed": N_("The file is damaged. Please upload it again."),
        "undecodable": N_("The file cannot be read as %(format)s."),
        "too_large": N_("The file has %(size)s; we take up to %(limit)s."),
        "too_long": N_("It lasts %(length)s; we take up to %(limit)s."),
        "too_many_streams": N_("The file has %(count)s tracks; we take up to %(limit)s."),
        "too_many_pixels": N_("The picture has far more pixels than we take."),
        "too_many_pixels.picture": N_(
            "The picture is %(width)s × %(height)s pixels; we take up to %(limit)s megapixels."
        ),
        "too_many_pixels.video": N_(
            "The video is %(width)s × %(height)s pixels; we take up to %(limit)s a side."
        ),
        "too_many_frames": N_("The animation has more frames than we take of this size."),
        "bomb": N_("The picture unpacks to far more data than a picture holds."),
        "bomb.passes": N_("The picture is drawn in %(count)s passes; no camera does that."),
        "type_not_allowed": N_("We do not take this type of file. We take %(types)s."),
        "type_not_allowed.document": N_("The file is %(what)s. We do not take this type. We take %(types)s."),
        "type_not_allowed.raw": N_(
            "We do not take this type of file: it is a camera's raw picture. Export it as JPEG, PNG or TIFF."
        ),
        "codec_not_allowed": N_("The file uses the codec %(codec)s, which we do not take."),
        "disguised": N_("The file says it is %(claim)s but its content is %(format)s."),
        "trailing_data": N_("%(count)s bytes that are not part of the %(format)s follow its end."),
        "unclean_metadata": N_("The file's hidden data could not be taken out."),
        "blocked_hash": N_("This file may not be uploaded: %(why)s."),
        "archive": _IS,
        "executable": _IS,
        "script": _IS,
        "svg": _IS,
        "playlist": _IS,
        "hidden_archive": _HIDES,
        "hidden_document": _HIDES,
        "hidden_executable": _HIDES,
        "hidden_malware": _HIDES,
        "hidden_playlist": _HIDES,
        "hidden_script": _HIDES,
        "hidden_attachment": N_("The file hides another file inside, which is neither font nor picture."),
        "assigned": N_("%(name)s takes care of it."),
        "resolved": N_("Resolved as %(outcome)s."),
        "reopened": N_("Opened again."),
        "minor_suspected": N_(
            "Compliance refused the record. Look at every asset of this creator, and keep the evidence."
        ),
    },
    words={"what": {}, "outcome": OUTCOMES},
)


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


@dataclass(frozen=True, slots=True)
class PictureCheck:
    """What became of a picture beside an asset. `problem` holds the reasons (kernel/i18n/reasons.py) why there is no clean copy,
    a line each; empty when there is one."""

    problem: str = ""


class Pictures(Protocol):
    """Questions to FanzShield about pictures that are no assets of their own."""

    def clean_picture(
        self, key: str, clean_key: str, *, asset_id: str, creator_id: str, cluster: str
    ) -> PictureCheck:
        """Look at the stored object `key` as at an upload and write its clean copy to `clean_key`. What is hostile opens an incident."""


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
    """The file was blocked and moved away; `reasons` (kernel/i18n/reasons.py) are for the creator and the team."""

    asset_id: str
    creator_id: str
    verdict_id: str
    reasons: tuple[str, ...]


@fact("shield.asset_refused.v1", subject="asset_id")
class AssetRefused(Fact):
    """The file is harmless but cannot be used: a type we do not take, larger than we take, or damaged. `reasons` (kernel/i18n/reasons.py) are for the
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
