"""The rights of BioLinkHub: those beyond its consoles, and which roles hold what."""

from fanzadmin.kernel.system import Rights
from security.rbac import Right

BIOLINK_OWN_USE = Right("biolink:own:use")

RIGHTS = Rights(
    extra=(BIOLINK_OWN_USE,),
    roles={
        "CRM": ("biolink:",),
        "Creator": (BIOLINK_OWN_USE,),
    },
)
