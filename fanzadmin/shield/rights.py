"""The rights of FanzShield: those beyond its consoles, and which roles hold what."""

from fanzadmin.kernel.system import Rights
from security.rbac import Right

SHIELD_BOARD_READ = Right("shield:board:read")
SHIELD_INCIDENT_UPDATE = Right("shield:incident:update")
SHIELD_INCIDENT_READ = Right("shield:incident:read")
SHIELD_VERDICT_READ = Right("shield:verdict:read")

RIGHTS = Rights(
    extra=(SHIELD_BOARD_READ, SHIELD_INCIDENT_UPDATE),
    roles={
        "Security": ("shield:",),
        "Content": (SHIELD_VERDICT_READ,),
    },
    confidential=("shield:hash:",),
)
