"""The verbs of FanzShield."""

from fanzadmin.shield.incidents.queries import NoSuchIncident
from fanzadmin.shield.incidents.service import (
    IncidentClosed,
    IncidentNotClosed,
    UnclearIncident,
    assign_incident,
    comment_on_incident,
    open_incident,
    reopen_incident,
    report_minor,
    resolve_incident,
)
from fanzadmin.shield.inspection.measures import Caps
from fanzadmin.shield.inspection.service import BLOCKED, CLEAN, Finding, inspect_file
from fanzadmin.shield.parsing.reasons import Reason
from fanzadmin.shield.verdicts.block_list import (
    AlreadyBlocked,
    NotAHash,
    NotBlocked,
    block_hash,
    unblock_hash,
)
from fanzadmin.shield.verdicts.queries import NoSuchVerdict
from fanzadmin.shield.verdicts.service import (
    NothingToScanAgain,
    ask_for_scan,
    fail_scan,
    quarantine_asset,
    scan_again,
    scan_asset,
)

__all__ = [
    "BLOCKED", "CLEAN", "AlreadyBlocked", "Caps", "Finding", "IncidentClosed", "IncidentNotClosed", "NoSuchIncident",
    "NoSuchVerdict", "NotAHash", "NotBlocked", "NothingToScanAgain", "Reason", "UnclearIncident", "ask_for_scan", "assign_incident",
    "block_hash", "comment_on_incident", "fail_scan", "inspect_file", "open_incident", "quarantine_asset",
    "reopen_incident", "report_minor", "resolve_incident", "scan_again", "scan_asset", "unblock_hash",
]  # fmt: skip
