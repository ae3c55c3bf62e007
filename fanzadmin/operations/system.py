"""How operations is wired."""

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
from security.rbac import Right

SYSTEM = System(
    name="operations",
    title="Operations",
    consoles=(OpsApprovalConsole, OpsFactConsole, OpsDeliveryConsole, OpsTaskConsole, OpsAuditConsole),
    apis=(operations,),
)

add_link("Operations", NavLink("Mentions", "/mentions/", "inbox", Right.CONSOLE_MENTION_READ.permission))
add_link("Operations", NavLink("Trace", "/trace/", "trace", Right.OPS_TRACE_READ.permission))
