"""What FanzShield answers: verdicts, incidents, and the figures of the security board."""

from fanzadmin.shield.incidents.queries import (
    IncidentCard,
    IncidentDetail,
    NoteCard,
    incident_card,
    incident_of,
    open_incidents,
)
from fanzadmin.shield.reports.queries import (
    BlockList,
    Board,
    ResolutionTimes,
    VerdictDay,
    block_list,
    board,
    counts_by_reason,
    resolution_times,
    unresolved_by_severity,
    verdicts_by_day,
)
from fanzadmin.shield.verdicts.queries import VerdictCard, verdict_card, verdict_of

__all__ = [
    "BlockList", "Board", "IncidentCard", "IncidentDetail", "NoteCard", "ResolutionTimes", "VerdictCard", "VerdictDay",
    "block_list", "board", "counts_by_reason", "incident_card", "incident_of",
    "open_incidents", "resolution_times", "unresolved_by_severity", "verdict_card", "verdict_of", "verdicts_by_day",
]  # fmt: skip
