"""The rights of BioLinkHub: those beyond its consoles, and which roles hold what."""

from fanzadmin.kernel.system import Rights
from security.rbac import Right

BIOLINK_OWN_USE = Right("biolink:own:use")
BIOLINK_LINK_UPDATE = Right("biolink:link:update")

RIGHTS = Rights(
    extra=(BIOLINK_OWN_USE, BIOLINK_LINK_UPDATE),
    roles={
        "CRM": ("biolink:",),
        "Creator": (BIOLINK_OWN_USE,),
    },
)
