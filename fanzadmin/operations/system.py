"""How operations is wired."""

from fanzadmin.compliance.rights import COMPLIANCE_PERFORMER_REVEAL
from fanzadmin.console.navigation import NavLink, add_link
from fanzadmin.kernel.system import System
from fanzadmin.operations.api import operations
from fanzadmin.operations.console import (
    OpsApprovalConsole,
    OpsAuditConsole,
    OpsDeliveryConsole,
    OpsFactConsole,
    OpsTaskConsole,
)
from fanzadmin.operations.rights import CONSOLE_MENTION_READ, OPS_TRACE_READ, RIGHTS

SYSTEM = System(
    name="operations",
    title="Operations",
    rights=RIGHTS,
    consoles=(OpsApprovalConsole, OpsFactConsole, OpsDeliveryConsole, OpsTaskConsole, OpsAuditConsole),
    apis=(operations,),
)

add_link(
    "Compliance", NavLink("Inspection", "/inspection/", "search", COMPLIANCE_PERFORMER_REVEAL.permission)
)
add_link("Operations", NavLink("Mentions", "/mentions/", "inbox", CONSOLE_MENTION_READ.permission))
add_link("Operations", NavLink("Trace", "/trace/", "trace", OPS_TRACE_READ.permission))
