"""The rights of operations and of what spans the systems: those beyond the consoles, and which roles hold what."""

from fanzadmin.kernel.system import Rights
from security.rbac import ADMIN, STAFF_ROLES, Right

OPS_TRACE_READ = Right("ops:trace:read")
CONSOLE_MENTION_READ = Right("console:mention:read")
ANALYTICS_BOARD_READ = Right("analytics:board:read")

# Whoever works here may be named in a comment and asked to agree; what they then see, their other rights say.
COLLEAGUE = ("console:approval:read", CONSOLE_MENTION_READ)

OWN = {
    "CRM": (ANALYTICS_BOARD_READ,),
    "Content": (OPS_TRACE_READ,),
    "Compliance": ("audit:entry:read",),
    "Security": ("ops:", "audit:"),
}
RIGHTS = Rights(
    extra=(OPS_TRACE_READ, CONSOLE_MENTION_READ, ANALYTICS_BOARD_READ),
    roles={role: (*COLLEAGUE, *OWN.get(role, ())) for role in STAFF_ROLES if role != ADMIN},
    confidential=("audit:",),
)
