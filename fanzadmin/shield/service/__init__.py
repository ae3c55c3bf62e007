"""The verbs of FanzShield."""

from fanzadmin.shield.service.decoding import Caps
from fanzadmin.shield.service.inspection import BLOCKED, CLEAN, Finding, inspect_file
from fanzadmin.shield.service.reasons import Reason

__all__ = ["BLOCKED", "CLEAN", "Caps", "Finding", "Reason", "inspect_file"]
